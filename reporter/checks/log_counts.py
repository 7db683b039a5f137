"""What Volcengine's list counts of a viewer in a room, against the rows of the room's log; both are of all times.

A viewer whom the log does not have, or of whom a row does not give the count, is held against nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Held, Rule, room_column, room_of
from reporter.checks.sides import LOG_REACH, begun_of
from reporter.model import Finding, Outcome, Text
from reporter.tables import PLACE, Tables

_DIFFER = Text(
    "观众列表与观看记录的次数不一致，报告采用列表的数",
    "the list of viewers and the visit log count differently; the report shows what the list says",
)
_REACH = Text(
    "房间 90 天前已开播，观看记录只能查到近 90 天，列表从房间开始累计",
    "the room was live more than 90 days ago: its log reaches back no further, the list counts from the beginning",
)
_MOVES = Text(
    "观看记录多于列表的观众尚未离开或刚离开，列表稍后才计入",
    "whom the log counts more of is still there or has just left: the list counts that a little later",
)


def _find(rule: Rule, held: Held, *, column: str) -> Iterator[Finding]:
    """Yield a finding a room: what the list counts (expected), what the log's rows come to (found)."""
    by_room = (
        _judged(held.tables, column)
        .group_by(PLACE, maintain_order=True)
        .agg(pl.col(column, f"log_{column}").sum(), pl.col("is_wrong", "is_old", "is_moving").any())
    )
    for row in by_room.iter_rows(named=True):
        where = room_of(row["vendor"], row["account"], row["room_id"])
        yield rule.finding(where, str(row[column]), str(row[f"log_{column}"]), *_ending(row))


def _judged(tables: Tables, column: str) -> pl.DataFrame:
    """Return the viewers of whom both speak, with how their counts differ."""
    listed, logged = pl.col(column), pl.col(f"log_{column}")
    both = (
        tables["activity"]
        .filter(listed.is_not_null(), logged.is_not_null())
        .join(begun_of(tables["rooms"]), on=PLACE, how="left", validate="m:1", maintain_order="left")
    )
    reaches_back = (pl.col("begun") < pl.col("as_of") - LOG_REACH).fill_null(value=False)
    is_old = (logged < listed) & reaches_back
    is_moving = (logged > listed) & pl.col("log_moves").fill_null(value=False)
    return both.with_columns(is_old=is_old, is_moving=is_moving, is_wrong=(listed != logged) & ~is_old & ~is_moving)


def _rows(held: Held, *, column: str) -> pl.DataFrame:
    shown = ("room_id", "viewer_id", column, f"log_{column}", "reply_id", "row_no")
    differing = _judged(held.tables, column).filter(pl.col(column) != pl.col(f"log_{column}"))
    return differing.select(room_column(), pl.col("is_wrong").alias(UNEXPLAINED), *shown)


def _ending(row: dict[str, object]) -> tuple[Outcome, Text]:
    if row["is_wrong"]:
        return "unexplained", _DIFFER
    if row["is_old"]:
        return "explained", _REACH
    return ("explained", _MOVES) if row["is_moving"] else ("agrees", EQUAL)


def _rule(column: str, zh: str, en: str) -> Rule:
    label = Text(f"火山引擎：观看记录与观众列表的{zh}", f"Volcengine: visit log against the list of viewers, {en}")
    return Rule(
        f"volcengine-log-{column.replace('_', '-')}",
        label,
        partial(_find, column=column),
        partial(_rows, column=column),
    )


RULES = (
    _rule("comments", "评论数", "comments"),
    _rule("likes", "点赞数", "likes"),
    _rule("sign_ins", "签到数", "sign-ins"),
)
