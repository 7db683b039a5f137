"""What is kept of each account, and dropping what no report needs any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, String, delete, func, select, type_coerce, update

from reporter.store.schema import REPLIES, RUN_WALKS, RUNS, WALKS, instant_of

#: how many names a database takes in one list
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Holding:
    """What is kept of one call of one account: `byte_count` as kept, `until` the newest period's end (UTC).

    `account` is "" for what an earlier version of reporter stored without it.
    """

    vendor: str
    account: str
    endpoint: str
    walks: int
    replies: int
    byte_count: int
    oldest_at: datetime | None
    newest_at: datetime | None
    since: datetime | None
    until: datetime | None


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
        func.count(REPLIES.c.page),
        func.coalesce(func.sum(func.length(REPLIES.c.body)), 0),
        _text(func.min(REPLIES.c.fetched_at)),
        _text(func.max(REPLIES.c.fetched_at)),
    )
    periods = (_text(func.min(RUNS.c.period_start)), _text(func.max(RUNS.c.period_end)))
    used = select(*call, *periods).join(RUN_WALKS, RUN_WALKS.c.walk_id == WALKS.c.walk_id).join(RUNS, _used())
    spans = {
        tuple(row[:3]): row[3:] for row in connection.execute(used.where(WALKS.c.pruned_at.is_(None)).group_by(*call))
    }
    rows = connection.execute(
        select(*call, *counts).join(REPLIES, REPLIES.c.walk_id == WALKS.c.walk_id).group_by(*call).order_by(*call)
    )
    found = []
    for row in rows:
        since, until = spans.get(tuple(row[:3]), (None, None))
        vendor, account, endpoint, walks, replies, byte_count, oldest_at, newest_at = row
        moments = (_instant(moment) for moment in (oldest_at, newest_at, since, until))
        found.append(Holding(vendor, account, endpoint, walks, replies, byte_count, *moments))
    return found


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


def _used() -> ColumnElement[bool]:
    return RUNS.c.run_id == RUN_WALKS.c.run_id


def _text(moment: ColumnElement[datetime]) -> ColumnElement[str]:
    # instants are texts of one width, so the least text is the earliest
    return type_coerce(moment, String)


def _instant(moment: str | None) -> datetime | None:
    return None if moment is None else instant_of(moment)
