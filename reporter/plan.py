"""A config's first pulls, what a run will cost, and which days are out of reach. Pure: nothing is sent.

What the store knows, or a probe has asked, is exact, and so is what follows from it. What only a call can
tell (rooms that a search finds, viewers that tracks need, pages past the first) is a floor, `exact` false,
with what it depends on and what an earlier walk, or the vendor's own count, lets expect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from reporter import labels
from reporter.config import Config
from reporter.errors import VendorError
from reporter.model import Detail, Period, Pull, Text
from reporter.vendors.base import Access, Body, Endpoint, one_page
from reporter.vendors.rates import allowed
from reporter.vendors.reach import first_kept, lost_days

#: a weekly run comes back after this long
_WEEK = timedelta(days=7)
#: what following a reply of another shape than documented runs into
_SHAPE_FAULTS = (VendorError, KeyError, IndexError, TypeError, ValueError, AttributeError)

DETAILS: tuple[Detail, ...] = ("list", "visits", "tracks")


class Known(Protocol):
    """What is known of a pull before it is sent (`reporter.fetch.known` says what each means)."""

    @property
    def is_at_hand(self) -> bool:
        """Whether it need not be sent."""

    @property
    def calls(self) -> int | None:
        """How many calls it takes, or took."""

    @property
    def rows(self) -> int | None:
        """How many rows it has."""

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Replies that say what follows."""

    @property
    def is_whole(self) -> bool:
        """Whether `bodies` are the whole walk's."""

    @property
    def likely_calls(self) -> int | None:
        """How many calls a walk like it took."""

    @property
    def likely_rows(self) -> int | None:
        """How many rows the newest walk of the same question had."""

    @property
    def held(self) -> int:
        """How many pages of it a run that is gone on with has already."""

    @property
    def lost(self) -> tuple[date, ...]:
        """Days that what is at hand does not reach."""


