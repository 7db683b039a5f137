from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from reporter import metrics
from reporter.metrics.metric import Number
from reporter.model import Period
from reporter.tables import Row, Tables

Make = Callable[..., Tables]
RowOf = Callable[..., Row]
At = Callable[[str], datetime]
MINUTES = 60.0


def _values(
    tables: Tables, period: Period, metric: str, roster: list[tuple[str | None, int, bool]] | None = None
) -> dict[tuple[str, str], Number | None]:
    schema = {"person_id": pl.String, "expected": pl.UInt32, "came": pl.Boolean}
    derived = {"roster": pl.DataFrame(roster or [], schema=schema, orient="row")}
    found = metrics.figures(metrics.world(tables, derived, period), {})
    return {(one.scope, one.key): one.value for one in found if one.metric == metric}


def test_people_are_counted_afresh_in_every_scope(week: Tables, period: Period) -> None:
    assert _values(week, period, "people") == {
        ("total", ""): 4,
        ("event", "Course"): 4,
        ("event", "Video"): None,
        ("day", "2026-11-16"): 2,
        ("day", "2026-11-17"): 1,
        ("day", "2026-11-18"): 0,
        ("vendor", "volcengine"): 2,
        ("vendor", "quanshi"): 2,
        ("vendor", "talkcloud"): 2,
        ("vendor", "aliyun"): None,
    }


def test_vendor_that_cannot_give_a_figure_gives_none_and_one_that_can_gives_0(week: Tables, period: Period) -> None:
    replays = _values(week, period, "replay_people")
    assert replays["vendor", "volcengine"] == 0
    assert replays["vendor", "talkcloud"] is None
    assert replays["event", "Video"] is None


def test_watch_time_is_given_as_sum_and_as_union(week: Tables, period: Period) -> None:
    assert _values(week, period, "watch_seconds")["total", ""] == 90 * MINUTES
    # p1: 20:00 to 20:50 once; p3: 10 minutes and 1 without times; p4: 9
    assert _values(week, period, "watch_union_seconds")["total", ""] == 70 * MINUTES
    assert _values(week, period, "watch_union_seconds")["vendor", "quanshi"] == 30 * MINUTES


def test_visits_without_times_belong_to_no_day(week: Tables, period: Period) -> None:
    days = _values(week, period, "watch_seconds")
    assert [days["day", f"2026-11-{day}"] for day in (16, 17, 18)] == [70 * MINUTES, 10 * MINUTES, 0]
    assert _values(week, period, "vod_seconds")["day", "2026-11-16"] is None


_BY_DAY = (
    *("people", "overlap_people", "live_people", "watch_seconds", "watch_union_seconds", "roster_came"),
    *("roster_people", "attendance_rate", "peak_concurrency"),
)


def test_room_pulled_as_a_list_cannot_say_that_nobody_came_on_a_day(made: Make, room: RowOf, period: Period) -> None:
    tables = made(
        rooms=[room("volcengine", "9", "List", detail="list")],
        viewer_totals=[{"vendor": "volcengine", "account": "a", "room_id": "9", "person_id": "p1"}],
        people=[{"person_id": "p1"}],
    )
    for metric in _BY_DAY:
        found = _values(tables, period, metric, [("p1", 0, True)])
        assert {value for (scope, _), value in found.items() if scope == "day"} == {None}, metric
    assert _values(tables, period, "people")["event", "List"] == 1


def test_room_pulled_with_tracks_tells_when_visits_start_and_of_no_day_who_was_online(
    made: Make, room: RowOf, visit: RowOf, at: At, period: Period
) -> None:
    visits = [visit("volcengine", "1", "p", "live", joined_at=at("16 20:00"), watch_seconds=60.0)]
    tables = made(rooms=[room("volcengine", "1", "E", detail="tracks")], visits=visits, people=[{"person_id": "p"}])
    days = [("day", f"2026-11-{day}") for day in (16, 17, 18)]
    for metric in ("peak_concurrency", "average_concurrency"):
        assert [_values(tables, period, metric)[day] for day in days] == [None, None, None]
    assert [_values(tables, period, "live_seconds")[day] for day in days] == [60, 0, 0]


