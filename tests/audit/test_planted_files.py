"""Errors planted in tables, in finished files and in the store: found by making them again from the replies."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest
import zstandard

from reporter.audit import gather
from reporter.files import sha256
from reporter.store import Store

if TYPE_CHECKING:
    from reporter.audit.files import Again
    from tests.audit.conftest import Project

Frame = pl.DataFrame


def _table(name: str, change: Callable[[Frame], Frame]) -> Callable[[Path], None]:
    """Plant an error in a table of the run's folder."""

    def plant(out: Path) -> None:
        path = out / "data" / f"{name}.parquet"
        change(pl.read_parquet(path)).write_parquet(path)

    return plant


def _merge(people: Frame) -> Frame:
    """Make one person of two."""
    first, second = people["person_id"].head(2)
    return people.with_columns(person_id=pl.col("person_id").replace(second, first))


def _first_row(column: str, value: pl.Expr) -> Callable[[Frame], Frame]:
    """Change one cell: that of the first row which has something there."""

    def change(rows: Frame) -> Frame:
        place = rows[column].is_not_null().arg_max()
        return (
            rows.with_row_index("nr")
            .with_columns(pl.when(pl.col("nr") == place).then(value).otherwise(pl.col(column)).alias(column))
            .drop("nr")
        )

    return change


def _swap(rows: Frame) -> Frame:
    """Give the first two rows each other's seconds."""
    seconds = rows["watch_seconds"].to_list()
    known = [place for place, each in enumerate(seconds) if each is not None]
    one, other = known[0], next(place for place in known if seconds[place] != seconds[known[0]])
    seconds[one], seconds[other] = seconds[other], seconds[one]
    return rows.with_columns(pl.Series("watch_seconds", seconds, pl.Float64))


TABLES: list[tuple[str, str, Callable[[Frame], Frame]]] = [
    ("person merged with another", "people", _merge),
    ("person dropped", "people", lambda rows: rows.slice(1)),
    ("phone of another", "people", _first_row("phone", pl.lit("+8619000000000"))),
    ("day shifted", "visits", lambda rows: rows.with_columns(pl.col("joined_at", "left_at") + timedelta(days=1))),
    ("hours shifted", "visits", lambda rows: rows.with_columns(pl.col("joined_at") + timedelta(hours=8))),
    ("row doubled", "visits", lambda rows: pl.concat([rows, rows.head(1)])),
    ("row lost", "visits", lambda rows: rows.slice(1)),
    ("seconds swapped between rows", "visits", _swap),
    ("null made 0", "visits", lambda rows: rows.with_columns(pl.col("completion_ratio").fill_null(0.0))),
    (
        "ids cut as a spreadsheet does",
        "visits",
        lambda rows: rows.with_columns(pl.col("viewer_id").str.replace(r"\d\d$", "00")),
    ),
    ("visit of another person", "visits", lambda rows: rows.with_columns(pl.col("person_id").reverse())),
    ("room dropped", "rooms", lambda rows: rows.slice(1)),
    ("room of another client", "rooms", _first_row("room_id", pl.lit("999"))),
    ("absent made present", "attendance", lambda rows: rows.with_columns(attended=~pl.col("attended"))),
    ("rows in another order", "attendance", lambda rows: rows.reverse()),
    ("comments added", "activity", lambda rows: rows.with_columns(pl.col("comments") + 1)),
    ("column lost", "viewer_totals", lambda rows: rows.drop("page_seconds")),
    ("whole days lost", "plays", lambda rows: rows.clear()),
]


@pytest.mark.parametrize(("table", "change"), [each[1:] for each in TABLES], ids=[each[0] for each in TABLES])
def test_error_in_a_table_is_found_by_making_it_again(
    project: Project, made: Again, table: str, change: Callable[[Frame], Frame]
) -> None:
    _table(table, change)(project.out)
    found = project.against(made)
    assert set(found) == {f"table-again data/{table}.parquet", f"file-bytes data/{table}.parquet"}
    assert found[f"table-again data/{table}.parquet"].rows.height > 0


