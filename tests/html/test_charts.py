"""Charts: what is drawn keeps to Vega-Lite's schema, every name can be drawn, and is told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import pytest
import vl_convert

from reporter import easel
from reporter.html import canvas, charts
from reporter.html.blocks import BLOCKS
from reporter.html.charts import Frame, Point
from reporter.report import Report

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


@pytest.mark.parametrize(
    ("names", "drawn"),
    [
        (["公开课 第150期：私域", "直播直播直播直播"], ["公开课 第15…", "直播直播直播…"]),
        (["公开课 第150期：私域运营入门", "公开课 第150期：短视频选题"], ["公开课…营入门", "公开课…频选题"]),
        (["直播" * 30 + "1" + "直播" * 30, "直播" * 30 + "2" + "直播" * 30], ["直…播1直播…", "直…播2直播…"]),
    ],
    ids=["cut", "alike at the start", "alike at both ends"],
)
def test_names_that_are_cut_are_still_told_apart(names: list[str], drawn: list[str]) -> None:
    points = [Point(name, "", 1.0) for name in names]
    assert [one.x for one in charts.readable(points, NARROW)] == drawn


@pytest.mark.parametrize("frame", [Frame(820, 260), Frame(230, 220, is_narrow=True)], ids=["wide", "narrow"])
def test_every_chart_of_a_page_keeps_to_the_schema(full_report: Report, frame: Frame) -> None:
    charts = [made.chart for make in BLOCKS if (made := make(full_report)) is not None and made.chart is not None]
    assert len(charts) >= 7
    for chart in charts:
        alt.Chart.from_dict(chart.spec(frame))


def test_charts_are_drawn_by_the_vega_lite_whose_schema_they_keep_to() -> None:
    assert alt.SCHEMA_VERSION.startswith(f"v{easel.VEGA_LITE}.")
    assert easel.VEGA_LITE in vl_convert.get_vegalite_versions()


@pytest.mark.parametrize("most", [1, 2, 3, 4, 7, 1312])
@pytest.mark.parametrize(
    "draw",
    [
        lambda points: charts.grouped_bars(points, brand="#1664ff", axis="n"),
        lambda points: charts.ranked_bars(points, brand="#1664ff", axis="n"),
        lambda points: charts.histogram(points, brand="#1664ff", axis="n", title="t"),
        lambda points: charts.trend(points, brand="#1664ff", axis="n"),
        lambda points: charts.lines_of_minutes(
            [Point(minute, "a", one.value) for minute, one in enumerate(points, 1)],
            brand="#1664ff",
            axis="n",
            title="t",
        ),
    ],
    ids=["grouped", "ranked", "histogram", "trend", "lines"],
)
def test_axis_of_a_small_audience_or_a_short_session_names_no_number_twice(
    draw: Callable[[Sequence[Point]], Any], most: int
) -> None:
    drawn = str(canvas.svg(draw([Point("a", "a", float(most)), Point("b", "a", 1.0)])))
    axes = re.findall(r'role-axis-label"[^>]*>(.*?)</g>', drawn)
    labels = [re.findall(r">([\d,.]+)</text>", axis) for axis in axes]
    counts = [axis for axis in labels if axis]
    assert len(counts) >= 2
    assert all(len(axis) >= 2 and len(axis) == len(set(axis)) for axis in counts)
