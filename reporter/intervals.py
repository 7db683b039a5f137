"""Intervals of time and their union, exact to the microsecond. A leaf. All are half-open, `[start, end)`."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.tables import MICRO

_ROW = "_row"


def merged(
    intervals: pl.DataFrame, by: Sequence[str], *, start: str = "joined_at", end: str = "left_at"
) -> pl.DataFrame:
    """Return each group's intervals as disjoint stretches (`by`, start, end).

    Groups come in the order of their first rows, each one's stretches in order. Stretches that touch are one.
    Rows without both instants, or that end before they start, hold none.
    """
    held = intervals.select(*by, start, end).filter(pl.col(end) > pl.col(start))
    starts, ends = _laid_out(held, by, start, end)
    order = starts.arg_sort()
    begun, reached = starts.gather(order), ends.gather(order).cum_max()
    is_new = (begun > reached.shift(1)).fill_null(value=True)
    is_last = is_new.shift(-1, fill_value=True)
    length = (reached.filter(is_last) - begun.filter(is_new)).cast(pl.Int64).cast(pl.Duration("us"))
    return held[order.filter(is_new)].select(*by, start, (pl.col(start) + length).alias(end))


def _laid_out(held: pl.DataFrame, by: Sequence[str], start: str, end: str) -> tuple[pl.Series, pl.Series]:
    """Return starts and ends as numbers, each group's beyond all of the groups before.

    So one sort by one number and one running maximum serve all groups: a sort by several columns, or a window
    function over as many groups as there are persons, takes many times as long.
    """
    begun, ended = (pl.col(name).dt.epoch("us").cast(pl.Int128) for name in (start, end))
    # groups that are numbered in order are counted, all others have to be looked up
    is_in_order = len(by) == 1 and held.schema[by[0]].is_integer() and held[by[0]].is_sorted()
    number = pl.col(by[0]).rle_id() if is_in_order else pl.col(_ROW).min().over(by)
    shift = number.cast(pl.Int128) * (ended.max() - begun.min() + 1)
    numbers = held.with_row_index(_ROW).select(start=begun + shift, end=ended + shift)
    return numbers["start"], numbers["end"]


def union_seconds(intervals: pl.DataFrame, by: Sequence[str], *, start: str, end: str) -> pl.DataFrame:
    """Return one row a group with `seconds`, the time that at least one of its intervals covers.

    A group whose intervals hold no time has 0. The order of rows is not promised.
    """
    stretches = merged(intervals, by, start=start, end=end)
    covered = stretches.select(*by, micro=(pl.col(end) - pl.col(start)).dt.total_microseconds())
    nothing = intervals.select(*by, micro=pl.lit(0, pl.Int64))
    return pl.concat([covered, nothing]).group_by(by).agg(seconds=pl.col("micro").sum() / MICRO)
