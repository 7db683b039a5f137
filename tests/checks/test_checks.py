from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from reporter import checks, tables
from reporter.model import Detail, Period, Pull, Pulled, Verdict
from reporter.tables import Row, Tables

START = datetime(2026, 11, 16, tzinfo=UTC)
PERIOD = Period("2026-W47", START, START, "UTC")
Ending = tuple[str, str, str]


def _made(**rows: list[Row]) -> Tables:
    return tables.empty() | {name: tables.frame(name, some) for name, some in rows.items()}


def _room(vendor: str, room_id: str = "1", event: str | None = "E") -> Row:
    return {"vendor": vendor, "account": "a", "room_id": room_id, "event": event}


def _row(vendor: str, viewer: str | None, **more: object) -> Row:
    return {"vendor": vendor, "account": "a", "room_id": "1", "viewer_id": viewer, **more}


def _endings(made: Tables, code: str, pulled: tuple[Pulled, ...] = ()) -> list[Ending]:
    return [(one.expected, one.found, one.verdict) for one in checks.check(made, pulled) if one.check == code]


def _pulled(rows: int, claimed: int | None, verdict: Verdict = "complete", *, page: str = "") -> Pulled:
    pull = Pull("talkcloud", "a", "vod/watch", None, PERIOD, room="1", params=(("page", page),))
    return Pulled(pull, (), verdict, rows=rows, claimed=claimed)


@pytest.mark.parametrize(
    ("pulled", "expected"),
    [
        ([_pulled(20, 20)], [("20", "20", "agrees")]),
        ([_pulled(21, 20, "drifted")], [("20", "21", "explained")]),
        # a source that moved explains rows too many, not rows that are missing
        ([_pulled(19, 20, "drifted")], [("20", "19", "unexplained")]),
        ([_pulled(19, 20, "short")], [("20", "19", "unexplained")]),
        ([_pulled(19, 20)], [("20", "19", "unexplained")]),
        ([_pulled(0, 20, "failed")], []),
        ([_pulled(5, None)], []),
        # two walks of one call are one finding, and a surplus makes up for nothing
        ([_pulled(19, 20, page="1"), _pulled(21, 20, page="2")], [("40", "40", "unexplained")]),
    ],
)
def test_claimed_rows_are_held_against_rows_read(pulled: list[Pulled], expected: list[Ending]) -> None:
    assert _endings(_made(), "claimed-rows", tuple(pulled)) == expected


Total = tuple[str | None, float | None, int | None, float | None, int | None]


def _quanshi(visits: list[tuple[str, float]], totals: list[Total]) -> Tables:
    """Return visits (viewer, seconds), and sums (viewer, seconds, times, seconds and times read outside the period)."""
    names = ("viewer_id", "watch_seconds", "visits", "outside_seconds", "outside_visits")
    return _made(
        rooms=[_room("quanshi")],
        visits=[_row("quanshi", who, mode="live", watch_seconds=seconds) for who, seconds in visits],
        viewer_totals=[_row("quanshi", None) | dict(zip(names, one, strict=True)) for one in totals],
    )


