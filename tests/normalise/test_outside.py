from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from reporter import tables
from reporter.normalise.modes import set_modes
from reporter.normalise.outside import with_outside
from reporter.tables import Row

START = datetime(2026, 11, 16, tzinfo=UTC)
PLACE: Row = {"vendor": "volcengine", "account": "a", "room_id": "1"}
SPAN = "2026-11-10T10:00:00Z/2026-11-10T12:00:00Z"
OUTSIDE = [
    "viewer_id",
    "outside_visits",
    "outside_seconds",
    "outside_live_seconds",
    "outside_replay_seconds",
    "outside_open",
    "outside_open_seconds",
]


def _visit(viewer: str, day: int, seconds: float | None, mode: str | None = "live") -> Row:
    return {
        **PLACE,
        "viewer_id": viewer,
        "mode": mode,
        "joined_at": START + timedelta(days=day),
        "left_at": None if seconds is None else START + timedelta(days=day, seconds=seconds),
        "watch_seconds": seconds,
    }


def test_what_starts_outside_the_period_is_told_of_each_viewer() -> None:
    inside = [_visit("v", 1, 60.0), _visit("w", 1, 30.0)]
    # a week before: one of v's had no end; x came then alone, and y only before the room was ever live
    before = [
        _visit("v", -3, 600.0, None),
        _visit("v", -3, None, None),
        _visit("x", -3, 5.0),
        _visit("y", -9, 9.0, None),
        # nobody knows how long u was here as a replay; what was live of it is 0
        _visit("u", -3, None, None),
    ]
    as_of = START + timedelta(days=7)
    rooms = tables.frame("rooms", [{**PLACE, "live_spans": [SPAN]}])
    totals = tables.frame("viewer_totals", [{**PLACE, "viewer_id": one, "as_of": as_of} for one in "uvwxyz"])
    outside, _ = set_modes(tables.frame("visits", before).with_columns(_call=pl.lit("log")), rooms)
    found = with_outside(totals, tables.frame("visits", inside), outside)
    assert found.select(OUTSIDE).rows() == [
        ("u", 1, None, 0.0, None, 1, 10 * 86_400.0),
        ("v", 2, 600.0, 0.0, 600.0, 1, 10 * 86_400.0),
        ("w", 0, 0.0, 0.0, 0.0, 0, 0.0),
        ("x", 1, 5.0, 5.0, 0.0, 0, 0.0),
        ("y", None, None, None, None, None, None),
        ("z", None, None, None, None, None, None),
    ]
    assert sorted(found.columns) == sorted(totals.columns)


def test_nothing_is_outside_where_all_that_was_read_is_inside() -> None:
    visits = tables.frame("visits", [_visit("v", 1, 60.0)])
    totals = tables.frame("viewer_totals", [{**PLACE, "viewer_id": "v", "as_of": START}])
    found = with_outside(totals, visits, visits.clear())
    assert found.select(OUTSIDE).rows() == [("v", 0, 0.0, 0.0, 0.0, 0, 0.0)]


def test_visits_of_a_quanshi_viewer_whom_the_summary_spells_otherwise_are_his() -> None:
    place = PLACE | {"vendor": "quanshi"}
    inside = [_visit("+86-19000100031", 1, 60.0) | place]
    outside = [_visit("0086 19000100031", -3, 30.0) | place, _visit("Li@example.com", -3, 5.0) | place]
    named = ("19000100031", "li@example.com")
    totals = tables.frame("viewer_totals", [{**place, "viewer_id": one, "as_of": START} for one in named])
    found = with_outside(totals, tables.frame("visits", inside), tables.frame("visits", outside))
    assert found.select("viewer_id", "outside_visits", "outside_seconds").rows() == [
        ("19000100031", 1, 30.0),
        ("li@example.com", 1, 5.0),
    ]
