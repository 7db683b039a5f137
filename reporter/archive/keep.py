"""What is held of each account, which days are about to be lost, and which runs no longer need their replies. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reporter.store import Coverage, RunRecord
from reporter.vendors import VENDORS
from reporter.vendors.base import Endpoint
from reporter.vendors.reach import lost_on, today_of

#: an unfinished run older than this is never gone on with
_DEAD_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Until when the next day of a call that is not stored can still be asked for; `days_left` below 1: it is lost.

    `stored_until` is the last day that is stored, None where none is. `missing` are days before today that were asked
    for and are not stored, of some room at least, and can still be had; `lost` are those that cannot.
    """

    vendor: str
    account: str
    endpoint: str
    stored_until: date | None
    missing: tuple[date, ...]
    lost: tuple[date, ...]
    lost_on: date
    days_left: int


def forgetful() -> list[tuple[str, str]]:
    """Return the calls that reach back only so many days, (vendor, endpoint)."""
    return [
        (vendor.name, endpoint.name)
        for vendor in VENDORS.values()
        for endpoint in vendor.endpoints.values()
        if endpoint.window_days is not None
    ]


def at_risk(coverages: Sequence[Coverage], now: datetime) -> list[AtRisk]:
    """Return, for each call that reaches back only so far, which days are missing and when the first is lost."""
    by_call: dict[tuple[str, str, str], list[Coverage]] = {}
    for one in coverages:
        if one.asked:
            by_call.setdefault((one.vendor, one.account, one.endpoint), []).append(one)
    return [_risk(rooms, now) for _, rooms in sorted(by_call.items())]


def _risk(rooms: Sequence[Coverage], now: datetime) -> AtRisk:
    one, today = rooms[0], today_of(now)
    endpoint = VENDORS[one.vendor].endpoints[one.endpoint]
    # a day that is asked for and not over yet comes with a later run, as does the one after the last
    following = max(max(room.asked) for room in rooms) + timedelta(days=1)
    lacking = sorted({day for room in rooms for day in room.asked - room.told})
    lost = tuple(day for day in lacking if _lost_on(endpoint, day) <= today)
    first = next((day for day in lacking if day not in lost), following)
    lost_on = _lost_on(endpoint, first)
    return AtRisk(
        one.vendor,
        one.account,
        one.endpoint,
        max((day for room in rooms for day in room.told), default=None),
        tuple(day for day in lacking if day not in lost and day < today),
        lost,
        lost_on,
        (lost_on - today).days,
    )


def _lost_on(endpoint: Endpoint, day: date) -> date:
    return lost_on(endpoint, day) or date.max


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
