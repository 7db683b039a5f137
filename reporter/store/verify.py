"""Is what is stored still what was stored? Every reply and every file is hashed again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from reporter.store import replies
from reporter.store.schema import REPLIES, RUN_SOURCES, RUN_WALKS, SOURCES, WALKS

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
    of_run = select(RUN_SOURCES.c.sha256).where(RUN_SOURCES.c.run_id == run_id).distinct()
    files = connection.execute(select(SOURCES.c.sha256) if run_id is None else of_run).scalars().all()
    for sha256 in files:
        damages += _file(connection, sha256)
    return Verification(checked, len(files), tuple(damages))


def _walks(run_id: str | None) -> Any:  # noqa: ANN401 - a query, whose type says nothing to a reader
    columns = (WALKS.c.walk_id, WALKS.c.vendor, WALKS.c.account, WALKS.c.endpoint, WALKS.c.room, WALKS.c.run_id)
    more = (WALKS.c.pull_key, WALKS.c.generation, WALKS.c.verdict, WALKS.c.page_count, WALKS.c.pruned_at.is_not(None))
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
