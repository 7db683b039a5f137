"""Rows that several calls tell of one thing become one row: the first that says something wins."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.normalise.reading import OF_ROOM
from reporter.tables import PLACE, VIEWER

_ROW = "_row"
#: who is host in one reply is host, also where another calls the same viewer an attendee
_ROLES = ("host", "speaker", "attendee")


def merge_rooms(rows: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Return one row a room of the report, in its order, and how deep it was pulled.

    A room of which no vendor spoke has a row too.
    """
    merged = _first_known(rows, PLACE).drop("detail")
    return ours.select(*PLACE, "detail").join(merged, on=PLACE, how="left", validate="1:1", maintain_order="left")


def merge_viewers(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a vendor, account and viewer_id, in the order in which they first came.

    Rows without a viewer_id are nobody in particular and stay as they are.
    """
    rank = pl.col("role").replace_strict(
        {role: place for place, role in enumerate(_ROLES)}, default=len(_ROLES), return_dtype=pl.UInt8
    )
    nowhere = rows.with_columns(pl.lit(None, pl.String).alias("room_id"))
    return _first_known(nowhere, VIEWER, role=pl.col("role").sort_by(rank).first())


def merge_by_viewer(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a viewer and room; what a call about the room says wins, a track fills what it leaves out."""
    ordered = rows if rows[OF_ROOM].all() else rows.sort(~pl.col(OF_ROOM), maintain_order=True)
    return _first_known(ordered, (*PLACE, "viewer_id"))


def _first_known(rows: pl.DataFrame, keys: Sequence[str], **otherwise: pl.Expr) -> pl.DataFrame:
    """Return one row a key: of each column the first value that is not null, or what `otherwise` says.

    Rows whose last key is null (a viewer that the vendor does not name) are not one thing and stay.
    """
    repeated = rows.select(pl.col(keys[-1]).is_not_null() & pl.struct(keys).is_duplicated()).to_series()
    if not repeated.any():
        return rows
    numbered = rows.with_row_index(_ROW)
    merged = (
        numbered.filter(repeated)
        .group_by(keys, maintain_order=True)
        .agg(pl.all().exclude(list(otherwise)).first(ignore_nulls=True), **otherwise)
    )
    single = numbered.filter(~repeated)
    return pl.concat([single, merged.select(single.columns)]).sort(_ROW).drop(_ROW)
