"""Rows counted into issues, one a call, with the first row named."""

from __future__ import annotations

import polars as pl

from reporter.model import Issue, Level, Text
from reporter.normalise.reading import CALL


def issues_by_call(rows: pl.DataFrame, level: Level, code: str, message: Text) -> list[Issue]:
    """Return one issue for each vendor, account and call among `rows`; the message begins with their count."""
    counted = rows.group_by("vendor", "account", CALL, maintain_order=True).agg(
        pl.len().alias("times"), pl.col("reply_id", "row_no").first()
    )
    return [
        Issue(
            level,
            code,
            message.counted(row["times"]),
            f"{row['vendor']}:{row['account']} {row[CALL]} reply {row['reply_id']} row {row['row_no']}",
        )
        for row in counted.iter_rows(named=True)
    ]
