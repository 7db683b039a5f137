"""Is what is stored still what was stored? Every reply and every file is hashed again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, String, select, type_coerce

from reporter.model import WORST_FIRST
from reporter.store import rejected, replies
from reporter.store.schema import (
    FAILURES,
    REJECTED,
    REPLIES,
    RUN_SOURCES,
    RUN_WALKS,
    SOURCES,
    WALKS,
    DamagedError,
    Instant,
    instant_of,
    metadata,
)
from reporter.store.walks import issues_of

#: SQLite names at most so many of its own faults
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not what was stored: `what` names it, `why` says how it shows. Nothing personal in either."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How many replies and files were hashed again, and which are damaged."""

    replies: int
    files: int
    damages: tuple[Damage, ...]


def verify(connection: Connection, run_id: str | None = None) -> Verification:
    """Hash all again; also look for pages that are missing from a finished walk, and at the database's own pages.

    With `run_id` only the replies and files that this run used are looked at.
    """
    damages = list(_database(connection)) if run_id is None else []
    checked = 0
    for walk in connection.execute(_walks(run_id)).all():
        pages = []
        for row in connection.execute(replies.rows_of(walk.walk_id)):
            checked += 1
            pages.append(row.page)
            if replies.body_of(row) is None:
                damages.append(Damage(replies.named(walk, row.page), "its bytes are not those that were hashed"))
        damages += _gaps(walk, pages)
        damages += _outcome(walk)
    damages += _records(connection) if run_id is None else ()
    of_run = select(RUN_SOURCES.c.sha256).where(RUN_SOURCES.c.run_id == run_id).distinct()
    files = connection.execute(select(SOURCES.c.sha256) if run_id is None else of_run).scalars().all()
    for sha256 in files:
        damages += _file(connection, sha256)
    return Verification(checked, len(files), tuple(damages))


def _walks(run_id: str | None) -> Any:  # noqa: ANN401 - a query, whose type says nothing to a reader
    columns = (WALKS.c.walk_id, WALKS.c.vendor, WALKS.c.account, WALKS.c.endpoint, WALKS.c.room, WALKS.c.run_id)
    kept = (WALKS.c.generation, WALKS.c.verdict, WALKS.c.page_count, WALKS.c.issues)
    more = (WALKS.c.pull_key, *kept, WALKS.c.pruned_at.is_not(None))
    walks = select(*columns, *more[:-1], more[-1].label("is_pruned")).order_by(WALKS.c.walk_id)
    if run_id is None:
        return walks
    return walks.where(WALKS.c.walk_id.in_(select(RUN_WALKS.c.walk_id).where(RUN_WALKS.c.run_id == run_id)))


def _gaps(walk: Row[Any], pages: list[int]) -> Iterator[Damage]:
    if walk.is_pruned or walk.verdict is None:
        return
    known = set(pages)
    for number in range(1, max([walk.page_count or 0, *pages]) + 1):
        if number not in known:
            yield Damage(replies.named(walk, number), "the reply is gone")


def _outcome(walk: Row[Any]) -> Iterator[Damage]:
    """Look at how a walk is said to have ended."""
    try:
        issues_of(walk.issues)
    except DamagedError as fault:
        yield Damage(replies.named(walk, 1), str(fault))
    if walk.verdict not in {None, *WORST_FIRST}:
        yield Damage(replies.named(walk, 1), "its verdict is none")


def _records(connection: Connection) -> Iterator[Damage]:
    """Look at the times of all rows but replies, which are sealed, at failed pulls and at replies that were refused."""
    tables = [table for table in metadata.sorted_tables if table is not REPLIES]
    for column in [one for table in tables for one in table.columns if isinstance(one.type, Instant)]:
        yield from _times(connection, column)
    for row in connection.execute(select(FAILURES)).all():
        try:
            issues_of(row.issues)
        except DamagedError:
            place = f"{row.vendor}:{row.account} {row.endpoint}" + (f" room {row.room}" if row.room else "")
            yield Damage(f"{place} (run {row.run_id})", "why it failed cannot be read")
    for number, body in connection.execute(select(REJECTED.c.rejected_id, REJECTED.c.body)):
        if rejected.body_of(body) is None:
            yield Damage(f"refused reply {number}", "its bytes cannot be unpacked")


def _times(connection: Connection, column: Column[Any]) -> Iterator[Damage]:
    keys = list(column.table.primary_key)
    names = ", ".join(key.name for key in keys)
    for *values, text in connection.execute(select(*keys, type_coerce(column, String)).where(column.is_not(None))):
        if not _is_instant(text):
            yield Damage(f"{column.table.name}.{column.name} of {names} {', '.join(map(str, values))}", "it is no time")


def _is_instant(text: str) -> bool:
    try:
        instant_of(text)
    except DamagedError:
        return False
    return True


def _file(connection: Connection, sha256: str) -> Iterator[Damage]:
    try:
        body = replies.unpacked(
            bytes(connection.execute(select(SOURCES.c.body).where(SOURCES.c.sha256 == sha256)).scalar_one())
        )
    except ValueError:
        body = b""
    if hashlib.sha256(body).hexdigest() == sha256:
        return
    users = select(RUN_SOURCES.c.name, RUN_SOURCES.c.run_id).where(RUN_SOURCES.c.sha256 == sha256).limit(1)
    user = connection.execute(users).first()
    named = f"file {user.name} (run {user.run_id})" if user else "a file that no run names"
    yield Damage(named, "its bytes are not those that were hashed")


def _database(connection: Connection) -> Iterator[Damage]:
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql(f"PRAGMA quick_check({_MOST_FAULTS})").scalars().all()
    yield from (Damage("the database file", line.splitlines()[0]) for line in found if line != "ok")
    orphans = select(REPLIES.c.walk_id).where(REPLIES.c.walk_id.not_in(select(WALKS.c.walk_id))).distinct()
    for walk_id in connection.execute(orphans).scalars():
        yield Damage(f"the replies of walk {walk_id}", "nothing says what they answer")
