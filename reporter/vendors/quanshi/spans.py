"""When an event was really live: the report does not say, so it is read from the stays of hosts and speakers.

DESIGN.md section 5: from the first host or speaker online to the last one offline. An event that is held
again (a weekly class keeps its id) would make that a span of weeks: so the stays are cut into sittings where
nobody of them was online for twelve hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]

#: long enough for a lunch or a broken line, short enough for a class of every evening
BREAK = timedelta(hours=12)


def live_spans(stays: Iterable[Span]) -> list[str] | None:
    """Return ISO 8601 intervals in UTC, one a sitting; None where no host or speaker came."""
    sittings: list[Span] = []
    for start, end in sorted(stays):
        if sittings and start - sittings[-1][1] < BREAK:
            sittings[-1] = (sittings[-1][0], max(sittings[-1][1], end))
        else:
            sittings.append((start, end))
    return [f"{_iso(start)}/{_iso(end)}" for start, end in sittings if start < end] or None


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
