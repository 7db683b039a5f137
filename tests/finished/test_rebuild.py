"""A finished run made again from the store: the same bytes, no secrets, and nothing of the run touched."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from reporter.files import sha256
from reporter.rebuild import kept_config, rebuild
from reporter.store import FinishedRun, Store


def test_rebuilt_run_has_the_same_bytes_without_config_logo_or_secrets(store: Store, run: FinishedRun) -> None:
    made = rebuild(store, run, kept_config(store, run), env={})
    record = json.loads(run.manifest)
    assert {file["path"]: file["sha256"] for file in record["files"]} == {
        path: sha256(data) for path, data in made.files.items()
    }
    assert {name: frame.height for name, frame in made.tables.items()} == record["tables"]


def test_rebuilding_leaves_the_store_as_it_was(store: Store, run: FinishedRun, project: Path) -> None:
    before = _dump(project)
    rebuild(store, run, kept_config(store, run), env={})
    assert _dump(project) == before


def test_kept_config_stands_where_it_stood_seen_from_the_store(store: Store, run: FinishedRun, project: Path) -> None:
    config = kept_config(store, run)
    assert (config.path, config.sha256) == (project / "configs" / "acme.yaml", run.record.config_sha256)
    assert config.rosters[0].entries[0].phone == "13800000000"
    assert run.origin.folder == f"out/acme/{run.record.label}"


def test_run_without_its_replies_is_partial(store: Store, run: FinishedRun) -> None:
    store.prune([run.record.run_id], datetime.now(UTC), is_rehearsal=False)
    assert rebuild(store, run, kept_config(store, run), env={}).report.status == "partial"


def _dump(project: Path) -> list[str]:
    with sqlite3.connect(project / "reporter.db") as database:
        dumped = list(database.iterdump())
    database.close()
    return dumped
