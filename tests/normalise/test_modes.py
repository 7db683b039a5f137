from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from reporter.model import Period, Room

SPANS = ["2026-11-16T11:00:00Z/2026-11-16T12:00:00Z", "2026-11-18T11:00:00Z/2026-11-18T12:00:00Z"]


def _at(clock: str | None) -> datetime | None:
    return datetime.fromisoformat(f"2026-11-{clock}+00:00").astimezone(UTC) if clock else None


def _mode(world: Any, week: Period, spans: list[str] | None, joined: str | None, left: str | None) -> Any:
    world.says("spans", room="100", rooms=[{"live_spans": spans}])
    world.says("log", room="100", visits=[{"viewer_id": "1", "joined_at": _at(joined), "left_at": _at(left)}])
    tables, issues = world.report(Room("volcengine", "volc", "100", week))
    return tables["visits"]["mode"].item(), [issue.code for issue in issues]


@pytest.mark.parametrize(
    ("joined", "left", "mode"),
    [
        ("16T11:10", "16T11:20", "live"),
        ("16T10:00", "16T11:00:01", "live"),  # as a whole, also when it began before
        ("16T11:59:59", "16T18:00", "live"),
        ("16T10:00", "18T18:00", "live"),
        ("16T10:00", "16T11:00", "preview"),  # ends before the first span, half-open
        ("16T09:00", "16T09:30", "preview"),
        ("16T12:00", "16T13:00", "replay"),  # begins as the span ends
        ("17T09:00", "17T10:00", "replay"),  # between two spans
        ("18T10:00", "18T11:00", "replay"),
        ("18T10:00", "18T11:00:01", "live"),
        ("19T10:00", "19T11:00", "replay"),
        ("16T11:00", None, "live"),  # without an end: by its start
        ("16T12:00", None, "replay"),
        ("16T10:59:59", None, "preview"),
        ("16T11:00", "16T11:00", "live"),
        ("16T12:00", "16T12:00", "replay"),
        (None, "16T11:30", "live"),
    ],
)
def test_mode_follows_the_rooms_live_spans(
    world: Any, week: Period, joined: str | None, left: str | None, mode: str
) -> None:
    assert _mode(world, week, SPANS, joined, left) == (mode, [])


def test_mode_is_preview_in_a_room_that_was_never_live(world: Any, week: Period) -> None:
    assert _mode(world, week, [], "16T11:10", "16T11:20") == ("preview", [])


def test_mode_is_live_in_a_span_that_is_not_over(world: Any, week: Period) -> None:
    assert _mode(world, week, ["2026-11-16T11:00:00Z/.."], "18T11:10", None) == ("live", [])


def test_mode_stays_null_where_the_spans_are_unknown(world: Any, week: Period) -> None:
    assert _mode(world, week, None, "16T11:10", "16T11:20") == (None, ["mode-unknown"])


def test_mode_stays_null_for_a_visit_without_times(world: Any, week: Period) -> None:
    assert _mode(world, week, SPANS, None, None) == (None, ["mode-unknown"])


def test_a_vendors_own_mode_stays_and_rooms_are_judged_apart(world: Any, week: Period) -> None:
    world.says("spans", room="100", rooms=[{"live_spans": SPANS}])
    world.says("spans", room="200", rooms=[{"live_spans": []}])
    when = {"viewer_id": "1", "joined_at": _at("16T11:10")}
    world.says("log", room="200", visits=[when, {**when, "mode": "vod"}])
    world.says("log", room="100", visits=[when, {**when, "mode": "replay"}])
    tables, _ = world.report(Room("volcengine", "volc", "100", week), Room("volcengine", "volc", "200", week))
    assert tables["visits"].select("room_id", "mode").rows() == [
        ("200", "preview"),
        ("200", "vod"),
        ("100", "live"),
        ("100", "replay"),
    ]
