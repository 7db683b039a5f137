"""From each schema version to the next, in words of that time: `schema.py` says how things are now, this how they were.

A step gets a connection inside one transaction, and is never changed once it has been released.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from sqlalchemy import Connection, text

#: what version 2 adds to the tables of version 1
_TO_2 = (
    "ALTER TABLE runs ADD COLUMN refreshes BOOLEAN DEFAULT FALSE NOT NULL",
    "ALTER TABLE walks ADD COLUMN account VARCHAR(128) DEFAULT '' NOT NULL",
    "ALTER TABLE walks ADD COLUMN room VARCHAR(256)",
    "ALTER TABLE walks ADD COLUMN topic VARCHAR(64) DEFAULT '' NOT NULL",
    "ALTER TABLE walks ADD COLUMN page_count INTEGER",
    "ALTER TABLE walks ADD COLUMN pruned_at VARCHAR(32)",
    "ALTER TABLE pace ADD COLUMN held_until FLOAT",
    "CREATE INDEX walks_by_topic ON walks (scope, topic)",
    (
        "UPDATE walks SET page_count = (SELECT count(*) FROM replies WHERE replies.walk_id = walks.walk_id) "
        "WHERE verdict IS NOT NULL"
    ),
    "ALTER TABLE replies ADD COLUMN seal VARCHAR(64) DEFAULT '' NOT NULL",
    "ALTER TABLE replies ADD COLUMN forgotten_at VARCHAR(32)",
    (
        "CREATE TABLE rejected (rejected_id INTEGER NOT NULL PRIMARY KEY, run_id VARCHAR(64) NOT NULL, "
        "vendor VARCHAR(64) NOT NULL, account VARCHAR(128) NOT NULL, endpoint VARCHAR(128) NOT NULL, "
        "room VARCHAR(256), page INTEGER NOT NULL, attempt INTEGER NOT NULL, status INTEGER NOT NULL, "
        "code VARCHAR(128) NOT NULL, request_id VARCHAR(256) NOT NULL, at VARCHAR(32) NOT NULL, "
        "byte_count INTEGER NOT NULL, body BLOB NOT NULL)"
    ),
    (
        "CREATE TABLE run_rooms (run_id VARCHAR(64) NOT NULL REFERENCES runs (run_id), vendor VARCHAR(64) NOT NULL, "
        "account VARCHAR(128) NOT NULL, room VARCHAR(256) NOT NULL, position INTEGER NOT NULL, "
        "PRIMARY KEY (run_id, vendor, account, room))"
    ),
    (
        "CREATE TABLE tombstones (tombstone_id INTEGER NOT NULL PRIMARY KEY, kind VARCHAR(16) NOT NULL, "
        "salt VARCHAR(64) NOT NULL, digest VARCHAR(64) NOT NULL, at VARCHAR(32) NOT NULL, "
        "reply_count INTEGER NOT NULL, row_count INTEGER NOT NULL)"
    ),
)

#: what version 3 adds to the tables of version 2
_TO_3 = (
    "ALTER TABLE runs ADD COLUMN folder VARCHAR(4096) DEFAULT '' NOT NULL",
    "ALTER TABLE runs ADD COLUMN config_path VARCHAR(4096) DEFAULT '' NOT NULL",
    "ALTER TABLE runs ADD COLUMN places TEXT DEFAULT '{}' NOT NULL",
    (
        "CREATE TABLE deliveries (key VARCHAR(32) NOT NULL PRIMARY KEY, client VARCHAR(128) NOT NULL, "
        "label VARCHAR(64) NOT NULL, audience VARCHAR(16) NOT NULL, content_sha256 VARCHAR(64) NOT NULL, "
        "workbook_sha256 VARCHAR(64) NOT NULL, recipient VARCHAR(512) NOT NULL, message_id VARCHAR(512) NOT NULL, "
        "run_id VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, reason TEXT NOT NULL, attempt VARCHAR(32), "
        "tries INTEGER NOT NULL, due_at VARCHAR(32), planned_at VARCHAR(32) NOT NULL, "
        "changed_at VARCHAR(32) NOT NULL)"
    ),
    "CREATE INDEX deliveries_of_a_report ON deliveries (client, label)",
)


def _to_2(connection: Connection) -> None:
    """Name each walk's account and room, count pages, seal replies; add rejected replies, found rooms, tombstones."""
    postgresql = connection.dialect.name == "postgresql"
    for statement in _TO_2:
        words = statement.replace("BLOB", "BYTEA") if postgresql else statement
        if postgresql:
            for name in ("rejected_id", "tombstone_id"):
                words = words.replace(f"{name} INTEGER NOT NULL", f"{name} SERIAL NOT NULL")
        connection.execute(text(words))
    _seal_all(connection)


def _seal_all(connection: Connection) -> None:
    one = "WHERE walk_id = :walk_id AND page = :page"
    for place in connection.execute(text("SELECT walk_id, page FROM replies")).mappings().all():
        row = connection.execute(
            text(f"SELECT body, sha256, fetched_at, request_id FROM replies {one}"),  # noqa: S608 - our own words
            dict(place),
        ).one()
        seal = _seal_of_2(place["page"], bytes(row.body), row.sha256, row.fetched_at, row.request_id)
        connection.execute(text(f"UPDATE replies SET seal = :seal {one}"), {**place, "seal": seal})  # noqa: S608 - likewise


def _seal_of_2(page: int, body: bytes, sha256: str, fetched_at: str, request_id: str) -> str:
    digest = hashlib.sha256()
    for part in (str(page).encode(), body, sha256.encode(), fetched_at.encode(), request_id.encode()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _to_3(connection: Connection) -> None:
    """Keep with a run who was seen in it and where its files, config and accounts are; add the mail ledger."""
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in (f"ALTER TABLE runs ADD COLUMN seen {kind}", *_TO_3):
        connection.execute(text(statement))


def _to_4(connection: Connection) -> None:
    """Keep with a mail when it was last tried; of what was tried before, no more is known than when it was planned."""
    connection.execute(text("ALTER TABLE deliveries ADD COLUMN tried_at VARCHAR(32)"))
    connection.execute(text("UPDATE deliveries SET tried_at = planned_at WHERE tries > 0"))


#: what version 5 adds to the tables of version 4
_TO_5 = (
    "ALTER TABLE walks ADD COLUMN asked_from VARCHAR(10)",
    "ALTER TABLE walks ADD COLUMN asked_until VARCHAR(10)",
    "ALTER TABLE walks ADD COLUMN first_day VARCHAR(10)",
    "ALTER TABLE walks ADD COLUMN last_day VARCHAR(10)",
    (
        "CREATE TABLE failures (run_id VARCHAR(64) NOT NULL REFERENCES runs (run_id), scope VARCHAR(128) NOT NULL, "
        "pull_key VARCHAR(64) NOT NULL, vendor VARCHAR(64) NOT NULL, endpoint VARCHAR(128) NOT NULL, "
        "account VARCHAR(128) NOT NULL, room VARCHAR(256), issues TEXT NOT NULL, asked_from VARCHAR(10), "
        "asked_until VARCHAR(10), "
        "PRIMARY KEY (run_id, scope, pull_key))"
    ),
    "CREATE INDEX failures_of_a_question ON failures (scope, pull_key)",
)


def _to_5(connection: Connection) -> None:
    """Keep with a walk the days that it is about, which nobody knows of older ones, and why pulls failed."""
    for statement in _TO_5:
        connection.execute(text(statement))


#: from a version to the next one
MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {1: _to_2, 2: _to_3, 3: _to_4, 4: _to_5}
