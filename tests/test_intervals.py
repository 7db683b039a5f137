from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.intervals import merged, union_seconds

ZERO = datetime(2026, 11, 16, tzinfo=UTC)
SCHEMA: dict[str, pl.DataType] = {
    "who": pl.String(),
    "start": pl.Datetime("us", "UTC"),
    "end": pl.Datetime("us", "UTC"),
}

intervals = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.integers(0, 30)), max_size=20)


def _frame(rows: list[tuple[str, int, int]]) -> pl.DataFrame:
    spans = [(who, ZERO + timedelta(seconds=start), ZERO + timedelta(seconds=end)) for who, start, end in rows]
    return pl.DataFrame(spans, schema=SCHEMA, orient="row")


def _union(rows: list[tuple[str, int, int]]) -> dict[str, float]:
    return dict(union_seconds(_frame(rows), ["who"], start="start", end="end").select("who", "seconds").iter_rows())


def _merged(rows: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    second = timedelta(seconds=1)
    found = merged(_frame(rows), ["who"], start="start", end="end")
    return [(who, (start - ZERO) // second, (end - ZERO) // second) for who, start, end in found.iter_rows()]


def _covered(rows: list[tuple[str, int, int]]) -> set[tuple[str, int]]:
    return {(who, second) for who, start, end in rows for second in range(start, end)}


def test_merged_joins_intervals_that_overlap_or_touch() -> None:
    rows = [("a", 5, 8), ("a", 0, 2), ("a", 2, 4), ("b", 1, 9), ("b", 3, 4)]
    assert _merged(rows) == [("a", 0, 4), ("a", 5, 8), ("b", 1, 9)]


def test_merged_leaves_out_what_holds_no_time() -> None:
    assert _merged([("a", 3, 3), ("a", 5, 2)]) == []


@settings(deadline=None)
@given(intervals)
def test_merged_covers_each_second_that_some_interval_covers_once(rows: list[tuple[str, int, int]]) -> None:
    found = _merged(rows)
    assert sum(end - start for _, start, end in found) == len(_covered(rows))
    assert _covered(found) == _covered(rows)


@pytest.mark.parametrize(
    ("rows", "seconds"),
    [
        ([("a", 0, 10)], 10),
        ([("a", 0, 10), ("a", 5, 15)], 15),
        ([("a", 0, 10), ("a", 10, 15)], 15),
        ([("a", 0, 10), ("a", 20, 30)], 20),
        ([("a", 0, 30), ("a", 5, 6), ("a", 10, 12)], 30),
        ([("a", 5, 6), ("a", 0, 3), ("a", 2, 6)], 6),
        ([("a", 0, 10), ("a", 0, 10)], 10),
        ([("a", 4, 4)], 0),
        ([("a", 9, 4)], 0),
    ],
)
def test_union_counts_each_instant_once(rows: list[tuple[str, int, int]], seconds: float) -> None:
    assert _union(rows) == {"a": seconds}


def test_union_of_nothing_has_no_row() -> None:
    assert _union([]) == {}


def test_union_is_exact_to_the_microsecond() -> None:
    start = ZERO + timedelta(microseconds=1)
    rows = [("a", ZERO, start), ("a", start, ZERO + timedelta(days=40000, microseconds=3))]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    assert union_seconds(frame, ["who"], start="start", end="end")["seconds"].item() == 40000 * 86400 + 0.000003


@settings(deadline=None)
@given(intervals)
def test_union_equals_a_sweep_second_by_second(rows: list[tuple[str, int, int]]) -> None:
    swept = {
        who: sum(any(one == who and start <= second < end for one, start, end in rows) for second in range(30))
        for who in {row[0] for row in rows}
    }
    assert _union(rows) == swept
