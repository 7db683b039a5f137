"""A table of contents that takes several sheets of paper: sheets by the dozen, and labels as long as sentences."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from openpyxl import Workbook

from reporter.columns import OFFERED
from reporter.excel import pages, workbook
from reporter.excel.book import make
from reporter.excel.content import Page
from reporter.excel.theme import add_styles, load
from reporter.report import Layout, Report
from reporter.rules import Brand

Factory = Callable[..., Report]


@pytest.mark.parametrize("length", [150, 300])
def test_contents_name_every_sheet_and_every_long_label_of_what_has_no_data(made_up: Factory, length: int) -> None:
    names = [f"{table}.{offer.name}" for table in ("people", "visits", "attendance") for offer in OFFERED[table]]
    labels = {name: f"{at:03}{'标签说明' * length}"[:length] for at, name in enumerate(names)}
    report = replace(made_up(), layout=Layout(labels=labels))
    book = openpyxl.load_workbook(io.BytesIO(workbook(report)[0]))
    rows = {row[0]: str(row[3]) for row in book["目录"].iter_rows(min_row=5, max_col=4, values_only=True)}
    assert [name for name in book.sheetnames if name not in rows] == ["目录"]
    empty = [labels[f"people.{name}"] for name in ("vod_seconds", "questions", "votes", "paid_amount")]
    assert [label for label in empty if label not in rows["人员"]] == []


@pytest.mark.parametrize("most_rows", [1, 2, 5])
def test_contents_of_sheets_by_the_dozen_begin_a_new_sheet_of_paper_where_one_is_full(
    made_up: Factory, most_rows: int
) -> None:
    report = made_up()
    made, _ = make(report, most_rows=most_rows)
    book, theme = Workbook(), load("light", Brand(), "zh")
    add_styles(book, theme)
    contents, sheet = made[0].content, book.worksheets[0]
    assert isinstance(contents, Page)
    pages.draw(sheet, contents, theme, timezone="Asia/Shanghai", language="zh", logo=None)
    shown = [sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)]
    assert [one.name for one in made[1:] if one.name not in shown] == []
    breaks = [one.id for one in sheet.row_breaks.brk]
    assert breaks == sorted(set(breaks))
    assert all(0 < at < sheet.max_row for at in breaks)
    assert len(breaks) >= len(made) // 60
