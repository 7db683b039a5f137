"""Pages on paper: every sheet of it begins with a heading or a header, and nothing is torn that need not be."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from reporter.excel import pages, workbook
from reporter.excel.content import Block, Chart, Column, Facts, Grid, KeyFigures, Page, Prose, Table
from reporter.excel.theme import add_styles, furniture, load
from reporter.model import Language
from reporter.report import Layout, Report
from reporter.rules import Brand

THEME = load("light", Brand(), "zh")
HEADINGS, HEADERS = {furniture("heading")}, {furniture("header"), furniture("number header")}
#: points of A4 landscape within the margins
WIDTH, HEIGHT = 784, 508.9


@dataclass(frozen=True)
class _Sheet:
    """A drawn page; each of its `papers` is a range of rows."""

    drawn: Any
    papers: list[range]

    def points(self, rows: range) -> float:
        return float(sum(self.drawn.row_dimensions[row].height for row in rows))

    def style(self, row: int) -> str:
        return str(self.drawn.cell(row, 1).style)

    def first(self, paper: range) -> int:
        """Return the first row that has something in it."""
        return next(row for row in paper if self.drawn.cell(row, 1).value is not None)

    def texts(self, heading: str) -> list[list[object]]:
        """Return the first cells beneath a heading, a list for each header above them."""
        (at,) = (row for row in range(1, self.drawn.max_row + 1) if self.drawn.cell(row, 1).value == heading)
        found: list[list[object]] = []
        for row in range(at + 1, self.drawn.max_row + 1):
            if self.drawn.cell(row, 1).value is None or self.style(row) in HEADINGS:
                break
            if self.style(row) in HEADERS:
                found.append([])
            else:
                found[-1].append(self.drawn.cell(row, 1).value)
        return found

    def charts(self) -> Iterator[range]:
        """Yield the rows that each chart stands over."""
        for chart in self.drawn._charts:  # noqa: SLF001 - openpyxl has no other way to them
            top = chart.anchor._from.row + 1  # noqa: SLF001 - see above
            left, end = chart.anchor.ext.height / 12_700, top
            while left > 0:
                left -= self.drawn.row_dimensions[end].height
                end += 1
            yield range(top, end)

    def torn(self) -> list[range]:
        """Return the charts that end on another sheet of paper than they begin on."""
        papers = [{*paper} for paper in self.papers]
        return [rows for rows in self.charts() if not any({*rows} <= paper for paper in papers)]

    def room(self) -> float:
        """Return the points of rows on a sheet of paper, where a character is as wide as Excel's of 7 pixels."""
        columns = [5.25 * self.drawn.column_dimensions[letter].width for letter in "ABCDEF"]
        is_beside = any(chart.anchor._from.col for chart in self.drawn._charts)  # noqa: SLF001 - see above
        chart = sum(columns[:4]) + (19 / 2.54 + 0.27) * 72 if is_beside else 0
        return HEIGHT * max(1.0, float(sum(columns)) / WIDTH, chart / WIDTH)


def _drawn(*blocks: Block, banner: str = "") -> _Sheet:
    book = Workbook()
    add_styles(book, THEME)
    (sheet,) = book.worksheets
    pages.draw(
        sheet, Page("Title", "beneath", blocks, banner), THEME, timezone="Asia/Shanghai", language="zh", logo=None
    )
    return _papers(sheet)


def _papers(sheet: Any) -> _Sheet:
    ends = [*(one.id for one in sheet.row_breaks.brk), max(sheet.row_dimensions)]
    return _Sheet(sheet, [range(last + 1, end + 1) for last, end in zip([0, *ends], ends, strict=False)])


def _grid(heading: str, rows: int, *, chart: Chart | None = None, links: tuple[str, ...] = (), word: str = "") -> Grid:
    columns = (Column("key", f"{heading} name", "name"), Column("people", "People", "count"))
    frame = pl.DataFrame({"key": [f"{heading} {at}{word}" for at in range(rows)], "people": [*range(rows)]})
    return Grid(heading, Table(columns, frame), chart, links)


def _figures(rows: int) -> KeyFigures:
    columns = (Column("a", "a", "count"), Column("b", "b", "count"), Column("c", "c", "change"))
    table = Table(columns, pl.DataFrame({"a": [1], "b": [2], "c": [-0.5]}))
    head = ("figure", "now", "before", "change")
    return KeyFigures("figures", head, tuple((f"{at}", table) for at in range(rows)))


def _beside(name: str) -> Chart:
    return Chart(name, ("people",))


def test_long_grid_goes_on_beneath_its_header_on_each_sheet_of_paper() -> None:
    sheet = _drawn(_grid("rooms", 100), _grid("sources", 3))
    parts = sheet.texts("rooms")
    assert [text for part in parts for text in part] == [f"rooms {at}" for at in range(100)]
    assert len(parts) == 5
    assert [sheet.style(paper.start) in HEADERS for paper in sheet.papers[1:]] == [True] * 4
    assert len(sheet.texts("sources")) == 1


