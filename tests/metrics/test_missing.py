"""What failed or was short leaves figures unknown where they would be 0, and all else as it came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from reporter import metrics
from reporter.metrics.metric import Number
from reporter.model import Period, Pull, Pulled
from reporter.tables import Row, Tables

Make = Callable[..., Tables]
RowOf = Callable[..., Row]
At = Callable[[str], datetime]
Figures = dict[tuple[str, str, str], Number | None]
LOG, VIEWERS, TRACK = "ListUserBehaviorDataAPIV2", "ListAccountUserData", "GetAccountUserTrackData"
REPORT, PLAYS = "event/report/details", "DescribeVodMediaPlayData"


@pytest.fixture
def lost(period: Period) -> Callable[..., Pulled]:
    """Return a function from a call and its room to a pull that failed."""

    def make(vendor: str, endpoint: str, room: str | None, **more: Any) -> Pulled:
        return Pulled(Pull(vendor, "a", endpoint, None, period, room, **more), (), "failed")

    return make


@pytest.fixture
def figures(period: Period) -> Callable[[Tables, Sequence[Pulled]], Figures]:
    """Return a function from tables and pulls to every figure."""

    def make(tables: Tables, pulled: Sequence[Pulled]) -> Figures:
        found = metrics.figures(metrics.world(tables, {"missing": metrics.missing(pulled)}, period), {})
        return {(one.metric, one.scope, one.key): one.value for one in found}

    return make


@pytest.fixture
def week(made: Make, room: RowOf, visit: RowOf, at: At) -> Tables:
    """A live course on Volcengine that somebody saw, one on Quanshi of which nothing is told, and a media's plays."""
    stay = {"joined_at": at("16 20:00"), "left_at": at("16 20:30"), "watch_seconds": 1800.0}
    return made(
        rooms=[
            room("volcengine", "1", "A", detail="visits"),
            room("quanshi", "9", "B"),
            room("aliyun", "4", "Video"),
        ],
        visits=[visit("volcengine", "1", "p", "live", **stay)],
        activity=[{"vendor": "volcengine", "account": "a", "room_id": "1", "person_id": "p", "comments": 2}],
        plays=[{"vendor": "aliyun", "account": "a", "room_id": "4", "day": at("16 12:00").date(), "plays": 20}],
        people=[{"person_id": "p"}],
    )


@pytest.mark.parametrize("metric", ["people", "live_people", "watch_seconds", "peak_concurrency"])
def test_event_and_vendor_whose_pull_failed_have_no_figures_and_the_rest_stands(
    metric: str, week: Tables, figures: Any, lost: Any
) -> None:
    before, found = figures(week, []), figures(week, [lost("quanshi", REPORT, "9")])
    assert (found[metric, "event", "B"], found[metric, "vendor", "quanshi"]) == (None, None)
    assert before[metric, "event", "B"] == before[metric, "vendor", "quanshi"] == 0
    for scope, key in (("event", "A"), ("vendor", "volcengine"), ("total", "")):
        assert found[metric, scope, key] == before[metric, scope, key]
    assert found[metric, "total", ""]


def test_day_without_rows_is_unknown_where_a_pull_failed(week: Tables, figures: Any, lost: Any) -> None:
    found = figures(week, [lost("quanshi", REPORT, "9")])
    assert [found["live_people", "day", f"2026-11-{day}"] for day in (16, 17, 18)] == [1, None, None]


def test_kind_of_watching_that_only_the_failed_room_has_is_unknown(
    week: Tables, figures: Any, lost: Any, made: Make, room: RowOf
) -> None:
    rooms = made(rooms=[room("volcengine", "1", "A", detail="visits"), room("quanshi", "9", "A")])["rooms"]
    found = figures({**week, "rooms": rooms}, [lost("quanshi", REPORT, "9")])
    assert (found["live_people", "event", "A"], found["replay_people", "event", "A"]) == (1, None)
    # votes are null in what came, and plays are no business of a room that goes live
    assert (found["questions", "total", ""], found["plays", "total", ""]) == (None, None)


def test_day_of_a_media_that_was_not_ready_has_no_plays(week: Tables, figures: Any, lost: Any) -> None:
    found = figures(week, [lost("aliyun", PLAYS, "4", params=(("PlayDate", "20261117"),))])
    assert [found["plays", "day", f"2026-11-{day}"] for day in (16, 17, 18)] == [20, None, 0]
    assert (found["plays", "total", ""], found["people", "event", "B"]) == (20, 0)


def test_log_that_failed_takes_what_was_watched_and_not_what_the_list_tells(
    week: Tables, figures: Any, lost: Any
) -> None:
    tables = {**week, "visits": week["visits"].clear(), "people": week["people"].clear()}
    found = figures(tables, [lost("volcengine", LOG, "1", detail="visits")])
    for metric in ("people", "live_people", "watch_seconds", "watch_union_seconds", "peak_concurrency"):
        assert (found[metric, "event", "A"], found[metric, "total", ""]) == (None, None), metric
    assert found["comments", "event", "A"] == 2
    assert found["people", "event", "B"] == 0


def test_list_that_failed_takes_what_was_done_and_not_what_was_watched(week: Tables, figures: Any, lost: Any) -> None:
    tables = {name: frame.clear() if name in {"activity", "visits"} else frame for name, frame in week.items()}
    found = figures(tables, [lost("volcengine", VIEWERS, "1", detail="visits")])
    assert (found["comments", "event", "A"], found["watch_seconds", "event", "A"]) == (None, 0)


def test_track_that_failed_is_about_the_rooms_of_its_account_that_are_pulled_with_tracks(
    figures: Any, lost: Any, made: Make, room: RowOf
) -> None:
    rooms = [room("volcengine", "1", "A", detail="tracks"), room("volcengine", "2", "B", detail="visits")]
    found = figures(made(rooms=rooms), [lost("volcengine", TRACK, None, params=(("UserId", "7"),))])
    assert (found["people", "event", "A"], found["people", "event", "B"]) == (None, 0)
    assert (found["people", "total", ""], found["comments", "event", "A"]) == (None, 0)


def test_search_that_failed_is_about_rooms_that_nobody_knows(week: Tables, figures: Any, lost: Any) -> None:
    tables = {**week, "visits": week["visits"].clear(), "people": week["people"].clear()}
    found = figures(tables, [lost("volcengine", "ListActivityAPI", None)])
    assert (found["people", "event", "A"], found["people", "vendor", "quanshi"]) == (0, 0)
    assert (found["people", "total", ""], found["people", "vendor", "volcengine"]) == (None, None)


def test_account_that_gave_no_token_leaves_all_its_events_unknown(week: Tables, figures: Any, lost: Any) -> None:
    found = figures(week, [lost("quanshi", "token/create", None)])
    assert (found["people", "event", "B"], found["people", "event", "A"]) == (None, 1)
