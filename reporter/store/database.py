"""Opening the database: where it lies, who may read it, which version it has. The only SQLite-minded file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from reporter.errors import StoreError
from reporter.files import PRIVATE
from reporter.store.migrations import MIGRATIONS
from reporter.store.schema import META, metadata

SCHEMA_VERSION = 5

#: how long a writer waits for another process's transaction
_BUSY_SECONDS = 30
#: what the log may keep of the disk once its contents are in the database: a long reader makes it grow
_LOG_BYTES = 64 * 1024**2


def open_engine(url: str) -> Engine:
    """Return an engine on a database of this version: made if there is none, migrated if it is older.

    Raises `StoreError`, one line, for an address that is none, a place that cannot be written, a file
    that is no database or another program's, and a newer version.
    """
    place = parsed(url)
    try:
        _make_private(place)
        engine = _connected(place)
    except (OSError, ImportError, SQLAlchemyError) as fault:
        raise cannot(place, fault) from fault
    try:
        with engine.begin() as connection:
            prepare(connection, named(place))
    except (SQLAlchemyError, sqlite3.Error) as fault:
        engine.dispose()
        raise cannot(place, fault) from fault
    except StoreError:
        engine.dispose()
        raise
    return engine


def prepare(
    connection: Connection,
    place: str,
    *,
    version: int = SCHEMA_VERSION,
    migrations: Mapping[int, Callable[[Connection], None]] = MIGRATIONS,
) -> None:
    """Bring the database to `version` inside the connection's transaction, or raise `StoreError`."""
    tables = inspect(connection).get_table_names()
    if not tables:
        metadata.create_all(connection)
        connection.execute(insert(META).values(name="schema_version", value=str(version)))
        return
    found = _version(connection) if META.name in tables else None
    if found is None:
        raise StoreError(f"{place} is another program's database; name a file of its own with --store")
    if found > version:
        raise StoreError(
            f"{place} was written by a newer reporter (schema {found}, this one knows {version}); "
            "upgrade reporter, or name another database with --store"
        )
    for step in range(found, version):
        migrations[step](connection)
    connection.execute(update(META).where(META.c.name == "schema_version").values(value=str(version)))


def zero_what_is_deleted(connection: Connection) -> None:
    """Have what this connection deletes overwritten, so that no trace of it stays in the file."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def compact(engine: Engine) -> None:
    """Give back the room of what was deleted, in the file and in its log."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        raw.close()


def cannot(place: URL, fault: Exception) -> StoreError:
    """Return the one line for a fault of the database: the place, what is wrong, what to do."""
    cause = getattr(fault, "orig", None) or fault
    reason = str(getattr(cause, "strerror", None) or cause).strip().splitlines()[0].lower()
    return StoreError(f"the database {named(place)} cannot be used: {reason}; {_advice(reason)}")


def named(place: URL) -> str:
    """Return what a reader calls the database: its path, or its address without what may be secret in it."""
    is_file = place.get_backend_name() == "sqlite" and place.database
    return str(place.database) if is_file else place.set(query={}).render_as_string(hide_password=True)


def parsed(url: str) -> URL:
    """Return a database's address; raises `StoreError`, never quoting what may hold a password, for what is none."""
    try:
        place = make_url(url)
        place.get_backend_name()
    except (ArgumentError, SQLAlchemyError) as fault:
        shown = "what --store names" if "@" in url else repr(url)
        raise StoreError(f"{shown} is no database address; write --store sqlite:///path/to/reporter.db") from fault
    return place


def _version(connection: Connection) -> int | None:
    value = connection.execute(select(META.c.value).where(META.c.name == "schema_version")).scalar()
    return int(value) if value and value.isdecimal() else None


def _advice(reason: str) -> str:
    if "not a database" in reason or "malformed" in reason:
        return "name another file with --store, or move this one away"
    if any(words in reason for words in ("full", "no space", "i/o error", "too large")):
        return "make room on the disk, check that it is sound, and run again: what is committed is kept"
    if "locked" in reason:
        return "another process holds it; wait, or stop that one"
    if "no module named" in reason:
        return "install the database's driver, or use sqlite:///path"
    return "check that the folder exists and may be written, or name another place with --store"


def _make_private(place: URL) -> None:
    """Make the file of a new SQLite database, readable by its owner alone; SQLite's side files follow it."""
    if place.get_backend_name() != "sqlite" or not place.database or place.database == ":memory:":
        return
    path = Path(place.database)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE))


def _connected(place: URL) -> Engine:
    engine = create_engine(place)
    if place.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    # autocommit of the driver off: transactions begin where `_begin` says
    connection.isolation_level = None
    # a text that a disk has damaged is read all the same, so that its hash, not its spelling, tells on it
    connection.text_factory = lambda data: data.decode(errors="replace")
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # past SQLAlchemy, whose own way to say so costs more than the statement
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    options = connection.get_execution_options()
    if options.get("reads"):
        driver.execute("BEGIN")
        return
    # NORMAL may lose the last commits in a power cut; the log is one sequence, so a FULL one keeps all before it
    driver.execute(f"PRAGMA synchronous = {'NORMAL' if options.get('notes') else 'FULL'}")
    # a transaction that reads first and writes later would fail at once when another process wrote between
    driver.execute("BEGIN IMMEDIATE")
