from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
from python_calamine import CalamineWorkbook

from reporter.excel import workbook
from reporter.excel.book import make
from reporter.excel.sheets.curves import with_minutes
from reporter.report import Layout, Past, Report

Factory = Callable[..., Report]
CHART = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}


def _charts(report: Report, sheet: str) -> list[ET.Element]:
    data, _ = workbook(replace(report, layout=Layout(sheets=(sheet,))))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        names = sorted(name for name in file.namelist() if name.startswith("xl/charts/chart"))
        return [ET.fromstring(file.read(name)) for name in names]  # noqa: S314 - our own file


def _titles(charts: list[ET.Element]) -> list[str]:
    return ["".join(one.text or "" for one in chart.findall("./c:chart/c:title//{*}t", CHART)) for chart in charts]


def _rows(report: Report, sheet: str, name: str) -> list[list[object]]:
    data, _ = workbook(replace(report, layout=Layout(sheets=(sheet,))))
    return [[*row] for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()]


def test_minutes_count_while_somebody_is_online_so_that_two_evenings_are_one_curve() -> None:
    moments = [(16, 0, 0.0), (16, 1, 2.0), (16, 2, 1.0), (16, 3, 0.0), (18, 0, 0.0), (18, 1, 5.0), (18, 2, 0.0)]
    points = pl.DataFrame(
        {
            "chart": ["concurrency"] * 7 + ["drop_off", "drop_off", "audience"],
            "event": ["e"] * 9 + [None],
            "at": [datetime(2026, 6, day, 11, minute, tzinfo=UTC) for day, minute, _ in moments]
            + [datetime(2026, 6, 16, 11, 1, tzinfo=UTC), datetime(2026, 6, 16, 11, 9, tzinfo=UTC)]
            + [datetime(2026, 6, 15, tzinfo=UTC)],
            "value": [value for _, _, value in moments] + [1.0, 0.0, 7.0],
        },
        schema_overrides={"at": pl.Datetime("us", "UTC")},
    )
    assert with_minutes(points)["minute"].to_list() == [0, 1, 2, 2, 2, 3, 3, 0, 8, None]


def test_points_of_a_curve_are_cached_to_the_last_digit_of_their_cells(made_up: Factory) -> None:
    report = made_up()
    is_drop = pl.col("chart") == "drop_off"
    curves = report.tables["curves"].with_columns(pl.when(is_drop).then(15 / 68).otherwise("value").alias("value"))
    charts = _charts(replace(report, tables={**report.tables, "curves": curves}), "curves")
    cached = [point.text for point in charts[1].findall(".//c:yVal//c:v", CHART)]
    assert set(cached) == {"0.22058823529411764"}
    assert len(cached) == curves.filter(is_drop).height


def test_curves_are_lines_over_their_own_rows_one_an_event_with_points_cached(made_up: Factory) -> None:
    online, left = _charts(made_up(), "curves")
    assert _titles([online, left]) == ["同时在线", "留存比例"]
    first, second = online.findall(".//c:ser", CHART)
    assert [one.text for one in second.iterfind(".//c:f", CHART)] == [
        "'曲线'!$B$7",
        "'曲线'!$D$7:$D$11",
        "'曲线'!$E$7:$E$11",
    ]
    assert [one.text for one in second.iterfind("c:tx//c:v", CHART)] == ["公开课：如何选择志愿"]
    assert [one.text for one in first.iterfind("c:xVal//c:v", CHART)] == ["0", "1", "2", "3", "3"]
    assert [one.text for one in first.iterfind("c:yVal//c:v", CHART)] == ["0", "3", "9", "4", "0"]
    assert [one.text for one in left.iterfind(".//c:ser[1]/c:yVal//c:f", CHART)] == ["'曲线'!$E$12:$E$16"]


def test_curves_that_go_on_in_another_sheet_are_not_drawn(made_up: Factory) -> None:
    whole, parts = make(made_up())[0], make(made_up(), most_rows=15)[0]
    assert [len(one.plots) for one in whole if one.code == "curves"] == [2]
    assert [len(one.plots) for one in parts if one.code == "curves"] == [0, 0]


def test_overview_draws_the_audience_by_event_by_day_and_by_period(made_up: Factory) -> None:
    assert _titles(_charts(made_up(), "overview")) == ["各场次观众（人）", "每日观众（人）", "各期观众（人）"]


def test_trend_has_a_missing_period_without_a_figure_and_never_as_nought(made_up: Factory) -> None:
    rows = _rows(made_up(), "overview", "摘要")
    by_period = {row[0]: row[1:4] for row in rows if str(row[0]).startswith("2026-W")}
    assert by_period == {
        "2026-W23": ["不可得"] * 3,
        "2026-W24": [26.0, 25.0, 11.0],
        "2026-W25": [30.0, 28.0, 9.0],
    }
    drawn = _charts(made_up(), "overview")[2]
    points = [
        (one.get("idx"), one.findtext("c:v", "", CHART)) for one in drawn.iterfind(".//c:ser[1]/c:val//c:pt", CHART)
    ]
    assert points == [("1", "25"), ("2", "28")]


def test_first_period_has_no_trend(made_up: Factory) -> None:
    for past in ((), (Past("2026-W24", made_up().period.start, {}),)):
        report = replace(made_up(), past=past)
        assert "近几期" not in [row[0] for row in _rows(report, "overview", "摘要")]


def test_overlap_is_a_matrix_that_reads_the_same_along_rows_and_columns(made_up: Factory) -> None:
    rows = [row[:3] for row in _rows(made_up(), "overview", "摘要")]
    at = [row[0] for row in rows].index("跨平台重叠（人；与自身相交处为该平台的人数）")
    assert rows[at + 1 : at + 4] == [["平台", "火山引擎", "全时"], ["火山引擎", 22.0, 12.0], ["全时", 12.0, 17.0]]


def test_retention_is_a_percentage_and_people_are_whole_numbers(made_up: Factory) -> None:
    report = made_up()
    is_drop = pl.col("chart") == "drop_off"
    curves = report.tables["curves"].with_columns(pl.when(is_drop).then(48 / 49).otherwise("value").alias("value"))
    shown = replace(report, tables={**report.tables, "curves": curves}, layout=Layout(sheets=("curves",)))
    (sheet,) = openpyxl.load_workbook(io.BytesIO(workbook(shown)[0])).worksheets
    found = {(row[0].value, row[4].number_format, row[4].value == 48 / 49) for row in sheet.iter_rows(min_row=2)}
    assert found == {("同时在线", "General", False), ("留存比例", "0.0%", True)}
    assert sheet.column_dimensions["E"].width < 10
