"""A client's colour is seen and read on its paper, and told from the colours beside it, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.html.theme import ACCENTS
from reporter.shades import DARK, LIGHT, contrast, on_paper, series, under_words

COLORS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize("color", ["#ffffff", "#0a0a14", "#ffff00", "#14181f", "#000000", "#1664ff", "#d4380d"])
@pytest.mark.parametrize("paper", [LIGHT, DARK])
def test_brand_is_seen_on_its_paper_and_kept_where_it_is(color: str, paper: str) -> None:
    shade = on_paper(color, paper)
    assert contrast(shade, paper) >= 3
    assert (shade == color) == (contrast(color, paper) >= 3)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLORS, COLORS)
def test_words_can_be_read_on_any_field_in_any_ink(color: str, ink: str) -> None:
    fill, words = under_words(color, ink)
    assert contrast(fill, words) >= 4.5
    assert words in {LIGHT, ink}


@pytest.mark.parametrize(
    ("color", "fill", "words"),
    [
        ("#1664ff", "#1664ff", LIGHT),
        ("#f08c2e", "#f08c2e", "#1f2329"),
        ("#37a793", "#37a793", "#1f2329"),
        ("#868686", "#757575", LIGHT),  # 3.6 beside white, 4.3 beside ink
    ],
)
def test_field_keeps_its_colour_where_white_or_ink_can_be_read_on_it(color: str, fill: str, words: str) -> None:
    assert under_words(color, "#1f2329") == (fill, words)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("#1664ff", ["#7a6ff0"]),  # none looks like it: all in their order
        ("#d67d29", ["#e69f00", "#d55e00"]),
        ("#009e73", ["#009e73"]),
        ("#000000", ["#7a6ff0"]),
    ],
)
def test_colour_that_looks_like_the_first_is_the_last_to_be_used(first: str, last: list[str]) -> None:
    found = series(first, ACCENTS)
    assert found[0] == first
    assert found[1:] == (*(one for one in ACCENTS if one not in last), *last)
