from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from reporter.model import Period, Room

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_interval_that_ends_before_it_starts_loses_its_end_and_is_named(world: Any, week: Period) -> None:
    good = {"viewer_id": "1", "mode": "live", "joined_at": NOON, "left_at": NOON}
    world.says("log", room="100", visits=[good, {**good, "left_at": NOON - HOUR, "watch_seconds": 5.0}])
    tables, issues = world.report(Room("volcengine", "volc", "100", week))
    assert tables["visits"].select("left_at", "watch_seconds").rows() == [(NOON, None), (None, 5.0)]
    assert [(issue.code, issue.where) for issue in issues] == [
        ("ends-before-start", "volcengine:volc log reply r1 row 2")
    ]


def test_negative_seconds_are_null_and_named(world: Any, week: Period) -> None:
    world.says("log", room="100", visits=[{"viewer_id": "1", "mode": "live", "watch_seconds": -1.0}])
    tables, issues = world.report(Room("volcengine", "volc", "100", week))
    assert tables["visits"]["watch_seconds"].to_list() == [None]
    assert [(issue.level, issue.code) for issue in issues] == [("warning", "negative-seconds")]
