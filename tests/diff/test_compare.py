"""Rows paired by key: what is added, removed, changed and there twice, whatever the order and the types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from reporter.diff import Sided, TableDiff
from reporter.diff.compare import compare
from reporter.diff.frames import changes

NOON = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)


def _diff(a: Any, b: Any, key: Sequence[str] = ("id",), **tolerances: float) -> TableDiff:
    sides = [pl.LazyFrame(one) if isinstance(one, dict) else one.lazy() for one in (a, b)]
    return compare("t", (Sided(sides[0]), Sided(sides[1])), tuple(key), tolerances)


def _counts(found: TableDiff) -> tuple[int, int, int, int]:
    return found.added, found.removed, found.changed, found.duplicate_keys


def test_rows_are_paired_by_key_in_whatever_order_they_stand() -> None:
    found = _diff({"id": ["a", "b", "c"], "n": [1, 2, 3]}, {"id": ["d", "c", "a"], "n": [4, 3, 9]})
    assert _counts(found) == (1, 1, 1, 0)
    assert found.rows("added", 9).to_dicts() == [{"id": "d", "n": 4}]
    assert found.rows("removed", 9).to_dicts() == [{"id": "b", "n": 2}]
    assert changes(found, 9, "UTC").rows() == [("a", "n", "1", "9", 8.0)]


def test_same_rows_in_another_order_are_no_difference() -> None:
    a = pl.DataFrame({"id": list("abcdef"), "n": range(6)})
    found = _diff(a, a.reverse())
    assert (_counts(found), found.differs) == ((0, 0, 0, 0), False)


def test_key_of_several_columns_takes_null_for_null() -> None:
    a = {"id": ["x", "x", None], "mode": ["live", None, None], "n": [1, 2, 3]}
    found = _diff(a, {"id": [None, "x", "x"], "mode": [None, None, "live"], "n": [3, 2, 5]}, key=("id", "mode"))
    assert _counts(found) == (0, 0, 1, 0)


def test_null_differs_from_a_value_also_within_a_tolerance() -> None:
    found = _diff(
        {"id": ["a", "b", "c"], "n": [None, 0.0, None]}, {"id": ["a", "b", "c"], "n": [0.0, None, None]}, n=10
    )
    assert found.changed == 2


@pytest.mark.parametrize(
    ("before", "after", "tolerance", "changed"),
    [
        (10.0, 10.5, 0.5, 0),
        (10.0, 10.5, 0.4, 1),
        (0.3, 0.4, 0.1, 0),
        (5, 7, 2, 0),
        (5, 8, 2, 1),
        (-1, 1, 2, 0),
        (Decimal("1.10"), Decimal("1.12"), 0.02, 0),
        (Decimal("1.10"), Decimal("1.13"), 0.02, 1),
        (NOON, NOON + dt.timedelta(seconds=1), 1, 0),
        (NOON, NOON + dt.timedelta(seconds=1.5), 1, 1),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 2), 86_400, 0),
        ("5", "6.5", 1.5, 0),
        ("5", "n/a", 100, 1),
    ],
)
def test_tolerance_is_absolute_in_the_units_of_the_column(
    before: object, after: object, tolerance: float, changed: int
) -> None:
    assert _diff({"id": ["a"], "v": [before]}, {"id": ["a"], "v": [after]}, v=tolerance).changed == changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (pl.Series([5], dtype=pl.Int64), pl.Series([5.0], dtype=pl.Float64)),
        (pl.Series([5], dtype=pl.Int32), pl.Series([5], dtype=pl.UInt64)),
        (pl.Series([5.0], dtype=pl.Float64), pl.Series(["5"], dtype=pl.String)),
        (pl.Series([Decimal("5.10")]), pl.Series([5.1])),
        (pl.Series([Decimal("5.10")]), pl.Series(["5.1"])),
        (pl.Series([0.0]), pl.Series([-0.0])),
        (pl.Series([float("nan")]), pl.Series([float("nan")])),
        (pl.Series([NOON]), pl.Series([NOON]).dt.convert_time_zone("Asia/Shanghai")),
        (pl.Series([NOON]).dt.cast_time_unit("ms"), pl.Series([NOON])),
        (pl.Series([["a", None]]), pl.Series([["a", None]])),
        (pl.Series(["x"], dtype=pl.Categorical), pl.Series(["x"])),
        (pl.Series([None], dtype=pl.Null), pl.Series([None], dtype=pl.Float64)),
        (pl.Series([dt.date(2026, 1, 1)]), pl.Series([dt.datetime(2026, 1, 1)])),  # noqa: DTZ001 - wall clock of a cell
        (pl.Series([{"a": 1}]), pl.Series([{"a": 1}])),
        (pl.Series([b"\xff"]), pl.Series([b"\xff"])),
    ],
)
def test_same_value_of_another_type_is_no_change(before: pl.Series, after: pl.Series) -> None:
    a, b = (pl.DataFrame({"id": ["a"]}).with_columns(one.alias("v")) for one in (before, after))
    assert _diff(a, b).changed == 0
    assert _diff(a.drop("id"), b.drop("id"), key=("v",)).differs is False


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a"], ["b"]),
        (["a"], [""]),
        ([["a"]], [["a", None]]),
        ([[]], [None]),
        ([["a", "b"]], [["a, b"]]),
        ([True], [False]),
        ([1.0], [float("nan")]),
        (["172183460671"], ["172183460672"]),
        ([NOON], [NOON.replace(tzinfo=None)]),
    ],
)
def test_other_value_is_a_change(before: list[object], after: list[object]) -> None:
    assert _diff({"id": ["a"], "v": before}, {"id": ["a"], "v": after}).changed == 1


def test_ids_beyond_what_a_float_holds_are_told_apart() -> None:
    a, b = 8602268011035296205, 8602268011035296206
    assert _diff({"id": ["a"], "v": [a]}, {"id": ["a"], "v": [b]}).changed == 1


def test_reply_and_row_never_count() -> None:
    a = {"id": ["a"], "reply_id": ["r1"], "row_no": [1], "n": [1]}
    found = _diff(a, {**a, "reply_id": ["r2"], "row_no": [7]})
    assert (found.differs, found.only_a, found.only_b) == (False, (), ())


def test_differing_rows_on_new_replies_are_counted() -> None:
    a = {"id": ["a", "b", "c"], "reply_id": ["r1", "r1", "r1"], "n": [1, 2, 3]}
    b = {"id": ["a", "b", "d"], "reply_id": ["r1", "r2", "r2"], "n": [9, 9, 9]}
    found = _diff(a, b)
    assert (_counts(found), found.fresh) == ((1, 1, 2, 0), 2)


def test_columns_of_one_side_are_a_difference_and_named() -> None:
    found = _diff({"id": ["a"], "old": [1]}, {"id": ["a"], "new": [1]})
    assert (found.only_a, found.only_b, found.changed, found.differs) == (("old",), ("new",), 0, True)


def test_largest_changes_come_first_quantities_before_moments_before_words() -> None:
    a = {"id": list("abc"), "word": ["x", "x", "x"], "at": [NOON] * 3, "n": [1, 1, 1]}
    b = {"id": list("abc"), "word": ["y", "x", "x"], "at": [NOON, NOON + dt.timedelta(days=9), NOON], "n": [2, -7, 1]}
    found = changes(_diff(a, b), 9, "Asia/Shanghai")
    assert [row[:2] for row in found.rows()] == [("b", "n"), ("a", "n"), ("b", "at"), ("a", "word")]
    assert found.row(2) == ("b", "at", "2026-11-16T20:00:00+08:00", "2026-11-25T20:00:00+08:00", 777_600.0)


def test_key_that_is_there_twice_is_reported_and_pairs_what_is_the_same() -> None:
    a = pl.DataFrame({"id": ["a", "a", "a", "b"], "n": [1, 2, 3, 4], "s": [None, "x", "y", "z"]})
    found = _diff(a, a.reverse())
    assert (_counts(found), found.differs) == ((0, 0, 0, 1), False)
    assert found.aligned.duplicates.rows() == [("a", 3, 3)]


def test_one_more_row_of_a_key_is_added() -> None:
    found = _diff({"id": ["a", "a"], "n": [1, 2]}, {"id": ["a", "a", "a"], "n": [2, 1, 1]})
    assert _counts(found) == (1, 0, 0, 1)
    assert found.rows("added", 9).to_dicts() == [{"id": "a", "n": 1}]
    assert found.aligned.duplicates.rows() == [("a", 2, 3)]


def test_changed_row_of_a_doubled_key_is_one_change() -> None:
    found = _diff({"id": ["a", "a", "a"], "n": [1, 5, 9]}, {"id": ["a", "a", "a"], "n": [9, 6, 1]})
    assert _counts(found) == (0, 0, 1, 1)
    assert changes(found, 9, "UTC").rows() == [("a", "n", "5", "6", 1.0)]


def test_key_doubled_on_one_side_alone_is_reported() -> None:
    found = _diff({"id": ["a"], "n": [1]}, {"id": ["a", "a"], "n": [1, 1]})
    assert _counts(found) == (1, 0, 0, 1)
    assert found.aligned.duplicates.rows() == [("a", 1, 2)]


def test_doubled_keys_with_nulls_and_lists_are_paired() -> None:
    a = pl.DataFrame({"id": [None, None], "tags": [["x"], None]}, schema_overrides={"id": pl.String})
    assert _counts(_diff(a, a.reverse())) == (0, 0, 0, 1)


def test_doubled_rows_of_a_table_that_is_all_key_are_paired() -> None:
    found = _diff({"id": ["a", "a", "b"]}, {"id": ["a", "b", "b"]})
    assert _counts(found) == (1, 1, 0, 2)


def test_tables_without_rows_are_the_same() -> None:
    empty = pl.DataFrame(schema={"id": pl.String, "n": pl.Int64})
    assert _diff(empty, empty).differs is False
    assert _counts(_diff(empty, pl.DataFrame({"id": ["a"], "n": [1]}))) == (1, 0, 0, 0)
