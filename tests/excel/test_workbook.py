from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from reporter import labels
from reporter.excel import workbook
from reporter.excel.book import make
from reporter.excel.content import Facts, Page
from reporter.excel.sheets import SHEETS
from reporter.model import Language, Period, Text
from reporter.report import Figure, Layout, Report
from reporter.rules import Privacy

Factory = Callable[..., Report]
# fmt: off
ZH = [
    "目录", "说明", "摘要", "场次", "人员", "考勤", "明细", "互动", "点播",
    "名单", "重叠", "剔除", "未匹配", "对账", "问题", "口径", "曲线",
]
EN = [
    "Contents", "About", "Overview", "Events", "People", "Attendance", "Visits", "Activity", "Plays",
    "Roster", "Overlap", "Excluded", "Unmatched", "Reconcile", "Issues", "Glossary", "Curves",
]
# fmt: on


def _rows(data: bytes, sheet: str) -> list[list[object]]:
    return [[*row] for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python()]


def _text(data: bytes, sheet: str) -> str:
    return "\n".join(str(value) for row in _rows(data, sheet) for value in row if value != "")


@pytest.mark.parametrize(("language", "names"), [("zh", ZH), ("en", EN)])
def test_workbook_has_its_sheets_in_order(made_up: Factory, language: Language, names: list[str]) -> None:
    data, issues = workbook(made_up(language))
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == names
    assert issues == []


def test_sheets_are_those_that_configs_may_name() -> None:
    assert " ".join(sheet.code for sheet in SHEETS) == (
        "contents about overview events people attendance visits activity plays "
        "roster overlap excluded unmatched reconcile issues glossary curves"
    )


def test_workbook_of_an_empty_report_still_opens_and_says_so(nothing_happened: Factory) -> None:
    data, _ = workbook(nothing_happened())
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["目录", "说明", "摘要"]
    assert "本期没有可统计的数据" in _text(data, "摘要")


def test_workbook_shows_named_sheets_also_when_they_are_empty(nothing_happened: Factory) -> None:
    layout = Layout(sheets=("visits", "about", "issues"))
    data, _ = workbook(replace(nothing_happened(), layout=layout))
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["明细", "说明", "问题"]


def test_visits_hold_ids_as_text_and_times_in_the_zone_of_the_report(made_up: Factory) -> None:
    head, first, *_ = _rows(workbook(made_up())[0], "明细")
    row = dict(zip(head, first, strict=True))
    assert row["房间号"] == "1721834606710000001"
    assert row["观众号"] == "1721834606700000000"
    assert row["进入时间 (Asia/Shanghai)"] == datetime(2026, 6, 16, 19, 0, 7)  # noqa: DTZ001 - a cell has no zone
    assert row["观看时长"] == timedelta(minutes=40)
    assert (row["平台"], row["方式"], row["完播率"]) == ("火山引擎", "回放", 0.5)


def test_openpyxl_reads_the_cells_that_calamine_reads(made_up: Factory) -> None:
    data, _ = workbook(made_up())
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for name in ZH[3:]:
        ours = [["" if value is None else value for value in row] for row in book[name].iter_rows(values_only=True)]
        for mine, theirs in zip(ours, _rows(data, name), strict=True):
            assert [_plain(value) for value in mine] == [_plain(value) for value in theirs]


def _plain(value: object) -> object:
    """Bring what the two readers call the same to one form: whole floats, dates at midnight, times to the second."""
    if isinstance(value, datetime):
        return f"{value + timedelta(microseconds=500_000):%Y-%m-%d %H:%M}"
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if hasattr(value, "isoformat"):
        return f"{value.isoformat()} 00:00" if "-" in value.isoformat() else _seconds(value)
    return round(value, 9) if isinstance(value, float) else value


def _seconds(value: object) -> int:
    hour, minute, second = (getattr(value, part) for part in ("hour", "minute", "second"))
    return int(hour * 3600 + minute * 60 + second)


