"""A config's first pulls, what they will cost, and which days are out of reach. Pure: nothing is sent.

What a pull leads to (rooms that a search finds, viewers that tracks need) is not known before it is
made; such calls are counted as "at least", `exact` false, with a note that says what they depend on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reporter.model import Detail, Pull, Text

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.model import Period
    from reporter.vendors.base import Access, Endpoint

#: a week of days before a vendor's window closes is the last chance of a weekly run
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """The calls of one endpoint for one room; `minutes` at the vendor's limit, `calls` a floor unless exact."""

    vendor: str
    account: str
    endpoint: str
    room: str | None
    calls: int
    exact: bool
    minutes: float
    stored: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would ask; `out_of_reach` are (vendor, account, day) that a vendor no longer tells."""

    pulls: tuple[Pull, ...]
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


def plan(
    pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime, *, stored: frozenset[Pull] = frozenset()
) -> Plan:
    """Return the calls and minutes of `pulls` and all that waits for them; `now` is an aware instant."""
    calls = tuple(_call(pull, access[pull.account], stored) for first in pulls for pull in _with_waiting(first))
    return Plan(tuple(pulls), calls, tuple(_out_of_reach(pulls, access, now)), tuple(_notes(pulls, access, now)))


def _with_waiting(pull: Pull) -> Iterator[Pull]:
    yield pull
    for later in pull.then:
        yield from _with_waiting(later)


def _call(pull: Pull, access: Access, stored: frozenset[Pull]) -> PlannedCall:
    endpoint = access.vendor.endpoints[pull.endpoint]
    return PlannedCall(
        pull.vendor,
        pull.account,
        pull.endpoint,
        pull.room,
        1,
        _is_exact(endpoint),
        1 / endpoint.rate / 60,
        int(pull in stored),
    )


def _is_exact(endpoint: Endpoint) -> bool:
    """Say whether a call is known to have one page and nothing to follow."""
    from reporter.vendors.base import nothing_follows, one_page  # noqa: PLC0415 - keeps `plan` free of httpx for --help

    return endpoint.next_cursor is one_page and endpoint.follow is nothing_follows


def _day(pull: Pull) -> datetime:
    """Return the first instant that a pull asks about."""
    return pull.period.start


def _out_of_reach(pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime) -> Iterator[tuple[str, str, str]]:
    seen: set[tuple[str, str, str]] = set()
    for pull in pulls:
        window = access[pull.account].vendor.window_days
        days = () if window is None else tuple(pull.period.days())
        for day in days:
            key = (pull.vendor, pull.account, day.isoformat())
            if (now.astimezone(pull.period.start.tzinfo).date() - day).days > (window or 0) and key not in seen:
                seen.add(key)
                yield key


def _notes(pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime) -> Iterator[Text]:
    if any(pull.match for pull in pulls):
        yield Text(
            "按条件查找的直播间要等查找之后才知道有几间",
            "rooms given by match: are known once the search has been made",
        )
    tracked: list[Detail | None] = [pull.detail for pull in pulls]
    if "tracks" in tracked:
        yield Text(
            "轨迹接口每个观众一次，每秒一次；人数要等观众列表拉取之后才知道",
            "tracks cost one call a viewer at one a second; how many is known once the viewers are listed",
        )
        yield Text(
            "轨迹以首次进入直播间的时间记为进入时间，此前进过直播间的回放不计入本期",
            "tracks carry the first coming to a room: replays by viewers who came before the period are left out of it",
        )
    for name, one in access.items():
        window, mine = one.vendor.window_days, [pull for pull in pulls if pull.account == name]
        if window is not None and mine and _day(mine[0]) < now - timedelta(days=window) + _WEEK:
            yield Text(
                f"{name}：{one.vendor.label} 只保留 {window} 天，本期最早的日子下周将无法再取",
                f"{name}: {one.vendor.label} keeps {window} days; the first days of this period are gone by next week",
            )
