from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.metrics.concurrency import sweep

START = datetime(2026, 11, 16, 12, tzinfo=UTC)
INSTANT = pl.Datetime("us", "UTC")
Interval = tuple[str, int, int]

INTERVALS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12), st.integers(0, 12)), max_size=12)


def _frame(intervals: list[Interval]) -> pl.DataFrame:
    rows = [(group, START + timedelta(minutes=a), START + timedelta(minutes=b)) for group, a, b in intervals]
    return pl.DataFrame(rows, schema={"group": pl.String, "joined_at": INSTANT, "left_at": INSTANT}, orient="row")


def _minutes(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return [
        tuple((one - START) // timedelta(minutes=1) if isinstance(one, datetime) else one for one in row)
        for row in frame.iter_rows()
    ]


def test_sweep_counts_half_open_intervals() -> None:
    found = sweep(_frame([("a", 0, 5), ("a", 5, 7), ("a", 3, 6)]), ["group"])
    assert _minutes(found) == [("a", 0, 3, 1), ("a", 3, 5, 2), ("a", 5, 6, 2), ("a", 6, 7, 1)]


def test_sweep_ends_a_step_at_each_cut() -> None:
    found = sweep(_frame([("a", 0, 5)]), ["group"], [START + timedelta(minutes=2)])
    assert _minutes(found) == [("a", 0, 2, 1), ("a", 2, 5, 1)]


@settings(deadline=None)
@given(INTERVALS, st.lists(st.integers(-2, 14), max_size=3))
def test_sweep_agrees_with_counting_at_every_minute(intervals: list[Interval], cuts: list[int]) -> None:
    held = [one for one in intervals if one[1] < one[2]]
    steps = _minutes(sweep(_frame(held), ["group"], [START + timedelta(minutes=cut) for cut in cuts]))
    swept = {
        (group, minute): online
        for group, a, b, online in steps
        for minute in range(a, b)  # type: ignore[call-overload] # minutes are numbers
    }
    for group in "ab":
        for minute in range(-3, 15):
            naive = sum(1 for name, a, b in held if name == group and a <= minute < b)
            assert swept.get((group, minute), 0) == naive
