from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl

from reporter.excel.sheets.joining import spelled, with_live_times
from reporter.labels import VENDORS
from reporter.report import Report
from reporter.tables import Row, frame


def _live(report: Report, **room: object) -> Row:
    known: Row = {"vendor": "volcengine", "account": "volc", "room_id": "1"}
    rows = with_live_times(report, frame("rooms", [{**known, **room}]))
    return rows.select("started_at", "ended_at", "live_times").row(0, named=True)


def test_live_times_are_those_of_the_period_in_the_zone_of_the_report(made_up: Callable[..., Report]) -> None:
    spans = [
        "2026-06-09T11:00:00Z/2026-06-09T12:00:00Z",  # the week before
        "2026-06-14T15:30:00Z/2026-06-14T16:30:00Z",  # over the midnight that begins the period
        "2026-06-16T11:00:00Z/2026-06-16T12:30:00Z",
        "2026-06-21T16:00:00Z/2026-06-21T17:00:00Z",  # the first instant after it
    ]
    live = _live(made_up(), live_spans=spans, started_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert live["started_at"] == datetime(2026, 6, 14, 15, 30, tzinfo=UTC)
    assert live["ended_at"] == datetime(2026, 6, 16, 12, 30, tzinfo=UTC)
    assert live["live_times"] == "2026-06-14 23:30–2026-06-15 00:30\n2026-06-16 19:00–20:30"


def test_live_times_fall_back_on_the_room_where_spans_are_not_known(made_up: Callable[..., Report]) -> None:
    live = _live(made_up(), started_at=datetime(2026, 6, 16, 11, tzinfo=UTC))
    assert live["live_times"] == "2026-06-16 19:00–"


def test_live_times_of_a_room_that_was_not_live_are_empty(made_up: Callable[..., Report]) -> None:
    old = datetime(2026, 6, 1, 11, tzinfo=UTC)
    assert _live(made_up(), live_spans=[], started_at=old)["live_times"] is None
    assert _live(made_up(), started_at=old, ended_at=old)["started_at"] is None


def test_codes_become_words_in_columns_and_lists_and_unknown_ones_stay() -> None:
    rows = pl.DataFrame({"vendor": ["quanshi", "other"], "vendors": [["quanshi", "other"], None]})
    found = spelled(rows, "zh", vendor=VENDORS, vendors=VENDORS, absent=VENDORS)
    assert found.rows() == [("全时", ["全时", "other"]), ("other", None)]