@pytest.mark.parametrize(
    ("header", "number_format"),
    [
        ("房间号", "@"),
        ("观众号", "@"),
        ("姓名", "@"),
        ("进入时间 (Asia/Shanghai)", "yyyy-mm-dd hh:mm:ss"),
        ("观看时长", "[h]:mm:ss"),
        ("完播率", "0.0%"),
    ],
)
def test_visits_are_formatted_by_what_a_column_means(made_up: Factory, header: str, number_format: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(made_up())[0]))["明细"]
    at = [cell.value for cell in sheet[1]].index(header)
    assert sheet[2][at].number_format == number_format


def test_tables_freeze_filter_and_print_their_header(made_up: Factory) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(made_up())[0]))
    for name in ZH[3:]:
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions
        rows = sheet.max_row - bool(table.totalsRowCount)
        assert table.autoFilter.ref == f"A1:{get_column_letter(sheet.max_column)}{rows}"
        assert sheet.print_title_rows == "$1:$1"
    for one in book.worksheets:
        setup = one.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToWidth) == (9, "landscape", 1)


def test_ids_leave_no_green_corners(made_up: Factory) -> None:
    data, _ = workbook(made_up())
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        part = file.read(f"xl/worksheets/sheet{ZH.index('明细') + 1}.xml").decode()
    names = [element.tag.split("}")[1] for element in ET.fromstring(part)]  # noqa: S314 - our own file
    assert names.index("ignoredErrors") > names.index("headerFooter")
    assert 'numberStoredAsText="1"' in part


def test_properties_name_no_machine_user_or_clock(made_up: Factory) -> None:
    properties = openpyxl.load_workbook(io.BytesIO(workbook(made_up())[0])).properties
    assert (properties.title, properties.creator) == ("Acme 教育直播周报", "reporter")
    assert properties.created == properties.modified == datetime(2026, 6, 22, 1, 30)  # noqa: DTZ001 - openpyxl gives UTC
    assert properties.lastModifiedBy is None


def test_about_says_what_the_report_covers(made_up: Factory) -> None:
    said = _text(workbook(made_up())[0], "说明")
    for fact in (
        "2026-W25 (2026-06-15 至 2026-06-21，含首尾两日)",
        "Asia/Shanghai",
        "2026-06-22 09:30",
        "1721834606710000001",
        "ListUserBehaviorDataAPIV2",
        "有变动",
        "没有缺口",
        "一次观看按其开始时间归入统计周期",
        "80%",
        "拓课云不提供观看时间",
        "reporter 0.1.0",
    ):
        assert fact in said


@pytest.mark.parametrize(
    ("language", "privacy", "said"),
    [
        ("zh", Privacy(), "手机号、邮箱：打码；IP：去除；姓名：保留原样"),
        ("zh", Privacy("keep", "drop", "keep", "mask"), "手机号、IP：保留原样；邮箱：去除；姓名：打码"),
        ("en", Privacy("hash", "hash", "hash", "hash"), "Phone, E-mail, IP, Name: replaced by codes"),
    ],
)
def test_about_says_how_each_personal_column_leaves_as_the_config_has_it(
    made_up: Factory, language: Language, privacy: Privacy, said: str
) -> None:
    data, _ = workbook(replace(made_up(language), privacy=privacy, layout=Layout(sheets=("about",))))
    assert said in _text(data, "说明" if language == "zh" else "About").split("\n")


@pytest.mark.parametrize(
    ("zone", "sheets", "is_said"),
    [
        ("America/New_York", ("about", "plays"), True),
        ("America/New_York", ("about", "visits"), False),
        ("Asia/Shanghai", ("about", "plays"), False),
        ("Asia/Singapore", ("about", "plays"), False),
    ],
)
def test_days_that_a_platform_counts_by_name_their_zone_and_the_about_sheet_excepts_them(
    made_up: Factory, *, zone: str, sheets: tuple[str, ...], is_said: bool
) -> None:
    start, end = (datetime(2026, 6, day, tzinfo=ZoneInfo(zone)) for day in (15, 22))
    report = replace(made_up(), period=Period("2026-W25", start, end, zone), layout=Layout(sheets=sheets))
    data, _ = workbook(report)
    (said,) = [row[1] for row in _rows(data, "说明") if row[0] == "时区"]
    assert said == f"{zone}，本工作簿所有时间均为该时区" + "；“点播”的日期除外，为平台时区 UTC+8" * is_said
    if "plays" in sheets:
        assert "日期 (UTC+8)" in _rows(data, "点播")[0]


