"""How many intervals stand open at a time, exactly. All are half-open, `[joined_at, left_at)`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from reporter.tables import INSTANT


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
