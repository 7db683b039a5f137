"""What was held: every event with its figures."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.html.blocks.base import Block, columns, defined, scoped, shown, table, tell, text
from reporter.report import Report

CODES = (
    "people",
    "live_people",
    "replay_people",
    "vod_people",
    "watch_union_seconds",
    "attended_people",
    "peak_concurrency",
    "comments",
)


def block(report: Report, codes: Sequence[str] = CODES) -> Block | None:
    """Return the events with their figures of these metrics, None where there is none."""
    by_event = scoped(report, "event")
    if not by_event:
        return None
    held = defined(report, [code for code in codes if any(code in figures for figures in by_event.values())])
    rows = [
        (
            text(event),
            *(shown(report, figures[one.code].value, one.unit) if one.code in figures else text("") for one in held),
        )
        for event, figures in by_event.items()
    ]
    head = (*columns(report, "", "event"), *(one.label.in_(report.language) for one in held))
    return Block("events", tell(report, "events"), table=table(head, rows, (False, *(True for _ in held))))
