"""Pages of a workbook as their readers have them, on the screen and on paper."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from reporter.excel import workbook
from reporter.model import Language
from reporter.report import Layout, Report

Factory = Callable[..., Report]


def _sheet(report: Report, code: str) -> Any:
    data, _ = workbook(replace(report, layout=Layout(sheets=(code,))))
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_key_figures_have_room_for_huge_values_and_changes(made_up: Factory, language: Language) -> None:
    report = made_up(language)
    paid = {"value": Decimal("1234567890.50"), "previous": Decimal("0.01")}
    watched = {"value": 3600.0 * 12_345_670, "previous": 3600.0}
    huge: dict[str, Any] = {"paid_amount": paid, "watch_union_seconds": watched}
    figures = tuple(replace(one, **huge.get(one.metric, {})) for one in report.figures if one.scope == "total")
    sheet = _sheet(replace(report, figures=figures), "overview")
    rooms = [sheet.column_dimensions[letter].width for letter in "BCD"]
    shown = ("1,234,567,890.50", "0.01", "+12,345,678,904,900.0%")
    assert all(room >= len(text) + 3 for room, text in zip(rooms, shown, strict=True))
    assert rooms[0] >= len("12345670:00:00") + 3


@pytest.mark.parametrize(
    ("pixels", "shown", "column"),
    [
        ((80, 80), (40, 40), "G"),
        ((800, 100), (160, 20), "F"),
        ((1600, 40), (160, 4), "F"),
        ((40, 1600), (1, 40), "G"),
        ((30, 20), (30, 20), "G"),
    ],
)
def test_logo_keeps_its_shape_and_stands_over_the_columns_of_its_page(
    made_up: Factory, png: Callable[..., bytes], pixels: tuple[int, int], shown: tuple[int, int], column: str
) -> None:
    report = made_up()
    data, _ = workbook(
        replace(report, brand=replace(report.brand, logo=png(*pixels)), layout=Layout(sheets=("about",)))
    )
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        drawing = file.read("xl/drawings/drawing1.xml").decode()
    place = re.search(r'<(?:xdr:)?col>(\d+)<.*<(?:xdr:)?row>(\d+)<.*<(?:xdr:)?ext cx="(\d+)" cy="(\d+)"', drawing)
    assert place is not None
    at, row, wide, high = map(int, place.groups())
    assert (get_column_letter(at + 1), row, wide // 9525, high // 9525) == (column, 0, *shown)
    # also where characters are as narrow as Calibri's of 10 points
    columns = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].column_dimensions
    assert shown[0] <= 6 * sum(columns[letter].width for letter in "ABCDEFG"[at:])
