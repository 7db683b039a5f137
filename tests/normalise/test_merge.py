from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from reporter.model import Period, Room


def test_rooms_take_the_first_value_that_is_not_null_in_the_order_of_the_pulls(world: Any, week: Period) -> None:
    world.says("search", rooms=[{"room_id": "100", "title": "旧标题"}])
    world.says("list", room="100", rooms=[{"title": "新标题", "status": "ended", "tags": ["行业=教育"]}])
    world.says("spans", room="100", rooms=[{"live_spans": []}])
    tables, _ = world.report(Room("volcengine", "volc", "100", week, event="课"))
    columns = ("title", "status", "tags", "live_spans", "event", "reply_id")
    assert tables["rooms"].select(columns).rows() == [("旧标题", "ended", ["行业=教育"], [], "课", "r1")]


def test_media_has_the_title_and_length_of_the_newest_day_that_says_one(world: Any, week: Period) -> None:
    def day(number: int, title: str | None, seconds: float | None) -> None:
        told = {"title": title, "day": date(2026, 11, number), "media_seconds": seconds}
        room = [{"title": title, "kind": "vod", "duration_seconds": seconds}]
        world.says("list", room="m", place=("aliyun", "vod"), rooms=room, plays=[told])

    day(18, "新标题", None)
    day(16, "旧标题", 100.0)
    day(17, "中标题", 200.0)
    day(19, None, None)
    tables, _ = world.report(Room("aliyun", "vod", "m", week))
    columns = ("title", "duration_seconds", "event", "kind", "reply_id")
    assert tables["rooms"].select(columns).rows() == [("新标题", 200.0, "新标题", "vod", "r1")]


def test_rooms_say_how_deep_they_were_pulled(world: Any, week: Period) -> None:
    world.says("list", room="100", detail="list", rooms=[{"title": "课"}])
    world.says("list", room="200", detail="visits")
    tables, _ = world.report(*(Room("volcengine", "volc", room_id, week) for room_id in ("100", "200", "300")))
    assert tables["rooms"].select("room_id", "detail").rows() == [("100", "list"), ("200", "visits"), ("300", None)]


def test_viewers_merge_by_account_and_the_highest_role_wins(world: Any, week: Period) -> None:
    world.says("list", room="100", viewers=[{"viewer_id": "1", "role": "attendee", "name": "王一"}, {"viewer_id": "2"}])
    world.says("list", room="200", viewers=[{"viewer_id": "1", "role": "host", "phone": "19000101106", "name": "王"}])
    world.says("list", room="300", place=("volcengine", "other"), viewers=[{"viewer_id": "1"}])
    tables, _ = world.report(Room("volcengine", "volc", "100", week))
    columns = ("account", "room_id", "viewer_id", "name", "phone", "role", "reply_id")
    assert tables["viewers"].select(columns).rows() == [
        ("volc", None, "1", "王一", "19000101106", "host", "r1"),
        ("volc", None, "2", None, None, None, "r1"),
        ("other", None, "1", None, None, None, "r3"),
    ]


def test_viewer_keeps_every_key_that_his_rows_give_him(world: Any, week: Period) -> None:
    """However the rooms are ordered: which is shown first depends on it, which keys he has does not."""
    world.says("list", room="100", viewers=[{"viewer_id": "1", "phone": "P1"}, {"viewer_id": "2", "phone": "P1"}])
    world.says("list", room="200", viewers=[{"viewer_id": "1", "phone": "P2", "email": "a@example.com"}])
    world.says("list", room="300", viewers=[{"viewer_id": "1", "phone": "P2"}, {"viewer_id": "1", "phone": "P3"}])
    tables, _ = world.report(Room("volcengine", "volc", "100", week))
    columns = ("viewer_id", "phone", "other_phones", "email", "other_emails", "other_external_ids")
    assert tables["viewers"].select(columns).rows() == [
        ("1", "P1", ["P2", "P3"], "a@example.com", None, None),
        ("2", "P1", None, None, None, None),
    ]


def test_viewers_without_an_id_stay_apart(world: Any, week: Period) -> None:
    world.says("list", room="100", viewers=[{"name": "匿名"}, {"name": "匿名"}])
    tables, _ = world.report(Room("volcengine", "volc", "100", week))
    assert tables["viewers"].height == 2


def test_activity_takes_the_list_and_fills_from_the_track_that_came_before_it(world: Any, week: Period) -> None:
    world.says("track", activity=[{"room_id": "100", "viewer_id": "1", "comments": 9, "paid_amount": Decimal("2.00")}])
    world.says("list", room="100", detail="tracks", activity=[{"viewer_id": "1", "comments": 3}])
    tables, issues = world.report(Room("volcengine", "volc", "100", week))
    assert issues == []
    assert tables["activity"].select("viewer_id", "comments", "paid_amount").rows() == [("1", 3, Decimal("2.00"))]


def test_totals_keep_one_row_a_viewer_and_room_and_all_rows_of_nobody(world: Any, week: Period) -> None:
    as_of = datetime(2026, 11, 23, 1, tzinfo=UTC)
    world.says(
        "list",
        room="100",
        viewer_totals=[
            {"viewer_id": "1", "visits": 2, "as_of": as_of},
            {"viewer_id": None, "visits": 1},
            {"viewer_id": "1", "visits": 5, "live_seconds": 60.0},
            {"viewer_id": None, "visits": 1},
        ],
    )
    world.says("list", room="200", viewer_totals=[{"viewer_id": "1", "visits": 7}])
    tables, issues = world.report(Room("volcengine", "volc", "100", week))
    assert [(one.code, one.message.en[:6], one.where) for one in issues] == [
        ("viewer-told-twice", "1 row ", "volcengine:volc list reply r1 row 3")
    ]
    assert tables["viewer_totals"].select("room_id", "viewer_id", "visits", "live_seconds").rows() == [
        ("100", "1", 2, 60.0),
        ("100", None, 1, None),
        ("100", None, 1, None),
        ("200", "1", 7, None),
    ]


def test_equal_visits_are_kept(world: Any, week: Period) -> None:
    same = {"viewer_id": "1", "mode": "vod", "watch_seconds": 60.0}
    world.says("log", room="100", place=("talkcloud", "talk"), visits=[same] * 4)
    tables, _ = world.report(Room("talkcloud", "talk", "100", week))
    assert tables["visits"]["row_no"].to_list() == [1, 2, 3, 4]
