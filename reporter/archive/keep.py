"""What is held of each account, which days are about to be lost, and which runs no longer need their replies. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reporter.store import Holding, RunRecord
from reporter.vendors import VENDORS

#: an unfinished run older than this is never gone on with
_DEAD_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Until when the next day after what is stored can still be asked for; `days_left` may be negative: it is lost."""

    vendor: str
    account: str
    endpoint: str
    stored_until: date
    lost_on: date
    days_left: int


def at_risk(holdings: Sequence[Holding], now: datetime) -> list[AtRisk]:
    """Return, for each call that reaches back only so far, when the first day that is not stored is lost."""
    found = []
    for one in holdings:
        vendor = VENDORS.get(one.vendor)
        endpoint = vendor.endpoints.get(one.endpoint) if vendor else None
        if endpoint is None or endpoint.window_days is None or one.until is None:
            continue
        # the period's end is the first instant that is not stored; half a day keeps it on its day in any zone
        first_missing = (one.until + timedelta(hours=12)).date()
        lost_on = first_missing + timedelta(days=endpoint.window_days + 1)
        left = (lost_on - now.date()).days
        found.append(AtRisk(one.vendor, one.account, one.endpoint, first_missing - timedelta(days=1), lost_on, left))
    return found


def old_runs(
    runs: Sequence[RunRecord], now: datetime, *, before: date | None = None, keep: int | None = None
) -> Collection[str]:
    """Return the ids of runs whose replies may go: of periods over by `before`, or all but a client's newest `keep`.

    A run that may still be gone on with is never among them.
    """
    over = [run for run in runs if run.finished_at is not None or run.started_at <= now - _DEAD_AFTER]
    if before is not None:
        return [run.run_id for run in over if run.end.date() <= before]
    kept: dict[str, list[tuple[datetime, datetime]]] = {}
    for run in sorted(runs, key=lambda run: run.end, reverse=True):
        periods = kept.setdefault(run.client, [])
        if (run.start, run.end) not in periods and len(periods) < (keep or 0):
            periods.append((run.start, run.end))
    return [run.run_id for run in over if (run.start, run.end) not in kept[run.client]]
