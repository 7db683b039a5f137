"""What Volcengine's log says of a viewer of a room beside the list: counts and keys, to be reconciled with.

Rows of the log are of all times, as the list's are. Phones and external ids are compared room by room: what a viewer
gives in one room says nothing about another, and must not be taken for what the list of that room says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from reporter.model import Pulled
from reporter.tables import LOG_COUNTS, PLACE, TEXT

_VIEWER = [*PLACE, "viewer_id"]
#: the list and the log are refreshed each minute and read one after the other
_JUST_NOW = timedelta(minutes=5)
#: signs with which a platform hides part of a value
_SIGNS = "*•●"
_KEYS = ("phone", "external_id")


def with_log_counts(activity: pl.DataFrame, read: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return `activity` with what the rows of the log of each viewer come to, null where one does not say.

    `read` are the visits as they came. A row that has several visits counts once.
    """
    counts = [f"row_{name}" for name in LOG_COUNTS]
    of_log = read.filter(pl.col("row_visits").is_not_null(), pl.col("viewer_id").is_not_null())
    if of_log.is_empty():
        return activity
    is_moving = pl.col("left_at").is_null() | (pl.col("left_at") > as_of - _JUST_NOW)
    by_row = of_log.group_by(*_VIEWER, "reply_id", "row_no").agg(pl.col(counts).first(), log_moves=is_moving.any())
    logged = by_row.group_by(_VIEWER).agg(
        *(_whole_sum(f"row_{name}").alias(f"log_{name}") for name in LOG_COUNTS), pl.col("log_moves").any()
    )
    names = [f"log_{name}" for name in LOG_COUNTS]
    return activity.drop(*names, "log_moves").join(
        logged, on=_VIEWER, how="left", validate="m:1", maintain_order="left"
    )


def with_log_keys(totals: pl.DataFrame, told: pl.DataFrame, pulled: Sequence[Pulled]) -> pl.DataFrame:
    """Return `viewer_totals` with how the keys of each viewer's rows in the list and in the log of a room compare.

    `told` are the viewers as they came. The list's further values of a viewer hide nothing: each is compared.
    """
    if told.select(pl.col("log_phone", "log_external_id").is_null().all()).row(0) == (True, True):
        return totals
    placed = told.drop("room_id").join(_rooms(pulled), on="reply_id", how="inner", validate="m:1")
    for key in _KEYS:
        name = f"{key}_in_log"
        compared = _compared(placed, key, name)
        totals = totals.drop(name).join(compared, on=_VIEWER, how="left", validate="m:1", maintain_order="left")
    return totals


def _whole_sum(column: str) -> pl.Expr:
    """Return the sum of counts, null where one is unknown: less than all rows is held against nothing."""
    return pl.when(pl.col(column).is_not_null().all()).then(pl.col(column).sum())


def _rooms(pulled: Sequence[Pulled]) -> pl.DataFrame:
    """Return the room that each reply was asked about."""
    rows = {reply.reply_id: one.pull.room for one in pulled if one.pull.room is not None for reply in one.replies}
    return pl.DataFrame({"reply_id": rows.keys(), "room_id": rows.values()}, schema={"reply_id": TEXT, "room_id": TEXT})


def _compared(placed: pl.DataFrame, key: str, name: str) -> pl.DataFrame:
    """Return `_VIEWER` and the worst of the comparisons of every value of the list with every one of the log."""
    logged = _given(placed, f"log_{key}", "logged")
    # most viewers of a report are other platforms': their phones need not be looked at
    listed = _given(placed.select(*_VIEWER, key).join(logged, on=_VIEWER, how="semi"), key, "listed")
    pairs = listed.join(logged, on=_VIEWER, how="inner")
    is_masked = pl.any_horizontal(pl.col("listed", "logged").str.contains(f"[{_SIGNS}]"))
    is_same = pl.col("listed") == pl.col("logged")
    ending = pl.when(is_same).then(0).when(is_masked).then(1).otherwise(2)
    worst = pairs.group_by(_VIEWER).agg(ending.max().alias("ending"))
    words = worst["ending"].replace_strict({0: "same", 1: "masked", 2: "other"}, return_dtype=TEXT)
    return worst.drop("ending").with_columns(words.alias(name))


def _given(placed: pl.DataFrame, column: str, side: str) -> pl.DataFrame:
    """Return each viewer of a room with each value of a key that the rows give, as it is compared."""
    told = placed.select(*_VIEWER, column).drop_nulls(column).unique()
    return told.select(*_VIEWER, _tidy(column).alias(side)).filter(pl.col(side) != "").unique()


def _tidy(column: str) -> pl.Expr:
    """Return a key as it is compared: of a phone the digits that tell it from others.

    `+86 190 0010 1106`, `0086-19000101106` and `19000101106` are one line, and so are `+86 21 …` and `021…`.
    """
    value = pl.col(column).str.normalize("NFKC").str.strip_chars()
    if column.endswith("phone"):
        bare = value.str.replace("(0)", "", literal=True).str.replace_all(rf"[^\d{_SIGNS}]", "")
        value = bare.str.replace(r"^(?:00)?86(.{9,})$", "$1").str.replace("^0+", "")
    return value
