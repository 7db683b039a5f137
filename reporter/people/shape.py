"""Sums that know nothing from unknown, and frames brought to a table's schema."""

from __future__ import annotations

import polars as pl

from reporter.tables import SCHEMAS


def known_sum(values: pl.Expr) -> pl.Expr:
    """Return the sum of the values that are not null, null where there is none."""
    return pl.when(values.count() > 0).then(values.sum())


def shaped(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with exactly the columns and types of a table; what they do not have is null."""
    schema = SCHEMAS[table]
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items()
    )