def test_average_and_median_are_over_persons_with_a_time(week: Tables, period: Period) -> None:
    assert _values(week, period, "average_watch_seconds")["total", ""] == pytest.approx(70 * MINUTES / 3)
    assert _values(week, period, "median_watch_seconds")["total", ""] == 11 * MINUTES
    assert _values(week, period, "median_watch_seconds")["day", "2026-11-18"] is None


def test_visits_that_say_no_time_make_the_sum_none(
    made: Make, room: RowOf, visit: RowOf, at: At, period: Period
) -> None:
    visits = [visit("volcengine", "1", "p", "live", joined_at=at("16 20:00"))]
    tables = made(rooms=[room("volcengine", "1", "E")], visits=visits)
    assert _values(tables, period, "live_seconds")["total", ""] is None
    assert _values(tables, period, "replay_seconds")["total", ""] == 0
    assert _values(tables, period, "live_people")["total", ""] == 1


_BY_MODE = ("live_people", "replay_people", "live_seconds", "replay_seconds", "watch_seconds", "watch_union_seconds")


def test_visits_of_an_unknown_mode_make_what_goes_by_modes_unknown_and_not_0(
    made: Make, room: RowOf, visit: RowOf, at: At, period: Period
) -> None:
    stay = {"joined_at": at("16 20:00"), "left_at": at("16 20:30"), "watch_seconds": 1800.0}
    tables = made(
        rooms=[room("volcengine", "1", "E"), room("talkcloud", "2", "Video")],
        visits=[{**visit("volcengine", "1", "p", "live", **stay), "mode": None}],
        people=[{"person_id": "p"}],
    )
    for metric in (*_BY_MODE, "peak_concurrency", "average_watch_seconds"):
        found = _values(tables, period, metric)
        assert (found["event", "E"], found["vendor", "volcengine"], found["total", ""]) == (None, None, None), metric
    assert _values(tables, period, "people")["total", ""] == 1
    assert _values(tables, period, "vod_people")["total", ""] == 0
    assert _values(tables, period, "vod_seconds")["total", ""] == 0


def test_visits_of_a_known_mode_are_counted_beside_those_of_an_unknown_one(
    made: Make, room: RowOf, visit: RowOf, at: At, period: Period
) -> None:
    stay = {"joined_at": at("16 20:00"), "left_at": at("16 20:30"), "watch_seconds": 1800.0}
    known, unknown = (visit("volcengine", "1", who, "live", **stay) for who in ("p", "q"))
    tables = made(rooms=[room("volcengine", "1", "E")], visits=[known, {**unknown, "mode": None}])
    found = [_values(tables, period, metric)["total", ""] for metric in (*_BY_MODE, "peak_concurrency")]
    assert found == [1, None, 1800, None, 1800, 1800, 1]


def test_visit_that_ends_as_it_starts_covers_no_time(
    made: Make, room: RowOf, visit: RowOf, at: At, period: Period
) -> None:
    moment = {"joined_at": at("16 20:00"), "left_at": at("16 20:00"), "watch_seconds": 30.0}
    visits = [visit("quanshi", "1", "p", "live", **moment), visit("quanshi", "1", "p", "live")]
    tables = made(rooms=[room("quanshi", "1", "E")], visits=visits)
    assert _values(tables, period, "watch_union_seconds")["total", ""] == 0
    assert _values(tables, period, "watch_seconds")["total", ""] == 30


def test_days_are_local_days_of_the_report(made: Make, room: RowOf, visit: RowOf, at: At, period: Period) -> None:
    visits = [visit("volcengine", "1", "p", "live", joined_at=at("17 00:10"), watch_seconds=1.0)]  # 16:10 UTC, the 16th
    days = _values(made(rooms=[room("volcengine", "1", "E")], visits=visits), period, "live_people")
    assert (days["day", "2026-11-16"], days["day", "2026-11-17"]) == (0, 1)


def test_peak_counts_persons_and_the_total_is_the_highest_event(week: Tables, period: Period) -> None:
    peaks = _values(week, period, "peak_concurrency")
    assert peaks["event", "Course"] == 1
    assert peaks["event", "Video"] is None
    assert peaks["total", ""] == 1
    assert peaks["day", "2026-11-17"] == 0


