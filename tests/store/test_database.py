from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, insert, text

from reporter.errors import StoreError
from reporter.store import SCHEMA_VERSION, Store
from reporter.store.database import prepare
from reporter.store.schema import META


def _says(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(url)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def _set_version(path: Path, version: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (version,))
    connection.close()


def test_store_is_durable_and_keeps_its_version(url: str, tmp_path: Path) -> None:
    Store.open(url).close()
    connection = sqlite3.connect(tmp_path / "reporter.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("SELECT value FROM meta").fetchall() == [(str(SCHEMA_VERSION),)]
    connection.close()


def test_store_commits_with_a_full_sync(store: Store) -> None:
    with store._engine.connect() as connection:  # noqa: SLF001 - what SQLite was told is seen from inside only
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 30_000
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_store_is_readable_by_its_owner_alone(store: Store, tmp_path: Path) -> None:
    assert store.runs() == []
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "reporter.db-wal" in modes


def test_store_opens_again_with_what_it_held(url: str) -> None:
    Store.open(url).close()
    with Store.open(url) as again:
        assert again.runs() == []


def test_store_refuses_a_newer_version_and_says_what_to_do(url: str, tmp_path: Path) -> None:
    Store.open(url).close()
    _set_version(tmp_path / "reporter.db", "99")
    said = _says(url)
    assert "newer reporter (schema 99, this one knows 3)" in said
    assert "upgrade reporter" in said


def test_store_refuses_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes\n" * 100)
    assert f"{path} cannot be used: file is not a database" in _says(f"sqlite:///{path}")
    assert path.read_text().startswith("these are my notes")


def test_store_refuses_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    assert "another program's database" in _says(f"sqlite:///{path}")


def test_store_names_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    said = _says(f"sqlite:///{tmp_path / 'missing' / 'reporter.db'}")
    assert str(tmp_path / "missing" / "reporter.db") in said
    assert "no such file or directory" in said


def test_store_refuses_a_folder_as_its_file(tmp_path: Path) -> None:
    assert "cannot be used" in _says(f"sqlite:///{tmp_path}")


def test_store_refuses_an_address_that_is_none() -> None:
    assert "write --store sqlite:///path/to/reporter.db" in _says("reporter.db")


def test_store_never_repeats_an_address_that_may_hold_a_password() -> None:
    assert "hunter2" not in _says("postgresql:team:hunter2@db.example/reporter")


def test_store_hides_the_password_of_a_server_it_cannot_use() -> None:
    said = _says("postgresql+nodriver://team:hunter2@db.example/reporter")
    assert "hunter2" not in said


def test_prepare_migrates_an_older_version_step_by_step(tmp_path: Path) -> None:
    def to_2(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE steps (version INTEGER)"))
        connection.execute(text("INSERT INTO steps VALUES (2)"))

    def to_3(connection: Connection) -> None:
        connection.execute(text("INSERT INTO steps VALUES (3)"))

    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as connection:
        META.create(connection)
        connection.execute(insert(META).values(name="schema_version", value="1"))
    with engine.begin() as connection:
        prepare(connection, "old.db", version=3, migrations={1: to_2, 2: to_3})
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version FROM steps")).scalars().all() == [2, 3]
        assert connection.execute(text("SELECT value FROM meta")).scalar() == "3"
    engine.dispose()
