from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from reporter.excel import totals, workbook
from reporter.excel.book import make
from reporter.excel.cells import Cells
from reporter.excel.content import Column
from reporter.model import Language
from reporter.report import Layout, Report

Factory = Callable[..., Report]


def _sheet(data: bytes, name: str, *, has_values: bool = False) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=has_values)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def _total(data: bytes, sheet: str, header: str, *, has_values: bool) -> object:
    found = _sheet(data, sheet, has_values=has_values)
    at = [cell.value for cell in found[1]].index(header)
    return found[found.max_row][at].value


def _only(sheet: Worksheet) -> Table:
    (table,) = sheet.tables.values()
    assert isinstance(table, Table)
    return table


def test_total_is_a_subtotal_of_its_rows_with_its_value_beside_it(made_up: Factory) -> None:
    data, _ = workbook(made_up())
    assert _total(data, "明细", "观看时长", has_values=False) == "=SUBTOTAL(109,J2:J61)"
    minutes = sum((40 + person) * (1 + person % 3) for person in range(30))
    assert _total(data, "明细", "观看时长", has_values=True) == timedelta(minutes=minutes)


def test_total_of_a_figure_says_unavailable_where_the_filter_leaves_none_that_is_known(made_up: Factory) -> None:
    data, _ = workbook(made_up())
    assert _total(data, "考勤", "评论", has_values=False) == (
        '=IF(SUBTOTAL(102,M2:M61)=0,"不可得",SUBTOTAL(109,M2:M61))'
    )
    assert _total(data, "考勤", "评论", has_values=True) == sum(
        person % 7 for person in range(30) for at in range(1 + person % 3) if at != 2
    )


def _sum(values: pl.Series) -> object:
    column = Column("n", "n", "count", adds=True)
    (total,) = totals.of([Cells(column, values, pl.Series([None] * len(values), dtype=pl.String))])
    return total


def test_total_is_exact_and_is_left_out_where_excel_would_lose_digits() -> None:
    # so many of these that 64 bits would come round to 2.6e14, which Excel could show
    assert _sum(pl.Series([10**15 - 1] * 18_447)) is None
    assert _sum(pl.Series([10**14, None, 1])) == 10**14 + 1
    assert _sum(pl.Series([0.1] * 10)) == 1.0
    assert str(_sum(pl.Series(["0.10", "12.90"]).cast(pl.Decimal(38, 2)))) == "13.00"
    assert _sum(pl.Series([None, None], dtype=pl.Int64)) is None


def test_people_of_events_and_viewers_of_days_have_no_total(made_up: Factory) -> None:
    data, _ = workbook(made_up())
    assert _total(data, "场次", "观众人数", has_values=True) is None
    assert _total(data, "场次", "评论数", has_values=True) == 60 + 59 + 58
    assert _total(data, "点播", "当日播放人数", has_values=True) is None
    assert _total(data, "点播", "播放次数", has_values=True) == sum(59 + at for at in range(7))


def test_column_of_which_nothing_is_known_has_no_total(made_up: Factory) -> None:
    report = made_up()
    unknown = report.tables["attendance"].with_columns(pl.lit(None, pl.Int64).alias("comments"))
    layout = Layout(columns={"attendance": ("event", "comments", "likes")})
    data, _ = workbook(replace(report, tables={**report.tables, "attendance": unknown}, layout=layout))
    last = [*_sheet(data, "考勤", has_values=True).iter_rows(values_only=True)][-1]
    assert last == ("合计", None, sum(person * 3 * (1 + person % 3) for person in range(30)))


def test_table_covers_header_rows_and_totals_and_names_the_columns_as_its_header(made_up: Factory) -> None:
    sheet = _sheet(workbook(made_up())[0], "点播")
    table = _only(sheet)
    assert table.autoFilter is not None
    assert (table.displayName, table.ref, table.autoFilter.ref, table.totalsRowCount) == ("plays", "A1:H9", "A1:H8", 1)
    assert [one.totalsRowLabel for one in table.tableColumns] == ["合计"] + [None] * 7
    assert table.column_names == [cell.value for cell in sheet[1]]


@pytest.mark.parametrize(("language", "label"), [("zh", "合计"), ("en", "Total")])
def test_totals_of_columns_that_all_add_up_have_their_label_before_the_first_number(
    made_up: Factory, language: Language, label: str
) -> None:
    layout = Layout(columns={"people": ("live_seconds", "replay_seconds")}, sheets=("people",))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(replace(made_up(language), layout=layout))[0])).worksheets[0]
    first, second = sheet[sheet.max_row]
    assert first.number_format.split(";")[0] == f'"{label} "[h]:mm:ss'
    assert second.number_format == "[h]:mm:ss"
    assert str(first.value).startswith("=IF(SUBTOTAL(102,A2:A31)=0,")
    assert sheet.column_dimensions["A"].width > len(f"{label} 100:00:00")


def test_table_without_anything_to_add_up_has_no_totals(made_up: Factory) -> None:
    sheet = _sheet(workbook(made_up())[0], "口径")
    assert not _only(sheet).totalsRowCount
    assert sheet.cell(sheet.max_row, 1).value != "合计"


@pytest.mark.parametrize("label", ["两行\n标题", "_x0041_", " 边 ", "[名]#'@", "长" * 255])
def test_header_of_any_text_names_the_column_of_its_table(made_up: Factory, label: str) -> None:
    data, _ = workbook(replace(made_up(), layout=Layout(sheets=("people",), labels={"people.name": label})))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        table = ET.fromstring(file.read("xl/tables/table1.xml"))  # noqa: S314 - our own file
    names = [
        one.get("name") for one in table.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}tableColumn")
    ]
    shown = label.replace("_x", "_x005F_x").replace("\n", "_x000a_")
    assert names[1] == shown
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("人员").to_python()
    assert rows[0][1] == label


@pytest.mark.parametrize("label", ["长" * 256, "公司"])
def test_headers_that_cannot_name_columns_get_a_filter_without_a_table(made_up: Factory, label: str) -> None:
    sheet = _sheet(workbook(replace(made_up(), layout=Layout(labels={"people.name": label})))[0], "人员")
    assert not sheet.tables
    assert sheet.cell(31, 1).value == "30"
    assert sheet.max_row == 31
    assert sheet.auto_filter.ref == "A1:P31"


def test_rows_that_fill_a_sheet_or_go_on_in_another_have_no_totals(made_up: Factory) -> None:
    for most, has_totals in ((61, True), (60, False), (25, False)):
        visits = [made for made in make(made_up(), most_rows=most)[0] if made.code == "visits"]
        assert any(cells.column.adds for made in visits for cells in made.cells) is has_totals
    assert [made.table for made in visits] == ["visits", "visits_2", "visits_3"]


def test_shares_have_bars_from_nought_to_one_and_flags_have_colours(made_up: Factory) -> None:
    data, _ = workbook(made_up())
    (bar,) = [rule for area in _sheet(data, "明细").conditional_formatting for rule in area.rules]
    assert (bar.type, [one.val for one in bar.dataBar.cfvo]) == ("dataBar", [0, 1])
    assert (bar.dataBar.minLength, bar.dataBar.maxLength) == (0, 100)  # of the cell, so that 0 has no bar at all
    flags = [rule for area in _sheet(data, "考勤").conditional_formatting for rule in area.rules]
    assert [rule.formula for rule in flags] == [['"是"'], ['"否"']]