@pytest.mark.parametrize(
    ("visits", "totals", "duration", "times"),
    [
        # the vendor's own example: 86 = 57 + 10 + 19
        (
            [("v", 57), ("v", 10), ("v", 19)],
            [("v", 86, 3, 0, 0)],
            ("86 s", "86 s", "agrees"),
            ("3", "3", "agrees"),
        ),
        # the sums hold last week's visits too, which were read and cut
        ([("v", 57)], [("v", 86, 3, 29, 2)], ("86 s", "57 s", "explained"), ("3", "1", "explained")),
        # a visit is missing
        ([("v", 57)], [("v", 86, 3, 19, 1)], ("86 s", "57 s", "unexplained"), ("3", "1", "unexplained")),
        # a visit came twice
        ([("v", 57), ("v", 57)], [("v", 57, 1, 0, 0)], ("57 s", "114 s", "unexplained"), ("1", "2", "unexplained")),
        # one viewer too many is not made up for by another's too few
        (
            [("v", 60), ("w", 40)],
            [("v", 50, 1, 0, 0), ("w", 50, 1, 0, 0)],
            ("100 s", "100 s", "unexplained"),
            ("2", "2", "agrees"),
        ),
        # all visits of a viewer are missing
        (
            [("v", 60)],
            [("v", 60, 1, 0, 0), ("w", 50, 1, None, None)],
            ("110 s", "60 s", "unexplained"),
            ("2", "1", "unexplained"),
        ),
        # all visits of all viewers are missing
        ([], [("v", 60, 1, None, None)], ("60 s", "0 s", "unexplained"), ("1", "0", "unexplained")),
        # all visits lie outside the period: the sums are held all the same
        ([], [("v", 60, 1, 60, 1)], ("60 s", "0 s", "explained"), ("1", "0", "explained")),
        ([], [("v", 9999, 1, 60, 1)], ("9999 s", "0 s", "unexplained"), ("1", "0", "explained")),
        # the summary lacks a viewer who has visits
        (
            [("v", 60), ("w", 40)],
            [("v", 60, 1, 0, 0)],
            ("60 s", "100 s", "unexplained"),
            ("1", "2", "unexplained"),
        ),
        # nobody in particular in the summary: enough for w's visits, or too little
        (
            [("v", 60), ("w", 40)],
            [("v", 60, 1, 0, 0), (None, 40, 1, None, None)],
            ("60 s", "100 s", "explained"),
            ("1", "2", "explained"),
        ),
        (
            [("v", 60), ("w", 40)],
            [("v", 60, 1, 0, 0), (None, 39, 1, None, None)],
            ("60 s", "100 s", "unexplained"),
            ("1", "2", "explained"),
        ),
    ],
)
def test_quanshi_visits_are_held_against_viewer_totals(
    visits: list[tuple[str, float]], totals: list[Total], duration: Ending, times: Ending
) -> None:
    made = _quanshi(visits, totals)
    assert _endings(made, "quanshi-duration") == [duration]
    assert _endings(made, "quanshi-times") == [times]


def test_summary_row_of_nobody_is_not_compared() -> None:
    made = _quanshi([("v", 57)], [("v", 57, 1, 0, 0), (None, 99, 9, None, None)])
    assert _endings(made, "quanshi-duration") == [("57 s", "57 s", "agrees")]


def test_length_that_could_not_be_read_explains_nothing() -> None:
    """Who has not left yet has no length either, and there the platform's sum must be more."""
    as_of = START + timedelta(hours=1)
    told = [_row("quanshi", "v", watch_seconds=1800.0, visits=1, outside_seconds=0.0, outside_visits=0, as_of=as_of)]
    for left_at, verdict in ((START + timedelta(seconds=1800), "unexplained"), (None, "explained")):
        visits = [_row("quanshi", "v", mode="live", joined_at=START, left_at=left_at)]
        made = _made(rooms=[_room("quanshi")], visits=visits, viewer_totals=told)
        assert _endings(made, "quanshi-duration") == [("1800 s", "-", verdict)]
        assert _endings(made, "quanshi-times") == [("1", "1", "agrees")]


@pytest.mark.parametrize(
    ("mode", "total", "live", "replay"),
    [
        ("interactive", {"live_seconds": 60.0, "replay_seconds": 0.0}, "agrees", "agrees"),
        ("live", {"live_seconds": 0.0, "replay_seconds": 60.0}, "unexplained", "unexplained"),
        (
            "replay",
            {
                "live_seconds": 30.0,
                "replay_seconds": 65.0,
                "outside_live_seconds": 30.0,
                "outside_replay_seconds": 5.0,
                "outside_seconds": 35.0,
                "outside_visits": 2,
            },
            "explained",
            "explained",
        ),
    ],
)
def test_quanshi_live_and_replay_are_held_apart(mode: str, total: Row, live: str, replay: str) -> None:
    made = _made(
        rooms=[_room("quanshi")],
        visits=[_row("quanshi", "v", mode=mode, watch_seconds=60.0)],
        viewer_totals=[_row("quanshi", "v", **total)],
    )
    assert [ending for _, _, ending in _endings(made, "quanshi-live")] == [live]
    assert [ending for _, _, ending in _endings(made, "quanshi-replay")] == [replay]