def test_partial_report_says_so_on_every_page_and_names_its_gaps(made_up: Factory) -> None:
    data, _ = workbook(made_up(is_partial=True))
    for name in ("目录", "说明", "摘要"):
        assert "数据不完整" in _text(data, name)
    assert "全时 quan event/report/details 房间 1721834606710000001：失败，取回 0 行" in _text(data, "说明")


@pytest.mark.parametrize("sheets", [("overview", "people"), ("contents", "overview", "visits"), ("contents",)])
def test_partial_report_without_an_about_sheet_tells_its_gaps_on_the_pages_that_it_has(
    made_up: Factory, sheets: tuple[str, ...]
) -> None:
    data, _ = workbook(replace(made_up(is_partial=True), layout=Layout(sheets=sheets)))
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert len(names) == len(sheets)
    for name in {"目录", "摘要"} & set(names):
        said = _text(data, name)
        assert "见本工作表末尾的数据缺口" in said
        assert "说明" not in said
        assert "全时 quan event/report/details 房间 1721834606710000001：失败，取回 0 行" in said


def test_gaps_stand_on_the_about_sheet_alone_where_there_is_one(made_up: Factory) -> None:
    data, _ = workbook(made_up(is_partial=True))
    assert "见“说明”中的数据缺口" in _text(data, "摘要")
    assert "event/report/details" not in _text(data, "摘要")


def test_partial_report_begins_with_a_page_that_says_so(made_up: Factory) -> None:
    layout = Layout(sheets=("visits", "people"))
    data, _ = workbook(replace(made_up(is_partial=True), layout=layout))
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["说明", "明细", "人员"]


@pytest.mark.parametrize(
    ("language", "rules", "checked"),
    [
        ("zh", ["身份：主持人", "员工名单：staff.csv"], ["人员", "7 天", "5400 秒"]),
        ("en", ["Role: Host", "Staff list: staff.csv"], ["people", "7 d", "5400 s"]),
    ],
)
def test_rules_and_checks_are_told_in_words_of_the_reports_language(
    made_up: Factory, language: Language, rules: list[str], checked: list[str]
) -> None:
    report = made_up(language)
    visits = report.tables["visits"].head(2).with_columns(excluded_by=pl.Series(["role: host", "phone_in: staff.csv"]))
    finding = replace(report.findings[0], where="people", expected="7 d", found="5400 s")
    tables = {**report.tables, "visits": visits, "excluded": visits}
    made, _ = make(replace(report, tables=tables, findings=(finding,)))
    texts = {one.code: {cells.column.name: cells.texts.to_list() for cells in one.cells} for one in made}
    assert texts["visits"]["excluded_by"] == texts["excluded"]["excluded_by"] == rules
    assert [texts["reconcile"][name] for name in ("where", "expected", "found")] == [[one] for one in checked]


@pytest.mark.parametrize(("previous", "change"), [(10_001, 0.0), (9_999, 0.0), (10_100, 10_000 / 10_100 - 1)])
def test_change_that_is_shown_as_zero_is_zero_and_has_no_sign(made_up: Factory, previous: int, change: float) -> None:
    report = replace(made_up(), figures=(Figure("people", "total", "", 10_000, previous),))
    rows = openpyxl.load_workbook(io.BytesIO(workbook(report)[0]))["摘要"].iter_rows(values_only=True)
    (line,) = [row for row in rows if row[0] == "观众人数"]
    assert line[3] == pytest.approx(change)
    assert (line[3] == 0) == (change == 0)


def test_overview_shows_change_and_never_zero_for_what_nobody_can_give(made_up: Factory) -> None:
    rows = _rows(workbook(made_up())[0], "摘要")
    by_label = {row[0]: row[1:4] for row in rows}
    assert by_label["观众人数"] == [30.0, 26.0, pytest.approx(30 / 26 - 1)]
    assert by_label["支付金额"] == [1299.5, 0.0, ""]
    assert by_label["出勤率"] == [0.7, 0.769, pytest.approx(-6.9)]
    assert "点播观众" not in by_label


