"""Frames brought to a table's schema."""

from __future__ import annotations

import polars as pl

from reporter.tables import SCHEMAS


def shaped(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with exactly the columns and types of a table; what they do not have is null."""
    schema = SCHEMAS[table]
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items()
    )