def _volcengine(seconds: list[float | None], *, left: bool = True, age: int = 0, **total: object) -> Tables:
    visits = [
        _row(
            "volcengine",
            "v",
            mode="live",
            joined_at=START,
            left_at=None if one is None or not left else START + timedelta(seconds=one),
            watch_seconds=one,
        )
        for one in seconds
    ]
    told = {"outside_seconds": 0.0, "outside_visits": 0, "as_of": START + timedelta(days=7)} | total
    span = f"{START - timedelta(days=age):%Y-%m-%dT%H:%M:%SZ}/.."
    return _made(
        rooms=[_room("volcengine") | {"live_spans": [span]}],
        visits=visits,
        viewer_totals=[_row("volcengine", "v", **told)],
    )


@pytest.mark.parametrize(
    ("seconds", "total", "verdict"),
    [
        ([600, 300], {"watch_seconds": 900.0}, "agrees"),
        # joining and leaving are cut to whole seconds
        ([600, 300], {"watch_seconds": 899.0}, "agrees"),
        ([600, 300], {"watch_seconds": 1500.0, "outside_seconds": 600.0, "outside_visits": 1}, "explained"),
        ([600, 300], {"watch_seconds": 1200.0}, "unexplained"),
        # who is still there has no time of leaving
        ([600, None], {"watch_seconds": 900.0}, "explained"),
        ([600, None], {"watch_seconds": 600.0 + 7 * 86_400}, "explained"),
        ([600], {"watch_seconds": 900.0, "outside_visits": 1, "outside_open_seconds": 300.0}, "explained"),
        # but can have been no longer than until the platform added up
        ([600, None], {"watch_seconds": 610.0 + 7 * 86_400}, "unexplained"),
        ([600], {"watch_seconds": 900.0, "outside_visits": 1, "outside_open_seconds": 290.0}, "unexplained"),
        # the log reaches back 90 days, the sums to the room's beginning
        ([600], {"watch_seconds": 900.0, "age": 100}, "explained"),
        ([600], {"watch_seconds": 500.0, "page_seconds": 700.0}, "explained"),
        ([600], {"watch_seconds": 500.0, "page_seconds": 550.0}, "unexplained"),
        ([600], {"watch_seconds": 500.0}, "unexplained"),
    ],
)
def test_volcengine_log_is_held_against_the_list_of_viewers(
    seconds: list[float | None], total: dict[str, Any], verdict: str
) -> None:
    made = _volcengine(seconds, **total)
    assert [ending for _, _, ending in _endings(made, "volcengine-duration")] == [verdict]
    assert _endings(made, "volcengine-tracks") == []


@pytest.mark.parametrize(("listed", "verdict"), [(0.0, "agrees"), (60.0, "explained"), (3600.0, "unexplained")])
def test_volcengine_log_may_leave_out_a_viewer_of_at_most_a_minute(listed: float, verdict: str) -> None:
    made = _volcengine([600], watch_seconds=600.0)
    other = tables.frame("viewer_totals", [_row("volcengine", "w", watch_seconds=listed)])
    made["viewer_totals"] = pl.concat([made["viewer_totals"], other])
    assert _endings(made, "volcengine-duration") == [(f"{600 + listed:g} s", "600 s", verdict)]


def test_volcengine_viewer_whom_only_the_log_names_is_unexplained_once_seconds_are_known() -> None:
    for seconds, verdict in ((40.0, "unexplained"), (None, "agrees")):
        made = _volcengine([600], watch_seconds=600.0)
        stray = tables.frame("visits", [_row("volcengine", "w", mode="live", joined_at=START, watch_seconds=seconds)])
        left = pl.when(pl.col("watch_seconds").is_not_null()).then(pl.col("joined_at")).alias("left_at")
        made["visits"] = pl.concat([made["visits"], stray.with_columns(left)])
        assert [ending for _, _, ending in _endings(made, "volcengine-duration")] == [verdict]


def _of_detail(detail: Detail, verdict: Verdict = "complete") -> Pulled:
    pull = Pull("volcengine", "a", "ListAccountUserData", None, PERIOD, room="1", detail=detail)
    return Pulled(pull, (), verdict)