def _rewrite(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change one part of a workbook, the others as they are."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == part:
                text = data.decode()
                assert change(text) != text
                data = change(text).encode()
            new.writestr(entry, data)
    path.write_bytes(made.getvalue())


def _sheet_with_numbers(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        names = [one for one in book.namelist() if one.startswith("xl/worksheets/sheet")]
        return next(one for one in names if re.search(rb"<v>[0-9]{2,}\.?[0-9]*</v>", book.read(one)))


def _change_cell(out: Path) -> None:
    (path,) = out.glob("*.xlsx")
    _rewrite(path, _sheet_with_numbers(path), lambda text: re.sub(r"<v>([0-9]{2,})", r"<v>9\1", text, count=1))


def _drop_row(out: Path) -> None:
    (path,) = out.glob("*.xlsx")
    part = _sheet_with_numbers(path)
    _rewrite(path, part, lambda text: re.sub(r"<row (?:(?!</row>).)*</row>(?=</sheetData>)", "", text, count=1))


def _change_figure(out: Path) -> None:
    (path,) = out.glob("*.html")
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r">([0-9]{2,3})<", r">9\1<", text, count=1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def _edit_record(out: Path) -> None:
    record = json.loads((out / "run.json").read_bytes())
    record["status"] = "partial"
    (out / "run.json").write_text(json.dumps(record), encoding="utf-8")


FILES: list[tuple[str, Callable[[Path], object], str]] = [
    ("cell of the workbook changed", _change_cell, "workbook-again demo_"),
    ("row of the workbook lost", _drop_row, "workbook-again demo_"),
    ("figure of the page changed", _change_figure, "page-again demo_"),
    ("run.json edited", _edit_record, "run-record run.json"),
    ("file deleted", lambda out: (out / "data" / "plays.parquet").unlink(), "file-bytes data/plays.parquet"),
    ("file emptied", lambda out: (out / "data" / "plays.parquet").write_bytes(b""), "table-again data/plays.parquet"),
    ("run.json deleted", lambda out: (out / "run.json").unlink(), "run-record run.json"),
]


@pytest.mark.parametrize(("plant", "check"), [each[1:] for each in FILES], ids=[each[0] for each in FILES])
def test_error_in_a_finished_file_is_found(
    project: Project, made: Again, plant: Callable[[Path], object], check: str
) -> None:
    out = project.out
    plant(out)
    assert any(one.startswith(check) for one in project.against(made))


def test_changed_cell_is_named_with_what_it_should_be(project: Project, made: Again) -> None:
    _change_cell(project.out)
    (found,) = [one for name, one in project.against(made).items() if name.startswith("workbook-again")]
    (row,) = found.rows.iter_rows(named=True)
    (path,) = project.out.glob("*.xlsx")
    sheet, _, cell = row["where"].partition("!")
    assert str(openpyxl.load_workbook(path)[sheet][cell].value) == row["found"]
    assert row["found"] == f"9{row['expected']}"


def _flip(store: sqlite3.Connection) -> None:
    place, body = store.execute("select rowid, body from replies order by length(body) desc limit 1").fetchone()
    flipped = bytearray(body)
    flipped[len(flipped) // 2] ^= 1
    store.execute("update replies set body = ? where rowid = ?", [bytes(flipped), place])


def _forge(store: sqlite3.Connection) -> None:
    """Put another reply where one was, with its own hash but not its seal."""
    store.execute("update replies set body = ?, sha256 = 'x' where rowid = 1", [zstandard.compress(b"{}")])


STORES: list[tuple[str, Callable[[sqlite3.Connection], object]]] = [
    ("bit flipped in a stored reply", _flip),
    ("stored reply replaced", _forge),
    ("stored page deleted", lambda store: store.execute("delete from replies where rowid = 1")),
    ("kept list replaced", lambda store: store.execute("update sources set body = x'00' where rowid = 1")),
]


@pytest.mark.parametrize("plant", [each[1] for each in STORES], ids=[each[0] for each in STORES])
def test_damage_in_the_store_is_found_by_hashing_it_again(
    project: Project, plant: Callable[[sqlite3.Connection], object]
) -> None:
    with sqlite3.connect(project.folder / "reporter.db") as store:
        plant(store)
    store.close()
    assert set(project.audit()) == {"stored-replies store"}


@pytest.mark.parametrize(
    ("plant", "language"),
    [(_flip, "zh"), (lambda store: store.execute("update sources set body = x'00'"), "en")],
    ids=["reply", "config"],
)
def test_audit_of_damaged_replies_speaks_the_configs_language_where_that_can_be_read(
    project: Project, plant: Callable[[sqlite3.Connection], object], language: str
) -> None:
    with sqlite3.connect(project.folder / "reporter.db") as store:
        plant(store)
    store.close()
    with Store.open(project.url) as opened:
        case = gather.of_run(opened, project.run(opened), project.out, env={}, now=project.now)
    assert case is not None
    assert (case.language, case.evidence) == (language, None)


def test_totals_that_the_store_keeps_are_made_again(project: Project, made: Again) -> None:
    with sqlite3.connect(project.folder / "reporter.db") as store:
        totals = json.loads(store.execute("select totals from runs where manifest like '%run_id%'").fetchone()[0])
        store.execute("update runs set totals = ?", [json.dumps({**totals, "people": totals["people"] + 1})])
    store.close()
    found = project.against(made)
    assert set(found) == {"figures-again store"}
    assert found["figures-again store"].rows["metric"].to_list() == ["people"]


def test_run_as_it_was_written_is_the_same_drawn_again(finished_week: Project, made: Again) -> None:
    assert {path.partition(".")[2] for path in made.files} >= {"xlsx", "html"}
    assert finished_week.against(made) == {}


def test_cell_is_found_by_redrawing_where_all_records_were_changed_with_it(project: Project, made: Again) -> None:
    _change_cell(project.out)
    (path,) = project.out.glob("*.xlsx")
    record = json.loads((project.out / "run.json").read_bytes())
    (entry,) = [one for one in record["files"] if one["path"] == path.name]
    old = entry["sha256"]
    entry["sha256"] = sha256(path.read_bytes())
    with sqlite3.connect(project.folder / "reporter.db") as store:
        text = store.execute("select manifest from runs where manifest like ?", [f"%{old}%"]).fetchone()[0]
        forged = text.replace(old, entry["sha256"])
        store.execute("update runs set manifest = ? where manifest = ?", [forged, text])
    store.close()
    (project.out / "run.json").write_text(forged, encoding="utf-8")
    assert project.against(replace(made, files={})) == {}
    assert {name.split()[0] for name in project.audit(redraw=True)} == {"workbook-again"}


def test_audit_writes_nothing_to_a_run_its_folder_or_the_store(project: Project) -> None:
    def told() -> dict[str, bytes | str]:
        files = {str(path): path.read_bytes() for path in project.folder.glob("out/**/*") if path.is_file()}
        with sqlite3.connect(project.folder / "reporter.db") as store:
            dumped = "\n".join(store.iterdump())
        store.close()
        return {**files, "store": dumped}

    before = told()
    project.audit()
    assert told() == before