Look = Callable[[Sequence[Pull]], Sequence[Known]]


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """The calls of one endpoint for one room (None: of the account).

    `calls` are those to be made, a floor unless `exact`; `minutes` is their time at the limits, `stored` are
    calls that need not be made again. `likely` is what an earlier walk or the vendor's count lets expect where the
    floor is not exact, `depends_on` what decides.
    """

    vendor: str
    account: str
    endpoint: str
    room: str | None
    calls: int
    exact: bool
    minutes: float
    stored: int
    likely: int | None = None
    depends_on: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a call no longer tells, or soon will not."""

    vendor: str
    account: str
    endpoint: str
    day: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would ask; `lost_soon` are days that are out of reach by the next weekly run."""

    calls: tuple[PlannedCall, ...]
    out_of_reach: tuple[Day, ...]
    lost_soon: tuple[Day, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Pole:
    """One call of one account over all that is planned; those of a plan go side by side, so the longest decides.

    `likely` is at least `calls`: what may be expected where these are a floor.
    """

    account: str
    endpoint: str
    calls: int
    exact: bool
    minutes: float
    per_second: float
    likely: int = 0


@dataclass(slots=True)
class _Tally:
    """The calls of one endpoint for one room, being counted."""

    calls: int = 0
    stored: int = 0
    exact: bool = True
    likely: int = 0
    depends_on: str | None = None

    def add(self, calls: int, *, exact: bool, likely: int | None = None, depends_on: str | None = None) -> None:
        self.calls += calls
        self.exact &= exact
        self.likely += max(calls, likely or 0)
        self.depends_on = self.depends_on or depends_on


_Where = tuple[str, str, str, "str | None"]


@dataclass(slots=True)
class _Count:
    """All that a plan has counted so far, in the order in which a run would come to it."""

    access: Mapping[str, Access]
    tallies: dict[_Where, _Tally] = field(default_factory=dict)
    missing: list[Pull] = field(default_factory=list)
    lost: list[Day] = field(default_factory=list)
    #: of walks that are not known whole: (pull, call that follows, how many more of it are likely, what decides)
    partial: list[tuple[Pull, str, int | None, str]] = field(default_factory=list)

    def tally(self, pull: Pull, endpoint: str | None = None, *, is_of_account: bool = False) -> _Tally:
        where = (pull.vendor, pull.account, endpoint or pull.endpoint, None if is_of_account else pull.room)
        return self.tallies.setdefault(where, _Tally())


def first_pulls(
    config: Config, access: Mapping[str, Access], period: Period, *, detail: Detail | None = None
) -> tuple[Pull, ...]:
    """Return the pulls that a run starts with, in the order of the config's accounts; `detail`: as if all had it."""
    rooms, matches = config.rooms(period), config.matches()
    if detail is not None:
        rooms = tuple(replace(room, detail=detail) if room.detail else room for room in rooms)
    return tuple(
        pull
        for name, one in access.items()
        for pull in one.vendor.start(
            name,
            one.account if detail is None else one.account.model_copy(update=_deepened(one, detail)),
            [room for room in rooms if room.account == name],
            matches.get(name, ()),
            period,
        )
    )


def with_waiting(pulls: Sequence[Pull]) -> tuple[Pull, ...]:
    """Return pulls and all that wait for their tokens, each before those that wait for it."""
    return tuple(one for pull in pulls for one in (pull, *with_waiting(pull.then)))


def plan(pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime, look: Look) -> Plan:
    """Return the calls and minutes of `pulls` and of what is known to follow; `look` says what is known of each."""
    count = _Count(access)
    level, seen = list(dict.fromkeys(pulls)), set(pulls)
    while level:
        known = look(level)
        following = [
            later for pull, one in zip(level, known, strict=True) for later in _counted(count, pull, one, look)
        ]
        level = [pull for pull in dict.fromkeys(following) if pull not in seen]
        seen.update(level)
    for pull, name, more, depends_on in count.partial:
        count.tally(pull, name, is_of_account=True).add(0, exact=False, likely=more, depends_on=depends_on)
    calls = tuple(_call(where, tally, access[where[1]]) for where, tally in count.tallies.items())
    gone, soon = _days(count, access, now)
    return Plan(calls, gone, soon, notes(pulls, access, now))


def poles(plans: Sequence[tuple[Plan, Mapping[str, Access]]]) -> list[Pole]:
    """Return each account's calls over several plans, the longest first; who shares a key shares its limits."""
    found: dict[tuple[str, str], Pole] = {}
    for one, access in plans:
        for call in one.calls:
            account = access[call.account]
            rate = allowed(account.vendor.endpoints[call.endpoint], account.account)
            key = (account.scope or call.account, call.endpoint)
            pole = found.get(key, Pole(call.account, call.endpoint, 0, exact=True, minutes=0.0, per_second=rate))
            found[key] = replace(
                pole,
                calls=pole.calls + call.calls,
                exact=pole.exact and call.exact,
                minutes=pole.minutes + call.minutes,
                likely=pole.likely + (call.likely or call.calls),
            )
    return sorted(found.values(), key=lambda pole: -pole.minutes)


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
    if any(_detail(pull) == "tracks" for pull in pulls):
        found.append(
            Text(
                "轨迹接口每个观众一次、每秒一次；它把首次进入直播间的时间当作进入时间，此前来过的观众本期再看回放不计入",
                "tracks cost one call a viewer, one a second; they know only the first coming to a room, so that "
                "replays by viewers who came before the period are left out of it",
            )
        )
    return (*found, *_last_chances(pulls, access, now))


def _deepened(one: Access, detail: Detail) -> dict[str, Detail]:
    return {"detail": detail} if "detail" in type(one.account).model_fields else {}


def _counted(count: _Count, pull: Pull, known: Known, look: Look) -> Sequence[Pull]:
    """Count one pull; return what is known to follow from it."""
    endpoint, tally = count.access[pull.account].vendor.endpoints[pull.endpoint], count.tally(pull)
    if pull.then or endpoint.grants is not None:
        return _counted_token(count, pull, known, look)
    if known.is_at_hand:
        tally.stored += known.calls or 0
        count.lost += [_day(pull, day) for day in known.lost]
    else:
        count.missing.append(pull)
        tally.stored += known.held
        if known.calls is not None or endpoint.fits_a_page or endpoint.next_cursor is one_page:
            tally.add(1 if known.calls is None else known.calls, exact=True)
        else:
            tally.add(1, exact=False, likely=_likely(endpoint, known), depends_on="how many pages there are")
    return _following(count, endpoint, pull, known)


def _likely(endpoint: Endpoint, known: Known) -> int | None:
    """Return how many calls a walk will take if it has as many pages as an earlier one; page 1 may be read twice."""
    pages = known.likely_calls
    return pages + 1 if pages is not None and pages > 1 and endpoint.rereads_first else pages


def _counted_token(count: _Count, pull: Pull, known: Known, look: Look) -> Sequence[Pull]:
    """Count a call that others wait for, and the token call that it leads to; neither is made where nothing waits."""
    if all(one.is_at_hand for one in look(pull.then)):
        count.tally(pull).stored += 1 if known.is_at_hand else 0
        return pull.then
    vendor = count.access[pull.account].vendor
    count.tally(pull).add(0 if known.is_at_hand else 1, exact=True)
    count.tally(pull).stored += 1 if known.is_at_hand else 0
    for one in vendor.endpoints.values():
        if one.grants is not None and one.name != pull.endpoint:
            count.tally(pull, one.name).add(1, exact=True)
    return pull.then


def _following(count: _Count, endpoint: Endpoint, pull: Pull, known: Known) -> Sequence[Pull]:
    """Return what is known to follow from a pull; of a walk that is not known whole it is a floor."""
    names = endpoint.leads_to(pull)
    if not names:
        return ()
    following = _followed(endpoint, pull, known.bodies)
    if not known.is_whole:
        count.partial += [(pull, later, None, f"what {name} finds") for name, later in _further(count, pull, names)]
    for name in () if known.is_whole else names:
        more, depends_on = known.likely_rows, f"what {pull.endpoint} finds"
        if known.rows is not None:
            # rows may have no id, be of somebody who is asked for already, or whose reply is stored
            more = max(0, known.rows - sum(one.endpoint == name for one in following))
            depends_on = f"what the other pages of {pull.endpoint} hold"
        count.partial.append((pull, name, more, depends_on))
    return following


def _further(count: _Count, pull: Pull, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (call, call that follows from it) for calls that follow from rows which nobody has seen yet."""
    endpoints = count.access[pull.account].vendor.endpoints
    for name in names:
        unseen = replace(pull, endpoint=name, match=None, params=(), detail=_detail(pull))
        for later in endpoints[name].leads_to(unseen):
            yield name, later
            yield from _further(count, unseen, (later,))


def _detail(pull: Pull) -> Detail | None:
    """Return how deep a pull, or what it finds, is asked: what a search finds is asked as its account says."""
    return pull.detail or getattr(pull.options, "detail", None)


def _followed(endpoint: Endpoint, pull: Pull, bodies: Sequence[Body]) -> tuple[Pull, ...]:
    try:
        return tuple(endpoint.follow(pull, bodies)) if bodies else ()
    except _SHAPE_FAULTS:
        return ()


def _call(where: _Where, tally: _Tally, access: Access) -> PlannedCall:
    vendor, account, endpoint, room = where
    minutes = tally.calls / allowed(access.vendor.endpoints[endpoint], access.account) / 60
    likely = tally.likely if not tally.exact and tally.likely > tally.calls else None
    depends_on = None if tally.exact else tally.depends_on
    return PlannedCall(
        vendor, account, endpoint, room, tally.calls, tally.exact, minutes, tally.stored, likely, depends_on
    )


def _days(count: _Count, access: Mapping[str, Access], now: datetime) -> tuple[tuple[Day, ...], tuple[Day, ...]]:
    """Return the days that are out of reach, and those that will be by the next weekly run, of what is not stored."""
    gone, soon = dict.fromkeys(count.lost), dict[Day, None]()
    for pull in count.missing:
        endpoint = access[pull.account].vendor.endpoints[pull.endpoint]
        lost = lost_days(endpoint, pull, now)
        gone |= dict.fromkeys(_day(pull, day) for day in lost)
        soon |= dict.fromkeys(_day(pull, day) for day in lost_days(endpoint, pull, now + _WEEK) if day not in lost)
    return tuple(sorted(gone, key=_by_day)), tuple(sorted(soon, key=_by_day))


def _day(pull: Pull, day: date) -> Day:
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
