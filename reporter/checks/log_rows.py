"""Volcengine's visit log against itself: what a row says of its visits together, and what their times come to.

Only rows all of whose visits are in the report are compared: of one that reaches into another period, or whose
viewer is still there, the visits are not all known. The units are not documented; seconds are assumed.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Held, Rule, room_column, room_of, seconds
from reporter.model import Finding, Outcome, Text
from reporter.tables import MICRO, PLACE, micro

_ROW = [*PLACE, "reply_id", "row_no"]
_PLAYED_MORE = Text(
    "有记录的播放时长超过其进入到离开的时长",
    "some rows say that more was played than lies between their times of joining and leaving",
)
_STAYED_MORE = Text(
    "有记录的进入到离开超过其页面停留时长",
    "some rows' times of joining and leaving lie further apart than the time on the page that they say",
)
_PLAYED_LESS = Text(
    "观看按进入到离开计，平台另计播放；播放较短，差额在页面停留时长之内",
    "visits last from joining to leaving, the platform counts playing apart: it is shorter, "
    "within the time on the page",
)


def _find(rule: Rule, held: Held) -> Iterator[Finding]:
    """Yield a finding a room: what was played by the rows' own count (expected), and what their times come to."""
    rooms = held.tables["rooms"].select(PLACE).unique(maintain_order=True)
    by_room = _rows(held.tables["visits"]).group_by(PLACE).agg(pl.col("ours", "theirs").sum(), pl.col("^is_.*$").any())
    for row in rooms.join(by_room, on=PLACE, how="inner", validate="1:1", maintain_order="left").iter_rows(named=True):
        verdict, why = _ending(row)
        where = room_of(row["vendor"], row["account"], row["room_id"])
        yield rule.finding(where, seconds(row["theirs"]), seconds(row["ours"]), verdict, why)


def _rows(visits: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that can be compared, each once, in whole microseconds, and how their sides differ."""
    rows = (
        visits.filter(pl.col("row_play_seconds").is_not_null(), pl.col("watch_seconds").is_not_null())
        .group_by(_ROW)
        .agg(
            micro("watch_seconds").sum().alias("ours"),
            micro("row_play_seconds").first().alias("theirs"),
            micro("row_page_seconds").first().alias("page"),
            pl.col("row_visits").first(),
            pl.len().alias("known"),
        )
        .filter(pl.col("known") == pl.col("row_visits"))
    )
    # times of joining and leaving are whole seconds, each cut on its own
    ours, theirs, allowed = pl.col("ours"), pl.col("theirs"), pl.col("row_visits") * MICRO
    return rows.with_columns(
        is_played_more=theirs > ours + allowed,
        is_stayed_more=(ours > pl.max_horizontal("page", "theirs") + allowed).fill_null(value=False),
        is_played_less=theirs < ours - allowed,
    )


def _offending(held: Held) -> pl.DataFrame:
    rows = _rows(held.tables["visits"])
    unexplained = pl.col("is_played_more") | pl.col("is_stayed_more")
    times = (
        (pl.col(column) / MICRO).alias(name)
        for column, name in {"ours": "stay_seconds", "theirs": "row_play_seconds", "page": "row_page_seconds"}.items()
    )
    return (
        rows.filter(unexplained | pl.col("is_played_less"))
        .select(room_column(), unexplained.alias(UNEXPLAINED), "room_id", *times, "row_visits", "reply_id", "row_no")
        .sort("room_id", "reply_id", "row_no")
    )


def _ending(row: dict[str, object]) -> tuple[Outcome, Text]:
    if row["is_played_more"]:
        return "unexplained", _PLAYED_MORE
    if row["is_stayed_more"]:
        return "unexplained", _STAYED_MORE
    return ("explained", _PLAYED_LESS) if row["is_played_less"] else ("agrees", EQUAL)


RULE = Rule(
    "volcengine-log",
    Text("火山引擎：观看记录的进出时间与其自报时长", "Volcengine: times of the visit log against its own durations"),
    _find,
    _offending,
)