@pytest.mark.parametrize(
    ("pulled", "duration", "tracks"),
    [
        (_of_detail("visits"), ["unexplained"], []),
        (_of_detail("tracks"), [], ["unexplained"]),
        (_of_detail("list"), [], []),
        # a call that failed is told of as such
        (_of_detail("visits", "failed"), [], []),
    ],
)
def test_room_without_any_visit_is_held_against_its_list_where_it_was_asked_for_them(
    pulled: Pulled, duration: list[str], tracks: list[str]
) -> None:
    made = _volcengine([], watch_seconds=3600.0)
    for code, verdicts in (("volcengine-duration", duration), ("volcengine-tracks", tracks)):
        assert [ending for _, _, ending in _endings(made, code, (pulled,))] == verdicts


def test_track_above_the_list_is_not_explained_by_time_on_the_page() -> None:
    made = _volcengine([3600, 300], left=False, watch_seconds=3600.0, page_seconds=9000.0)
    assert _endings(made, "volcengine-tracks") == [("3600 s", "3900 s", "unexplained")]


def test_track_that_lacks_a_viewer_is_not_explained_by_the_reach_of_the_log() -> None:
    made = _volcengine([600], left=False, watch_seconds=900.0, age=100)
    assert _endings(made, "volcengine-tracks") == [("900 s", "600 s", "unexplained")]


@pytest.mark.parametrize(("total", "verdict"), [(600.0, "agrees"), (599.0, "unexplained"), (601.0, "unexplained")])
def test_volcengine_tracks_are_held_against_the_list_of_viewers(total: float, verdict: str) -> None:
    made = _volcengine([400, 200], left=False, watch_seconds=total)
    assert _endings(made, "volcengine-tracks") == [(f"{total:g} s", "600 s", verdict)]
    assert _endings(made, "volcengine-duration") == []


def _log(seconds: list[float | None], row: dict[str, Any]) -> Tables:
    told = {"reply_id": "r", "row_no": 1, "mode": "preview", "row_visits": len(seconds)} | row
    visits = [_row("volcengine", "v", watch_seconds=one, **told) for one in seconds]
    return _made(rooms=[_room("volcengine")], visits=visits)


@pytest.mark.parametrize(
    ("seconds", "row", "verdicts"),
    [
        ([600, 300], {"row_play_seconds": 900.0}, ["agrees"]),
        ([600, 300], {"row_play_seconds": 902.0}, ["agrees"]),
        ([600, 300], {"row_play_seconds": 903.0}, ["unexplained"]),
        ([600, 300], {"row_play_seconds": 700.0, "row_page_seconds": 940.0}, ["explained"]),
        ([600, 300], {"row_play_seconds": 700.0, "row_page_seconds": 800.0}, ["unexplained"]),
        # one of the row's visits is of another week, or has not ended
        ([600], {"row_play_seconds": 900.0, "row_visits": 2}, []),
        ([600, None], {"row_play_seconds": 900.0}, []),
        ([600], {"row_play_seconds": None}, []),
    ],
)
def test_times_of_the_visit_log_are_held_against_its_own_durations(
    seconds: list[float | None], row: dict[str, Any], verdicts: list[str]
) -> None:
    assert [ending for _, _, ending in _endings(_log(seconds, row), "volcengine-log")] == verdicts


@pytest.mark.parametrize(
    ("listed", "tracked", "endings"),
    [
        (2, 2, [("2", "2", "agrees")]),
        (2, 3, [("2", "3", "unexplained")]),
        # where the list says nothing the track fills in, and there is nothing to compare
        (None, 3, []),
        (2, None, []),
    ],
)
def test_list_of_viewers_is_held_against_their_tracks(
    listed: int | None, tracked: int | None, endings: list[Ending]
) -> None:
    rows = [_row("volcengine", "v", comments=listed, track_comments=tracked)]
    assert _endings(_made(rooms=[_room("volcengine")], activity=rows), "volcengine-track-comments") == endings


LONG_AGO = "2026-07-01T10:00:00Z/2026-07-01T12:00:00Z"


