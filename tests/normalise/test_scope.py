from __future__ import annotations

from typing import Any

from reporter.model import Period, Pull, Pulled, Room
from reporter.normalise import rooms_of


def _room(week: Period, room_id: str, **more: Any) -> Room:
    return Room("volcengine", "volc", room_id, week, **more)


def test_rooms_of_other_clients_leave_no_row_and_no_word(world: Any, week: Period) -> None:
    theirs = {"room_id": "999"}
    world.says(
        "track",
        visits=[{"viewer_id": "1", "mode": "live", **theirs}],
        activity=[{"viewer_id": "1", **theirs}],
        rooms=[theirs],
        popularity=[theirs],
    )
    tables, issues = world.report(_room(week, "100"))
    assert {name: frame.height for name, frame in tables.items() if frame.height} == {"rooms": 1}
    assert issues == []


def test_a_listed_room_has_a_row_when_no_vendor_spoke_of_it(world: Any, week: Period) -> None:
    tables, _ = world.report(_room(week, "200", event="公开课"), _room(week, "100"))
    assert tables["rooms"].select("vendor", "account", "room_id", "title", "event").rows() == [
        ("volcengine", "volc", "200", None, "公开课"),
        ("volcengine", "volc", "100", None, "100"),
    ]


def test_a_room_that_a_search_found_is_the_reports_and_comes_after_the_listed(world: Any, week: Period) -> None:
    found = [{"room_id": "300", "title": "春季"}, {"room_id": "301", "title": "未入选"}]
    world.says("search", rooms=found)
    world.says("log", room="300", detail="visits", visits=[{"viewer_id": "1", "mode": "live"}])
    tables, _ = world.report(_room(week, "100", event="第12课"))
    assert tables["rooms"].select("room_id", "event").rows() == [("100", "第12课"), ("300", "春季")]
    assert tables["visits"].height == 1


def test_rooms_of_gives_found_rooms_the_reports_period_and_each_the_detail_it_was_pulled_with(week: Period) -> None:
    def pulled(room: str, detail: Any) -> Pulled:
        return Pulled(Pull("volcengine", "volc", "list", None, week, room, detail), (), "failed")

    rooms = rooms_of([pulled("300", "list"), pulled("100", "tracks")], [_room(week, "100", event="课")], week)
    assert rooms == (_room(week, "100", event="课", detail="tracks"), _room(week, "300", detail="list"))


def test_a_track_counts_only_for_rooms_pulled_with_tracks(world: Any, week: Period) -> None:
    world.says("list", room="100", detail="visits")
    world.says("list", room="200", detail="tracks")
    rows = [{"room_id": room, "viewer_id": "1", "mode": "live"} for room in ("100", "200")]
    counts = [{"room_id": room, "viewer_id": "1", "comments": 1} for room in ("100", "200")]
    world.says("track", visits=rows, activity=counts)
    tables, issues = world.report(_room(week, "100"), _room(week, "200"))
    assert tables["visits"]["room_id"].to_list() == ["200"]
    assert tables["activity"]["room_id"].to_list() == ["200"]
    assert issues == []


def test_the_same_room_id_in_another_account_is_another_room(world: Any, week: Period) -> None:
    world.says("log", room="100", place=("volcengine", "other"), visits=[{"viewer_id": "1", "mode": "live"}])
    tables, _ = world.report(_room(week, "100", event="甲"))
    assert tables["rooms"].select("account", "event").rows() == [("volc", "甲"), ("other", "100")]
    assert tables["visits"]["account"].to_list() == ["other"]


def test_a_walk_without_replies_is_not_read(world: Any, week: Period) -> None:
    world.pulled.append(Pulled(Pull("volcengine", "volc", "no such call", None, week, "100"), (), "failed"))
    tables, issues = world.report(_room(week, "100"))
    assert (tables["rooms"].height, issues) == (1, [])
