"""What the log says of live watching and of replays, and what of live visits lies outside the live times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from reporter import tables
from reporter.normalise.by_mode import with_log_modes
from reporter.tables import Row

OPEN = datetime(2026, 11, 16, 12, tzinfo=UTC)
PLACE: Row = {"vendor": "volcengine", "account": "a", "room_id": "1"}
SPANS = ["2026-11-16T12:00:00Z/2026-11-16T13:00:00Z", "2026-11-17T12:00:00Z/.."]


def _visit(viewer: str, start: int, end: int | None, row: int = 1, **more: object) -> Row:
    """Return a visit from so many minutes after the first opening to so many."""
    left = None if end is None else OPEN + timedelta(minutes=end)
    told = {"reply_id": "r", "row_no": row, "row_visits": 1, "row_live_seconds": 30.0, "row_replay_seconds": 5.0}
    return {**PLACE, "viewer_id": viewer, "joined_at": OPEN + timedelta(minutes=start), "left_at": left, **told, **more}


def _told(*visits: Row) -> list[tuple[object, ...]]:
    viewers = dict.fromkeys(str(one["viewer_id"]) for one in visits)
    totals = tables.frame("viewer_totals", [{**PLACE, "viewer_id": one} for one in viewers])
    rooms = tables.frame("rooms", [{**PLACE, "live_spans": SPANS}])
    found = with_log_modes(totals, tables.frame("visits", visits).with_columns(_call=pl.lit("log")), rooms)
    assert sorted(found.columns) == sorted(totals.columns)
    return found.select("log_live_seconds", "log_replay_seconds", "beyond_live_seconds").rows()


def test_rows_are_added_up_each_once_and_less_than_all_is_nothing() -> None:
    assert _told(_visit("v", 0, 60), _visit("v", 70, 80), _visit("v", 0, 60, row=2)) == [(60.0, 10.0, 0.0)]
    assert _told(_visit("v", 0, 60), _visit("v", 0, 60, row=2, row_live_seconds=None)) == [(None, 10.0, 0.0)]
    # a visit of a track is of no log
    assert _told(_visit("v", 0, 60, row_visits=None)) == [(None, None, None)]


def test_what_of_a_live_visit_lies_outside_the_live_times_is_measured() -> None:
    early_and_late = _visit("v", -10, 75)
    replay, preview, over_two = _visit("w", 61, 500), _visit("x", -30, -20), _visit("y", 50, 24 * 60 + 10)
    within_an_open_one = _visit("z", 24 * 60 + 1, 30 * 60)
    beyond = [row[2] for row in _told(early_and_late, replay, preview, over_two, within_an_open_one)]
    assert beyond == [25 * 60.0, 0.0, 0.0, 23 * 3600.0, 0.0]
    assert _told(_visit("v", 0, None)) == [(30.0, 5.0, None)]
