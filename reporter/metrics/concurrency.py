"""Intervals, exactly: their union and how many stand open at a time. All are half-open, `[joined_at, left_at)`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from reporter.tables import INSTANT


def merged(visits: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return each group's intervals as disjoint stretches (`by`, joined_at, left_at), in order.

    Stretches that touch are one. Rows without both times, or that end before they start, hold none.
    """
    ordered = (
        visits.select(*by, "joined_at", "left_at")
        .filter(pl.col("left_at") > pl.col("joined_at"))
        .sort(*by, "joined_at", "left_at")
    )
    starts, ends = _laid_out(ordered, by)
    is_new = (starts > ends.cum_max().shift(1)).fill_null(value=True)
    return (
        ordered.group_by(is_new.cum_sum().alias("stretch"), maintain_order=True)
        .agg(pl.col(*by, "joined_at").first(), pl.col("left_at").max())
        .drop("stretch")
    )


def _laid_out(ordered: pl.DataFrame, by: Sequence[str]) -> tuple[pl.Series, pl.Series]:
    """Return starts and ends as numbers, each group's beyond all of the group before.

    So one running maximum serves all groups: a window function over as many groups as there are persons
    takes many times as long.
    """
    starts, ends = (ordered[name].dt.epoch("us").cast(pl.Int128) for name in ("joined_at", "left_at"))
    span = ends.max() - starts.min() + 1 if len(ordered) else 0  # type: ignore[operator] # both are whole numbers
    shift = ordered.select(pl.struct(by).rle_id().cast(pl.Int128) * span).to_series()
    return starts + shift, ends + shift


def sweep(intervals: pl.DataFrame, by: Sequence[str], cuts: Sequence[datetime] = ()) -> pl.DataFrame:
    """Return how many intervals of a group stand open, as steps (`by`, at, until, online) in order.

    A step ends where the number may change and at each of `cuts` (aware instants), so that no step lies
    on two days. Before its first and after its last step a group's number is 0.
    """
    starts = intervals.select(*by, at=pl.col("joined_at"), change=pl.lit(1, pl.Int64))
    ends = intervals.select(*by, at=pl.col("left_at"), change=pl.lit(-1, pl.Int64))
    instants = pl.DataFrame({"at": list(cuts)}, schema={"at": INSTANT})
    quiet = intervals.select(by).unique(maintain_order=True).join(instants, how="cross")
    changes = pl.concat([starts, ends, quiet.select(*by, "at", change=pl.lit(0, pl.Int64))])
    steps = changes.group_by(*by, "at").agg(pl.col("change").sum()).sort(*by, "at")
    group = pl.struct(by).rle_id()
    # each group's changes come to 0, so one running sum serves all
    return (
        steps.with_columns(pl.col("at").shift(-1).alias("until"), pl.col("change").cum_sum().alias("online"))
        .filter((group == group.shift(-1)).fill_null(value=False))
        .select(*by, "at", "until", "online")
    )
