"""What a visit without a mode was: live, preview or replay, by the live spans of its room.

A visit is live, whole, where it overlaps a span half-open, also when it began before; preview where it
ends before the first span, or the room was never live; else replay, between two spans too. A visit with
one time only is judged by that instant.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from reporter.model import Issue, Text
from reporter.normalise.counting import issues_by_call
from reporter.tables import PLACE, live_spans

_INSTANT = timedelta(microseconds=1)
_NOT_OVER = datetime.max.replace(tzinfo=UTC)
_ROW = "_row"

_UNKNOWN = Text(
    "条观看记录无法判断是直播还是回放（开播时段未知），不计入任何一类",
    "visit|visits| cannot be told live from replay (the room's live spans are unknown), counted as neither",
)


def set_modes(visits: pl.DataFrame, rooms: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Return the visits with a mode where one can be told, and those that stay without one as issues.

    A mode that the vendor gives stays. Null stays where the room's spans are unknown, or the visit has no
    time at all.
    """
    numbered = visits.with_row_index(_ROW)
    judged = _judged(numbered.filter(pl.col("mode").is_null()), rooms)
    told = numbered.join(judged, on=_ROW, how="left", validate="1:1", maintain_order="left")
    done = told.with_columns(pl.coalesce("mode", "judged").alias("mode")).drop("judged", _ROW)
    return done, issues_by_call(done.filter(pl.col("mode").is_null()), "warning", "mode-unknown", _UNKNOWN)


def _judged(visits: pl.DataFrame, rooms: pl.DataFrame) -> pl.DataFrame:
    """Return `_row` and `judged`; `until` is exclusive, so that an instant is as wide as the clock's step."""
    first, last = pl.coalesce("joined_at", "left_at"), pl.coalesce("left_at", "joined_at")
    watched = visits.select(_ROW, *PLACE, begun=first, until=pl.max_horizontal(last, first + _INSTANT))
    known = rooms.select(*PLACE, known=pl.col("live_spans").is_not_null())
    placed = watched.join(known, on=PLACE, how="left", validate="m:1")
    return _against_spans(placed, live_spans(rooms)).select(
        _ROW,
        judged=pl.when(pl.col("begun").is_null() | ~pl.col("known"))
        .then(None)
        .when((pl.col("reach") > pl.col("begun")).fill_null(value=False))
        .then(pl.lit("live"))
        .when((pl.col("until") > pl.col("opened")).fill_null(value=False))
        .then(pl.lit("replay"))
        .otherwise(pl.lit("preview")),
    )


def _against_spans(visits: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Add `reach`, the latest end of the spans that start before a visit's end, and `opened`, the first start."""
    closed = spans.with_columns(pl.col("end").fill_null(_NOT_OVER))
    reaching = closed.with_columns(reach=pl.col("end").cum_max().over(PLACE)).drop("end").sort("start")
    opened = closed.group_by(PLACE).agg(opened=pl.col("start").min())
    return (
        visits.drop_nulls("until")
        .sort("until")
        .join_asof(
            reaching,
            left_on="until",
            right_on="start",
            by=list(PLACE),
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .join(opened, on=PLACE, how="left", validate="m:1")
    )
