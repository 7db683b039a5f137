"""Visits from a room's log (ListUserBehaviorDataAPIV2): a visit for each pair of JoinAt and LeaveAt.

The row's own durations are no visit's: they are of the row as a whole, their units are not documented, and they
count playing and the page apart. They stand beside its visits to be reconciled with, and so do its counts. Phones and
external ids that join are left to ListAccountUserData; the log's stand beside them, to be reconciled with as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from reporter.model import Issue, Text
from reporter.tables import TEXTS, Tables
from reporter.vendors.base import Walk
from reporter.vendors.parse import unreadable
from reporter.vendors.plain import MOMENT, parse_text
from reporter.vendors.portion import PLACES, REPLY, ROW, WALK
from reporter.vendors.rows import Reading, read_rows
from reporter.vendors.volcengine.listing import LOG_ROWS
from reporter.vendors.volcengine.read_viewers import note_anonymous

_NO_JOIN = Text(
    "观看记录没有进入时间，无法归入周期，未采用", "a visit without a time of joining belongs to no period; not used"
)
_SURPLUS = Text(
    "离开时间多于进入时间，多出的未采用", "there are more times of leaving than of joining; the surplus is not used"
)
_BACKWARDS = Text("离开早于进入，离开时间按空值处理", "a visit ends before it begins; its end is taken as null")


def read_log(walks: Sequence[Walk], _as_of: datetime) -> tuple[Tables, list[list[Issue]]]:
    """Return `visits`, whose mode is left to whoever knows the live spans, and `viewers` with their names."""
    reading = read_rows(walks, LOG_ROWS)
    (rows,) = reading.frames
    note_anonymous(reading, rows)
    tables = {
        "viewers": reading.table("viewers", _viewers(rows), of_room=False),
        "visits": reading.table("visits", _visits(reading, rows)),
    }
    return tables, reading.issues()


def _viewers(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a viewer, phone, external id and reply, with the first name that the reply gives."""
    return (
        rows.drop_nulls("viewer_id")
        .group_by(REPLY, "viewer_id", "log_phone", "log_external_id", maintain_order=True)
        .agg(pl.col(WALK, ROW).first(), pl.col("name").first(ignore_nulls=True))
    )


def _visits(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    known = rows.with_columns(_said("joins"), _said("leaves"), device=pl.coalesce(_joined("devices"), "os"))
    joins, leaves = pl.col("joins").list.len(), pl.col("leaves").list.len()
    reading.note(known.filter(leaves > joins), "surplus-leaving", _SURPLUS)
    counted = known.filter(joins > 0).with_columns(place=pl.int_ranges(joins), row_visits=joins.cast(pl.Int64))
    pairs = counted.explode("joins", "place")
    paired = pairs.with_columns(leaves=pl.col("leaves").list.get(pl.col("place"), null_on_oob=True))
    timed = paired.with_columns(
        joined_at=_instants(reading, paired, "joins", "JoinAt"), left_at=_instants(reading, paired, "leaves", "LeaveAt")
    )
    timeless = timed.filter(pl.col("joined_at").is_null()).select(PLACES)
    bare = known.filter(joins == 0).select(PLACES)
    reading.note(pl.concat([timeless, bare]).unique().sort(REPLY, ROW), "visit-without-join", _NO_JOIN)
    backward = pl.col("left_at") < pl.col("joined_at")
    reading.note(timed.filter(backward), "left-before-joining", _BACKWARDS)
    return (
        timed.drop_nulls("joined_at")
        .with_columns(left_at=pl.when(backward).then(None).otherwise("left_at"))
        .with_columns(
            watch_seconds=(pl.col("left_at") - pl.col("joined_at")).dt.total_seconds(fractional=False).cast(pl.Float64)
        )
    )


def _said(name: str) -> pl.Expr:
    return pl.col(name).fill_null(pl.lit([], TEXTS))


def _joined(name: str) -> pl.Expr:
    """Return a list of words as one text."""
    words = pl.col(name).list.eval(pl.element().filter(pl.element() != "")).list.join(", ")
    return pl.when(words != "").then(words)


def _instants(reading: Reading, rows: pl.DataFrame, column: str, field: str) -> pl.Series:
    """Return one of several times of a row each as an instant, with an issue for those that are none."""
    plain = rows.select(MOMENT.plain(pl.col(column))).to_series()
    values, bad = parse_text(rows[column], MOMENT, plain)
    if bad is not None:
        reading.note(rows.filter(bad), MOMENT.code, unreadable(field), name=field)
    return values
