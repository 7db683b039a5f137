"""A table as it stands in a folder against the same made again: which rows are too many, and which are missing."""

from __future__ import annotations

import io

import polars as pl

#: whether a row stands in the file and not among those made again, or the other way
SIDE = "side"
TOO_MANY, MISSING = "written", "made again"
_TIMES, _HASH = "_times", "_hash"


def apart(data: bytes, made: pl.DataFrame) -> tuple[pl.DataFrame, int | None, int, int]:
    """Return the rows that only one side has (`SIDE` says which), the rows written, how many are too many and missing.

    A row that is there twice too often is there twice. The order of rows is a part of a table and is compared where
    the rows are the same. `written` is None for what is no Parquet file.
    """
    try:
        written = pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PolarsError:
        return pl.DataFrame(), None, 0, made.height
    if written.equals(made):
        return pl.DataFrame(), written.height, 0, 0
    if written.schema != made.schema:
        rows = pl.concat([_told(written, TOO_MANY), _told(made, MISSING)], how="diagonal_relaxed")
        return rows, written.height, written.height, made.height
    more, less = _beyond(written, made), _beyond(made, written)
    if more.is_empty() and less.is_empty():
        moved = written.filter(_hashes(written) != _hashes(made))
        return _told(moved, TOO_MANY), written.height, moved.height, moved.height
    return pl.concat([_told(more, TOO_MANY), _told(less, MISSING)]), written.height, more.height, less.height


def _told(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    return rows.select(pl.lit(side).alias(SIDE), pl.all())


def _hashes(rows: pl.DataFrame) -> pl.Series:
    return rows.hash_rows(seed=0).alias(_HASH)


def _beyond(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that stand more often here than there."""
    here, there = _numbered(rows), _numbered(others)
    more = here.join(there, on=[_HASH, _TIMES], how="anti", maintain_order="left")
    return rows[more["_row"]]


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a hash a row, and the how-manieth of its kind the row is."""
    hashes = pl.DataFrame([_hashes(rows)]).with_row_index("_row")
    return hashes.with_columns(pl.int_range(pl.len()).over(_HASH).alias(_TIMES))
