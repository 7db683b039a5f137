"""Intervals of time and their union, exact to the microsecond. A leaf. All are half-open, `[start, end)`."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.tables import MICRO


def merged(
    intervals: pl.DataFrame, by: Sequence[str], *, start: str = "joined_at", end: str = "left_at"
) -> pl.DataFrame:
    """Return each group's intervals as disjoint stretches (`by`, start, end), in order.

    Stretches that touch are one. Rows without both instants, or that end before they start, hold none.
    """
    ordered = intervals.select(*by, start, end).filter(pl.col(end) > pl.col(start)).sort(*by, start, end)
    starts, ends = _laid_out(ordered, by, start, end)
    is_new = (starts > ends.cum_max().shift(1)).fill_null(value=True)
    return (
        ordered.group_by(is_new.cum_sum().alias("stretch"), maintain_order=True)
        .agg(pl.col(*by, start).first(), pl.col(end).max())
        .drop("stretch")
    )


def _laid_out(ordered: pl.DataFrame, by: Sequence[str], start: str, end: str) -> tuple[pl.Series, pl.Series]:
    """Return starts and ends as numbers, each group's beyond all of the group before.

    So one running maximum serves all groups: a window function over as many groups as there are persons
    takes many times as long.
    """
    starts, ends = (ordered[name].dt.epoch("us").cast(pl.Int128) for name in (start, end))
    span = ends.max() - starts.min() + 1 if len(ordered) else 0  # type: ignore[operator] # both are whole numbers
    shift = ordered.select(pl.struct(by).rle_id().cast(pl.Int128) * span).to_series()
    return starts + shift, ends + shift


def union_seconds(intervals: pl.DataFrame, by: Sequence[str], *, start: str, end: str) -> pl.DataFrame:
    """Return one row a group with `seconds`, the time that at least one of its intervals covers.

    A group whose intervals hold no time has 0. The order of rows is not promised.
    """
    stretches = merged(intervals, by, start=start, end=end)
    covered = stretches.select(*by, micro=(pl.col(end) - pl.col(start)).dt.total_microseconds())
    nothing = intervals.select(*by, micro=pl.lit(0, pl.Int64))
    return pl.concat([covered, nothing]).group_by(by).agg(seconds=pl.col("micro").sum() / MICRO)
