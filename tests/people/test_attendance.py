"""Visits in, one row a person and event out: seconds, union, attended, engagement, counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reporter import metrics
from reporter.model import Period
from reporter.rules import Attendance, Exclusions

HOUR = ["2026-11-16T11:00:00Z/2026-11-16T12:00:00Z"]
VOLC: dict[str, Any] = {"account": "volc", "room_id": "100", "event": "第12课", "live_spans": HOUR}
QS: dict[str, Any] = {"account": "qs", "room_id": "200", "event": "第12课"}
TALK: dict[str, Any] = {"account": "talk", "room_id": "300", "event": "第12课"}
VOD: dict[str, Any] = {"account": "vod", "room_id": "400", "event": "第12课"}
ROOM_OF = {"volc": "100", "qs": "200", "talk": "300"}


def _visit(viewer: str, mode: str, account: str = "volc", **more: Any) -> dict[str, Any]:
    return {"account": account, "room_id": ROOM_OF[account], "viewer_id": viewer, "mode": mode, **more}


def _stay(at: Any, viewer: str, start: float, end: float, mode: str = "live", **more: Any) -> dict[str, Any]:
    seconds = (end - start) * 60
    return _visit(viewer, mode, joined_at=at(start), left_at=at(end), watch_seconds=seconds, **more)


def _one(joined: Any, *columns: str, **given: Any) -> Any:
    done, _ = joined(**given)
    row = done.tables["attendance"].select(columns).row(0)
    return row[0] if len(columns) == 1 else row


def test_seconds_are_kept_apart_by_mode_and_preview_is_not_in_the_sum(joined: Any) -> None:
    modes = {"live": 1.0, "interactive": 2.0, "replay": 4.0, "vod": 8.0, "preview": 16.0}
    visits = [_visit("a", mode, watch_seconds=seconds) for mode, seconds in modes.items()] * 2
    columns = ("live_seconds", "replay_seconds", "vod_seconds", "preview_seconds", "watch_sum_seconds")
    assert _one(joined, *columns, rooms=[VOLC], visits=visits) == (6, 8, 16, 32, 30)


def test_union_takes_intervals_once_and_adds_the_seconds_of_visits_without_both_times(joined: Any, at: Any) -> None:
    visits = [
        _stay(at, "a", 0, 10),
        _stay(at, "a", 5, 20, "replay"),
        _stay(at, "a", -60, 10, "preview"),
        _visit("a", "live", joined_at=at(0), watch_seconds=60.0),
        _visit("a", "vod", watch_seconds=30.0),
    ]
    columns = ("watch_union_seconds", "watch_sum_seconds", "watch_overlap_seconds")
    assert _one(joined, *columns, rooms=[VOLC], visits=visits) == (20 * 60 + 90, 25 * 60 + 90, 5 * 60)


def test_overlap_is_unknown_without_times_and_nothing_of_one_screen(joined: Any, at: Any) -> None:
    untimed = [_visit("a", "live", watch_seconds=60.0), _visit("a", "live", watch_seconds=60.0)]
    assert _one(joined, "watch_overlap_seconds", rooms=[VOLC], visits=untimed) is None
    back_to_back = [_stay(at, "a", 0, 10), _stay(at, "a", 10, 20, "replay"), _stay(at, "a", 40, 30)]
    assert _one(joined, "watch_overlap_seconds", rooms=[VOLC], visits=back_to_back) == 0


def test_a_visit_over_midnight_or_the_periods_edge_counts_whole(joined: Any, at: Any) -> None:
    monday, sunday = 4 * 60 + 50, 6 * 24 * 60 + 4 * 60 + 50  # both at 23:50: minute 0 is Monday, 19:00
    edges = [_stay(at, "a", monday, monday + 30), _stay(at, "b", sunday, sunday + 20)]
    done, _ = joined(rooms=[VOLC], visits=edges)
    assert sorted(done.tables["attendance"]["live_seconds"]) == [20 * 60, 30 * 60]


def test_union_spans_the_vendors_of_an_event_for_one_person(joined: Any, at: Any) -> None:
    phone = {"phone": "19000101106"}
    viewers = [{"account": "volc", "viewer_id": "a", **phone}, {"account": "qs", "viewer_id": "b", **phone}]
    visits = [_stay(at, "a", 0, 30), _stay(at, "b", 20, 40, "interactive", account="qs")]
    columns = ("live_seconds", "watch_union_seconds")
    assert _one(joined, *columns, viewers=viewers, rooms=[VOLC, QS], visits=visits) == (50 * 60, 40 * 60)


def test_events_are_apart_and_come_in_the_order_of_their_rooms(joined: Any, at: Any) -> None:
    rooms = [{**TALK, "event": "乙"}, {**VOLC, "event": "甲"}]
    visits = [_stay(at, "a", 0, 10), _stay(at, "b", 0, 20), _visit("c", "vod", "talk", watch_seconds=5.0)]
    done, _ = joined(rooms=rooms, visits=visits)
    rows = done.tables["attendance"].select("event", "watch_sum_seconds").rows()
    assert rows[0] == ("乙", 5.0)
    assert sorted(rows[1:]) == [("甲", 600.0), ("甲", 1200.0)]


def test_first_and_last_moment_are_those_of_all_visits_that_count(joined: Any, at: Any) -> None:
    visits = [_stay(at, "a", 5, 10), _stay(at, "a", -30, -20, "preview"), _visit("a", "live", joined_at=at(50))]
    assert _one(joined, "first_joined_at", "last_left_at", rooms=[VOLC], visits=visits) == (at(-30), at(10))


@pytest.mark.parametrize(
    ("rooms", "visits", "seconds"),
    [
        ([VOLC], [_visit("a", "live", watch_seconds=5.0)], (5, 0, None, 0, 5)),
        ([VOLC], [_visit("a", "live")], (None, 0, None, 0, None)),
        ([VOLC], [_visit("a", "live"), _visit("a", "live", watch_seconds=5.0)], (5, 0, None, 0, 5)),
        ([QS], [_visit("a", "replay", "qs", watch_seconds=5.0)], (0, 5, None, None, 5)),
        ([TALK], [_visit("a", "vod", "talk", watch_seconds=5.0)], (None, None, 5, None, 5)),
        ([VOLC, VOD], [_visit("a", "preview", watch_seconds=5.0)], (0, 0, None, 5, 0)),
    ],
)
def test_seconds_are_null_where_no_room_can_tell_and_0_where_nobody_watched_so(
    joined: Any, rooms: Any, visits: Any, seconds: Any
) -> None:
    columns = ("live_seconds", "replay_seconds", "vod_seconds", "preview_seconds", "watch_sum_seconds")
    assert _one(joined, *columns, rooms=rooms, visits=visits) == seconds


def test_a_room_pulled_as_a_list_cannot_tell_that_somebody_did_not_watch(joined: Any) -> None:
    given: dict[str, Any] = {
        "rooms": [VOLC, TALK],
        "viewers": [{"account": "volc", "viewer_id": "z"}],
        "visits": [_visit("a", "vod", "talk", watch_seconds=5.0)],
        "details": {"100": "list"},
    }
    assert _one(joined, "live_seconds", "attended", **given) == (None, None)


@pytest.mark.parametrize(("minutes", "attended"), [(48, True), (47.99, False), (60, True), (0, False)])
def test_attended_is_a_part_of_the_live_spans(joined: Any, at: Any, minutes: float, attended: bool) -> None:
    visits = [_stay(at, "a", 0, minutes), _stay(at, "a", 60, 120, "replay")]
    assert _one(joined, "attended", rooms=[VOLC], visits=visits) is attended


def test_attended_counts_time_on_two_screens_once(joined: Any, at: Any) -> None:
    visits = [_stay(at, "a", 0, 30), _stay(at, "a", 0, 30, "interactive")]
    assert _one(joined, "live_seconds", "attended", rooms=[VOLC], visits=visits) == (3600, False)


def test_attended_wants_the_minutes_too(joined: Any, at: Any) -> None:
    rule = Attendance(min_ratio=0.1, min_minutes=10)
    assert _one(joined, "attended", rooms=[VOLC], visits=[_stay(at, "a", 0, 9)], attendance=rule) is False
    assert _one(joined, "attended", rooms=[VOLC], visits=[_stay(at, "a", 0, 10)], attendance=rule) is True


def test_base_is_the_union_of_the_spans_that_start_in_the_period(joined: Any, at: Any, week_before: Period) -> None:
    last_week = "2026-11-09T11:00:00Z/2026-11-09T19:00:00Z"
    other = {**QS, "live_spans": ["2026-11-16T11:30:00Z/2026-11-16T12:30:00Z"]}
    rooms = [{**VOLC, "live_spans": [last_week, *HOUR]}, other]  # 11:00 to 12:30: 90 minutes
    rule = Attendance(min_ratio=1.0)
    assert _one(joined, "attended", rooms=rooms, visits=[_stay(at, "a", 0, 89)], attendance=rule) is False
    assert _one(joined, "attended", rooms=rooms, visits=[_stay(at, "a", 0, 90)], attendance=rule) is True
    periods = {"200": week_before}
    assert _one(joined, "attended", rooms=rooms, visits=[_stay(at, "a", 0, 60)], attendance=rule, periods=periods)


def test_a_base_known_in_part_is_that_part(joined: Any, at: Any) -> None:
    visits = [_stay(at, "a", 0, 48, "interactive", account="qs")]
    done, issues = joined(rooms=[VOLC, QS], visits=visits)
    assert done.tables["attendance"]["attended"].to_list() == [True]
    assert issues == []


@pytest.mark.parametrize("spans", [None, [], ["2026-11-09T11:00:00Z/2026-11-09T12:00:00Z"], [HOUR[0][:21]]])
def test_an_unknown_base_leaves_the_minutes_alone_with_an_issue(joined: Any, at: Any, spans: Any) -> None:
    visits = [_stay(at, "a", 0, 10), _stay(at, "b", 0, 9)]
    done, issues = joined(rooms=[{**VOLC, "live_spans": spans}], visits=visits)
    attended = dict(done.tables["attendance"].select("live_seconds", "attended").rows())
    assert attended == {600.0: True, 540.0: False}
    assert [(issue.level, issue.code, issue.where) for issue in issues] == [
        ("warning", "event-length-unknown", "event 第12课")
    ]


def test_event_of_videos_alone_has_nothing_live_to_judge_and_says_so_without_a_warning(joined: Any) -> None:
    visits = [_visit("a", "vod", "talk", watch_seconds=3600.0), _visit("b", "vod", "talk", watch_seconds=60.0)]
    rooms = [TALK | {"kind": "vod"}, VOD | {"kind": "vod"}]
    done, issues = joined(rooms=rooms, visits=visits)
    assert done.tables["attendance"]["attended"].to_list() == [None, None]
    assert [(issue.level, issue.code, issue.where) for issue in issues] == [("info", "nothing-live", "event 第12课")]
    assert "not judged" in issues[0].message.en
    for words in (issues[0].message.zh, issues[0].message.en):
        assert "attendance.base: media" in words


def test_event_of_videos_alone_is_judged_by_the_minutes_where_they_count(joined: Any) -> None:
    """Base media without a length of it: `event-length-unknown` says what is done, and it is."""
    visits = [_visit("a", "vod", "talk", watch_seconds=3600.0), _visit("b", "vod", "talk", watch_seconds=60.0)]
    done, issues = joined(rooms=[TALK | {"kind": "vod"}], visits=visits, attendance=Attendance(base="media"))
    assert dict(done.tables["attendance"].select("vod_seconds", "attended").rows()) == {3600.0: True, 60.0: False}
    assert [(issue.level, issue.code) for issue in issues] == [("warning", "event-length-unknown")]


def test_video_beside_a_live_room_leaves_its_watchers_unattending_and_nothing_to_tell(joined: Any, at: Any) -> None:
    visits = [_visit("a", "vod", "talk", watch_seconds=3600.0), _stay(at, "b", 0, 60)]
    done, issues = joined(rooms=[VOLC, TALK], visits=visits)
    assert sorted(done.tables["attendance"]["attended"].to_list()) == [False, True]
    assert issues == []


def test_event_of_which_no_length_is_known_at_all_cannot_be_judged_and_says_so(joined: Any) -> None:
    visits = [_visit("a", "live", watch_seconds=None)]
    done, issues = joined(rooms=[VOLC | {"live_spans": None}], visits=visits)
    assert done.tables["attendance"]["attended"].to_list() == [None]
    assert [(issue.level, issue.code, issue.where) for issue in issues] == [
        ("warning", "attendance-unjudged", "event 第12课")
    ]


def test_base_media_is_the_length_of_the_media_against_replay_and_vod(joined: Any, at: Any) -> None:
    rule = Attendance(base="media")
    plays = [{"account": "vod", "room_id": "400", "media_seconds": 1000.0}]
    enough = [_visit("a", "vod", watch_seconds=300.0), _visit("a", "replay", watch_seconds=500.0)]
    given: dict[str, Any] = {"rooms": [VOLC, VOD], "plays": plays, "attendance": rule}
    assert _one(joined, "attended", visits=enough, **given) is True
    short = [_visit("a", "vod", watch_seconds=799.0), _stay(at, "a", 0, 60)]
    assert _one(joined, "attended", visits=short, **given) is False


def test_base_media_is_else_reckoned_from_what_part_of_the_whole_was_watched(joined: Any) -> None:
    rule = Attendance(base="media", min_ratio=0.5, min_minutes=0)
    visits = [
        _visit("a", "vod", "talk", watch_seconds=60.0, completion_ratio=0.06),
        _visit("b", "vod", "talk", watch_seconds=940.0, completion_ratio=0.94),
        _visit("c", "vod", "talk", watch_seconds=0.0, completion_ratio=0.0),
        _visit("d", "vod", "talk", watch_seconds=499.0),
        _visit("e", "vod", "talk", watch_seconds=500.0),
    ]
    done, issues = joined(rooms=[TALK], visits=visits, attendance=rule)
    attended = dict(done.tables["attendance"].select("vod_seconds", "attended").rows())
    assert attended == {60.0: False, 940.0: True, 0.0: False, 499.0: False, 500.0: True}
    assert issues == []


def test_attended_is_null_where_the_event_cannot_tell(joined: Any) -> None:
    visits = [_visit("a", "vod", "talk", watch_seconds=5000.0)]
    assert _one(joined, "attended", "engagement", rooms=[TALK], visits=visits) == (None, None)


@pytest.mark.parametrize(
    ("minutes", "counts", "weights", "engagement"),
    [
        (
            60,
            {"comments": 3, "questions": 3, "votes": 3},
            {"watch": 0.5, "comments": 0.2, "questions": 0.2, "votes": 0.1},
            1,
        ),
        (
            30,
            {"comments": 9, "questions": 0, "votes": 0},
            {"watch": 0.5, "comments": 0.2, "questions": 0.2, "votes": 0.1},
            0.45,
        ),
        (90, {"comments": 0}, {"watch": 1, "comments": 1}, 0.5),  # watching counts no more than the whole
        (30, {"comments": 1}, {"watch": 1, "comments": 1, "questions": 8}, 5 / 12),  # questions cannot be given
        (30, {}, {"watch": 3, "comments": 1}, 0.5),
        (30, {}, {"comments": 1}, None),
        (30, {"comments": 1}, {"comments": 0}, None),
    ],
)
def test_engagement_is_the_weighted_mean_of_the_terms_that_are_known(
    joined: Any, at: Any, minutes: float, counts: Any, weights: Any, engagement: float | None
) -> None:
    given: dict[str, Any] = {"rooms": [VOLC], "visits": [_stay(at, "a", 0, minutes)], "engagement": weights}
    activity = [{"account": "volc", "room_id": "100", "viewer_id": "a", **counts}]
    assert _one(joined, "engagement", activity=activity, **given) == pytest.approx(engagement)


def test_engagement_leaves_out_live_watching_that_no_vendor_of_the_person_can_tell(joined: Any, at: Any) -> None:
    visits = [_stay(at, "a", 0, 60), _visit("b", "vod", "talk", watch_seconds=60.0)]
    done, _ = joined(rooms=[VOLC, TALK], visits=visits)
    engaged = dict(done.tables["attendance"].select("vod_seconds", "engagement").rows())
    assert engaged == {0.0: 1.0, 60.0: None}


def test_life_to_date_counts_count_only_where_the_room_first_went_live_in_the_period(joined: Any, at: Any) -> None:
    activity = [{"room_id": "100", "viewer_id": "a", "comments": 4, "paid_amount": Decimal("2.50"), "pay_count": 1}]
    given: dict[str, Any] = {"visits": [_stay(at, "a", 0, 10)], "activity": activity}
    columns = ("comments", "paid_amount", "pay_count", "likes")
    assert _one(joined, *columns, rooms=[VOLC], **given) == (4, Decimal("2.50"), 1, None)
    again = {**VOLC, "live_spans": ["2026-11-09T11:00:00Z/2026-11-09T12:00:00Z", *HOUR]}
    for room in (again, {**VOLC, "live_spans": None}, {**VOLC, "live_spans": []}):
        assert _one(joined, *columns, rooms=[room], **given) == (None, None, None, None)


def test_quanshis_counts_are_the_sum_of_the_periods_visits_and_not_its_summary(joined: Any) -> None:
    visits = [
        _visit("a", "live", "qs", comments=1, speak_seconds=30.0),
        _visit("a", "interactive", "qs", comments=2, questions=0),
        _visit("a", "interactive", "qs", role="host", comments=7),
    ]
    activity = [{"account": "qs", "room_id": "200", "viewer_id": "a", "comments": 99}]
    room = {**QS, "live_spans": HOUR}
    columns = ("comments", "questions", "votes", "speak_seconds")
    given: dict[str, Any] = {"rooms": [room], "visits": visits, "activity": activity}
    assert _one(joined, *columns, exclusions=Exclusions(roles=("host",)), **given) == (3, 0, None, 30.0)


def test_counts_of_a_person_add_up_over_the_events_rooms_and_viewers(joined: Any) -> None:
    phone = {"phone": "19000101106"}
    viewers = [{"account": "volc", "viewer_id": one, **phone} for one in ("a", "b")]
    viewers += [{"account": "qs", "viewer_id": "c", **phone}]
    activity = [{"room_id": "100", "viewer_id": one, "comments": 2} for one in ("a", "b", "z")]
    visits = [_visit("a", "live"), _visit("c", "live", "qs", comments=5)]
    given: dict[str, Any] = {"rooms": [VOLC, QS], "viewers": viewers, "activity": activity, "visits": visits}
    assert _one(joined, "comments", "likes", **given) == (9, None)


def test_counts_say_why_they_are_not_the_periods(joined: Any) -> None:
    old = {**VOLC, "room_id": "101", "live_spans": ["2026-11-09T11:00:00Z/2026-11-09T12:00:00Z", *HOUR]}
    viewers = [{"account": "volc", "viewer_id": "h", "role": "host"}]
    activity = [
        {"room_id": "100", "viewer_id": "a"},
        {"room_id": "100", "viewer_id": None},
        {"room_id": "100", "viewer_id": "h"},
        {"room_id": "101", "viewer_id": "a"},
        {"account": "qs", "room_id": "200", "viewer_id": "q"},
    ]
    hosts = Exclusions(roles=("host",))
    done, _ = joined(
        rooms=[VOLC, old, {**QS, "live_spans": HOUR}], viewers=viewers, activity=activity, exclusions=hosts
    )
    assert done.tables["activity"]["excluded_by"].to_list() == [None, None, "role: host", "life to date", "by visit"]


def test_counts_without_a_row_of_attendance_are_told_with_the_first_row(joined: Any, at: Any) -> None:
    activity: list[dict[str, Any]] = [
        {"room_id": "100", "viewer_id": "a", "comments": 3},
        {"room_id": "100", "viewer_id": "idle", "comments": 0},
        {"room_id": "100", "viewer_id": "brief", "comments": 0, "paid_amount": Decimal("99.00")},
        {"room_id": "100", "viewer_id": None, "comments": 7},
        {"room_id": "101", "viewer_id": "listed", "comments": 7},
    ]
    rooms = [VOLC, {**VOLC, "room_id": "101"}]
    _, issues = joined(
        rooms=rooms, activity=activity, visits=[_stay(at, "a", 0, 60)], details={"100": "visits", "101": "list"}
    )
    assert [(one.level, one.message.en[:2], one.where) for one in issues if one.code == "counts-without-visit"] == [
        ("info", "2 ", "volcengine:volc viewers reply r1 row 3")
    ]


def test_visits_of_an_unknown_mode_leave_unknown_what_they_may_have_been(joined: Any, at: Any) -> None:
    columns = ("live_seconds", "replay_seconds", "preview_seconds", "vod_seconds", "watch_sum_seconds", "attended")
    unknown = {**_stay(at, "a", 0, 30), "mode": None}
    given: dict[str, Any] = {"rooms": [VOLC, TALK], "viewers": [{"account": "talk", "viewer_id": "z"}]}
    assert _one(joined, *columns, visits=[unknown], **given) == (None, None, None, 0, None, None)
    assert _one(joined, "watch_union_seconds", "engagement", rooms=[VOLC], visits=[unknown]) == (None, None)
    # what is known is counted, and an event on Quanshi has no preview
    both = [unknown, _stay(at, "a", 0, 50)]
    assert _one(joined, *columns, visits=both, **given) == (3000, None, None, 0, 3000, True)
    quanshi = {**unknown, "account": "qs", "room_id": "200"}
    both_tell = [{"account": "volc", "viewer_id": "z"}]
    assert _one(joined, *columns[:3], rooms=[VOLC, QS], viewers=both_tell, visits=[quanshi]) == (None, None, 0)


def test_attendance_and_figures_have_one_union(joined: Any, at: Any, week: Period) -> None:
    visits = [
        _stay(at, "a", 0, 10),
        {**_stay(at, "a", 20, 20), "watch_seconds": 30.0},
        {**_stay(at, "b", 5, 5, "replay"), "watch_seconds": 30.0},
        _visit("b", "live", joined_at=at(0), watch_seconds=60.0),
        _visit("c", "live", joined_at=at(0)),
    ]
    done, _ = joined(rooms=[VOLC], visits=visits)
    figure = next(
        one.value
        for one in metrics.figures(metrics.world(done.tables, {}, week), {})
        if one.metric == "watch_union_seconds"
    )
    assert figure == done.tables["attendance"]["watch_union_seconds"].sum() == 660


def test_excluded_visits_are_no_attendance_and_their_times_no_time(joined: Any, at: Any) -> None:
    visits = [_stay(at, "a", 0, 30), _stay(at, "a", 30, 60, role="host"), _stay(at, "b", 0, 60, role="host")]
    done, _ = joined(rooms=[VOLC], visits=visits, exclusions=Exclusions(roles=("host",)))
    assert done.tables["attendance"].select("live_seconds", "last_left_at").rows() == [(1800.0, at(30))]
    assert done.tables["visits"].height == 3


def test_no_visit_is_counted_twice_or_lost_between_visits_and_attendance(joined: Any, at: Any) -> None:
    phones = [{"phone": f"1900010110{number % 3}"} for number in range(9)]
    viewers = [{"account": account, "viewer_id": str(n), **phones[n]} for n in range(9) for account in ("volc", "qs")]
    visits = [
        _stay(at, str(n), n, n + 5, mode, account=account)
        for n in range(9)
        for account, mode in (("volc", "live"), ("qs", "replay"))
    ]
    done, _ = joined(rooms=[VOLC, QS], viewers=viewers, visits=visits)
    attendance = done.tables["attendance"]
    assert attendance.height == 3
    assert attendance["watch_sum_seconds"].sum() == done.tables["visits"]["watch_seconds"].sum()
    assert attendance["watch_union_seconds"].to_list() == [11 * 60] * 3


def test_a_room_whose_period_is_not_told_is_named_and_its_counts_are_unknown(joined: Any, at: Any) -> None:
    activity = [{"room_id": "100", "viewer_id": "a", "comments": 4}]
    done, issues = joined(rooms=[VOLC], visits=[_stay(at, "a", 0, 10)], activity=activity, told=False)
    assert done.tables["attendance"].select("live_seconds", "comments", "attended").rows() == [(600.0, None, True)]
    assert [(issue.code, issue.where) for issue in issues] == [
        ("room-untold", "volcengine:volc room 100"),
        ("event-length-unknown", "event 第12课"),
    ]