@pytest.mark.parametrize(("language", "unit"), [("zh", "个百分点"), ("en", "pp")])
def test_overview_shows_the_change_of_a_ratio_in_points(made_up: Factory, language: Language, unit: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(made_up(language))[0])).worksheets[2]
    (rate,) = [row[3] for row in sheet.iter_rows(max_col=4) if row[0].value in {"出勤率", "Attendance rate"}]
    assert rate.number_format == f'+#,##0.0" {unit}";-#,##0.0" {unit}";0.0" {unit}"'


def test_overview_chart_is_bound_to_its_own_sheet_with_values_cached(made_up: Factory) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(made_up())[0])) as file:
        chart = ET.fromstring(file.read("xl/charts/chart1.xml"))  # noqa: S314 - our own file
    spaced = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    references = [found.text or "" for found in chart.iterfind(".//c:f", spaced)]
    assert references
    assert all(one.startswith("'摘要'!$") for one in references)
    assert [found.text for found in chart.iterfind(".//c:ser[1]/c:val//c:v", spaced)] == ["22", "19", "16"]
    assert next(found.text for found in chart.iterfind(".//c:ser[1]/c:cat//c:v", spaced)) == "第12课 二次函数"


def test_attendance_says_unavailable_where_a_figure_is_null(made_up: Factory) -> None:
    head, *rows = _rows(workbook(made_up())[0], "考勤")
    assert {row[head.index("评论")] for row in rows if row[head.index("场次")] == "家长会（高三）"} == {"不可得"}


def test_people_sum_what_is_known_over_events(made_up: Factory) -> None:
    head, *rows = _rows(workbook(made_up())[0], "人员")
    third = dict(zip(head, rows[2], strict=True))
    assert (third["场次数"], third["出勤场次"], third["评论合计"]) == (3.0, 3.0, 4.0)
    assert third["直播观看"] == timedelta(minutes=126)
    assert third["涉及平台"] == "火山引擎, 全时, 拓课云"


def test_issues_are_counted_by_kind_worst_first(made_up: Factory) -> None:
    head, *rows = _rows(workbook(made_up())[0], "问题")
    assert [(row[0], row[head.index("次数")]) for row in rows] == [("警告", 1.0), ("提示", 2.0)]


def test_places_of_issues_and_findings_are_told_in_the_readers_words(made_up: Factory) -> None:
    report = made_up()
    issue, finding = replace(report.issues[0], where="event 5"), replace(report.findings[0], where="quanshi:qs room 5")
    data = workbook(replace(report, issues=(issue,), findings=(finding,)))[0]
    told = [[row[rows[0].index("位置")] for row in rows[1:]] for rows in (_rows(data, "问题"), _rows(data, "对账"))]
    assert told == [["场次 5"], ["quanshi:qs 房间 5"]]


def test_contents_link_to_every_other_sheet(made_up: Factory) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(made_up())[0]))["目录"]
    found = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert found == [f"'{name}'!A1" for name in ZH[1:]]


def test_links_of_the_contents_have_the_line_of_their_row(made_up: Factory) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(made_up())[0]))["目录"]
    linked = [row for row in sheet.iter_rows(max_col=3) if row[0].hyperlink]
    lines = {(cell.border.bottom.style, cell.border.bottom.color.rgb) for row in linked for cell in row}
    assert len(lines) == 1
    assert lines != {(None, None)}


def test_audience_of_clients_is_spared_where_rows_came_from(made_up: Factory) -> None:
    for audience, shows in (("client", False), ("internal", True)):
        head = _rows(workbook(replace(made_up(), audience=audience))[0], "明细")[0]  # type: ignore[arg-type] # the tuple's words are the literal's
        assert ("回复编号" in head) is shows


def test_config_chooses_orders_and_renames_columns(made_up: Factory) -> None:
    layout = Layout(columns={"people": ("live_seconds", "name", "shoe_size")}, labels={"people.name": "学员"})
    data, issues = workbook(replace(made_up(), layout=layout))
    assert _rows(data, "人员")[0] == ["直播观看", "学员"]
    assert [(issue.code, issue.where) for issue in issues] == [("unknown-column", "people")]
    assert "未知列" in _text(data, "问题")


