"""Attendance and people held against the visits that they are made of."""

from __future__ import annotations

import polars as pl
import pytest

from reporter import tables
from reporter.tables import Tables
from tests.checks.rows import Ending, endings_of, joined_rows, room_row, row_of, tables_of


def test_attendance_holds_the_seconds_of_the_visits() -> None:
    assert endings_of(joined_rows(0.3), "attendance-seconds") == [("0.3 s", "0.3 s", "agrees")]
    assert endings_of(joined_rows(0.4), "attendance-seconds") == [("0.3 s", "0.4 s", "unexplained")]


def _unknown(attended: float | None, *, mode: str | None = "live", others: float | None = None) -> Tables:
    """Return a visit whose length nobody knows, and what attendance makes of it."""
    row: dict[str, object] = {"event": "E", "person_id": "p", "watch_sum_seconds": attended, "replay_seconds": others}
    return tables_of(
        rooms=[room_row("quanshi")],
        visits=[row_of("quanshi", "v", person_id="p", mode=mode)],
        attendance=[row | ({} if mode is None else {f"{mode}_seconds": attended})],
    )


@pytest.mark.parametrize("mode", ["live", None])
def test_attendance_holds_time_that_nobody_knows_as_unknown_and_never_as_0(mode: str | None) -> None:
    assert endings_of(_unknown(None, mode=mode), "attendance-seconds") == [("-", "-", "agrees")]
    assert endings_of(_unknown(0.0, mode=mode), "attendance-seconds") == [("-", "0 s", "unexplained")]
    assert endings_of(_unknown(None, others=0.0), "attendance-seconds") == [
        ("-", "-", "agrees")
    ]  # no replay was watched


def test_attendance_that_knows_less_than_the_visits_or_leaves_somebody_out_is_unexplained() -> None:
    made = joined_rows(0.3)
    made["attendance"] = made["attendance"].with_columns(watch_sum_seconds=pl.lit(None, pl.Float64))
    assert endings_of(made, "attendance-seconds") == [("0.3 s", "-", "unexplained")]
    nowhere = _unknown(None) | {"attendance": tables.frame("attendance")}
    assert endings_of(nowhere, "attendance-seconds") == [("-", "-", "unexplained")]


def test_attendance_leaves_out_visits_of_nobody_and_says_so() -> None:
    assert endings_of(joined_rows(0.1, person=None), "attendance-seconds") == [("0.3 s", "0.1 s", "explained")]


def test_attendance_that_lists_a_person_twice_is_unexplained() -> None:
    made = joined_rows(0.3)
    made["attendance"] = pl.concat([made["attendance"]] * 2)
    assert endings_of(made, "attendance-seconds") == [("0.3 s", "0.6 s", "unexplained")]


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
    made = joined_rows(0.3) | {
        "people": tables.frame("people", [{"person_id": one} for one in people]),
        "viewers": tables.frame("viewers", [{"person_id": one} for one in viewers]),
    }
    assert endings_of(made, "people-visits") == [ending]
