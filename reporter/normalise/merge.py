"""Rows that several calls tell of one thing become one row: the first that says something wins."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.model import Issue, Text
from reporter.normalise.counting import issues_by_call
from reporter.normalise.reading import CALL, OF_ROOM
from reporter.tables import OTHER_KEYS, PLACE, VIEWER

_ROW = "_row"
#: who is host in one reply is host, also where another calls the same viewer an attendee
_ROLES = ("host", "speaker", "attendee")

_TWICE = Text(
    "行与同一列表中更早的一行是同一观众，只用于补其空缺",
    "row is|rows are| about a viewer of whom the same list told before, only to fill what the first leaves out",
)


def merge_rooms(rows: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Return one row a room of the report, in its order, and how deep it was pulled.

    A room of which no vendor spoke has a row too.
    """
    merged = _first_known(rows, PLACE).drop("detail")
    return ours.select(*PLACE, "detail").join(merged, on=PLACE, how="left", validate="1:1", maintain_order="left")


def with_latest(rooms: pl.DataFrame, plays: pl.DataFrame) -> pl.DataFrame:
    """Return rooms with the title and length that the newest day of their plays says: both change from day to day."""
    told = plays.sort("day", maintain_order=True).group_by(PLACE, maintain_order=True)
    is_titled = pl.col("title").is_not_null()
    newest = told.agg(
        pl.col("title", "reply_id", "row_no").filter(is_titled).last().name.suffix("_last"),
        pl.col("media_seconds").drop_nulls().last().alias("duration_seconds_last"),
    )
    joined = rooms.join(newest, on=PLACE, how="left", validate="1:1", maintain_order="left")
    return joined.with_columns(
        pl.coalesce(f"{name}_last", name).alias(name) for name in ("title", "reply_id", "row_no", "duration_seconds")
    ).select(rooms.columns)


def merge_viewers(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a vendor, account and viewer_id, in the order in which they first came.

    Rows without a viewer_id are nobody in particular and stay as they are. Of phones, e-mails and external ids the
    first stands in its column, and what other rows give in `other_phones` and its like: each is the viewer's key.
    """
    rank = pl.col("role").replace_strict(
        {role: place for place, role in enumerate(_ROLES)}, default=len(_ROLES), return_dtype=pl.UInt8
    )
    nowhere = rows.with_columns(pl.lit(None, pl.String).alias("room_id"))
    merged = _first_known(nowhere, VIEWER, role=pl.col("role").sort_by(rank).first())
    return merged if merged.height == rows.height else _with_others(merged, rows)


def _with_others(merged: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the viewers with the keys that `rows` give them beside the one in its column; few have any."""
    chosen = rows.select(*VIEWER, *OTHER_KEYS).join(
        merged.select(*VIEWER, *OTHER_KEYS).drop_nulls("viewer_id"),
        on=VIEWER,
        how="inner",
        suffix="_first",
        maintain_order="left",
    )
    for key, column in OTHER_KEYS.items():
        differing = chosen.filter(pl.col(key) != pl.col(f"{key}_first"))
        if not differing.is_empty():
            others = differing.group_by(VIEWER).agg(pl.col(key).unique(maintain_order=True).alias(column))
            merged = merged.drop(column).join(others, on=VIEWER, how="left", validate="m:1", maintain_order="left")
    return merged.select(rows.columns)


def merge_by_viewer(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Return one row a viewer and room, and by call the rows of a list that are about a viewer once more.

    What a call about the room says wins, a track fills what it leaves out. A list of a viewer's sums has him once:
    where he comes again (it moved while its pages were read) the sums are not added up.
    """
    ordered = rows if rows[OF_ROOM].all() else rows.sort(~pl.col(OF_ROOM), maintain_order=True)
    merged = _first_known(ordered, (*PLACE, "viewer_id"))
    if merged.height == rows.height:
        return merged, []
    is_again = pl.col("viewer_id").is_not_null() & ~pl.struct(*PLACE, "viewer_id", CALL).is_first_distinct()
    return merged, issues_by_call(ordered.filter(is_again), "warning", "viewer-told-twice", _TWICE)


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
