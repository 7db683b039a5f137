"""Replies: their ids, and their bodies, compressed and hashed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import zstandard
from sqlalchemy import Connection, Row, Select, String, bindparam, delete, func, insert, select, type_coerce

from reporter.errors import StoreError
from reporter.store.schema import REPLIES, WALKS

#: no reply unpacks to more (`fetch` refuses it): a header that says so is damaged
_LARGEST = 2 * 1024**3
#: small pages that are read ahead together, and the bytes as kept that make one small: a query takes as long as many
_AHEAD_PAGES, _SMALL = 64, 4096
#: making one takes longer than packing a small reply
_PACKER = zstandard.ZstdCompressor()

_AT = type_coerce(REPLIES.c.fetched_at, String).label("at")
_ROWS = select(
    REPLIES.c.walk_id, REPLIES.c.page, REPLIES.c.body, REPLIES.c.sha256, _AT, REPLIES.c.request_id, REPLIES.c.seal
)
_OF_WALK = REPLIES.c.walk_id == bindparam("of_walk")
_ONE = _ROWS.where(_OF_WALK, REPLIES.c.page == bindparam("of_page"))
_AHEAD = (
    _ROWS.where(_OF_WALK, REPLIES.c.page > bindparam("of_page"), func.length(REPLIES.c.body) <= _SMALL)
    .order_by(REPLIES.c.page)
    .limit(_AHEAD_PAGES)
)
_HEADS = select(REPLIES.c.page, REPLIES.c.fetched_at, REPLIES.c.request_id).where(_OF_WALK).order_by(REPLIES.c.page)


@dataclass(frozen=True, slots=True)
class Page:
    """One accepted reply of a walk, secrets removed: `number` counts from 1, `fetched_at` is UTC."""

    number: int
    body: bytes = field(repr=False)
    fetched_at: datetime
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class PageHead:
    """What is told of a stored page beside its body."""

    number: int
    fetched_at: datetime
    request_id: str


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
    connection.execute(insert(REPLIES), {"walk_id": walk_id, "page": page.number, **kept(page)})


def pages(connection: Connection, walk_id: int) -> tuple[Page, ...]:
    """Return a walk's pages in order; raises `StoreError` for a body that is not what was stored."""
    return tuple(_page(connection, row) for row in connection.execute(rows_of(walk_id)))


def heads(connection: Connection, walk_id: int) -> tuple[PageHead, ...]:
    """Return a walk's pages in order, without reading their bodies."""
    return tuple(PageHead(*row) for row in connection.execute(_HEADS, {"of_walk": walk_id}))


def bodies(connection: Connection, walk_id: int, first: int) -> dict[int, bytes]:
    """Return the vendor's bytes of one page, by its number, and those of the small ones after it where it is small.

    Raises `StoreError` where those of the first are not what was stored, or gone; another such one is left out.
    """
    place = {"of_walk": walk_id, "of_page": first}
    row = connection.execute(_ONE, place).first()
    if row is None:
        raise StoreError(f"page {first} of walk {walk_id} is no longer stored: it was pruned; run again")
    found: dict[int, bytes | None] = {first: _page(connection, row).body}
    if len(row.body) <= _SMALL:
        found |= {one.page: body_of(one) for one in connection.execute(_AHEAD, place)}
    return {page: body for page, body in found.items() if body is not None}


def rows_of(walk_id: int) -> Select[tuple[Any, ...]]:
    """Return the query for a walk's rows as they are kept, in order; `at` is the text of `fetched_at`."""
    return _ROWS.where(REPLIES.c.walk_id == walk_id).order_by(REPLIES.c.page)


def kept(page: Page) -> dict[str, object]:
    """Return the columns in which a page is kept, but for its place."""
    body, sha256, request_id = packed(page.body), hashlib.sha256(page.body).hexdigest(), page.request_id[:256]
    at = page.fetched_at.astimezone(UTC).isoformat(timespec="microseconds")
    return {
        "body": body,
        "sha256": sha256,
        "fetched_at": page.fetched_at,
        "request_id": request_id,
        "seal": seal(page.number, body, sha256, at, request_id),
    }


def seal(number: int, body: bytes, sha256: str, at: str, request_id: str) -> str:
    """Return the hash of a row as it is kept: a changed bit anywhere in it shows."""
    return _digest((str(number), body, sha256, at, request_id))


def body_of(row: Row[Any]) -> bytes | None:
    """Return the vendor's bytes of a row of `rows_of`, None where they are not those that were stored."""
    packed_body = bytes(row.body)
    if seal(row.page, packed_body, row.sha256, row.at, row.request_id) != row.seal:
        return None
    try:
        body = unpacked(packed_body)
    except ValueError:
        return None
    return body if hashlib.sha256(body).hexdigest() == row.sha256 else None


def named(walk: Row[Any], page: int) -> str:
    """Return what a reader calls a reply: call, room and page, its id, and the run that asked for it."""
    room = f" room {walk.room}" if walk.room else ""
    place = f"{walk.vendor}:{walk.account or '?'} {walk.endpoint}{room} page {page}"
    if not walk.account or walk.generation is None:
        return f"{place} (run {walk.run_id})"
    made = reply_id(
        vendor=walk.vendor,
        account=walk.account,
        endpoint=walk.endpoint,
        key=walk.pull_key,
        page=page,
        generation=walk.generation,
    )
    return f"{place} (reply {made}, run {walk.run_id})"


def discard(connection: Connection, walk_id: int) -> None:
    """Forget the pages of a walk that is to be read again."""
    connection.execute(delete(REPLIES).where(REPLIES.c.walk_id == walk_id))


def packed(body: bytes) -> bytes:
    """Return bytes as they are kept (zstd)."""
    return _PACKER.compress(body)


def unpacked(body: bytes) -> bytes:
    """Return bytes as they were; raises `ValueError` for damaged ones."""
    try:
        if zstandard.frame_content_size(body) > _LARGEST:
            raise ValueError("damaged")
        return zstandard.ZstdDecompressor().decompress(body)
    except (zstandard.ZstdError, MemoryError) as fault:
        raise ValueError("damaged") from fault


def _page(connection: Connection, row: Row[Any]) -> Page:
    body = body_of(row)
    if body is None:
        walk = connection.execute(select(WALKS).where(WALKS.c.walk_id == row.walk_id)).one()
        raise StoreError(
            f"a stored reply is damaged, its bytes are not those that were hashed: {named(walk, row.page)}; "
            "run with --refresh, and `reporter archive verify` to see what else is"
        )
    return Page(row.page, body, datetime.fromisoformat(row.at), row.request_id)


def _digest(parts: tuple[str | bytes, ...]) -> str:
    """Hash parts so that no two lists of parts share a text."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
