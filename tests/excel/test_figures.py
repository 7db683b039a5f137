from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import openpyxl
import polars as pl
import pytest

from reporter.excel import workbook
from reporter.excel.sheets.figures import series_of
from reporter.model import Text
from reporter.report import Definition, Report, Unit

NAN, INF = float("nan"), float("inf")
CENTS = pl.Decimal(38, 2)


def _series(unit: Unit, values: list[float | Decimal | None]) -> pl.Series:
    return series_of(Definition("x", Text("x", "x"), unit, Text("", ""), "sum", ()), values)


@pytest.mark.parametrize(
    ("unit", "values", "held", "dtype"),
    [
        ("people", [3, 4.0, None], [3, 4, None], pl.Int64),
        ("people", [2.5, 3], [2.5, 3.0], pl.Float64),
        ("count", [9_007_199_254_740_993], [9_007_199_254_740_993], pl.Int64),
        ("count", [2**63 - 1, -(2**63) + 1], [2**63 - 1, -(2**63) + 1], pl.Int64),
        ("count", [2**63, 1, None], ["9223372036854775808", "1", None], pl.String),
        ("count", [INF, 1], [INF, 1.0], pl.Float64),
        ("count", [9_007_199_254_740_993, INF], ["9007199254740993", "Infinity"], pl.String),
        ("money", [Decimal("12.5"), None, 1], [Decimal("12.50"), None, Decimal("1.00")], CENTS),
        ("money", [Decimal(10) ** 26], [Decimal(10) ** 26], CENTS),
        ("money", [Decimal("9" * 35 + "8.99")], [Decimal("9" * 35 + "8.99")], CENTS),
        ("money", [Decimal(10) ** 36, Decimal("0.5")], ["1" + "0" * 36, "0.5"], pl.String),
        ("money", [Decimal("Infinity"), Decimal("0.5")], [INF, 0.5], pl.Float64),
        ("seconds", [60, 0.1 + 0.2, None], [60.0, 0.1 + 0.2, None], pl.Float64),
        ("seconds", [9_007_199_254_740_993], ["9007199254740993"], pl.String),
        ("ratio", [0.1, None], [0.1, None], pl.Float64),
        ("score", [None], [None], pl.Float64),
    ],
)
def test_column_of_a_metric_holds_every_digit(
    unit: Unit, values: list[float | Decimal | None], held: list[object], dtype: pl.DataType
) -> None:
    series = _series(unit, values)
    assert (series.to_list(), series.dtype) == (held, dtype)


def test_number_that_is_none_stays_none() -> None:
    for unit in ("people", "money", "seconds"):
        assert _series(unit, [Decimal("NaN"), NAN]).is_nan().all()


@pytest.mark.parametrize(
    ("metric", "value", "shown", "code"),
    [
        (
            "paid_amount",
            Decimal("199999999999999999999999999.98"),
            "199999999999999999999999999.98",
            "cell-long-number",
        ),
        ("paid_amount", Decimal(10) ** 40, "1" + "0" * 40, "cell-long-number"),
        ("people", 9_007_199_254_740_993, "9007199254740993", "cell-long-number"),
        ("people", 2**63, "9223372036854775808", "cell-long-number"),
        ("people", NAN, "不可得", "cell-not-finite"),
        ("watch_union_seconds", 1e12, "277777777:46:40", "cell-long-duration"),
        ("watch_union_seconds", 10**400, "1" + "0" * 400, "cell-long-number"),
    ],
)
def test_figure_that_no_number_of_excel_holds_is_text_whole_and_told(
    made_up: Callable[..., Report], metric: str, value: Decimal | float, shown: str, code: str
) -> None:
    report = made_up()
    label = next(one.label.zh for one in report.definitions if one.code == metric)
    figures = tuple(replace(one, value=value, previous=None) if one.metric == metric else one for one in report.figures)
    data, issues = workbook(replace(report, figures=figures))
    page = openpyxl.load_workbook(io.BytesIO(data), read_only=True)["摘要"]
    lines = {row[0]: row[1] for row in page.iter_rows(values_only=True, max_col=2)}
    assert lines[label] == shown
    assert {(code, f"{sheet}!{label}") for sheet in ("摘要", "场次")} <= {(one.code, one.where) for one in issues}