def test_peak_over_midnight_is_known_on_both_days(
    made: Make, room: RowOf, visit: RowOf, at: At, period: Period
) -> None:
    stays = [("p", "16 23:00", "17 00:30"), ("q", "16 23:30", "17 00:30")]
    visits = [visit("quanshi", "1", who, "live", joined_at=at(a), left_at=at(b)) for who, a, b in stays]
    tables = made(rooms=[room("quanshi", "1", "E")], visits=visits)
    peaks = _values(tables, period, "peak_concurrency")
    assert (peaks["day", "2026-11-16"], peaks["day", "2026-11-17"]) == (2, 2)
    # 90 + 60 minutes of persons in 90 minutes
    assert _values(tables, period, "average_concurrency")["total", ""] == pytest.approx(150 / 90)


def test_peak_of_live_visits_without_times_is_none(
    made: Make, room: RowOf, visit: RowOf, at: At, period: Period
) -> None:
    visits = [visit("volcengine", "1", "p", "live", joined_at=at("16 20:00"), watch_seconds=60.0)]
    peaks = _values(made(rooms=[room("volcengine", "1", "E")], visits=visits), period, "peak_concurrency")
    assert (peaks["total", ""], peaks["day", "2026-11-16"], peaks["day", "2026-11-17"]) == (None, None, 0)


def test_overlap_counts_persons_seen_on_two_vendors(week: Tables, period: Period) -> None:
    overlap = _values(week, period, "overlap_people")
    assert overlap["total", ""] == 2
    assert overlap["vendor", "volcengine"] == 1
    assert overlap["day", "2026-11-16"] == 1
    assert overlap["day", "2026-11-17"] == 0


def test_completion_is_the_mean_of_on_demand_visits(week: Tables, period: Period) -> None:
    assert _values(week, period, "completion")["total", ""] == pytest.approx(0.3)
    assert _values(week, period, "completion")["vendor", "quanshi"] is None


def test_plays_are_summed_and_their_average_made_anew(week: Tables, period: Period) -> None:
    assert _values(week, period, "plays")["event", "Video"] == 25
    assert _values(week, period, "plays")["day", "2026-11-17"] == 0
    assert _values(week, period, "plays")["event", "Course"] is None
    assert _values(week, period, "average_play_seconds")["total", ""] == 100.0
    assert _values(week, period, "average_play_seconds")["day", "2026-11-17"] is None


def test_attendance_feeds_attended_people_and_engagement(week: Tables, made: Make, period: Period) -> None:
    rows: list[Row] = [
        {"event": "Course", "person_id": "p1", "attended": True, "engagement": 0.5},
        {"event": "Course", "person_id": "p2", "attended": False, "engagement": 0.25},
        {"event": "Course", "person_id": "p3", "attended": None},
    ]
    tables = week | {"attendance": made(attendance=rows)["attendance"]}
    expected: dict[str, Number | None] = {"attended_people": 1, "attended_share": 0.5, "engagement": 0.375}
    for metric, value in expected.items():
        found = _values(tables, period, metric)
        assert found["total", ""] == value, metric
        assert found["event", "Course"] == value, metric
        assert {scope for scope, _ in found} == {"total", "event"}, metric


def test_plays_of_a_vendors_day_stand_at_the_day_of_the_report_in_which_it_starts(
    made: Make, room: RowOf, period: Period
) -> None:
    zone = ZoneInfo("America/New_York")
    abroad = replace(period, start=datetime(2026, 11, 16, tzinfo=zone), end=datetime(2026, 11, 19, tzinfo=zone))
    abroad = replace(abroad, timezone=zone.key)
    place = {"vendor": "aliyun", "account": "a", "room_id": "4"}
    plays = [{**place, "day": date(2026, 11, day), "plays": day} for day in (17, 18, 19)]
    tables = made(rooms=[room("aliyun", "4", "Video")], plays=plays)
    found = _values(tables, abroad, "plays")
    assert [found["day", f"2026-11-{day}"] for day in (16, 17, 18)] == [17, 18, 19]
    assert found["total", ""] == 17 + 18 + 19
    at_home = _values(tables, period, "plays")
    assert [at_home["day", f"2026-11-{day}"] for day in (16, 17, 18)] == [0, 17, 18]