def test_cut_text_reaches_the_issues_sheet(made_up: Factory) -> None:
    report = made_up()
    people = report.tables["people"].with_columns(company=pl.lit("长" * 40_000))
    data, issues = workbook(replace(report, tables={**report.tables, "people": people}))
    assert {issue.where for issue in issues} == {"人员!公司", "考勤!公司"}
    assert "文本过长" in _text(data, "问题")


def test_rows_beyond_a_sheet_go_on_in_the_next_one(made_up: Factory) -> None:
    sheets, issues = make(made_up(), most_rows=25)
    visits = [made for made in sheets if made.code == "visits"]
    assert [made.name for made in visits] == ["明细", "明细 (2)", "明细 (3)"]
    assert [len(made.cells[0].texts) for made in visits] == [25, 25, 10]
    assert "明细!A1" in {issue.where for issue in issues if issue.code == "sheet-continued"}


@pytest.mark.parametrize(("rows", "told"), [(30, {"明细": "明细 (2)", "考勤": "考勤 (2)"}), (60, {})])
def test_about_sheet_says_where_rows_go_on(made_up: Factory, rows: int, told: dict[str, str]) -> None:
    (about,) = [made.content for made in make(made_up(), most_rows=rows)[0] if made.code == "about"]
    assert isinstance(about, Page)
    assert isinstance(about.blocks[0], Facts)
    pairs = dict(about.blocks[0].pairs)
    said = {name: f"行数超过一张工作表的上限，续在“{other}”" for name, other in told.items()}
    assert {name: sentence for name, sentence in pairs.items() if "续在" in sentence} == said


def test_logo_stands_on_the_about_sheet(made_up: Factory, png: Callable[..., bytes]) -> None:
    report, logo = made_up(), png(80, 80)
    data, issues = workbook(replace(report, brand=replace(report.brand, logo=logo)))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.read("xl/media/image1.png") == logo
        assert b"image1.png" in file.read("xl/drawings/_rels/drawing1.xml.rels")
    assert issues == []


def test_brand_colours_headers_and_a_bad_logo_is_an_issue(made_up: Factory) -> None:
    report = made_up()
    data, issues = workbook(replace(report, brand=replace(report.brand, color="#0a7d3c", logo=b"GIF89a")))
    header = openpyxl.load_workbook(io.BytesIO(data))["人员"]["A1"]
    assert header.fill.fgColor.rgb == "000a7d3c"
    assert [issue.code for issue in issues] == ["logo-unusable"]


def test_every_offered_column_has_a_label_in_both_languages(made_up: Factory) -> None:
    for language in ("zh", "en"):
        report = replace(made_up(language), audience="internal")
        sheets, _ = make(report)
        for made in sheets:
            for cells in made.cells:
                assert "_" not in cells.column.header.removesuffix(f" ({report.period.timezone})"), cells.column
    assert labels.column("visits", "nothing_of_ours", "zh") == "nothing_of_ours"


def test_rows_of_long_prose_stay_within_the_height_that_excel_takes(made_up: Factory) -> None:
    long = Text("长" * 5_000, "long " * 5_000)
    report = made_up()
    data, _ = workbook(replace(report, notes=(long,), issues=(replace(report.issues[0], message=long),)))
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        assert all((row.height or 0) <= 409 for row in sheet.row_dimensions.values())


@pytest.mark.parametrize(("length", "cut"), [(32_766, 0), (32_767, 0), (32_768, 1)])
def test_text_is_cut_only_beyond_what_a_cell_holds(made_up: Factory, length: int, cut: int) -> None:
    report = made_up()
    titled = report.tables["plays"].with_columns(title=pl.lit("长" * length))
    layout = Layout(sheets=("plays",))
    data, issues = workbook(replace(report, tables={**report.tables, "plays": titled}, layout=layout))
    head, first, *_ = _rows(data, "点播")
    assert len(str(first[head.index("标题")])) == min(length, 32_767)
    assert len(issues) == cut


@pytest.mark.parametrize("rows", [59, 60, 61])
def test_sheet_goes_on_only_when_the_last_row_is_taken(made_up: Factory, rows: int) -> None:
    visits = [made for made in make(made_up(), most_rows=rows)[0] if made.code == "visits"]
    assert [len(made.cells[0].texts) for made in visits] == ([59, 1] if rows == 59 else [60])
