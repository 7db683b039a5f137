from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from reporter.columns import Kind
from reporter.excel.cells import Cells, prepare
from reporter.excel.content import Column, Table
from reporter.model import Issue

NAN, INF = float("nan"), float("inf")


def _cells(kind: Kind, values: pl.Series, absent: str = "") -> tuple[Cells, list[Issue]]:
    table = Table((Column("x", "某列", kind, absent),), pl.DataFrame({"x": values}))
    (cells,), issues = prepare(table, "表", timezone="Asia/Shanghai", language="zh")
    return cells, issues


def _shown(cells: Cells) -> list[object]:
    pairs = zip(cells.values.to_list(), cells.texts.to_list(), strict=True)
    return [value if text is None else text for value, text in pairs]


@pytest.mark.parametrize(
    ("kind", "values", "shown"),
    [
        ("text", pl.Series(["=1+1", "", None, " "]), ["=1+1", None, None, " "]),
        ("text", pl.Series([["a", None, "b"], [], None]), ["a, b", None, None]),
        ("id", pl.Series([8602268011035296205, None]), ["8602268011035296205", None]),
        ("count", pl.Series([1, None, -7]), [1, None, -7]),
        ("count", pl.Series(["12", "=1"]), ["12", "=1"]),
        ("count", pl.Series([None, None]), [None, None]),
        ("seconds", pl.Series([3600.0, 360_000.0, None]), [1 / 24, 360_000 / 86_400, None]),
        ("seconds", pl.Series([60]), [60 / 86_400]),
        ("ratio", pl.Series([0.5, 0.1 + 0.2]), [0.5, 0.30000000000000004]),
        ("money", pl.Series([Decimal("12.50"), None]), [Decimal("12.50"), None]),
        ("date", pl.Series([date(2026, 6, 15), date(1900, 1, 1), date(1900, 3, 1)]), [46188.0, 1.0, 61.0]),
        ("flag", pl.Series([True, False, None]), ["是", "否", None]),
    ],
)
def test_cells_hold_each_kind_as_excel_means_it(kind: Kind, values: pl.Series, shown: list[object]) -> None:
    cells, issues = _cells(kind, values)
    assert _shown(cells) == shown
    assert issues == []


def test_cells_show_instants_as_wall_clock_of_the_zone() -> None:
    instants = pl.Series([datetime(2026, 6, 15, 16, tzinfo=UTC), None], dtype=pl.Datetime("us", "UTC"))
    cells, _ = _cells("instant", instants)
    assert cells.values.to_list() == [46189.0, None]  # midnight of the 16th in Shanghai


def test_cells_say_that_nobody_can_give_a_figure() -> None:
    cells, _ = _cells("count", pl.Series([3, None]), absent="不可得")
    assert (_shown(cells), cells.has_gaps, cells.column.absent) == ([3, None], True, "不可得")
    whole, _ = _cells("count", pl.Series([3, 4]), absent="不可得")
    mixed, _ = _cells("seconds", pl.Series([60.0, -1.0]), absent="不可得")
    assert (whole.has_gaps, mixed.has_gaps) == (False, False)


@pytest.mark.parametrize(
    ("kind", "values", "shown", "code", "count"),
    [
        ("number", pl.Series([1.0, NAN, INF, -INF]), [1.0, None, None, None], "cell-not-finite", 3),
        ("count", pl.Series([1, 10**15]), ["1", "1000000000000000"], "cell-long-number", 1),
        ("money", pl.Series([Decimal("12345678901234.56")]), ["12345678901234.56"], "cell-long-number", 1),
        ("seconds", pl.Series([255_611_462_400.0, 60.0]), ["71003184:00:00", 60 / 86_400], "cell-long-duration", 1),
        ("count", pl.Series(["1" * 16, "=1", "12"]), ["1" * 16, "=1", "12"], "cell-long-number", 1),
        ("seconds", pl.Series([60.0, -3661.0]), [60 / 86_400, "-1:01:01"], "cell-negative-duration", 1),
        ("date", pl.Series([date(1899, 12, 31)]), ["1899-12-31"], "cell-early-date", 1),
        ("text", pl.Series(["ok", "a\x01", "b\x02"]), ["ok", "a\u2401", "b\u2402"], "cell-characters", 2),
    ],
)
def test_cells_tell_of_every_value_that_changes(
    kind: Kind, values: pl.Series, shown: list[object], code: str, count: int
) -> None:
    cells, (issue,) = _cells(kind, values)
    assert _shown(cells) == shown
    assert (issue.code, issue.where) == (code, "表!某列")
    assert f"{count} 处" in issue.message.zh


@pytest.mark.parametrize(
    ("value", "is_text"), [(10**15 - 1, False), (10**15, True), (-(10**15) + 1, False), (-(10**15), True)]
)
def test_cells_hold_integers_of_fifteen_digits_as_numbers(value: int, *, is_text: bool) -> None:
    cells, _ = _cells("count", pl.Series([value]))
    assert (cells.texts[0] is not None) is is_text


def test_cells_count_money_in_significant_digits() -> None:
    cells, issues = _cells("money", pl.Series([Decimal("1234567890123.00")], dtype=pl.Decimal(38, 2)))
    assert (_shown(cells), issues) == ([Decimal("1234567890123.00")], [])
