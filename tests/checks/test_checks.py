from __future__ import annotations

from datetime import date, timedelta

import pytest

from reporter import checks
from reporter.model import Pulled
from reporter.tables import Row, Tables
from tests.checks.rows import START, Ending, endings_of, joined_rows, pull_of, room_row, row_of, tables_of


@pytest.mark.parametrize(
    ("pulled", "expected"),
    [
        ([pull_of(20, 20)], [("20", "20", "agrees")]),
        ([pull_of(21, 20, "drifted")], [("20", "21", "explained")]),
        # a source that moved explains rows too many, not rows that are missing
        ([pull_of(19, 20, "drifted")], [("20", "19", "unexplained")]),
        ([pull_of(19, 20, "short")], [("20", "19", "unexplained")]),
        ([pull_of(19, 20)], [("20", "19", "unexplained")]),
        ([pull_of(0, 20, "failed")], []),
        ([pull_of(5, None)], []),
        # two walks of one call are one finding, and a surplus makes up for nothing
        ([pull_of(19, 20, page="1"), pull_of(21, 20, page="2")], [("40", "40", "unexplained")]),
    ],
)
def test_claimed_rows_are_held_against_rows_read(pulled: list[Pulled], expected: list[Ending]) -> None:
    assert endings_of(tables_of(), "claimed-rows", tuple(pulled)) == expected


Total = tuple[str | None, float | None, int | None, float | None, int | None]


def _quanshi(visits: list[tuple[str, float]], totals: list[Total]) -> Tables:
    """Return visits (viewer, seconds), and sums (viewer, seconds, times, seconds and times read outside the period)."""
    names = ("viewer_id", "watch_seconds", "visits", "outside_seconds", "outside_visits")
    return tables_of(
        rooms=[room_row("quanshi")],
        visits=[row_of("quanshi", who, mode="live", watch_seconds=seconds) for who, seconds in visits],
        viewer_totals=[row_of("quanshi", None) | dict(zip(names, one, strict=True)) for one in totals],
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
    assert endings_of(made, "quanshi-duration") == [duration]
    assert endings_of(made, "quanshi-times") == [times]


def test_summary_row_of_nobody_is_not_compared() -> None:
    made = _quanshi([("v", 57)], [("v", 57, 1, 0, 0), (None, 99, 9, None, None)])
    assert endings_of(made, "quanshi-duration") == [("57 s", "57 s", "agrees")]


def test_length_that_could_not_be_read_explains_nothing() -> None:
    """Who has not left yet has no length either, and there the platform's sum must be more."""
    as_of = START + timedelta(hours=1)
    told = [row_of("quanshi", "v", watch_seconds=1800.0, visits=1, outside_seconds=0.0, outside_visits=0, as_of=as_of)]
    for left_at, verdict in ((START + timedelta(seconds=1800), "unexplained"), (None, "explained")):
        visits = [row_of("quanshi", "v", mode="live", joined_at=START, left_at=left_at)]
        made = tables_of(rooms=[room_row("quanshi")], visits=visits, viewer_totals=told)
        assert endings_of(made, "quanshi-duration") == [("1800 s", "-", verdict)]
        assert endings_of(made, "quanshi-times") == [("1", "1", "agrees")]


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
    made = tables_of(
        rooms=[room_row("quanshi")],
        visits=[row_of("quanshi", "v", mode=mode, watch_seconds=60.0)],
        viewer_totals=[row_of("quanshi", "v", **total)],
    )
    assert [ending for _, _, ending in endings_of(made, "quanshi-live")] == [live]
    assert [ending for _, _, ending in endings_of(made, "quanshi-replay")] == [replay]


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
    assert [one.verdict for one in checks.check(tables_of(plays=[day]), ())] == verdicts


def test_clean_data_raises_nothing_unexplained_and_nothing_is_listed_for_no_data() -> None:
    findings = checks.check(joined_rows(0.3), (pull_of(4, 4),))
    assert {one.verdict for one in findings} == {"agrees"}
    assert checks.check(tables_of(), ()) == ()


def test_every_finding_says_why_in_both_languages() -> None:
    findings = checks.check(joined_rows(0.4), (pull_of(4, 5),))
    assert findings
    for one in findings:
        assert one.why.zh
        assert one.why.en
        assert one.label.zh
        assert one.label.en


def test_rules_have_codes_of_their_own() -> None:
    assert len({rule.code for rule in checks.RULES}) == len(checks.RULES)


def test_visits_of_nobody_in_two_events_are_held_against_the_attendance_of_many() -> None:
    rooms = [room_row("quanshi", "1", "E"), room_row("quanshi", "2", "F")]
    visits = [
        row_of("quanshi", None, mode="live", watch_seconds=60.0, room_id="1"),
        row_of("quanshi", None, mode="live", watch_seconds=90.0, room_id="2"),
    ]
    attendance: list[Row] = [{"event": event, "person_id": person} for event in "EF" for person in "pqr"]
    people: list[Row] = [{"person_id": person} for person in "pqr"]
    made = tables_of(rooms=rooms, visits=visits, attendance=attendance, people=people)
    (code,) = {one.check for one in checks.check(made, ()) if one.where in {"E", "F"} and "attendance" in one.check}
    assert {one.where for one in checks.check(made, ()) if one.check == code} == {"E", "F"}
