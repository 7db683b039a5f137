"""Erasing a person from what is stored: every body is rewritten as the eraser says, and a tombstone is left.

Who the person is, and what of a reply says so, is not this room's affair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from reporter.errors import StoreError
from reporter.store import replies
from reporter.store.replies import Page
from reporter.store.schema import FAILURES, REJECTED, REPLIES, RUN_SOURCES, RUN_WALKS, RUNS, SOURCES, TOMBSTONES, WALKS


@dataclass(frozen=True, slots=True)
class StoredReply:
    """One stored reply and its place; `scope` tells accounts apart whose names are not known."""

    vendor: str
    account: str
    scope: str
    endpoint: str
    room: str | None
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Eraser:
    """What is to become of each body, file and text.

    reply   a stored reply -> (its new body, rows of the person in it), or None to leave it
    file    (name, bytes) of a file that a run was made from -> new bytes, or None to leave it
    text    what a run's record says -> the same without the person
    seen    (client, who was seen in a run, packed) -> the same without the person
    """

    reply: Callable[[StoredReply], tuple[bytes, int] | None]
    file: Callable[[str, bytes], bytes | None]
    text: Callable[[str], str]
    seen: Callable[[str, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That somebody was erased: a salted hash of who (hex), when, and how much it was."""

    kind: str
    salt: str
    digest: str
    at: datetime
    replies: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was rewritten: replies, rows of the person in them, and files of runs."""

    replies: int
    rows: int
    files: int


def scan(connection: Connection) -> Iterator[StoredReply]:
    """Yield every stored reply in order; raises `StoreError` for a damaged one."""
    for walk in connection.execute(select(WALKS).order_by(WALKS.c.walk_id)).all():
        for page in replies.pages(connection, walk.walk_id):
            yield StoredReply(walk.vendor, walk.account, walk.scope, walk.endpoint, walk.room, page.body)


def erase(connection: Connection, eraser: Eraser, tombstone: Tombstone) -> Erasure:
    """Rewrite everything; refused replies all go, since nothing says whom they are about."""
    counted = [_walk(connection, walk_id, eraser, tombstone.at) for walk_id in _walk_ids(connection)]
    changed, rows = sum(one[0] for one in counted), sum(one[1] for one in counted)
    files = sum(
        _file(connection, sha256, eraser) for sha256 in connection.execute(select(SOURCES.c.sha256)).scalars().all()
    )
    _records(connection, eraser)
    connection.execute(delete(REJECTED))
    connection.execute(
        insert(TOMBSTONES).values(
            kind=tombstone.kind,
            salt=tombstone.salt,
            digest=tombstone.digest,
            at=tombstone.at,
            reply_count=changed,
            row_count=rows,
        )
    )
    return Erasure(changed, rows, files)


def tombstones(connection: Connection) -> list[Tombstone]:
    """Return who was erased, in the order of erasing."""
    rows = connection.execute(select(TOMBSTONES).order_by(TOMBSTONES.c.tombstone_id))
    return [Tombstone(row.kind, row.salt, row.digest, row.at, row.reply_count, row.row_count) for row in rows]


def has_changed(connection: Connection, run_id: str, since: datetime) -> bool:
    """Say whether an erasure later than `since` rewrote a reply that a run used."""
    used = select(RUN_WALKS.c.walk_id).where(RUN_WALKS.c.run_id == run_id)
    found = select(REPLIES.c.walk_id).where(REPLIES.c.walk_id.in_(used), REPLIES.c.forgotten_at > since)
    return connection.execute(found.limit(1)).first() is not None


def _walk_ids(connection: Connection) -> list[int]:
    return list(connection.execute(select(WALKS.c.walk_id).order_by(WALKS.c.walk_id)).scalars())


def _walk(connection: Connection, walk_id: int, eraser: Eraser, at: datetime) -> tuple[int, int]:
    """Rewrite a walk's replies; return how many changed, and the person's rows in them."""
    walk = connection.execute(select(WALKS).where(WALKS.c.walk_id == walk_id)).one()
    changed = rows = 0
    for page in replies.pages(connection, walk_id):
        found = eraser.reply(StoredReply(walk.vendor, walk.account, walk.scope, walk.endpoint, walk.room, page.body))
        if found is None:
            continue
        kept = replies.kept(Page(page.number, found[0], page.fetched_at, page.request_id))
        where = (REPLIES.c.walk_id == walk_id, REPLIES.c.page == page.number)
        connection.execute(update(REPLIES).where(*where).values(**kept, forgotten_at=at))
        changed, rows = changed + 1, rows + found[1]
    return changed, rows


def _file(connection: Connection, sha256: str, eraser: Eraser) -> bool:
    """Rewrite one file of runs, under its new hash."""
    packed = connection.execute(select(SOURCES.c.body).where(SOURCES.c.sha256 == sha256)).scalar_one()
    name = connection.execute(select(RUN_SOURCES.c.name).where(RUN_SOURCES.c.sha256 == sha256).limit(1)).scalar() or ""
    try:
        body = eraser.file(name, replies.unpacked(bytes(packed)))
    except ValueError as fault:
        raise StoreError(f"the stored file {name} is damaged; see `reporter archive verify`") from fault
    if body is None:
        return False
    changed = hashlib.sha256(body).hexdigest()
    if connection.execute(select(SOURCES.c.sha256).where(SOURCES.c.sha256 == changed)).first() is None:
        connection.execute(insert(SOURCES).values(sha256=changed, body=replies.packed(body)))
    connection.execute(update(RUN_SOURCES).where(RUN_SOURCES.c.sha256 == sha256).values(sha256=changed))
    connection.execute(delete(SOURCES).where(SOURCES.c.sha256 == sha256))
    return True


def _records(connection: Connection, eraser: Eraser) -> None:
    _issues(connection, eraser)
    for row in connection.execute(select(RUNS.c.run_id, RUNS.c.manifest).where(RUNS.c.manifest.is_not(None))).all():
        if (manifest := eraser.text(row.manifest)) != row.manifest:
            connection.execute(update(RUNS).where(RUNS.c.run_id == row.run_id).values(manifest=manifest))
    known = select(RUNS.c.run_id, RUNS.c.client, RUNS.c.seen).where(RUNS.c.seen.is_not(None))
    for run_id, client, before in connection.execute(known).all():
        if (seen := eraser.seen(client, before)) != before:
            connection.execute(update(RUNS).where(RUNS.c.run_id == run_id).values(seen=seen))


def _issues(connection: Connection, eraser: Eraser) -> None:
    for table in (WALKS, FAILURES):
        told = select(table.c.issues).where(table.c.issues != "[]").distinct()
        for before in connection.execute(told).scalars().all():
            if (after := eraser.text(before)) != before:
                connection.execute(update(table).where(table.c.issues == before).values(issues=after))
