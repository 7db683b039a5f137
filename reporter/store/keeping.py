"""What is kept of each account, and dropping what no report needs any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, case, delete, func, select, type_coerce, update

from reporter.store.schema import FAILURES, REPLIES, RUN_WALKS, WALKS, day_of, instant_of

#: (first, last) of days that follow one another
Span = tuple[date, date]
_Place = tuple[str, str, str, "str | None"]

_DAY = timedelta(days=1)
_PLACE = ("vendor", "account", "endpoint", "room")
_TOLD = (WALKS.c.first_day, WALKS.c.last_day)
_IS_WHOLE = WALKS.c.verdict.in_(("complete", "drifted"))

#: how many names a database takes in one list
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Holding:
    """What is kept of one call of one account: `byte_count` as kept, `spans` the days that whole walks tell of.

    Spans are (first, last), in order. `account` is "" for what an earlier version of reporter stored without it,
    `undated` are walks of which it stored no days.
    """

    vendor: str
    account: str
    endpoint: str
    walks: int
    replies: int
    byte_count: int
    oldest_at: datetime | None
    newest_at: datetime | None
    spans: tuple[Span, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days of one call for one room (None: of the account) that runs asked for, and those that whole walks tell of.

    What was pruned counts as told: somebody had it dropped.
    """

    vendor: str
    account: str
    endpoint: str
    room: str | None
    asked: frozenset[date]
    told: frozenset[date]


@dataclass(frozen=True, slots=True)
class Pruning:
    """What goes: walks, their replies, and the bytes of those as kept."""

    walks: int
    replies: int
    byte_count: int


def holdings(connection: Connection) -> list[Holding]:
    """Return what is kept of each call of each account, by vendor, account and call."""
    call = (WALKS.c.vendor, WALKS.c.account, WALKS.c.endpoint)
    counts = (
        func.count(WALKS.c.walk_id.distinct()),
        func.count(case((WALKS.c.asked_from.is_(None), WALKS.c.walk_id)).distinct()),
        func.count(REPLIES.c.page),
        func.coalesce(func.sum(func.length(REPLIES.c.body)), 0),
        _text(func.min(REPLIES.c.fetched_at)),
        _text(func.max(REPLIES.c.fetched_at)),
    )
    days = _days(connection, select(*call, *_TOLD).where(_IS_WHOLE, WALKS.c.pruned_at.is_(None)).distinct())
    rows = connection.execute(
        select(*call, *counts).join(REPLIES, REPLIES.c.walk_id == WALKS.c.walk_id).group_by(*call).order_by(*call)
    )
    found = []
    for row in rows:
        vendor, account, endpoint, walks, undated, replies, byte_count, oldest_at, newest_at = row
        oldest_at, newest_at = _instant(oldest_at), _instant(newest_at)
        spans = spans_of(days.get((vendor, account, endpoint), ()))
        found.append(
            Holding(vendor, account, endpoint, walks, replies, byte_count, oldest_at, newest_at, spans, undated)
        )
    return found


def coverages(connection: Connection, calls: Collection[tuple[str, str]]) -> list[Coverage]:
    """Return which days were asked for and which are told, of each room of these calls, (vendor, endpoint)."""
    asked, told = dict[_Place, set[date]](), dict[_Place, set[date]]()
    for vendor, endpoint in calls:
        for table in (WALKS, FAILURES):
            of_call = (table.c.vendor == vendor, table.c.endpoint == endpoint)
            columns = (*(table.c[name] for name in _PLACE), table.c.asked_from, table.c.asked_until)
            for place, days in _days(connection, select(*columns).where(*of_call).distinct()).items():
                asked.setdefault(place, set()).update(days)
        columns = (*(WALKS.c[name] for name in _PLACE), *_TOLD)
        of_call = (WALKS.c.vendor == vendor, WALKS.c.endpoint == endpoint)
        told |= _days(connection, select(*columns).where(_IS_WHOLE, *of_call).distinct())
    return [Coverage(*place, frozenset(days), frozenset(told.get(place, ()))) for place, days in asked.items()]


def spans_of(days: Collection[date]) -> tuple[Span, ...]:
    """Return days as spans, (first, last) of each, in order."""
    found: list[Span] = []
    for day in sorted(days):
        if found and day - found[-1][1] == _DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def prunable(connection: Connection, run_ids: Collection[str]) -> Pruning:
    """Return what `prune` would drop."""
    walk_ids = _only_used_by(connection, run_ids)
    replies = byte_count = 0
    for some in _in_parts(walk_ids):
        counted = select(func.count(), func.coalesce(func.sum(func.length(REPLIES.c.body)), 0))
        row = connection.execute(counted.where(REPLIES.c.walk_id.in_(some))).one()
        replies, byte_count = replies + row[0], byte_count + row[1]
    return Pruning(len(walk_ids), replies, byte_count)


def prune(connection: Connection, run_ids: Collection[str], now: datetime) -> Pruning:
    """Drop the replies of walks that only `run_ids` made and used; their counts and verdicts stay."""
    pruned = prunable(connection, run_ids)
    for some in _in_parts(_only_used_by(connection, run_ids)):
        connection.execute(delete(REPLIES).where(REPLIES.c.walk_id.in_(some)))
        connection.execute(update(WALKS).where(WALKS.c.walk_id.in_(some)).values(pruned_at=now))
    return pruned


def _only_used_by(connection: Connection, run_ids: Collection[str]) -> list[int]:
    """Return the walks with replies that no run but `run_ids` made or used, in order."""
    wanted = set(run_ids)
    needed = {
        walk_id
        for walk_id, run_id in connection.execute(select(RUN_WALKS.c.walk_id, RUN_WALKS.c.run_id))
        if run_id not in wanted
    }
    kept = select(WALKS.c.walk_id, WALKS.c.run_id).where(WALKS.c.pruned_at.is_(None)).order_by(WALKS.c.walk_id)
    return [row.walk_id for row in connection.execute(kept) if row.run_id in wanted and row.walk_id not in needed]


def _in_parts(walk_ids: list[int]) -> list[list[int]]:
    return [walk_ids[start : start + _AT_ONCE] for start in range(0, len(walk_ids), _AT_ONCE)]


def _days(connection: Connection, query: Select[Any]) -> dict[Any, set[date]]:
    """Return the days of rows that end in a first and a last one, by what stands before those."""
    found: dict[Any, set[date]] = {}
    for *place, first, last in connection.execute(query):
        days = found.setdefault(tuple(place), set())
        if first is not None and last is not None:
            start = day_of(first)
            days.update(start + _DAY * number for number in range((day_of(last) - start).days + 1))
    return found


def _text(moment: ColumnElement[datetime]) -> ColumnElement[str]:
    # instants are texts of one width, so the least text is the earliest
    return type_coerce(moment, String)


def _instant(moment: str | None) -> datetime | None:
    return None if moment is None else instant_of(moment)