@pytest.mark.parametrize(
    ("listed", "logged", "moves", "spans", "endings"),
    [
        (2, 2, False, None, [("2", "2", "agrees")]),
        (7, 2, False, None, [("7", "2", "unexplained")]),
        (2, 21, False, None, [("2", "21", "unexplained")]),
        # the log is ahead of the list by whoever is still there, and never behind it
        (2, 3, True, None, [("2", "3", "explained")]),
        (3, 2, True, None, [("3", "2", "unexplained")]),
        # the log reaches back 90 days, which makes it no longer than the list
        (3, 2, False, [LONG_AGO], [("3", "2", "explained")]),
        (2, 3, False, [LONG_AGO], [("2", "3", "unexplained")]),
        (None, 2, False, None, []),
        (2, None, None, None, []),
    ],
)
def test_list_of_viewers_is_held_against_their_log(
    listed: int | None, logged: int | None, moves: bool | None, spans: list[str] | None, endings: list[Ending]
) -> None:
    who = _row("volcengine", "v", as_of=START, comments=listed, log_comments=logged, log_moves=moves)
    made = _made(rooms=[{**_room("volcengine"), "live_spans": spans}], activity=[who])
    assert _endings(made, "volcengine-log-comments") == endings


def test_one_who_is_still_there_excuses_no_other_viewer() -> None:
    rows = [
        _row("volcengine", "v", as_of=START, likes=1, log_likes=2, log_moves=True),
        _row("volcengine", "w", as_of=START, likes=2, log_likes=1, log_moves=False),
    ]
    made = _made(rooms=[_room("volcengine")], activity=rows)
    assert _endings(made, "volcengine-log-likes") == [("3", "3", "unexplained")]


@pytest.mark.parametrize(
    ("compared", "endings"),
    [
        (["same", None], [("1", "1", "agrees")]),
        (["same", "masked"], [("2", "1", "explained")]),
        (["same", "masked", "other"], [("3", "1", "unexplained")]),
        ([None], []),
    ],
)
def test_viewers_with_another_phone_in_the_log_are_counted(compared: list[str | None], endings: list[Ending]) -> None:
    rows = [_row("volcengine", str(place), phone_in_log=word) for place, word in enumerate(compared)]
    made = _made(rooms=[_room("volcengine")], viewer_totals=rows)
    assert _endings(made, "volcengine-log-phone") == endings
    assert _endings(made, "volcengine-log-external-id") == []


def test_list_and_tracks_differ_though_their_sums_are_the_same() -> None:
    rows = [
        _row("volcengine", "v", paid_amount=Decimal("1.10"), track_paid_amount=Decimal("2.10")),
        _row("volcengine", "w", paid_amount=Decimal("2.10"), track_paid_amount=Decimal("1.10")),
    ]
    made = _made(rooms=[_room("volcengine")], activity=rows)
    assert _endings(made, "volcengine-track-paid-amount") == [("3.20", "3.20", "unexplained")]


@pytest.mark.parametrize(
    ("per_viewer", "plays_each", "verdicts"),
    [
        (480.0, 4.0, ["agrees", "agrees"]),
        # the vendor's own example: 2400 s, 5 viewers, 20 plays, "per viewer" 120
        (120.0, 4.0, ["explained", "agrees"]),
        (99.0, 9.0, ["unexplained", "unexplained"]),
        (None, None, []),
    ],
)
def test_aliyun_averages_are_held_against_sums(
    per_viewer: float | None, plays_each: float | None, verdicts: list[str]
) -> None:
    day: Row = {
        "vendor": "aliyun",
        "account": "a",
        "room_id": "m",
        "day": date(2026, 11, 16),
        "viewers": 5,
        "plays": 20,
        "play_seconds": 2400.0,
        "vendor_seconds_per_viewer": per_viewer,
        "vendor_plays_per_viewer": plays_each,
    }
    assert [one.verdict for one in checks.check(_made(plays=[day]), ())] == verdicts


def _joined(watched: float, person: str | None = "p") -> Tables:
    return _made(
        rooms=[_room("quanshi")],
        viewers=[_row("quanshi", "v", person_id="p") | {"room_id": None}],
        visits=[
            _row("quanshi", "v", person_id="p", mode="live", watch_seconds=0.1),
            _row("quanshi", "v", person_id=person, mode="interactive", watch_seconds=0.2),
            _row("quanshi", "v", person_id="p", mode="preview", watch_seconds=5.0),
            _row("quanshi", "h", person_id="h", mode="live", watch_seconds=900.0, excluded_by="role: host"),
        ],
        viewer_totals=[
            _row("quanshi", "v", watch_seconds=0.3, live_seconds=0.3, visits=2),
            _row("quanshi", "h", watch_seconds=900.0, live_seconds=900.0, visits=1),
        ],
        people=[{"person_id": "p"}],
        attendance=[
            {
                "event": "E",
                "person_id": "p",
                "live_seconds": watched,
                "preview_seconds": 5.0,
                "watch_sum_seconds": watched,
            }
        ],
    )


