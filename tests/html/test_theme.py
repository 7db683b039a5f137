"""The brand's colour can be seen on the paper of each mode, whatever it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reporter.html import charts, drawing, letter, page, templates
from reporter.html.theme import DARK, LIGHT, contrast, on_paper
from reporter.report import Report
from reporter.rules import Brand


@pytest.mark.parametrize("color", ["#ffffff", "#0a0a14", "#ffff00", "#14181f", "#000000", "#1664ff", "#d4380d"])
@pytest.mark.parametrize("paper", [LIGHT, DARK])
def test_brand_is_seen_on_its_paper_and_kept_where_it_is(color: str, paper: str) -> None:
    shade = on_paper(color, paper)
    assert contrast(shade, paper) >= 3
    assert (shade == color) == (contrast(color, paper) >= 3)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


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
