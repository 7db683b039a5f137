"""A config's first pulls, what they will cost, and which days are out of reach. Pure: nothing is sent.

What a pull leads to (rooms that a search finds, viewers that tracks need, pages past the first) is not
known before it is made; such calls are a floor, `exact` false, with a note that says what they depend on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reporter.config import Config
from reporter.model import Period, Pull, Text
from reporter.vendors.base import Access, Endpoint, nothing_follows, one_page
from reporter.vendors.rates import allowed

#: a weekly run comes back after this long
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """The calls of one endpoint for one room; `minutes` at the limits; `calls` is a floor unless `exact`."""

    vendor: str
    account: str
    endpoint: str
    room: str | None
    calls: int
    exact: bool
    minutes: float
    stored: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would ask; `out_of_reach` are (vendor, account, ISO day) that a vendor no longer tells."""

    calls: tuple[PlannedCall, ...]
    out_of_reach: tuple[tuple[str, str, str], ...]
    notes: tuple[Text, ...]


def first_pulls(config: Config, access: Mapping[str, Access], period: Period) -> tuple[Pull, ...]:
    """Return the pulls that a run starts with, in the order of the config's accounts."""
    rooms, matches = config.rooms(period), config.matches()
    return tuple(
        pull
        for name, one in access.items()
        for pull in one.vendor.start(
            name, one.account, [room for room in rooms if room.account == name], matches.get(name, ()), period
        )
    )


def with_waiting(pulls: Sequence[Pull]) -> tuple[Pull, ...]:
    """Return pulls and all that wait for their tokens, each before those that wait for it."""
    return tuple(one for pull in pulls for one in (pull, *with_waiting(pull.then)))


def plan(
    pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime, *, stored: Collection[Pull] = frozenset()
) -> Plan:
    """Return the calls and minutes of `pulls` and of what waits for them; `stored` need not be made."""
    every = with_waiting(pulls)
    calls = tuple(_call(pull, access[pull.account], is_stored=pull in stored) for pull in every)
    return Plan(calls, tuple(_out_of_reach(every, access, now)), notes(every, access, now))


def notes(pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime) -> tuple[Text, ...]:
    """Return what a reader of the plan, and of the about sheet, has to know of how these pulls work."""
    found = []
    if any(pull.match for pull in pulls):
        found.append(
            Text(
                "按条件查找的直播间要查找之后才知道有几间",
                "how many rooms a match: finds is known once it has been made",
            )
        )
    if any(pull.detail == "tracks" for pull in pulls):
        found.append(
            Text(
                "轨迹接口每个观众一次、每秒一次；它把首次进入直播间的时间当作进入时间，此前来过的观众本期再看回放不计入",
                "tracks cost one call a viewer, one a second; they know only the first coming to a room, so that "
                "replays by viewers who came before the period are left out of it",
            )
        )
    return (*found, *_last_chances(pulls, access, now))


def _call(pull: Pull, access: Access, *, is_stored: bool) -> PlannedCall:
    endpoint = access.vendor.endpoints[pull.endpoint]
    calls = 0 if is_stored else 1
    minutes = calls / allowed(endpoint, access.account) / 60
    return PlannedCall(
        pull.vendor, pull.account, pull.endpoint, pull.room, calls, _is_exact(endpoint), minutes, int(is_stored)
    )


def _is_exact(endpoint: Endpoint) -> bool:
    """Say whether a call is known to have one page and to lead nowhere but to what waits for its token."""
    leads_nowhere = endpoint.follow is nothing_follows or endpoint.grants is not None
    return endpoint.next_cursor is one_page and leads_nowhere


def _windows(pulls: Sequence[Pull], access: Mapping[str, Access]) -> Iterator[tuple[Access, int, Period]]:
    """Yield each account whose vendor keeps only so many days, with the period that it is asked for."""
    seen: set[str] = set()
    for pull in pulls:
        one = access[pull.account]
        if one.vendor.window_days is not None and pull.account not in seen:
            seen.add(pull.account)
            yield one, one.vendor.window_days, pull.period


def _out_of_reach(pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime) -> Iterator[tuple[str, str, str]]:
    for one, window, period in _windows(pulls, access):
        first_kept = now.astimezone(period.start.tzinfo).date() - timedelta(days=window)
        yield from ((one.vendor.name, one.name, day.isoformat()) for day in period.days() if day < first_kept)


def _last_chances(pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime) -> Iterator[Text]:
    for one, window, period in _windows(pulls, access):
        if period.start < now + _WEEK - timedelta(days=window):
            yield Text(
                f"{one.name}：{one.vendor.label} 只保留 {window} 天，本期最早的日子下周就取不到了",
                f"{one.name}: {one.vendor.label} keeps {window} days; this period's first days are gone by next week",
            )
