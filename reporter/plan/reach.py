"""Days that a call no longer tells or soon will not, and what a reader has to know of how pulls work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from reporter import labels
from reporter.model import Detail, Pull, Text
from reporter.plan.records import Day
from reporter.vendors.base import Access
from reporter.vendors.reach import first_kept, lost_days

#: a weekly run comes back after this long
_WEEK = timedelta(days=7)


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
    if any(asked_detail(pull) == "tracks" for pull in pulls):
        found.append(
            Text(
                "轨迹接口每个观众一次、每秒一次；它把首次进入直播间的时间当作进入时间，此前来过的观众本期再看回放不计入",
                "tracks cost one call a viewer, one a second; they know only the first coming to a room, so that "
                "replays by viewers who came before the period are left out of it",
            )
        )
    return (*found, *_last_chances(pulls, access, now))


def asked_detail(pull: Pull) -> Detail | None:
    """Return how deep a pull, or what it finds, is asked: what a search finds is asked as its account says."""
    return pull.detail or getattr(pull.options, "detail", None)


def days(
    missing: Sequence[Pull], lost: Sequence[Day], access: Mapping[str, Access], now: datetime
) -> tuple[tuple[Day, ...], tuple[Day, ...]]:
    """Return the days out of reach, `lost` from what is stored among them, and those that will be in a week."""
    gone, soon = dict.fromkeys(lost), dict[Day, None]()
    for pull in missing:
        endpoint = access[pull.account].vendor.endpoints[pull.endpoint]
        past = lost_days(endpoint, pull, now)
        gone |= dict.fromkeys(day_of(pull, day) for day in past)
        soon |= dict.fromkeys(day_of(pull, day) for day in lost_days(endpoint, pull, now + _WEEK) if day not in past)
    return tuple(sorted(gone, key=_by_day)), tuple(sorted(soon, key=_by_day))


def day_of(pull: Pull, day: date) -> Day:
    """Return a day that a pull's call does not tell."""
    return Day(pull.vendor, pull.account, pull.endpoint, day.isoformat())


def _by_day(day: Day) -> str:
    return day.day


def _windows(pulls: Sequence[Pull], access: Mapping[str, Access]) -> Iterator[tuple[Access, int, Pull]]:
    """Yield each call that reaches back only so many days, with how many, and a pull that makes it."""
    seen: set[tuple[str, str]] = set()
    for pull in pulls:
        one = access[pull.account]
        window = one.vendor.endpoints[pull.endpoint].window_days
        if window is not None and (pull.account, pull.endpoint) not in seen:
            seen.add((pull.account, pull.endpoint))
            yield one, window, pull


def _last_chances(pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime) -> Iterator[Text]:
    for one, window, pull in _windows(pulls, access):
        first, kept = pull.period.start.date(), first_kept(pull, window, now)
        if first >= first_kept(pull, window, now + _WEEK):
            continue
        zh, en = labels.vendor(one.vendor.name, "zh"), labels.vendor(one.vendor.name, "en")
        told = Text(
            f"{one.name}：{zh} 的 {pull.endpoint} 只保留 {window} 天",
            f"{one.name}: {pull.endpoint} of {en} reaches back {window} days",
        )
        if first < kept:
            yield Text(
                f"{told.zh}，{kept} 之前的日子已取不到，只剩本地库中已有的",
                f"{told.en}; days before {kept} are gone already, but for what is stored",
            )
        else:
            yield Text(
                f"{told.zh}，本期最早的日子下周就取不到了",
                f"{told.en}; this period's first days are gone by next week",
            )
