"""Figures as rows: one a key (event, day or vendor), one column a metric of the registry."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

import polars as pl

from reporter.columns import Offer
from reporter.excel.content import KIND_OF_UNIT
from reporter.excel.safe import MOST
from reporter.report import Definition, Report, Scope, Unit

#: what readers look for first; the rest of the registry is for those who look further
HEADLINES = (
    "people",
    "live_people",
    "replay_people",
    "vod_people",
    "overlap_people",
    "new_people",
    "returning_people",
    "watch_union_seconds",
    "average_watch_seconds",
    "peak_concurrency",
    "attended_people",
    "attended_share",
    "roster_people",
    "roster_came",
    "attendance_rate",
    "comments",
    "questions",
    "paid_amount",
    "plays",
    "play_seconds",
)
#: what is worth a column of the events sheet
EVENT_COLUMNS = (
    "people",
    "live_people",
    "replay_people",
    "vod_people",
    "watch_union_seconds",
    "average_watch_seconds",
    "peak_concurrency",
    "half_left_seconds",
    "attended_people",
    "attended_share",
    "comments",
    "questions",
    "paid_amount",
    "plays",
)
#: what is worth a column in a small table
IN_SHORT = ("people", "live_people", "replay_people", "vod_people", "watch_union_seconds", "attended_people", "plays")

#: units of what is counted one by one
_COUNTED: frozenset[Unit] = frozenset({"people", "count"})
#: what no longer fits into a column of money, or of what is counted
_END_OF_MONEY, _END_OF_COUNTS = Decimal(10**36 - 1), Decimal(2**63)
_CENT, _CENTS = Decimal("0.01"), Context(prec=38)


def defined(report: Report, scope: Scope) -> list[Definition]:
    """Return the metrics that the report has figures of in this scope, in the registry's order."""
    codes = {one.metric for one in report.figures if one.scope == scope}
    return [one for one in report.definitions if one.code in codes]


def headlines(report: Report) -> list[Definition]:
    """Return the metrics that head a report: all of them for readers inside the house."""
    found = defined(report, "total")
    return [one for one in found if one.code in HEADLINES or report.audience == "internal"]


def offered(report: Report, scope: Scope, plain: Sequence[str], *, only: bool = False) -> tuple[Offer, ...]:
    """Return a column for each metric of a scope, headed by its label; clients see the `plain` ones, all if `only`."""
    return tuple(
        Offer(
            one.code,
            KIND_OF_UNIT[one.unit],
            is_plain=one.code in plain,
            is_figure=True,
            header=one.label.in_(report.language),
            adds=one.additivity == "sum" and scope != "total",
        )
        for one in defined(report, scope)
        if one.code in plain or not only
    )


def by_key(report: Report, scope: Scope) -> pl.DataFrame:
    """Return `key` and one column a metric, keys in the order of the figures; null: nobody can give it."""
    keys: dict[str, dict[str, float | Decimal | None]] = {}
    for one in report.figures:
        if one.scope == scope:
            keys.setdefault(one.key, {})[one.metric] = one.value
    columns = {"key": pl.Series("key", list(keys), dtype=pl.String)}
    for metric in defined(report, scope):
        values = [found.get(metric.code) for found in keys.values()]
        columns[metric.code] = series_of(metric, values)
    return pl.DataFrame(columns)


def series_of(metric: Definition, values: Sequence[float | Decimal | None]) -> pl.Series:
    """Return a metric's values in the type of its unit: people and counts whole, money exact.

    Where the type holds one of them no longer, they are text, digit by digit.
    """
    exact = [None if value is None else Decimal(str(value)) for value in values]
    known = [one for one in exact if one is not None]
    if metric.unit == "money" and all(_is_below(one, _END_OF_MONEY) for one in known):
        cents = [None if one is None else one.quantize(_CENT, context=_CENTS) for one in exact]
        return pl.Series(metric.code, cents, dtype=pl.Decimal(38, 2))
    is_counted = metric.unit in _COUNTED
    if is_counted and all(_is_below(one, _END_OF_COUNTS) and one == int(one) for one in known):
        return pl.Series(metric.code, [None if one is None else int(one) for one in exact], dtype=pl.Int64)
    if all(_is_float(one, is_whole=is_counted or metric.unit == "money") for one in known):
        return pl.Series(metric.code, [None if one is None else float(one) for one in exact], dtype=pl.Float64)
    return pl.Series(metric.code, [None if one is None else f"{one:f}" for one in exact], dtype=pl.String)


def _is_below(one: Decimal, end: Decimal) -> bool:
    return one.is_finite() and one.copy_abs() < end


def _is_float(one: Decimal, *, is_whole: bool) -> bool:
    """Say whether a float says the same; what is no number says so as a float, and of `is_whole` no digit may go."""
    return not one.is_finite() or (Decimal(str(float(one))) == one and not (is_whole and one.copy_abs() >= MOST))