def test_attendance_holds_the_seconds_of_the_visits() -> None:
    assert _endings(_joined(0.3), "attendance-seconds") == [("0.3 s", "0.3 s", "agrees")]
    assert _endings(_joined(0.4), "attendance-seconds") == [("0.3 s", "0.4 s", "unexplained")]


def _unknown(attended: float | None, *, mode: str | None = "live", others: float | None = None) -> Tables:
    """Return a visit whose length nobody knows, and what attendance makes of it."""
    row: dict[str, object] = {"event": "E", "person_id": "p", "watch_sum_seconds": attended, "replay_seconds": others}
    return _made(
        rooms=[_room("quanshi")],
        visits=[_row("quanshi", "v", person_id="p", mode=mode)],
        attendance=[row | ({} if mode is None else {f"{mode}_seconds": attended})],
    )


@pytest.mark.parametrize("mode", ["live", None])
def test_attendance_holds_time_that_nobody_knows_as_unknown_and_never_as_0(mode: str | None) -> None:
    assert _endings(_unknown(None, mode=mode), "attendance-seconds") == [("-", "-", "agrees")]
    assert _endings(_unknown(0.0, mode=mode), "attendance-seconds") == [("-", "0 s", "unexplained")]
    assert _endings(_unknown(None, others=0.0), "attendance-seconds") == [("-", "-", "agrees")]  # no replay was watched


def test_attendance_that_knows_less_than_the_visits_or_leaves_somebody_out_is_unexplained() -> None:
    made = _joined(0.3)
    made["attendance"] = made["attendance"].with_columns(watch_sum_seconds=pl.lit(None, pl.Float64))
    assert _endings(made, "attendance-seconds") == [("0.3 s", "-", "unexplained")]
    nowhere = _unknown(None) | {"attendance": tables.frame("attendance")}
    assert _endings(nowhere, "attendance-seconds") == [("-", "-", "unexplained")]


def test_attendance_leaves_out_visits_of_nobody_and_says_so() -> None:
    assert _endings(_joined(0.1, person=None), "attendance-seconds") == [("0.3 s", "0.1 s", "explained")]


def test_attendance_that_lists_a_person_twice_is_unexplained() -> None:
    made = _joined(0.3)
    made["attendance"] = pl.concat([made["attendance"]] * 2)
    assert _endings(made, "attendance-seconds") == [("0.3 s", "0.6 s", "unexplained")]


@pytest.mark.parametrize(
    ("people", "viewers", "ending"),
    [
        (["p"], ["p"], ("1", "1", "agrees")),
        (["p", "q"], ["p", "q"], ("1", "2", "explained")),
        (["p", "q"], ["p"], ("1", "2", "unexplained")),
        (["q"], ["q"], ("1", "1", "unexplained")),
        (["p", "p"], ["p"], ("1", "2", "unexplained")),
    ],
)
def test_people_are_the_persons_of_the_visits(people: list[str], viewers: list[str], ending: Ending) -> None:
    made = _joined(0.3) | {
        "people": tables.frame("people", [{"person_id": one} for one in people]),
        "viewers": tables.frame("viewers", [{"person_id": one} for one in viewers]),
    }
    assert _endings(made, "people-visits") == [ending]


def test_clean_data_raises_nothing_unexplained_and_nothing_is_listed_for_no_data() -> None:
    findings = checks.check(_joined(0.3), (_pulled(4, 4),))
    assert {one.verdict for one in findings} == {"agrees"}
    assert checks.check(_made(), ()) == ()


def test_every_finding_says_why_in_both_languages() -> None:
    findings = checks.check(_joined(0.4), (_pulled(4, 5),))
    assert findings
    for one in findings:
        assert one.why.zh
        assert one.why.en
        assert one.label.zh
        assert one.label.en


def test_rules_have_codes_of_their_own() -> None:
    assert len({rule.code for rule in checks.RULES}) == len(checks.RULES)
