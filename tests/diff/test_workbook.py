"""Sheets as tables: types of cells, no row of totals, one table where a sheet goes on, pages left out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.table import Table

from reporter.diff import diff, of_file, workbook
from reporter.errors import UsageError
from reporter.excel import write_xlsx

WALL = dt.datetime(2026, 11, 16, 19, 30)  # noqa: DTZ001 - cells are wall clock


def _book(path: Path, *rows: list[object], title: str = "t", table: str = "", totals: bool = False) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if table:
        made = Table(displayName=table, ref=sheet.dimensions)
        made.totalsRowCount = 1 if totals else None
        sheet.add_table(made)
    book.save(path)
    return path


def test_cells_keep_their_types(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": ["8602268011035296205", "007", None],
            "n": [1, 2, None],
            "at": [WALL, None, None],
            "day": [dt.date(2026, 11, 16), None, None],
            "stayed": [dt.timedelta(hours=30), None, None],
            "flag": [True, False, None],
            "none": [None, None, None],
            "last": ["x", "y", "z"],
        }
    )
    write_xlsx({"t": frame}, tmp_path / "a.xlsx")
    read, pages = workbook.read(tmp_path / "a.xlsx")
    expected = frame.with_columns(pl.col("n").cast(pl.Float64), pl.col("none").cast(pl.Null))
    assert (pages, read["t"].frame.to_dicts()) == ((), expected.to_dicts())


def test_column_of_several_types_is_text(tmp_path: Path) -> None:
    _book(tmp_path / "a.xlsx", ["id", "n"], ["a", 5], ["b", "n/a"], ["c", 1.5], ["d", WALL])
    read, _ = workbook.read(tmp_path / "a.xlsx")
    assert read["t"].frame["n"].to_list() == ["5", "n/a", "1.5", "2026-11-16T19:30:00"]


def test_only_the_changed_cell_of_a_workbook_that_was_saved_again_differs(tmp_path: Path) -> None:
    # as spreadsheets keep them: 15 digits, the last at times rounded twice
    kept = {1 / 3: 0.333333333333333, 61 / 65: 0.938461538461539, 0.1 + 0.2: 0.3, 123456789 + 1 / 7: 123456789.142857}
    rows: list[list[object]] = [[str(at), value, value] for at, value in enumerate(kept)]
    again: list[list[object]] = [[key, kept[value], kept[value]] for key, value, _ in rows]  # type: ignore[index]
    said: list[object] = ["8602268011035296205", 5, "n/a"]
    _book(tmp_path / "a.xlsx", ["id", "n", "mixed"], *rows, said)
    _book(tmp_path / "b.xlsx", ["id", "n", "mixed"], *again, said)
    _book(tmp_path / "c.xlsx", ["id", "n", "mixed"], *again, [said[0], 5.00000000001, "n/a"])
    a, b, c = (of_file(tmp_path / name, name) for name in ("a.xlsx", "b.xlsx", "c.xlsx"))
    assert not diff(a, b, key=["id"]).differs
    (table,) = diff(a, c, key=["id"]).tables
    assert (table.changed, [one.name for one in table.columns]) == (1, ["n"])


def test_tables_that_are_no_cells_are_compared_to_the_last_digit(tmp_path: Path) -> None:
    for name, value in (("a", 1 / 3), ("b", 0.333333333333333)):
        pl.DataFrame({"id": ["x"], "n": [value]}).write_parquet(tmp_path / f"{name}.parquet")
    sides = [of_file(tmp_path / f"{name}.parquet", name) for name in ("a", "b")]
    assert diff(*sides, key=["id"]).differs


@pytest.mark.parametrize(("one", "other"), [("0.12345678901234567", "0.1234567890123457x"), ("1.10", "1.1")])
def test_text_that_is_another_differs_however_near(tmp_path: Path, one: str, other: str) -> None:
    a, b = (
        of_file(_book(tmp_path / f"{name}.xlsx", ["id", "t"], ["x", text]), name)
        for name, text in (("a", one), ("b", other))
    )
    assert diff(a, b, key=["id"]).differs


def test_midnight_is_the_same_beside_a_word_as_among_moments(tmp_path: Path) -> None:
    midnight = dt.datetime(2026, 11, 16)  # noqa: DTZ001 - cells are wall clock
    first = _book(tmp_path / "a.xlsx", ["id", "at"], ["a", midnight], ["b", WALL], ["c", WALL])
    second = _book(tmp_path / "b.xlsx", ["id", "at"], ["a", midnight], ["b", WALL], ["c", "n/a"])
    (table,) = diff(of_file(first, "a"), of_file(second, "b"), key=["id"]).tables
    assert table.changed == 1


@pytest.mark.parametrize("table", ["", "people"])
def test_row_of_totals_is_no_row(tmp_path: Path, table: str) -> None:
    rows: list[list[object]] = [["id", "n"], ["a", 5], ["b", 6], ["Total", "=SUBTOTAL(109,B2:B3)"]]
    _book(tmp_path / "a.xlsx", *rows, table=table, totals=bool(table))
    read, _ = workbook.read(tmp_path / "a.xlsx")
    assert (read["t"].frame["id"].to_list(), read["t"].code) == (["a", "b"], table)


def test_last_row_of_numbers_is_a_row(tmp_path: Path) -> None:
    _book(tmp_path / "a.xlsx", ["id", "n"], ["a", 5], ["Total", 5], table="people")
    read, _ = workbook.read(tmp_path / "a.xlsx")
    assert read["t"].frame["id"].to_list() == ["a", "Total"]


def test_rows_and_columns_that_were_cleared_are_none(tmp_path: Path) -> None:
    _book(tmp_path / "a.xlsx", ["id", "n", ""], ["a", None, None], [None, 2, None], [None, None, ""])
    read, _ = workbook.read(tmp_path / "a.xlsx")
    assert read["t"].frame.rows() == [("a", None), (None, 2.0)]


def test_columns_of_one_header_are_told_apart(tmp_path: Path) -> None:
    _book(tmp_path / "a.xlsx", ["id", "n", "n"], ["a", 1, 2])
    read, _ = workbook.read(tmp_path / "a.xlsx")
    assert read["t"].frame.columns == ["id", "n", "n [2]"]


def test_full_sheet_goes_on_in_the_next_and_a_copy_is_a_sheet_of_its_own(tmp_path: Path) -> None:
    first, second = (pl.DataFrame({"id": ids, "n": [1, 2]}) for ids in (["a", "b"], ["c", "d"]))
    write_xlsx({"t": first, "t (2)": second, "u": first, "u (2)": first.head(1)}, tmp_path / "a.xlsx")
    full, _ = workbook.read(tmp_path / "a.xlsx", most_rows=3)
    assert {name: one.frame.height for name, one in full.items()} == {"t": 4, "u": 3}
    assert full["t"].frame["id"].to_list() == ["a", "b", "c", "d"]
    real, _ = workbook.read(tmp_path / "a.xlsx")
    assert list(real) == ["t", "t (2)", "u", "u (2)"]


def test_sheet_that_goes_on_with_other_types_is_text_there(tmp_path: Path) -> None:
    write_xlsx({"t": pl.DataFrame({"n": [1, 2]}), "t (2)": pl.DataFrame({"n": ["n/a"]})}, tmp_path / "a.xlsx")
    read, _ = workbook.read(tmp_path / "a.xlsx", most_rows=3)
    assert read["t"].frame["n"].to_list() == ["1", "2", "n/a"]


def test_page_is_left_out(tmp_path: Path) -> None:
    _book(tmp_path / "a.xlsx", ["The week", None], ["as of", "today"], title="About")
    assert workbook.read(tmp_path / "a.xlsx") == ({}, ("About",))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no zip")
    with pytest.raises(UsageError, match=r"a\.xlsx cannot be read as a workbook"):
        of_file(tmp_path / "a.xlsx", "a.xlsx")
