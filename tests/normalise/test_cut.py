from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.model import Period, Room

START = datetime(2026, 11, 15, 16, tzinfo=UTC)  # Monday 00:00 in Shanghai
END = START + timedelta(days=7)
SECOND = timedelta(seconds=1)


def _report(world: Any, week: Period, *visits: dict[str, Any], call: str = "log") -> Any:
    room = None if call == "track" else "100"
    world.says("list", room="100", detail="tracks" if call == "track" else "visits")
    rows = [{"room_id": "100", "viewer_id": "1", "mode": "live", **visit} for visit in visits]
    world.says(call, room=room, visits=rows)
    return world.report(Room("volcengine", "volc", "100", week))


@pytest.mark.parametrize(
    ("joined_at", "is_kept"),
    [(START - SECOND, False), (START, True), (END - SECOND, True), (END, False)],
)
def test_a_visit_belongs_to_the_period_in_which_it_starts(
    world: Any, week: Period, joined_at: datetime, is_kept: bool
) -> None:
    tables, issues = _report(world, week, {"joined_at": joined_at, "left_at": joined_at + timedelta(hours=2)})
    assert (tables["visits"].height == 1) is is_kept
    assert [issue.code for issue in issues] == ([] if is_kept else ["outside-period"])


def test_a_visit_across_the_end_is_kept_whole(world: Any, week: Period) -> None:
    left_at = END + timedelta(hours=3)
    tables, _ = _report(world, week, {"joined_at": END - SECOND, "left_at": left_at, "watch_seconds": 10801})
    assert tables["visits"].select("joined_at", "left_at", "watch_seconds").row(0) == (END - SECOND, left_at, 10801)


def test_a_visit_without_a_start_belongs_to_the_window_asked_for(world: Any, week: Period) -> None:
    tables, issues = _report(world, week, {"watch_seconds": 60})
    assert (tables["visits"].height, issues) == (1, [])


def test_visits_left_out_are_counted_by_call(world: Any, week: Period) -> None:
    late = {"joined_at": END}
    tables, issues = _report(world, week, late, {"joined_at": START}, late)
    assert tables["visits"]["row_no"].to_list() == [2]
    (issue,) = issues
    assert (issue.level, issue.code, issue.where) == ("info", "outside-period", "volcengine:volc log reply r2 row 1")
    assert issue.message.en == "2 visits start outside the period and are left out"
    assert issue.message.zh.startswith("2 条")


def test_tracks_that_fall_out_before_the_period_are_an_issue_of_their_own(world: Any, week: Period) -> None:
    tables, issues = _report(
        world, week, {"joined_at": START - SECOND, "mode": "replay"}, {"joined_at": END}, call="track"
    )
    assert tables["visits"].is_empty()
    assert [(issue.level, issue.code) for issue in issues] == [
        ("info", "outside-period"),
        ("warning", "track-before-period"),
    ]
    assert issues[1].message.en.startswith("1 track row carries")


def test_an_event_with_days_of_its_own_keeps_only_theirs(world: Any, week: Period) -> None:
    tuesday = replace(week, start=week.start + timedelta(days=1), end=week.start + timedelta(days=2))
    world.says(
        "log",
        room="100",
        visits=[{"viewer_id": "1", "mode": "live", "joined_at": START + timedelta(days=n)} for n in range(3)],
    )
    tables, issues = world.report(Room("volcengine", "volc", "100", tuesday))
    assert tables["visits"]["joined_at"].to_list() == [START + timedelta(days=1)]
    assert issues[0].message.en.startswith("2 ")


def test_plays_keep_the_days_that_start_in_the_period_and_duplicates(world: Any, week: Period) -> None:
    days = [date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 23)]
    world.says("log", room="m1", place=("aliyun", "vod"), plays=[{"day": day, "plays": 3} for day in days])
    tables, issues = world.report(Room("aliyun", "vod", "m1", week))
    assert tables["plays"]["day"].to_list() == days[1:4]
    assert [(issue.code, issue.message.en[0]) for issue in issues] == [("outside-period", "2")]


def test_a_vendors_day_belongs_to_the_period_of_another_zone_in_which_it_starts(world: Any) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    period = Period(
        "2026-W47", datetime(2026, 11, 16, tzinfo=berlin), datetime(2026, 11, 23, tzinfo=berlin), berlin.key
    )
    # the vendor's Monday starts on Sunday 17:00 in Berlin
    days = [date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 23), date(2026, 11, 24)]
    world.says("log", room="m1", place=("aliyun", "vod"), plays=[{"day": day} for day in days])
    tables, _ = world.report(Room("aliyun", "vod", "m1", period))
    assert tables["plays"]["day"].to_list() == days[1:3]
