from __future__ import annotations

from collections.abc import Callable

import pytest

from reporter import logo as leaf
from reporter.errors import OutputError
from reporter.html import logo

Png = Callable[..., bytes]


@pytest.mark.parametrize(
    ("wide", "high", "shown", "drawn"),
    [
        (800, 800, (48, 48), (96, 96)),
        (1600, 100, (192, 12), (384, 24)),
        (300, 60, (192, 38), (300, 60)),
        (90, 300, (14, 48), (28, 96)),
    ],
)
def test_logo_that_is_finer_than_screens_show_is_drawn_anew_in_its_shape(
    png: Png, wide: int, high: int, shown: tuple[int, int], drawn: tuple[int, int]
) -> None:
    made = logo.scaled(png(wide, high, seed=1))
    assert ((made.width, made.height), leaf.size(made.data)) == (shown, drawn)
    assert len(made.data) <= 150_000


def test_logo_keeps_its_own_bytes_where_drawing_makes_them_no_fewer(png: Png) -> None:
    data = png(120, 40)
    assert logo.scaled(data) == logo.Logo(data, 120, 40)


def test_logo_is_the_same_bytes_each_time(png: Png) -> None:
    data = png(500, 500, seed=2)
    assert logo.scaled(data) == logo.scaled(data)


def _hollow(data: bytes, png: Png) -> bytes:
    """Return a picture whose parts are whole, and whose pixels are none."""
    head, tail = png(1, 1)[:33], png(1, 1)[-12:]
    return head[:8] + data[8:33] + tail


@pytest.mark.parametrize(
    ("bend", "why"),
    [
        (lambda data, _: b"GIF89a" + data, "no PNG file of at most 2 MB"),
        (lambda data, _: data + b"x" * 2_000_000, "no PNG file of at most 2 MB"),
        (lambda data, _: data[:-20], "damaged or not whole"),
        (lambda data, _: data.replace(b"IDAT", b"IDAT\0", 1), "damaged or not whole"),
        (_hollow, "shows nothing"),
    ],
    ids=["another format", "too large", "cut off", "damaged", "hollow"],
)
def test_logo_that_cannot_be_shown_is_refused_with_what_to_do(
    png: Png, bend: Callable[[bytes, Png], bytes], why: str
) -> None:
    with pytest.raises(OutputError, match=why):
        logo.scaled(bend(png(200, 200, seed=3), png))


def test_logo_of_more_pixels_than_memory_is_good_for_is_refused(png: Png) -> None:
    with pytest.raises(OutputError, match="has 5,001 × 5,001 pixels; scale it down"):
        logo.scaled(png(5001, 5001))
