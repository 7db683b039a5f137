"""Volcengine's list, log and tracks, each held against the others."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from reporter import tables
from reporter.model import Detail, Pull, Pulled, Verdict
from reporter.tables import Tables
from tests.checks.rows import PERIOD, START, Ending, endings_of, room_row, row_of, tables_of


def _volcengine(seconds: list[float | None], *, left: bool = True, age: int = 0, **total: object) -> Tables:
    visits = [
        row_of(
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
    return tables_of(
        rooms=[room_row("volcengine") | {"live_spans": [span]}],
        visits=visits,
        viewer_totals=[row_of("volcengine", "v", **told)],
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
    assert [ending for _, _, ending in endings_of(made, "volcengine-duration")] == [verdict]
    assert endings_of(made, "volcengine-tracks") == []


@pytest.mark.parametrize(("listed", "verdict"), [(0.0, "agrees"), (60.0, "explained"), (3600.0, "unexplained")])
def test_volcengine_log_may_leave_out_a_viewer_of_at_most_a_minute(listed: float, verdict: str) -> None:
    made = _volcengine([600], watch_seconds=600.0)
    other = tables.frame("viewer_totals", [row_of("volcengine", "w", watch_seconds=listed)])
    made["viewer_totals"] = pl.concat([made["viewer_totals"], other])
    assert endings_of(made, "volcengine-duration") == [(f"{600 + listed:g} s", "600 s", verdict)]


def test_volcengine_viewer_whom_only_the_log_names_is_unexplained_once_seconds_are_known() -> None:
    for seconds, verdict in ((40.0, "unexplained"), (None, "agrees")):
        made = _volcengine([600], watch_seconds=600.0)
        stray = tables.frame("visits", [row_of("volcengine", "w", mode="live", joined_at=START, watch_seconds=seconds)])
        left = pl.when(pl.col("watch_seconds").is_not_null()).then(pl.col("joined_at")).alias("left_at")
        made["visits"] = pl.concat([made["visits"], stray.with_columns(left)])
        assert [ending for _, _, ending in endings_of(made, "volcengine-duration")] == [verdict]


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
        assert [ending for _, _, ending in endings_of(made, code, (pulled,))] == verdicts


def test_track_above_the_list_is_not_explained_by_time_on_the_page() -> None:
    made = _volcengine([3600, 300], left=False, watch_seconds=3600.0, page_seconds=9000.0)
    assert endings_of(made, "volcengine-tracks") == [("3600 s", "3900 s", "unexplained")]


def test_track_that_lacks_a_viewer_is_not_explained_by_the_reach_of_the_log() -> None:
    made = _volcengine([600], left=False, watch_seconds=900.0, age=100)
    assert endings_of(made, "volcengine-tracks") == [("900 s", "600 s", "unexplained")]


@pytest.mark.parametrize(("total", "verdict"), [(600.0, "agrees"), (599.0, "unexplained"), (601.0, "unexplained")])
def test_volcengine_tracks_are_held_against_the_list_of_viewers(total: float, verdict: str) -> None:
    made = _volcengine([400, 200], left=False, watch_seconds=total)
    assert endings_of(made, "volcengine-tracks") == [(f"{total:g} s", "600 s", verdict)]
    assert endings_of(made, "volcengine-duration") == []


def _log(seconds: list[float | None], row: dict[str, Any]) -> Tables:
    told = {"reply_id": "r", "row_no": 1, "mode": "preview", "row_visits": len(seconds)} | row
    visits = [row_of("volcengine", "v", watch_seconds=one, **told) for one in seconds]
    return tables_of(rooms=[room_row("volcengine")], visits=visits)


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
    assert [ending for _, _, ending in endings_of(_log(seconds, row), "volcengine-log")] == verdicts


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
    rows = [row_of("volcengine", "v", comments=listed, track_comments=tracked)]
    assert endings_of(tables_of(rooms=[room_row("volcengine")], activity=rows), "volcengine-track-comments") == endings


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
    who = row_of("volcengine", "v", as_of=START, comments=listed, log_comments=logged, log_moves=moves)
    made = tables_of(rooms=[{**room_row("volcengine"), "live_spans": spans}], activity=[who])
    assert endings_of(made, "volcengine-log-comments") == endings


def test_one_who_is_still_there_excuses_no_other_viewer() -> None:
    rows = [
        row_of("volcengine", "v", as_of=START, likes=1, log_likes=2, log_moves=True),
        row_of("volcengine", "w", as_of=START, likes=2, log_likes=1, log_moves=False),
    ]
    made = tables_of(rooms=[room_row("volcengine")], activity=rows)
    assert endings_of(made, "volcengine-log-likes") == [("3", "3", "unexplained")]


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
    rows = [row_of("volcengine", str(place), phone_in_log=word) for place, word in enumerate(compared)]
    made = tables_of(rooms=[room_row("volcengine")], viewer_totals=rows)
    assert endings_of(made, "volcengine-log-phone") == endings
    assert endings_of(made, "volcengine-log-external-id") == []


def test_list_and_tracks_differ_though_their_sums_are_the_same() -> None:
    rows = [
        row_of("volcengine", "v", paid_amount=Decimal("1.10"), track_paid_amount=Decimal("2.10")),
        row_of("volcengine", "w", paid_amount=Decimal("2.10"), track_paid_amount=Decimal("1.10")),
    ]
    made = tables_of(rooms=[room_row("volcengine")], activity=rows)
    assert endings_of(made, "volcengine-track-paid-amount") == [("3.20", "3.20", "unexplained")]
