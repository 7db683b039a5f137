"""Charts: every name can be drawn, and is told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from reporter.html import canvas, charts
from reporter.html.charts import Point

NARROW = charts.Frame(230, 220, is_narrow=True)
#: names that drawers die of, or cut in two
NAMES = (
    "😀" * 60,
    "👩‍👩‍👧‍👦" * 30,
    "𠮷野家" * 20,
    "a\x0bb\x00c",
    "\u202e" * 9,
    "\ud800",
    "e\u0301" * 300,
    "W" * 5000,
    "",
)


@pytest.mark.parametrize(
    "draw",
    [
        lambda points: charts.grouped_bars(points, brand="#1664ff", axis="n"),
        lambda points: charts.ranked_bars(points, brand="#1664ff", axis="n"),
        lambda points: charts.lines_of_minutes(
            [Point(1.0, one.group, one.value) for one in points], brand="#1664ff", axis="n", title="t"
        ),
        lambda points: charts.matrix(points, brand="#1664ff"),
    ],
    ids=["grouped", "ranked", "lines", "matrix"],
)
def test_names_of_any_letters_and_length_are_drawn(draw: Callable[[Sequence[Point]], Any]) -> None:
    spec = draw([Point(name, name, float(number)) for number, name in enumerate(NAMES, 1)])
    assert canvas.svg(spec).count("<svg") == 2
    assert canvas.png(spec).startswith(b"\x89PNG")


def test_names_that_are_cut_are_still_told_apart() -> None:
    points = [Point(f"{'直播' * 30}{number}", "", 1.0) for number in range(3)]
    drawn = [str(one.x) for one in charts.readable(points, NARROW)]
    assert drawn == ["直播直播直播…", "直播直播直播… (2)", "直播直播直播… (3)"]
