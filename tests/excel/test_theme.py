"""A workbook can be read in any client's colour: fills and bars are seen, words read, series told apart."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest

from reporter.excel import workbook
from reporter.excel.theme import load
from reporter.report import Layout, Report
from reporter.rules import Brand
from reporter.shades import LIGHT, contrast

ANY = pytest.mark.parametrize(
    "color", ["#1664ff", "#f08c2e", "#fa8c16", "#00b578", "#37a793", "#ffffff", "#eeeeee", "#ffff00", "#000000"]
)


@ANY
def test_header_is_seen_on_paper_and_its_words_and_headings_can_be_read(
    made_up: Callable[..., Report], color: str
) -> None:
    report = replace(made_up(), brand=Brand(color), layout=Layout(sheets=("about", "people")))
    book = openpyxl.load_workbook(io.BytesIO(workbook(report)[0]))
    header, heading = book["人员"]["A1"], book["说明"]["A4"]
    fill, words = header.fill.fgColor.rgb[2:], header.font.color.rgb[2:]
    assert heading.value == "基本信息"
    assert contrast(fill, LIGHT) >= 3
    assert contrast(fill, words) >= 4.5
    assert contrast(heading.font.color.rgb[2:], LIGHT) >= 4.5


@ANY
def test_bars_are_seen_and_no_two_of_a_chart_look_alike(made_up: Callable[..., Report], color: str) -> None:
    report = replace(made_up(), brand=Brand(color), layout=Layout(sheets=("overview",)))
    with zipfile.ZipFile(io.BytesIO(workbook(report)[0])) as file:
        chart = file.read("xl/charts/chart1.xml").decode()
    first, *others = re.findall(r'<spPr><a:solidFill><a:srgbClr val="(\w+)"', chart)
    assert contrast(first, LIGHT) >= 3
    assert (len(others), _apart(first, others)) == (1, True)


@ANY
def test_six_lines_have_six_colours_none_like_that_of_the_brand(color: str) -> None:
    first, *others = load("light", Brand(color), "zh").palette
    assert len(others) == 6
    assert _apart(first, others[:4])


def _apart(first: str, others: list[str]) -> bool:
    """Tell whether colours differ by more than an orange and its darker shade do, in red, green and blue."""
    parts = [bytes.fromhex(one) for one in (first, *others)]
    return all(max(abs(a - b) for a, b in zip(parts[0], other, strict=True)) > 48 for other in parts[1:])
