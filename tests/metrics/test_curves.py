from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl

from reporter import metrics
from reporter.metrics.curves import SCHEMA
from reporter.model import Period
from reporter.tables import Row, Tables


def _points(frame: pl.DataFrame, chart: str, zone: str = "Asia/Shanghai") -> list[tuple[str | None, str, float]]:
    rows = frame.filter(pl.col("chart") == chart).with_columns(
        pl.col("at").dt.convert_time_zone(zone).dt.strftime("%d %H:%M")
    )
    return rows.select("event", "at", "value").rows()


def test_curves_show_concurrency_audience_and_drop_off(
    made: Callable[..., Tables],
    room: Callable[..., Row],
    visit: Callable[..., Row],
    at: Callable[[str], datetime],
    period: Period,
) -> None:
    stays = [("p", "16 20:00", "16 20:02"), ("q", "16 20:01", "16 20:03"), ("p", "16 20:05", "16 20:06")]
    visits = [visit("quanshi", "1", who, "live", joined_at=at(a), left_at=at(b)) for who, a, b in stays]
    found = metrics.curves(metrics.world(made(rooms=[room("quanshi", "1", "E")], visits=visits), {}, period))
    assert found.schema == pl.Schema(SCHEMA)
    assert _points(found, "concurrency") == [
        ("E", "16 19:59", 0),
        ("E", "16 20:00", 1),
        ("E", "16 20:01", 2),
        ("E", "16 20:02", 1),
        ("E", "16 20:03", 0),
        ("E", "16 20:04", 0),
        ("E", "16 20:05", 1),
        ("E", "16 20:06", 0),
    ]
    assert _points(found, "audience") == [(None, "16 00:00", 2), (None, "17 00:00", 0), (None, "18 00:00", 0)]
    assert _points(found, "drop_off") == [("E", "16 20:00", 1.0), ("E", "16 20:04", 0.5), ("E", "16 20:07", 0.0)]


def test_drop_off_of_two_evenings_says_what_the_time_until_half_had_left_says(
    made: Callable[..., Tables],
    room: Callable[..., Row],
    visit: Callable[..., Row],
    at: Callable[[str], datetime],
    period: Period,
) -> None:
    spans = ["2026-11-16T12:00:00Z/2026-11-16T13:00:00Z", "2026-11-17T12:00:00Z/2026-11-17T13:00:00Z"]
    stays = [("p", "16 20:00", "16 20:10"), ("q", "16 20:00", "16 20:40"), ("p", "17 20:05", "17 20:25")]
    stays += [("r", "17 20:05", "17 21:05")]
    visits = [visit("quanshi", "1", who, "live", joined_at=at(a), left_at=at(b)) for who, a, b in stays]
    tables = made(rooms=[room("quanshi", "1", "E", live_spans=spans)], visits=visits)
    points = _points(metrics.curves(metrics.world(tables, {}, period)), "drop_off")
    assert points == [
        ("E", "16 20:00", 1.0),
        ("E", "16 20:11", 0.75),
        ("E", "16 20:21", 0.5),
        ("E", "16 20:41", 0.25),
        ("E", "16 21:01", 0.0),
    ]
    half = [one for one in metrics.figures(metrics.world(tables, {}, period), {}) if one.metric == "half_left_seconds"]
    assert {one.value for one in half if one.scope == "event"} == {20 * 60}


def test_curves_of_nothing_are_empty(made: Callable[..., Tables], period: Period) -> None:
    assert metrics.curves(metrics.world(made(), {}, period)).is_empty()
