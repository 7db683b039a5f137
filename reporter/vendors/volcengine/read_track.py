"""Visits and counts from viewers' tracks (GetAccountUserTrackData), in every room of the account.

What a reply says of the viewer as a whole (sums, interactions, payments) spans rooms that may be another
client's, and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from reporter.model import Issue, Pull, Text
from reporter.tables import TEXT, Tables, known_sum
from reporter.vendors.base import Body, Walk
from reporter.vendors.portion import PLACES, REPLY, ROW, WALK
from reporter.vendors.rows import Reading, read_rows
from reporter.vendors.volcengine.calls import TRACK, items_of
from reporter.vendors.volcengine.item import viewer_id
from reporter.vendors.volcengine.listing import TRACK_ROWS

_NO_JOIN = Text(
    "足迹没有进入时间，无法归入周期，未采用", "a track without a time of joining belongs to no period; not used"
)
_NO_ROOM = Text("足迹没有直播间 ID", "a track names no room")
_OTHER = Text("足迹属于另一位观众，未采用", "a track is another viewer's than the one asked for; not used")
_UNWATCHED = Text("足迹没有直播或回放的观看时长，不算一次观看", "a track without seconds of live or replay is no visit")

#: columns of seconds, one a mode
_MODES = ("live", "replay")


def is_of_viewer(pull: Pull, body: Body) -> bool:
    """Say whether all tracks of a reply are the viewer's that was asked for; one that names nobody is."""
    return not any(_names_another(row.get("UserId"), pull.param("UserId")) for row in items_of(TRACK, body))


def _names_another(told: object, asked: str) -> bool:
    try:
        return viewer_id(told) not in {None, asked}
    except ValueError:
        return True


def read_track(walks: Sequence[Walk], as_of: datetime) -> tuple[Tables, list[list[Issue]]]:
    """Return `visits`, one a track and mode with seconds, and `activity`, one row a room.

    Several tracks of one room stay several visits, and their counts are summed like their seconds.
    """
    reading = read_rows(walks, TRACK_ROWS)
    (rows,) = reading.frames
    viewers = pl.Series("viewer_id", [walk.pull.param("UserId") for walk in walks], TEXT)
    tracks = rows.with_columns(viewers[rows[WALK]])
    is_other = (pl.col("told_id") != pl.col("viewer_id")).fill_null(value=False)
    reading.note(tracks.filter(is_other), "track-of-another", _OTHER)
    tracks = tracks.filter(~is_other)
    reading.note(tracks.filter(pl.col("room_id").is_null()), "track-without-room", _NO_ROOM)
    tables = {
        "visits": reading.table("visits", _visits(reading, tracks)),
        "activity": reading.table("activity", _activity(reading, tracks).with_columns(as_of=pl.lit(as_of))),
    }
    return tables, reading.issues()


def _visits(reading: Reading, tracks: pl.DataFrame) -> pl.DataFrame:
    watched = pl.any_horizontal((pl.col(mode) > 0).fill_null(value=False) for mode in _MODES)
    timeless = pl.col("joined_at").is_null()
    reading.note(tracks.filter(~watched), "track-unwatched", _UNWATCHED, level="info")
    reading.note(tracks.filter(watched & timeless), "visit-without-join", _NO_JOIN)
    return (
        tracks.filter(watched & ~timeless)
        .unpivot(
            list(_MODES),
            index=[*PLACES, "room_id", "viewer_id", "joined_at"],
            variable_name="mode",
            value_name="watch_seconds",
        )
        .filter(pl.col("watch_seconds") > 0)
        .sort(REPLY, ROW, "mode")
    )


def _activity(reading: Reading, tracks: pl.DataFrame) -> pl.DataFrame:
    """Return the sums of each room's tracks as far as they are known; no prize named is not none won.

    Some stand there twice: to fill what the list leaves out, and to be held against what it says.
    """
    prizes = pl.col("prizes").list.len().cast(pl.Int64)
    won = tracks.with_columns(lottery_wins=pl.when(prizes > 0).then(prizes))
    reading.tell_sums("activity", won)
    counted = ("comments", "sign_ins", "lottery_wins", "paid_amount")
    summed = won.group_by(WALK, "room_id", maintain_order=True).agg(
        pl.col(REPLY, ROW, "viewer_id").first(), *(known_sum(pl.col(name)).alias(name) for name in counted)
    )
    return summed.with_columns(pl.col(name).alias(f"track_{name}") for name in ("comments", "sign_ins", "paid_amount"))
