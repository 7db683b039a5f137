"""The brand's colour can be seen on the paper of each mode, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from reporter.html import charts, drawing, letter, page, templates
from reporter.report import Report
from reporter.rules import Brand
from reporter.shades import DARK, LIGHT, contrast, on_paper

Make = Callable[..., Report]


def test_papers_are_those_of_the_style() -> None:
    style = (templates.folder("summary") / "style.css").read_text(encoding="utf-8")
    assert [f"--paper: {paper};" in style for paper in (LIGHT, DARK)] == [True, True]


@pytest.mark.parametrize("color", ["#0a0a14", "#ffffff"])
def test_page_charts_and_letter_show_a_brand_that_its_paper_would_hide(
    make_full: Callable[..., Report], color: str
) -> None:
    report = make_full(brand=Brand(color))
    light, dark, source = on_paper(color, LIGHT), on_paper(color, DARK), page(report)[0].decode()
    assert f":root {{ --brand: {light}; }}" in source
    assert f":root {{ --brand: {dark}; }}" in source
    assert charts.colors(color)[0] == light
    assert (f'fill="{light}"' in source, f'stroke="{light}"' in source) == (True, True)
    assert f"border-top: 4px solid {light}" in letter(drawing(report)).html


@pytest.mark.parametrize("color", ["#1664ff", "#c00000", "#0a0a14", "#ffffff", "#ffd400", "#000000"])
def test_numbers_of_the_overlap_can_be_read_on_any_brands_fields(
    opened: Callable[..., Any], make_report: Make, color: str
) -> None:
    pairs = {"vendor": ["a", "a", "b", "b"], "other": ["a", "b", "a", "b"], "people": [900, 400, 400, 1200]}
    report = make_report(brand=Brand(color=color))
    report = replace(report, figures=(), tables={**report.tables, "overlap": pl.DataFrame(pairs)})
    shown = opened(page(report)[0]).page
    found = {}
    for mode in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"media": "print"}):
        shown.emulate_media(**mode)
        paper, inks, fields = shown.evaluate(_SEEN)
        marks = [contrast(_hex(ink), _blended(fill, float(part), paper)) for ink in inks for fill, part in fields]
        found[next(iter(mode.values()))] = (len(inks), len(fields), min(marks) >= 4.5)
    assert found == dict.fromkeys(("light", "dark", "print"), (4, 4, True))


#: the paper, the inks of a matrix's numbers, the colours and shades of its fields
_SEEN = """[getComputedStyle(document.body).backgroundColor,
  [...document.querySelectorAll("#overlap svg.wide .mark-text.role-mark text")].map(one => getComputedStyle(one).fill),
  [...document.querySelectorAll("#overlap svg.wide .mark-rect.role-mark path")].map(one =>
    [getComputedStyle(one).fill, getComputedStyle(one).opacity])]"""


def _blended(fill: str, part: float, paper: str) -> str:
    above, below = (bytes.fromhex(_hex(one)[1:]) for one in (fill, paper))
    return "#" + bytes(round(part * over + (1 - part) * under) for over, under in zip(above, below, strict=True)).hex()


def _hex(color: str) -> str:
    """Return a browser's `rgb(1, 2, 3)` as `#010203`."""
    return "#" + bytes(int(one) for one in color.removeprefix("rgb(").removesuffix(")").split(",")).hex()
