"""A finished run opened: its record, its folder and its tables, as written and as made again."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from reporter import finished
from reporter.errors import UsageError
from reporter.store import FinishedRun, Store


@pytest.fixture
def folder(project: Path, run: FinishedRun) -> Path:
    return project / run.origin.folder


def test_remade_tables_are_those_that_were_written(store: Store, run: FinishedRun, folder: Path) -> None:
    made = finished.remade(store, run, env={})
    written = finished.written(folder)
    assert list(made.tables) == list(written)
    for name, frame in written.items():
        assert_frame_equal(frame, made.tables[name])
    assert {name: frame.height for name, frame in written.items()} == finished.record(run)["tables"]


def test_period_of_a_run_is_the_one_that_it_was_made_for(store: Store, run: FinishedRun) -> None:
    assert finished.period(run) == finished.remade(store, run, env={}).report.period


def test_files_that_a_run_wrote_are_told_from_those_that_changed_or_went(run: FinishedRun, folder: Path) -> None:
    assert finished.changed(run, folder) == {}
    (folder / "data" / "visits.parquet").write_bytes(b"")
    (folder / "data" / "people.parquet").unlink()
    assert finished.changed(run, folder) == {"data/visits.parquet": "changed", "data/people.parquet": "missing"}


def test_tables_are_read_as_they_stand_whoever_changed_them(run: FinishedRun, folder: Path) -> None:
    assert run.origin.folder
    path = finished.table_files(folder)["people"]
    pl.read_parquet(path).head(1).write_parquet(path)
    assert finished.written(folder)["people"].height == 1


@pytest.mark.parametrize("damage", ["gone", "damaged"])
def test_table_that_cannot_be_read_is_named_with_what_to_do(folder: Path, damage: str) -> None:
    path = finished.table_files(folder)["plays"]
    path.unlink() if damage == "gone" else path.write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=r"plays\.parquet .*reporter rebuild"):
        finished.written(folder)
