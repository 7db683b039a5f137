"""Pages of a workbook as their readers have them, on the screen and on paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

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
    huge = {
        "paid_amount": (Decimal("1234567890.50"), Decimal("0.01")),
        "watch_union_seconds": (3600.0 * 12_345_670, 3600.0),
    }
    figures = tuple(
        replace(one, value=huge[one.metric][0], previous=huge[one.metric][1])
        if one.scope == "total" and one.metric in huge
        else one
        for one in report.figures
    )
    sheet = _sheet(replace(report, figures=figures), "overview")
    rooms = [sheet.column_dimensions[letter].width for letter in "BCD"]
    shown = ("1,234,567,890.50", "0.01", "+12,345,678,904,900.0%")
    assert all(room >= len(text) + 3 for room, text in zip(rooms, shown, strict=True))
    assert rooms[0] >= len("12345670:00:00") + 3
