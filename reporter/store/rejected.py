"""Replies that were refused: few, cut, short-lived, for an engineer who asks what a vendor really said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from reporter.store.replies import packed, unpacked
from reporter.store.schema import REJECTED

#: bytes that are kept of one reply, replies that are kept in all, and how long
LONGEST = 64 * 1024
MOST = 200
KEPT = timedelta(days=7)
#: stands for one that is damaged: it is kept to be looked at, and nothing is made of it
_UNREADABLE = b"(damaged in the database, and not to be read any more)"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A reply that was no data: its place, what was wrong, and its first bytes, secrets removed.

    `byte_count` is its whole length; `status` is the HTTP status (0: none came), `code` the vendor's.
    """

    run_id: str
    vendor: str
    account: str
    endpoint: str
    room: str | None
    page: int
    attempt: int
    status: int
    code: str
    request_id: str
    at: datetime
    body: bytes = field(repr=False)
    byte_count: int = 0


def add(connection: Connection, one: Rejection) -> None:
    """Keep a refused reply's first bytes; what is too old or too much goes."""
    connection.execute(
        insert(REJECTED).values(
            run_id=one.run_id,
            vendor=one.vendor,
            account=one.account,
            endpoint=one.endpoint,
            room=one.room,
            page=one.page,
            attempt=one.attempt,
            status=one.status,
            code=one.code[:128],
            request_id=one.request_id[:256],
            at=one.at,
            byte_count=one.byte_count or len(one.body),
            body=packed(one.body[:LONGEST]),
        )
    )
    connection.execute(delete(REJECTED).where(REJECTED.c.at < one.at - KEPT))
    oldest = select(REJECTED.c.rejected_id).order_by(REJECTED.c.rejected_id.desc()).offset(MOST).limit(1)
    last = connection.execute(oldest).scalar()
    if last is not None:
        connection.execute(delete(REJECTED).where(REJECTED.c.rejected_id <= last))


def body_of(kept: bytes) -> bytes | None:
    """Return a refused reply's first bytes, None where they are not those that were kept."""
    try:
        return unpacked(kept)
    except ValueError:
        return None


def every(connection: Connection) -> list[Rejection]:
    """Return the refused replies that are kept, the newest first."""
    return [
        Rejection(
            row.run_id,
            row.vendor,
            row.account,
            row.endpoint,
            row.room,
            row.page,
            row.attempt,
            row.status,
            row.code,
            row.request_id,
            row.at,
            _UNREADABLE if (body := body_of(row.body)) is None else body,
            row.byte_count,
        )
        for row in connection.execute(select(REJECTED).order_by(REJECTED.c.rejected_id.desc()))
    ]