def test_counts_and_money_are_everybodys_whose_counts_are_the_periods_with_a_visit_or_without(
    week: Tables, made: Make, visit: RowOf, period: Period
) -> None:
    def did(who: str | None, excluded_by: str | None = None, **counts: object) -> Row:
        place = {"vendor": "volcengine", "account": "a", "room_id": "1"}
        return {**place, "viewer_id": who, "person_id": who, "excluded_by": excluded_by, **counts}

    rows = [
        did("p1", comments=2, paid_amount=Decimal("1.10")),
        did("absent", comments=5, paid_amount=Decimal("99.00")),
        did(None, comments=7, paid_amount=Decimal(10)),
        did("host", "role: host", comments=100, likes=100),
        did("p2", "life to date", comments=1000, likes=1000),
        did("p3", "by visit", comments=10000, likes=10000),
    ]
    talk = visit("quanshi", "2", "p3", "live", comments=1, questions=0)
    tables = week | {"activity": made(activity=rows)["activity"]}
    tables["visits"] = pl.concat([week["visits"], made(visits=[talk])["visits"]])
    expected: dict[str, Number | None] = {
        "comments": 15,
        "likes": None,
        "questions": 0,
        "paid_amount": Decimal("110.10"),
    }
    for metric, value in expected.items():
        found = _values(tables, period, metric)
        assert (found["total", ""], found["event", "Course"], found["event", "Video"]) == (value, value, None), metric
        assert {scope for scope, _ in found} == {"total", "event"}, metric


def test_count_is_0_where_nobody_came_whatever_other_vendors_cannot_tell(
    made: Make, room: RowOf, visit: RowOf, period: Period
) -> None:
    rooms = [room("quanshi", "1", "E"), room("talkcloud", "2", "E")]
    tables = made(rooms=rooms, visits=[visit("talkcloud", "2", "p", "vod", watch_seconds=60.0)])
    assert _values(tables, period, "comments")["event", "E"] == 0
    assert _values(tables, period, "paid_amount")["event", "E"] is None


def test_attendance_rate_is_of_the_roster_each_person_once(week: Tables, period: Period) -> None:
    roster = [("p1", 0, True), ("p1", 0, True), (None, 2, False), (None, 2, False), ("p3", 4, True)]
    rates = _values(week, period, "attendance_rate", roster)
    assert rates["total", ""] == pytest.approx(2 / 3)
    assert rates["vendor", "volcengine"] == pytest.approx(1 / 3)
    assert rates["event", "Video"] is None
    assert rates["day", "2026-11-18"] == 0


def test_attendance_rate_without_a_roster_is_none(week: Tables, period: Period) -> None:
    assert set(_values(week, period, "attendance_rate").values()) == {None}


def test_viewers_of_a_room_pulled_as_a_list_count_as_people(
    week: Tables, made: Make, room: RowOf, period: Period
) -> None:
    listed = [
        {"vendor": "volcengine", "account": "a", "room_id": "9", "person_id": who} for who in ("p1", "p9", "host")
    ]
    people = [{"person_id": person} for person in ("p1", "p2", "p3", "p4", "p9")]
    extra = made(viewer_totals=listed, people=people, rooms=[room("volcengine", "9", "List", detail="list")])
    tables = week | {"viewer_totals": extra["viewer_totals"], "people": extra["people"]}
    tables["rooms"] = pl.concat([week["rooms"], extra["rooms"]])
    people_found = _values(tables, period, "people")
    assert people_found["total", ""] == 5
    assert people_found["event", "List"] == 2
    assert _values(tables, period, "live_people")["event", "List"] is None
    assert _values(tables, period, "watch_seconds")["event", "List"] is None


def test_viewers_of_a_list_whom_visits_show_elsewhere_count_at_both_places(
    week: Tables, made: Make, room: RowOf, period: Period
) -> None:
    place = {"vendor": "volcengine", "account": "a", "room_id": "9"}
    # p3 was seen on Quanshi and TalkCloud alone; p4 did something in the room and has no sums there
    extra = made(
        rooms=[room("volcengine", "9", "List", detail="list")],
        viewer_totals=[{**place, "person_id": "p3"}],
        activity=[{**place, "person_id": "p4", "comments": 1}],
    )
    tables = week | {name: extra[name] for name in ("viewer_totals", "activity")}
    tables["rooms"] = pl.concat([week["rooms"], extra["rooms"]])
    people, overlap = (_values(tables, period, metric) for metric in ("people", "overlap_people"))
    assert (people["event", "List"], people["vendor", "volcengine"]) == (2, 4)
    assert (overlap["vendor", "volcengine"], overlap["total", ""]) == (3, 3)


