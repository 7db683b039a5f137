"""Names of hundreds of characters: charts keep their room, pages show them whole, all are told apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.excel import workbook
from reporter.excel.shortened import told_apart
from reporter.excel.widths import width
from reporter.report import Layout, Report

Factory = Callable[..., Report]
CHART = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
EVENTS = ("第12课 二次函数", "公开课：如何选择志愿", "家长会（高三）")


def _renamed(report: Report, names: dict[str, str]) -> Report:
    tables = {
        name: frame.with_columns(pl.col("event").replace(names)) if "event" in frame.columns else frame
        for name, frame in report.tables.items()
    }
    tables["rooms"] = tables["rooms"].with_columns(title=pl.col("event"))
    figures = tuple(replace(one, key=names.get(one.key, one.key)) for one in report.figures)
    return replace(report, tables=tables, figures=figures)


def _made(report: Report, sheet: str) -> tuple[Any, list[ET.Element]]:
    data, _ = workbook(replace(report, layout=Layout(sheets=(sheet,))))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = sorted(name for name in file.namelist() if name.startswith("xl/charts/chart"))
        charts = [ET.fromstring(file.read(name)) for name in parts]  # noqa: S314 - our own file
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0], charts


@pytest.mark.parametrize(
    "long", [[f"{name}{'的' * 290}" for name in EVENTS], [f"{'长' * 290}{one}" for one in "甲乙丙"]]
)
def test_chart_has_short_labels_of_long_names_told_apart_in_cells_of_its_sheet(
    made_up: Factory, long: list[str]
) -> None:
    sheet, (chart, by_day, *_) = _made(_renamed(made_up(), dict(zip(EVENTS, long, strict=True))), "overview")
    shown = [one.text or "" for one in chart.iterfind(".//c:ser[1]/c:cat//c:v", CHART)]
    assert len(set(shown)) == 3
    assert all(width(one) <= 26 and "…" in one for one in shown)
    (area,) = {one.text or "" for one in chart.iterfind(".//c:cat//c:f", CHART)}
    cells = [cell for part in area.strip("()").split(",") for (cell,) in sheet[part.split("!")[1]]]
    assert [cell.value for cell in cells] == shown
    assert sheet.column_dimensions[cells[0].column_letter].hidden
    assert [sheet.cell(cell.row, 1).value for cell in cells] == long
    # 0: points of cells that are hidden are drawn too
    assert [one.find(".//c:plotVisOnly", CHART).get("val") for one in (chart, by_day)] == ["0", "1"]  # type: ignore[union-attr] # every chart has one


def test_chart_of_short_names_takes_them_from_their_own_column(made_up: Factory) -> None:
    sheet, (chart, *_) = _made(made_up(), "overview")
    assert [one.text for one in chart.iterfind(".//c:ser[1]/c:cat//c:v", CHART)] == list(EVENTS)
    assert not any(one.hidden for one in sheet.column_dimensions.values())


@pytest.mark.parametrize(("sheet", "columns"), [("about", ("A", "D")), ("overview", ("A",))])
def test_long_name_on_a_page_wraps_in_a_row_as_high_as_its_lines(
    made_up: Factory, sheet: str, columns: tuple[str, ...]
) -> None:
    name = "很" * 150
    made, _ = _made(_renamed(made_up(), {EVENTS[0]: name}), sheet)
    cells = [cell for column in columns for cell in made[column] if cell.value == name]
    assert len(cells) == len(columns)
    for cell in cells:
        assert cell.alignment.wrap_text
        room = made.column_dimensions[cell.column_letter].width
        assert room <= 36
        assert made.row_dimensions[cell.row].height >= 14 * 300 / room


@pytest.mark.parametrize("sheet", ["events", "attendance", "visits", "activity", "excluded", "curves"])
def test_long_name_of_an_event_wraps_in_every_table_in_rows_as_high_as_its_lines(made_up: Factory, sheet: str) -> None:
    names = {event: f"{'很长的名字' * 9}{event}" for event in EVENTS}
    made, _ = _made(_renamed(made_up(), names), sheet)
    (column,) = (cell.column_letter for cell in made[1] if cell.value == "场次")
    cells = [cell for cell in made[column] if cell.value in names.values()]
    assert cells
    for cell in cells:
        assert cell.alignment.wrap_text
        room = made.column_dimensions[column].width
        assert room == 48
        assert 14 * width(cell.value) / room <= made.row_dimensions[cell.row].height <= 60


def test_name_that_fits_its_column_takes_one_line_and_no_name_takes_more_than_six(made_up: Factory) -> None:
    made, _ = _made(_renamed(made_up(), {EVENTS[0]: "长" * 22, EVENTS[1]: "长" * 24, EVENTS[2]: "长" * 500}), "events")
    assert [made.row_dimensions[row].height for row in (2, 3, 4)] == [None, 32, 88]


def test_charts_beside_tall_rows_stand_no_further_apart_than_beside_others(made_up: Factory) -> None:
    long = {event: f"{'很长的名字' * 9}{event}" for event in EVENTS}
    for report, least, most in ((made_up(), 324, 324), (_renamed(made_up(), long), 324, 324 + 46)):
        sheet, _ = _made(report, "curves")
        heights = [sheet.row_dimensions[row].height or 18 for row in range(1, 40)]
        first, second = (chart.anchor._from.row for chart in sheet._charts)  # noqa: SLF001 - no public way to either
        assert least <= sum(heights[first:second]) <= most


def test_lines_of_a_legend_have_short_names(made_up: Factory) -> None:
    names = {event: f"{'长' * 290}{event}" for event in EVENTS}
    _, charts = _made(_renamed(made_up(), names), "curves")
    for chart in charts:
        shown = [one.text or "" for one in chart.iterfind(".//c:ser/c:tx/c:v", CHART)]
        assert len(set(shown)) == len(shown) == 2
        assert all(width(one) <= 32 for one in shown)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["short", "short", ""], ["short", "short", ""]),
        (["one very long name", "two"], ["one very…", "two"]),
        (["very long name 1", "very long name 2"], ["very…ame 1", "very…ame 2"]),
        (["a b" * 50 + "x" * 9, "a b" * 90 + "x" * 9], ["a b…bxxx…", "a b…ba b…"]),
        (["a" * 20 + "1" + "b" * 20, "a" * 20 + "2" + "b" * 20], ["aaa…aa1bb…", "aaa…aa2bb…"]),
        (["直播间的名字", "直播\n间的名字"], ["直播间的…", "直播 间的…"]),
    ],
)
def test_names_are_cut_at_the_end_or_where_they_are_alike(names: list[str], shown: list[str]) -> None:
    assert told_apart(names, 10) == shown


def test_number_stands_only_behind_names_that_are_one_when_they_are_drawn() -> None:
    assert told_apart(["直播间  的很长的名字", "直播间\n的很长的名字"], 10) == ["直播间 的…", "直播间 的… (2)"]


def test_legend_of_names_that_differ_in_their_middle_shows_what_differs() -> None:
    lessons = [f"Quarterly distributor training, session {at}, for the whole of East China" for at in range(8, 12)]
    assert told_apart(lessons, 32) == [
        "Quarterly…ession 8, for the wh…",
        "Quarterly…ession 9, for the wh…",
        "Quarterly…ession 10, for the w…",
        "Quarterly…ession 11, for the w…",
    ]


def test_of_many_names_each_is_told_by_where_it_differs_from_those_like_it() -> None:
    a, b, c = ("x" * 50 + middle + "y" * 50 + end for middle, end in (("A", "1"), ("A", "2"), ("B", "2")))
    assert told_apart([a, b, c], 10) == ["xxxx…yyyy1", "xxxx…yyyy2", "xxx…xxByy…"]


@settings(deadline=None)
@given(st.lists(st.text("ab直播 \n😀", max_size=40), max_size=12), st.integers(6, 30))
def test_names_that_differ_are_shown_differently(names: list[str], room: int) -> None:
    shown = told_apart(names, room)
    assert len(set(zip(names, shown, strict=True))) == len(set(names)) == len(set(shown))
    assert all(width(one) <= room + len(" (12)") for one in shown)
