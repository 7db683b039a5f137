"""A workbook against the same made again: what somebody changed stands first."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import polars as pl

from reporter.audit.workbooks import cells_apart
from reporter.excel import write_xlsx


def _book(rows: list[list[object]]) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(made)
    return made.getvalue()


def test_changed_cell_stands_before_all_that_a_program_wrote_in_its_own_way() -> None:
    made = _book([["n", "who"], *([at + 1 / 3, "Ada"] for at in range(50)), ["=SUM(A2:A51)", "all"], [7, "Grace"]])
    kept: list[list[object]] = [[round(at + 1 / 3, 12), "Ada"] for at in range(50)]
    changed = _book([["n", "who"], *kept, [1241.67, "all"], [7, "Linus"]])
    first, second, *others = cells_apart(changed, made)
    assert first == ("Sheet!B53", "Grace", "Linus")
    assert second == ("Sheet!A52", "=SUM(A2:A51)", "1241.67")
    assert len([where for where, _, _ in others if where.startswith("Sheet!A")]) == 50


def test_changed_cell_is_named_by_its_sheet_as_the_reader_sees_it(tmp_path: Path) -> None:
    books = []
    for who in ("Linus", "Grace"):
        sheets = {"总览": pl.DataFrame({"n": [1]}), "场次 & 人": pl.DataFrame({"n": [7], "who": [who]})}
        write_xlsx(sheets, tmp_path / "book.xlsx")
        books.append((tmp_path / "book.xlsx").read_bytes())
    first, *_ = cells_apart(*books)
    assert first == ("场次 & 人!B2", "Grace", "Linus")