def test_room_pulled_with_visits_and_without_any_is_no_list(
    week: Tables, made: Make, room: RowOf, period: Period
) -> None:
    place = {"vendor": "volcengine", "account": "a"}
    rooms = [room("volcengine", "8", "Quiet", detail="visits"), room("volcengine", "9", "List", detail="list")]
    listed = [{**place, "room_id": number, "person_id": "p9"} for number in ("8", "9")]
    extra = made(rooms=rooms, viewer_totals=listed, people=[{"person_id": "p9"}])
    tables = week | {"viewer_totals": extra["viewer_totals"]}
    tables |= {name: pl.concat([week[name], extra[name]]) for name in ("rooms", "people")}
    assert _values(tables, period, "people")["event", "Quiet"] == 0
    assert _values(tables, period, "people")["event", "List"] == 1
    assert _values(tables, period, "watch_seconds")["event", "Quiet"] == 0
    assert _values(tables, period, "live_people")["event", "Quiet"] == 0


def test_popularity_never_mixes_real_and_virtual(made: Make, room: RowOf, period: Period) -> None:
    looks = [{"vendor": "volcengine", "account": "a", "room_id": "1", "online_real": 7, "online_virtual": 1000}]
    tables = made(rooms=[room("volcengine", "1", "E")], popularity=looks)
    assert _values(tables, period, "popularity_real") == {
        ("total", ""): 7,
        ("event", "E"): 7,
        ("vendor", "volcengine"): 7,
    }
    assert _values(tables, period, "popularity_virtual")["total", ""] == 1000


def test_visit_of_nobody_known_adds_time_but_no_person(
    made: Make, room: RowOf, visit: RowOf, at: At, period: Period
) -> None:
    stay = {"joined_at": at("16 20:00"), "left_at": at("16 20:10"), "watch_seconds": 600.0}
    visits = [visit("quanshi", "1", None, "live", **stay) for _ in range(2)]
    tables = made(rooms=[room("quanshi", "1", "E")], visits=visits)
    assert _values(tables, period, "people")["total", ""] == 0
    assert _values(tables, period, "watch_union_seconds")["total", ""] == 1200.0
    assert _values(tables, period, "peak_concurrency")["total", ""] == 2


def test_figures_of_no_rows_are_0_where_asked_and_none_where_not(made: Make, room: RowOf, period: Period) -> None:
    asked = made(rooms=[room("quanshi", "1", "E")])
    assert _values(asked, period, "people")["total", ""] == 0
    assert _values(asked, period, "plays")["total", ""] is None
    assert _values(made(), period, "people") == {("total", ""): None} | {
        ("day", f"2026-11-{day}"): None for day in (16, 17, 18)
    }


def test_figures_come_in_the_order_of_registry_scope_and_room(week: Tables, period: Period) -> None:
    found = metrics.figures(metrics.world(week, {}, period), {("people", "total", ""): 9})
    codes = list(dict.fromkeys(one.metric for one in found))
    assert codes == [metric.code for metric in metrics.REGISTRY]
    people = [(one.scope, one.key, one.previous) for one in found if one.metric == "people"]
    assert people[:3] == [("total", "", 9), ("event", "Course", None), ("event", "Video", None)]
    assert metrics.figures(metrics.world(week, {}, period), {("people", "total", ""): 9}) == found


def test_figures_do_not_depend_on_the_order_of_rows(week: Tables, period: Period) -> None:
    turned = week | {"visits": week["visits"].reverse()}
    assert metrics.figures(metrics.world(turned, {}, period), {}) == metrics.figures(
        metrics.world(week, {}, period), {}
    )


def test_every_definition_speaks_both_languages_and_has_a_code_of_its_own() -> None:
    definitions = metrics.definitions()
    assert len({one.code for one in definitions}) == len(definitions)
    for one in definitions:
        assert one.label.zh
        assert one.label.en
        assert one.formula.zh
        assert one.formula.en
        assert bool(one.bias.zh) == bool(one.bias.en)
