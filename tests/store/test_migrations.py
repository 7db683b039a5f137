"""A database of version 1, as it was made and filled then, is opened by this version."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import create_engine, inspect

from reporter.errors import StoreError
from reporter.model import Period
from reporter.store import SCHEMA_VERSION, Delivery, Outcome, Page, Store, WalkKey
from reporter.store.schema import metadata

VERSION_1 = Path(__file__).parent / "version_1.sql"
AT = "2026-11-16T12:00:00.000000+00:00"
BODIES = (b'{"page":1}', b'{"page":2}')
KEY = WalkKey("scope", "k" * 64, "toy", "rows")


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    connection.execute("INSERT INTO meta VALUES ('schema_version', '1')")
    run = ("run-1", "acme", "2026-W46", AT, AT, "UTC", "c" * 64, AT, AT, AT, "complete", "{}", '{"people": 3}', 0)
    connection.execute(f"INSERT INTO runs VALUES ({','.join('?' * len(run))})", run)  # noqa: S608 - placeholders
    walk = (7, KEY.scope, KEY.pull_key, "toy", "rows", "run-1", 1, "complete", 4, 4, "[]", AT)
    connection.execute(f"INSERT INTO walks VALUES ({','.join('?' * len(walk))})", walk)  # noqa: S608 - likewise
    for page, body in enumerate(BODIES, 1):
        packed, sha256 = zstandard.ZstdCompressor().compress(body), hashlib.sha256(body).hexdigest()
        connection.execute("INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?)", (7, page, packed, sha256, AT, f"r{page}"))
    connection.execute("INSERT INTO run_walks VALUES ('run-1', ?, ?, 7)", (KEY.scope, KEY.pull_key))
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def test_version_1_is_migrated_and_keeps_what_it_held(url: str) -> None:
    with Store.open(url) as store:
        assert [page.body for page in store.pages(7)] == list(BODIES)
        walk = store.newest_walk(KEY)
        assert walk is not None
        assert (walk.walk_id, walk.generation, walk.outcome.rows) == (7, 1, 4)
        assert [run.run_id for run in store.runs()] == ["run-1"]
        assert store.walks_known([KEY])[0].expected_pages == 2


def test_migrated_replies_are_sealed_and_verify(url: str, tmp_path: Path) -> None:
    with Store.open(url) as store:
        assert (store.verify().replies, store.verify().damages) == (2, ())
    connection = sqlite3.connect(tmp_path / "old.db")
    connection.execute("UPDATE replies SET request_id = 'another' WHERE page = 2")
    connection.commit()
    connection.close()
    with Store.open(url) as store:
        assert [one.what for one in store.verify().damages] == ["toy:? rows page 2 (run run-1)"]


def test_damage_from_before_the_seal_is_not_sealed_in(url: str, tmp_path: Path) -> None:
    other = zstandard.ZstdCompressor().compress(b'{"page":9}')
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db")) as connection, connection:
        connection.execute("UPDATE replies SET body = ? WHERE page = 2", (other,))
    with Store.open(url) as store:
        assert store.bodies(7, 1) == {1: BODIES[0]}
        with pytest.raises(StoreError, match="a stored reply is damaged"):
            store.bodies(7, 2)


def test_migrated_database_has_the_tables_and_columns_of_a_new_one(url: str, tmp_path: Path) -> None:
    Store.open(url).close()
    engine = create_engine(url)
    found = inspect(engine)
    assert set(found.get_table_names()) == set(metadata.tables)
    for name, table in metadata.tables.items():
        assert {column["name"] for column in found.get_columns(name)} == set(table.columns.keys()), name
        assert {index["name"] for index in found.get_indexes(name)} == {index.name for index in table.indexes}, name
    engine.dispose()
    connection = sqlite3.connect(tmp_path / "old.db")
    assert connection.execute("SELECT value FROM meta").fetchall() == [(str(SCHEMA_VERSION),)]
    connection.close()


def test_migrated_database_takes_a_new_run_and_walk(url: str) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    with Store.open(url) as store:
        period = Period("2026-W47", now, now, "UTC")
        run = store.begin_run(client="acme", period=period, config_sha256="d" * 64, as_of=now, sources=(), now=now)
        store.add_rooms(run.run_id, "toy", "main", ["1", "2"])
        walk = store.begin_walk(run.run_id, KEY)
        assert walk.walk_id != 7


def test_migration_that_fails_leaves_the_database_as_it_was(url: str, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.db")
    connection.execute("CREATE TABLE tombstones (something TEXT)")
    connection.commit()
    before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    with pytest.raises(Exception, match="tombstones"):
        Store.open(url)
    connection = sqlite3.connect(tmp_path / "old.db")
    assert connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
    assert connection.execute("SELECT value FROM meta").fetchall() == [("1",)]
    connection.close()


def test_migrated_database_has_an_empty_mail_ledger_and_says_nothing_of_where_old_runs_are(url: str) -> None:
    with Store.open(url) as store:
        assert store.ledger.rows() == []
        run = store.finished("run-1")
        assert run is not None
        assert (run.origin.folder, run.origin.config_path, dict(run.origin.places)) == ("", "", {})
        assert (run.manifest, dict(run.totals)) == ("{}", {"people": 3})


#: what version 4 had not yet
_SINCE_4 = (
    "DROP TABLE failures",
    "ALTER TABLE walks DROP COLUMN asked_from",
    "ALTER TABLE walks DROP COLUMN asked_until",
    "ALTER TABLE walks DROP COLUMN first_day",
    "ALTER TABLE walks DROP COLUMN last_day",
)


def _take_back(path: Path, version: int, *statements: str) -> None:
    """Make a database one of an earlier version again."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.execute("UPDATE meta SET value = ?", (str(version),))
        connection.commit()


def test_walk_of_version_4_says_no_days_and_answers_as_before(tmp_path: Path) -> None:
    path, now = tmp_path / "version_4.db", datetime.fromisoformat(AT)
    with Store.open(f"sqlite:///{path}") as store:
        period = Period("2026-W46", now, now, "UTC")
        run = store.begin_run(client="acme", period=period, config_sha256="d" * 64, as_of=now, sources=(), now=now)
        walk = store.begin_walk(run.run_id, KEY)
        store.add_page(walk.walk_id, Page(1, BODIES[0], now))
        ended = store.finish_walk(walk.walk_id, Outcome("complete", 4, 4, (), now, (date(2026, 11, 9),)))
    _take_back(path, 4, *_SINCE_4)
    with Store.open(f"sqlite:///{path}") as store:
        assert store.newest_walk(KEY) == ended
        (held,) = store.holdings()
        assert (held.spans, held.undated) == ((), 1)
        assert store.failure_of_run(run.run_id, KEY) is None


def test_mail_of_version_3_that_was_tried_is_taken_for_tried_when_it_was_planned(tmp_path: Path) -> None:
    path = tmp_path / "version_3.db"
    with Store.open(f"sqlite:///{path}") as store:
        row = Delivery("k1", "acme", "2026-W46", "client", "c", "w", "ops@acme.example", "<1@a>", "run-1")
        store.ledger.plan([row, replace(row, key="k2")], datetime.fromisoformat(AT))
        store.ledger.claim(["k1"], datetime(2026, 11, 24, tzinfo=UTC))
    _take_back(path, 3, *_SINCE_4, "ALTER TABLE deliveries DROP COLUMN tried_at")
    with Store.open(f"sqlite:///{path}") as store:
        found = {one.key: one.tried_at for one in store.ledger.rows()}
    assert found == {"k1": datetime.fromisoformat(AT), "k2": None}