def test_grid_that_fits_on_a_sheet_of_paper_is_not_torn() -> None:
    sheet = _drawn(_grid("events", 12), _grid("days", 22), _grid("platforms", 4))
    assert [len(sheet.texts(name)) for name in ("events", "days", "platforms")] == [1, 1, 1]
    assert [sheet.drawn.cell(sheet.first(paper), 1).value for paper in sheet.papers] == ["Title", "days", "platforms"]


@pytest.mark.parametrize("before", range(12, 22))
def test_long_grid_begins_only_where_three_of_its_rows_stand_with_its_header(before: int) -> None:
    parts = _drawn(_grid("before", before), _grid("rooms", 60)).texts("rooms")
    assert len(parts[0]) >= 3
    assert len(parts) in {3, 4}


def test_links_of_a_long_grid_lead_from_their_own_rows() -> None:
    sheet = _drawn(_grid("contents", 60, links=tuple(f"sheet {at}" for at in range(60))))
    linked = {row[0].value: row[0].hyperlink.location for row in sheet.drawn.iter_rows(max_col=1) if row[0].hyperlink}
    assert linked == {f"contents {at}": f"'sheet {at}'!A1" for at in range(60)}


def test_chart_of_a_long_grid_is_bound_to_its_rows_without_the_headers_between() -> None:
    grid = _grid("events", 31, chart=_beside("events"), word=" of a name" * 12)
    sheet = _drawn(_figures(3), grid)
    parts = sheet.texts("events")
    assert len(parts) > 1
    (chart,) = sheet.drawn._charts  # noqa: SLF001 - openpyxl has no other way to them
    (series,) = chart.series
    areas = series.val.numRef.f.strip("()").split(",")
    bound = [[cell.value for (cell,) in sheet.drawn[area.split("!")[1].replace("$", "")]] for area in areas]
    assert [len(part) for part in bound] == [len(part) for part in parts]
    assert [int(value) for part in bound for value in part] == [*range(31)]
    labels = series.cat.strRef
    assert re.findall(r"\$([0-9]+)", labels.f) == re.findall(r"\$([0-9]+)", series.val.numRef.f)
    assert labels.strCache.ptCount == 31


@pytest.mark.parametrize("figures", [1, 11, 30, 45, 70])
@pytest.mark.parametrize("banner", ["", "partial " * 30])
def test_charts_beside_key_figures_stand_whole_beneath_each_other(figures: int, banner: str) -> None:
    grids = [_grid(name, 3, chart=_beside(name)) for name in ("events", "days")]
    sheet = _drawn(_figures(figures), *grids, banner=banner)
    one, other = sheet.charts()
    assert one.stop <= other.start
    assert not sheet.torn()
    assert [text for part in sheet.texts("figures") for text in part] == [f"{at}" for at in range(figures)]
    (events,) = (row for row in range(1, sheet.drawn.max_row) if sheet.drawn.cell(row, 1).value == "events")
    assert other.stop <= events


@pytest.mark.parametrize(("language", "is_partial"), [("zh", False), ("zh", True), ("en", False)])
def test_both_charts_of_an_overview_stand_on_its_first_sheet_of_paper(
    made_up: Callable[..., Report], language: Language, *, is_partial: bool
) -> None:
    report = replace(made_up(language, is_partial=is_partial), layout=Layout(sheets=("overview",)))
    sheet = _papers(openpyxl.load_workbook(io.BytesIO(workbook(report)[0])).worksheets[0])
    assert [chart.stop - 1 in sheet.papers[0] for chart in sheet.charts()] == [True, True, False]
    assert not sheet.torn()


_WORDS = st.sampled_from(["short", "a longer text " * 12, "很长的一段话" * 30])
_BLOCKS = st.one_of(
    st.integers(0, 70).map(lambda rows: _grid("grid", rows)),
    st.integers(1, 31).map(lambda rows: _grid("charted", rows, chart=_beside("charted"))),
    st.integers(2, 8).map(lambda rows: _grid("beneath", rows, chart=Chart("beneath", ("people",), is_beside=False))),
    st.integers(1, 8).map(lambda rows: _grid("wrapped", rows, word=" of many words" * 20)),
    st.lists(_WORDS, min_size=1, max_size=40).map(lambda lines: Prose("prose", tuple(lines))),
    st.lists(_WORDS, min_size=1, max_size=9).map(lambda said: Facts("facts", tuple(("label", one) for one in said))),
)


@settings(deadline=None, max_examples=60)
@given(st.one_of(_BLOCKS, st.integers(1, 60).map(_figures)), st.lists(_BLOCKS, max_size=5))
def test_any_page_fills_its_sheets_of_paper_and_none_ends_in_a_heading(first: Block, others: list[Block]) -> None:
    sheet = _drawn(first, *others)
    if sheet.drawn.page_setup.fitToHeight == 1:
        assert len(sheet.papers) == 1
        return
    room = sheet.room()
    for paper in sheet.papers:
        rows = [row for row in paper if sheet.drawn.cell(row, 1).value is not None]
        assert sheet.points(paper) <= room
        assert not rows or sheet.style(rows[-1]) not in HEADINGS
    assert not sheet.torn()
