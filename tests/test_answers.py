"""Answers written by the ending of their file's name: the same facts in each, and private."""

from __future__ import annotations

import datetime as dt
import io
import os
import stat
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from reporter import answers
from reporter.answers import Answer
from reporter.errors import OutputError, UsageError

INSTANT = dt.datetime(2026, 11, 16, 11, 30, 0, 500_000, tzinfo=dt.UTC)
FRAME = pl.DataFrame(
    {
        "id": ["8602268011035296205", None],
        "phone": ["+8613900001111", "=1+1"],
        "joined": [INSTANT, None],
        "day": [dt.date(2026, 11, 16), None],
        "seconds": [1.5, float("nan")],
        "paid": [Decimal("12.30"), None],
        "tags": [["a", None, "b"], []],
        "stayed": [dt.timedelta(hours=1), None],
    }
)


def _answer(**frames: pl.DataFrame) -> Answer:
    return Answer("问答", frames, ("第一句。",), "zh", "Asia/Shanghai")


def test_csv_keeps_ids_phones_and_offsets_and_defuses_formulas(tmp_path: Path) -> None:
    issues = answers.write(_answer(t=FRAME), tmp_path / "a.csv")
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == [
        "id,phone,joined,day,seconds,paid,tags,stayed",
        '8602268011035296205,+8613900001111,2026-11-16T19:30:00.500+08:00,2026-11-16,1.5,12.30,"a, b",PT1H',
        ',\'=1+1,,,NaN,,"",',
    ]
    assert [(issue.code, issue.where) for issue in issues] == [("cell-formula", "phone")]


@pytest.mark.parametrize("text", ["=1", "＝1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1", "-A1"])
def test_csv_holds_no_text_that_a_spreadsheet_calculates(tmp_path: Path, text: str) -> None:
    answers.write(_answer(t=pl.DataFrame({"x": [text]})), tmp_path / "a.csv")
    read = pl.read_csv(io.BytesIO((tmp_path / "a.csv").read_bytes()))
    assert read["x"].to_list() == ["'" + text]


@pytest.mark.parametrize("text", ["-1.5", "+86 139-0000 (1111)", "a=b", "1-2"])
def test_csv_leaves_numbers_and_phones_as_they_are(tmp_path: Path, text: str) -> None:
    assert answers.write(_answer(t=pl.DataFrame({"x": [text]})), tmp_path / "a.csv") == []
    assert text in (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_parquet_keeps_types(tmp_path: Path) -> None:
    answers.write(_answer(t=FRAME), tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").equals(FRAME)


def test_workbook_has_the_sentences_and_a_sheet_for_each_table_in_wall_clock(tmp_path: Path) -> None:
    answers.write(_answer(first=FRAME, second=FRAME.select("id")), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["说明", "first", "second"]
    assert [cell.value for cell in book["说明"]["A"]] == ["问答", "第一句。"]
    assert [cell.value for cell in book["first"][2]][:3] == [
        "8602268011035296205",
        "+8613900001111",
        dt.datetime(2026, 11, 16, 19, 30, 0, 500_000),  # noqa: DTZ001 - cells are wall clock
    ]
    assert book["first"]["B3"].data_type == "s"


def test_page_shows_sentences_and_tables_escaped_and_says_how_many_rows_it_leaves_out(tmp_path: Path) -> None:
    long = pl.DataFrame({"n": range(1_001), "x": ["<b>"] * 1_001})
    answers.write(_answer(t=FRAME, long=long), tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<li>第一句。</li>" in page
    assert "2026-11-16T19:30:00.500+08:00" in page
    assert "共 1,001 行，此处为前 1,000 行。" in page
    assert page.count("&lt;b&gt;") == 1_000
    assert "<b>" not in page


@pytest.mark.parametrize("name", ["a.xlsx", "a.html", "a.csv", "a.parquet"])
def test_files_are_their_owners_alone(tmp_path: Path, name: str) -> None:
    answers.write(_answer(t=FRAME), tmp_path / name)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_json_has_decimals_as_text_lists_as_lists_and_no_nan() -> None:
    first, second = answers.as_json(FRAME, "Asia/Shanghai")
    assert first["joined"] == "2026-11-16T19:30:00.500+08:00"
    assert (first["paid"], first["tags"], first["seconds"]) == ("12.30", ["a", None, "b"], 1.5)
    assert second["seconds"] is None


@pytest.mark.parametrize("name", ["a", "a.txt", "a.xls"])
def test_other_endings_are_refused_before_the_work(name: str) -> None:
    with pytest.raises(UsageError, match=r"end it in \.xlsx, \.html, \.csv, \.parquet"):
        answers.check_name(Path(name))


def test_several_tables_are_no_csv() -> None:
    with pytest.raises(UsageError, match=r"holds one table and this answer has 2"):
        answers.check_name(Path("a.csv"), tables=2)


@pytest.mark.parametrize("name", ["a.xlsx", "a.html", "a.csv"])
def test_column_that_no_cell_shows_is_an_error_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="x"):
        answers.write(_answer(t=pl.DataFrame({"x": [{"a": 1}]})), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", answers.ENDINGS)
def test_answer_goes_through_a_link_and_never_over_a_pipe(tmp_path: Path, ending: str) -> None:
    link, pipe = tmp_path / f"link{ending}", tmp_path / f"pipe{ending}"
    link.symlink_to("there")
    answers.write(_answer(t=FRAME), link)
    assert link.is_symlink()
    assert (tmp_path / "there").is_file()
    os.mkfifo(pipe)
    with pytest.raises(OutputError, match=f"pipe{ending} is a pipe, .*; name a file"):
        answers.write(_answer(t=FRAME), pipe)
    assert pipe.is_fifo()
