"""Rows of DescribeVodMediaPlayData as plays: a media on the day that was asked for.

Only plays in the vendor's own player are counted, so no row is not "nobody watched". `PlayDurationPerUv` is per
play in the vendor's own example (2400 s, 5 viewers, 20 plays, 120 s): its averages stand beside, ours come from sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

import msgspec
import polars as pl

from reporter.model import Issue, Text
from reporter.tables import TEXT, Tables
from reporter.vendors.aliyun.calls import null_lists, play_date, rows_of
from reporter.vendors.base import Walk
from reporter.vendors.grammar import Column, Shape
from reporter.vendors.plain import DURATION, DURATION_TOGETHER, NUMBER, TEXT_AS_IT_STANDS, WHOLE
from reporter.vendors.portion import PLACES, WALK
from reporter.vendors.rows import Listing, Reading, read_rows

#: fields of a row and their types (`grammar`); another is new. Counts come as 5.0
FIELDS = {
    **dict.fromkeys(("VideoTitle", "MediaId"), "t"),
    **dict.fromkeys(("VideoDuration", "DAU", "PlaySuccessVv", "PlayDurationPerUv", "PlayDuration", "PlayPerVv"), "n"),
}
#: what Aliyun can give
COLUMNS = frozenset(
    {
        *(f"rooms.{name}" for name in ("title", "kind", "duration_seconds")),
        *(f"plays.{name}" for name in ("title", "day", "media_seconds", "viewers", "plays", "play_seconds")),
        *(f"plays.{name}" for name in ("vendor_seconds_per_viewer", "vendor_plays_per_viewer")),
    }
)
_SHAPE = Shape(
    FIELDS,
    (
        Column("media", "MediaId", TEXT_AS_IT_STANDS),
        Column("title", "VideoTitle", TEXT_AS_IT_STANDS),
        Column("media_seconds", "VideoDuration", DURATION),
        Column("viewers", "DAU", WHOLE),
        Column("plays", "PlaySuccessVv", WHOLE),
        Column("play_seconds", "PlayDuration", DURATION_TOGETHER),
        Column("vendor_seconds_per_viewer", "PlayDurationPerUv", DURATION),
        Column("vendor_plays_per_viewer", "PlayPerVv", NUMBER),
    ),
)

_OTHER_MEDIA = Text("回复中有其他媒资的行，未采用", "the reply has rows of other media; they are not used")
_NO_PLAYS = Text(
    "该媒资当天没有播放数据（只统计阿里云播放器 SDK 的播放）",
    "no plays of this media on this day (only plays in Aliyun's own player are counted)",
)


class Envelope(TypedDict, total=False):
    """A page, its rows undecoded."""

    QoeInfoList: list[msgspec.Raw] | None


PLAY_ROWS = Listing(Envelope, lambda body: (rows_of(body),), (_SHAPE,), absent=null_lists)


def read_plays(walks: Sequence[Walk], _as_of: datetime) -> tuple[Tables, list[list[Issue]]]:
    """Return rooms and plays of media, each on a day; a day without data is no row and an issue."""
    reading = read_rows(walks, PLAY_ROWS)
    plays = _of_the_media(reading)
    rooms = reading.one_a_walk(plays.select(*PLACES, "title", "media_seconds"))
    reading.note_walks(rooms.filter(pl.col("row_no").is_null()), "no-plays", _NO_PLAYS, name="QoeInfoList")
    days = pl.Series("day", [play_date(walk.pull) for walk in walks], pl.Date())
    tables = {
        "rooms": reading.table("rooms", rooms.with_columns(kind=pl.lit("vod"), duration_seconds="media_seconds")),
        "plays": reading.table("plays", plays.with_columns(days[plays[WALK]])),
    }
    return tables, reading.issues()


def _of_the_media(reading: Reading) -> pl.DataFrame:
    """Return the rows of the media that was asked for; others are counted in an issue."""
    (rows,) = reading.frames
    asked = pl.Series([walk.pull.room for walk in reading.walks], dtype=TEXT)[rows[WALK]]
    same = rows["media"].eq_missing(asked)
    reading.note(rows.filter(~same), "other-media", _OTHER_MEDIA)
    return rows.filter(same).drop("media")
