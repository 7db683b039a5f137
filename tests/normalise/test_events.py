from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reporter.model import Period, Room


def _found(world: Any, room: str, **facts: Any) -> None:
    world.says("list", room=room, rooms=[facts])


def _events(world: Any, *rooms: Room) -> list[str]:
    tables, _ = world.report(*rooms)
    return list(tables["rooms"]["event"])


def test_event_is_the_listed_name_else_the_title_else_the_id(world: Any, week: Period) -> None:
    _found(world, "1", title="标题一")
    _found(world, "2", title="标题二")
    _found(world, "3")
    assert _events(world, Room("volcengine", "volc", "1", week, event="第12课")) == ["第12课", "标题二", "3"]


def test_rooms_of_one_entry_share_an_event(world: Any, week: Period) -> None:
    rooms = [Room("volcengine", "volc", str(n), week, event="第12课", entry=0) for n in (1, 2)]
    assert _events(world, *rooms) == ["第12课", "第12课"]


def test_equal_names_of_different_events_get_the_local_day_of_their_first_span(world: Any) -> None:
    _found(world, "1", title="公开课", live_spans=["2026-11-16T16:30:00Z/2026-11-16T17:00:00Z"])  # Tuesday in Shanghai
    _found(world, "2", title="公开课", scheduled_at=datetime(2026, 11, 19, 3, tzinfo=UTC), live_spans=[])
    _found(world, "3", title="别的")
    assert _events(world) == ["公开课 2026-11-17", "公开课 2026-11-19", "别的"]


def test_the_day_is_that_of_the_first_span_in_the_period_of_a_room_that_recurs(world: Any) -> None:
    spans = ["2026-11-09T11:00:00Z/2026-11-09T12:00:00Z", "2026-11-18T11:00:00Z/2026-11-18T12:00:00Z"]
    _found(world, "1", title="公开课", live_spans=spans)
    _found(world, "2", title="公开课", live_spans=spans[:1])
    assert _events(world) == ["公开课 2026-11-18", "公开课 2026-11-09"]


def test_equal_names_of_one_day_or_none_are_numbered(world: Any) -> None:
    for room in ("1", "2"):
        _found(world, room, title="公开课", scheduled_at=datetime(2026, 11, 19, 3, tzinfo=UTC))
    for room in ("3", "4", "5"):
        _found(world, room, title="讲座")
    assert _events(world) == ["公开课 2026-11-19", "公开课 2026-11-19 (2)", "讲座", "讲座 (2)", "讲座 (3)"]


def test_equal_names_of_two_entries_are_two_events(world: Any, week: Period) -> None:
    _found(world, "1", scheduled_at=datetime(2026, 11, 17, 3, tzinfo=UTC))
    _found(world, "2", scheduled_at=datetime(2026, 11, 19, 3, tzinfo=UTC))
    rooms = [Room("volcengine", "volc", str(n), week, event="第12课", entry=n) for n in (1, 2)]
    rooms.append(Room("quanshi", "qs", "9", week, event="第12课", entry=2))
    assert _events(world, *rooms) == ["第12课 2026-11-17", "第12课 2026-11-19", "第12课 2026-11-19"]
