"""Whatever text the data hold, it comes back from the file as it went in, or an issue says what became of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from reporter.excel import workbook
from reporter.excel.shortened import told_apart
from reporter.excel.text import clean
from reporter.model import Finding, Issue, Text
from reporter.report import Figure, Layout, Report
from reporter.tables import Row, frame

Factory = Callable[..., Report]
#: columns of text whose headers the config may choose, by sheet
RENAMED = {
    "people": ("person_id", "name", "company", "phone", "email", "vendors", "events", "attended_events"),
    "visits": ("event", "vendor", "room_id", "viewer_id", "person_id", "name", "mode", "watch_seconds", "device"),
    "plays": ("vendor", "account", "room_id", "title", "media_seconds", "viewers", "plays", "play_seconds"),
}
#: the one formula that there is
TOTAL = re.compile(r'(?:IF\(SUBTOTAL\(102,([A-Z]+2:[A-Z]+\d+)\)=0,"不可得",)?SUBTOTAL\(109,[A-Z]+2:[A-Z]+\d+\)\)?')
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _parts(data: bytes) -> Iterator[tuple[str, ET.Element]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            yield name, ET.fromstring(file.read(name))  # noqa: S314 - our own file


def _assert_only_text_and_numbers(data: bytes) -> None:
    for name, root in _parts(data):
        if name.startswith("xl/worksheets/"):
            assert {cell.get("t", "n") for cell in root.iter(f"{MAIN}c")} <= {"inlineStr", "n"}, name
            assert all(TOTAL.fullmatch(one.text or "") for one in root.iter(f"{MAIN}f")), name
        assert "TargetMode" not in ET.tostring(root, encoding="unicode"), name


def _read(data: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: [[*row] for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}


def _column(rows: Sequence[Sequence[object]], header: str) -> list[object]:
    at = rows[0].index(header)
    last = len(rows) - any("合计" in row for row in rows[-1:])
    return [row[at] for row in rows[1:last]]


def _shown(texts: Sequence[str]) -> list[str]:
    return [clean(text)[0] for text in texts]


def _everywhere(report: Report, texts: Sequence[str]) -> Report:
    """Return the report with one text a row in every column of text that data can fill."""
    place = {"vendor": "volcengine", "account": "volc"}
    rooms: list[Row] = [{**place, "room_id": f"{at}", "title": one, "event": one} for at, one in enumerate(texts)]
    visits: list[Row] = [
        {**place, "room_id": f"{at}", "viewer_id": one, "device": one, "client": one, "location": one, "ip": one}
        for at, one in enumerate(texts)
    ]
    people: list[Row] = [
        {"person_id": f"{at}", "name": one, "company": one, "phone": one, "email": one, "viewer_ids": [one, one]}
        for at, one in enumerate(texts)
    ]
    attendance: list[Row] = [{"event": one, "person_id": f"{at}"} for at, one in enumerate(texts)]
    plays: list[Row] = [{**place, "room_id": one, "title": one, "plays": at} for at, one in enumerate(texts)]
    made = {"rooms": rooms, "visits": visits, "people": people, "attendance": attendance, "plays": plays}
    reason = [*texts]
    derived = {
        "unmatched": pl.DataFrame({"vendor": reason, "account": reason, "viewer_id": reason, "reason": reason}),
        "excluded": frame("visits", [{**row, "excluded_by": row["device"]} for row in visits]),
        "roster": pl.DataFrame({"roster": reason, "name": reason, "phone": reason}),
    }
    return replace(
        report,
        tables={**report.tables, **{name: frame(name, rows) for name, rows in made.items()}, **derived},
        figures=tuple(Figure("people", "event", one, at) for at, one in enumerate(texts)),
        findings=tuple(Finding("check", Text(one, one), one, one, one, "agrees", Text(one, one)) for one in texts),
        issues=tuple(Issue("info", "code", Text(one, one), one) for one in texts),
    )


@pytest.fixture(scope="module")
def book(hostile: list[str]) -> Callable[[Factory], tuple[bytes, list[Issue]]]:
    made: list[tuple[bytes, list[Issue]]] = []

    def build(made_up: Factory) -> tuple[bytes, list[Issue]]:
        if not made:
            made.append(workbook(_everywhere(replace(made_up(), audience="internal"), hostile)))
        return made[0]

    return build


Book = Callable[[Factory], tuple[bytes, list[Issue]]]


def test_list_of_hostile_texts_is_long_enough(hostile: list[str]) -> None:
    assert len(set(hostile)) >= 150


def test_hostile_text_becomes_neither_formula_nor_error_nor_link(book: Book, made_up: Factory) -> None:
    _assert_only_text_and_numbers(book(made_up)[0])


@pytest.mark.parametrize(
    ("sheet", "header"),
    [
        ("人员", "姓名"),
        ("人员", "公司"),
        ("人员", "手机号"),
        ("人员", "邮箱"),
        ("考勤", "场次"),
        ("考勤", "姓名"),
        ("明细", "场次"),
        ("明细", "标题"),
        ("明细", "观众号"),
        ("明细", "设备"),
        ("明细", "客户端"),
        ("明细", "地区"),
        ("明细", "IP"),
        ("场次", "场次"),
        ("点播", "房间号"),
        ("点播", "标题"),
        ("名单", "名单"),
        ("未匹配", "平台"),
        ("未匹配", "原因"),
        ("剔除", "剔除规则"),
        ("对账", "核对项"),
        ("对账", "位置"),
        ("对账", "应为"),
        ("对账", "实为"),
        ("对账", "说明"),
    ],
)
def test_hostile_text_reads_back_equal(
    book: Book, made_up: Factory, hostile: list[str], sheet: str, header: str
) -> None:
    data, issues = book(made_up)
    assert _column(_read(data)[sheet], header) == _shown(hostile)
    changed = sum(one != clean(one)[0] for one in hostile)
    (issue,) = [one for one in issues if one.where == f"{sheet}!{header}"]
    assert f"：{changed} 处" in issue.message.zh


def test_hostile_text_reads_back_equal_in_a_list(book: Book, made_up: Factory, hostile: list[str]) -> None:
    rows = _read(book(made_up)[0])["人员"]
    assert _column(rows, "各平台观众号") == _shown([f"{one}, {one}" for one in hostile])


def test_hostile_issues_reach_the_issues_sheet(book: Book, made_up: Factory, hostile: list[str]) -> None:
    found = _column(_read(book(made_up)[0])["问题"], "内容")
    assert set(_shown(hostile)) <= set(found)


def test_openpyxl_finds_every_hostile_cell_to_be_text(book: Book, made_up: Factory, hostile: list[str]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(book(made_up)[0]))["未匹配"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    # openpyxl keeps the escapes of the file
    assert [str(cell.value).replace("_x005F_x", "_x") for cell in cells] == _shown(hostile)


def test_hostile_headers_read_back_equal(made_up: Factory, hostile: list[str]) -> None:
    places = [f"{sheet}.{name}" for sheet, names in RENAMED.items() for name in names]
    titles = {"people": "人员", "visits": "明细", "plays": "点播"}
    for start in range(0, len(hostile), len(places)):
        labels = dict(zip(places, hostile[start:], strict=False))
        data, _ = workbook(replace(made_up(), layout=Layout(columns=RENAMED, labels=labels, sheets=tuple(titles))))
        _assert_only_text_and_numbers(data)
        sheets = _read(data)
        found = [header for title in titles.values() for header in sheets[title][0]]
        assert found[: len(labels)] == _shown([*labels.values()])


def test_hostile_title_client_and_notes_leave_every_part_well_formed(
    nothing_happened: Factory, hostile: list[str]
) -> None:
    plain, places = nothing_happened(), list[str]()
    for title, client in zip(hostile[::2], hostile[1::2], strict=True):
        notes = (Text(title, title), Text(client, client))
        report = replace(plain, title=title, client=client, notes=notes)
        data, issues = workbook(replace(report, layout=Layout(sheets=("about",), compress="fast")))
        _assert_only_text_and_numbers(data)
        cells = [value for row in _read(data)["说明"] for value in row]
        assert {f"{clean(title)[0]} · 说明", clean(client)[0], f"• {clean(client)[0]}"} <= {*cells}
        assert bool(issues) is bool(clean(title)[1] or clean(client)[1])
        places += [issue.where for issue in issues]
    assert places
    assert all(re.match(r"说明![A-Z]+\d+$", place) for place in places)


def test_lone_surrogate_in_a_title_becomes_a_replacement_character(nothing_happened: Factory) -> None:
    data, issues = workbook(replace(nothing_happened(), title="a\ud83db", layout=Layout(sheets=("about",))))
    assert "a\ufffdb · 说明" in [row[0] for row in _read(data)["说明"]]
    assert {issue.code for issue in issues} == {"cell-characters"}


def test_hostile_events_reach_the_chart_as_text(made_up: Factory, hostile: list[str]) -> None:
    report = made_up()
    for start in range(0, len(hostile), 24):
        some = [one for one in hostile[start : start + 24] if one]
        figures = tuple(Figure("live_people", "event", one, at) for at, one in enumerate(some))
        data, _ = workbook(replace(report, figures=figures, layout=Layout(sheets=("overview",))))
        chart = dict(_parts(data))["xl/charts/chart1.xml"]
        spaced = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
        found = [one.text or "" for one in chart.iterfind(".//c:cat//c:v", spaced)]
        # as long as a chart of so many bars has room for
        assert [one.replace("_x005F_x", "_x") for one in found] == told_apart(
            _shown(some), 26 if len(some) <= 8 else 20
        )
