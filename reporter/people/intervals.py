"""Time covered by intervals, each instant once, exact to the microsecond."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def union_seconds(intervals: pl.DataFrame, by: Sequence[str], *, start: str, end: str) -> pl.DataFrame:
    """Return one row a group with `seconds` covered by at least one of its intervals, `[start, end)`.

    Every interval has both ends; one that ends at or before its start covers nothing. Groups that touch
    no interval have no row. The order of rows is not promised.
    """
    begun, ended = pl.col(start).dt.epoch("us"), pl.col(end).dt.epoch("us")
    reached = pl.col("_end").cum_max().shift(1).over(by)
    new = pl.col("_end") - pl.max_horizontal("_start", "_reached")
    return (
        intervals.select(*by, _start=begun, _end=pl.max_horizontal(begun, ended))
        .sort("_start")
        .with_columns(_reached=reached)
        .group_by(by)
        .agg(seconds=new.clip(lower_bound=0).sum() / 1_000_000)
    )
