"""Replies: their ids, and their bodies, compressed and hashed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

import zstandard
from sqlalchemy import Connection, delete, insert, select

from reporter.errors import StoreError
from reporter.store.schema import REPLIES


@dataclass(frozen=True, slots=True)
class Page:
    """One accepted reply of a walk, secrets removed: `number` counts from 1, `fetched_at` is UTC."""

    number: int
    body: bytes = field(repr=False)
    fetched_at: datetime
    request_id: str = ""


def pull_key(*parts: str | bytes) -> str:
    """Return the key of a pull from what its first, unsigned request consists of: call, method, target, body."""
    return _digest(parts)


def reply_id(*, vendor: str, account: str, endpoint: str, key: str, page: int, generation: int) -> str:
    """Return the id that a reply has in every table: 24 hex digits, the same in every store.

    `account` is the config's name for it, `key` stands for the call's parameters; body and clock have no
    part in it.
    """
    return _digest((vendor, account, endpoint, key, str(page), str(generation)))[:24]


def add(connection: Connection, walk_id: int, page: Page) -> None:
    """Keep one page of a walk."""
    connection.execute(
        insert(REPLIES).values(
            walk_id=walk_id,
            page=page.number,
            body=packed(page.body),
            sha256=hashlib.sha256(page.body).hexdigest(),
            fetched_at=page.fetched_at,
            request_id=page.request_id[:256],
        )
    )


def pages(connection: Connection, walk_id: int) -> tuple[Page, ...]:
    """Return a walk's pages in order; raises `StoreError` for a body that is not what was stored."""
    rows = connection.execute(select(REPLIES).where(REPLIES.c.walk_id == walk_id).order_by(REPLIES.c.page))
    return tuple(Page(row.page, _checked(row.body, row.sha256), row.fetched_at, row.request_id) for row in rows)


def discard(connection: Connection, walk_id: int) -> None:
    """Forget the pages of a walk that is to be read again."""
    connection.execute(delete(REPLIES).where(REPLIES.c.walk_id == walk_id))


def packed(body: bytes) -> bytes:
    """Return bytes as they are kept (zstd)."""
    return zstandard.ZstdCompressor().compress(body)


def unpacked(body: bytes) -> bytes:
    """Return bytes as they were; raises `ValueError` for damaged ones."""
    try:
        return zstandard.ZstdDecompressor().decompress(body)
    except zstandard.ZstdError as fault:
        raise ValueError("damaged") from fault


def _checked(kept: bytes, sha256: str) -> bytes:
    try:
        body = unpacked(kept)
    except ValueError:
        body = None
    if body is None or hashlib.sha256(body).hexdigest() != sha256:
        raise StoreError("a stored reply is damaged: its bytes are not those that were hashed; run with --refresh")
    return body


def _digest(parts: tuple[str | bytes, ...]) -> str:
    """Hash parts so that no two lists of parts share a text."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
