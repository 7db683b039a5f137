"""Rows of `vod/watch` as visits: one a row, with no times, since a row says only how long.

Equal rows are kept: a row has no id, so a second viewing cannot be told from a copy. Who `userId` is depends on
the integration, which fills it with free text: the account's `user_id_is` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

import msgspec
import polars as pl

from reporter.model import Issue, Text
from reporter.tables import TEXT, Tables
from reporter.vendors.base import Walk
from reporter.vendors.grammar import Column, Shape
from reporter.vendors.plain import DURATION, RATIO, TEXT_AS_IT_STANDS
from reporter.vendors.portion import PLACES, REPLY, WALK
from reporter.vendors.rows import Listing, Reading, read_rows
from reporter.vendors.talkcloud.account import TalkcloudAccount, UserIdIs
from reporter.vendors.talkcloud.calls import null_lists, rows_of

#: fields of a row and their types (`grammar`); another is new. The page prints assetId as text and as a number
FIELDS = {
    **dict.fromkeys(("userId", "userName", "videoTitle", "visitRadio"), "t"),
    **dict.fromkeys(("assetId", "visitTime"), "tw"),
}
#: what TalkCloud can give
COLUMNS = frozenset(
    {
        *(f"rooms.{name}" for name in ("title", "kind")),
        *(f"viewers.{name}" for name in ("viewer_id", "name", "phone", "email", "external_id")),
        *(f"visits.{name}" for name in ("viewer_id", "mode", "watch_seconds", "completion_ratio")),
    }
)
_SHAPE = Shape(
    FIELDS,
    (
        Column("video", "assetId", TEXT_AS_IT_STANDS),
        Column("title", "videoTitle", TEXT_AS_IT_STANDS),
        Column("viewer_id", "userId", TEXT_AS_IT_STANDS),
        Column("name", "userName", TEXT_AS_IT_STANDS),
        Column("watch_seconds", "visitTime", DURATION),
        Column("completion_ratio", "visitRadio", RATIO),
    ),
)

_MOBILE = r"(?:\+?86[ -]?)?1[3-9][0-9]{9}|\+[0-9][0-9 -]{6,17}"
#: what both regex engines are to take for a blank
_BLANK = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_ADDRESS = rf"[^@{_BLANK}]+@[^@{_BLANK}]+\.[^@{_BLANK}.]+"
_FREE_TEXT = rf"[{_BLANK}\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
#: columns of `viewers` that a userId may be the key of
_KEYS = ("phone", "email", "external_id")

_OTHER_VIDEO = Text(
    "厂商按标题也会匹配，属于其他视频的行未采用", "the vendor matches titles too; rows of other videos are not used"
)
_NO_VIEWER = Text("观看记录没有 userId，不与任何人合并", "a row has no userId: it joins nobody")
_NOT_SEEN = Text(
    "该视频在所查时间内没有观看记录", "nobody watched this video in the time asked for, as far as the vendor says"
)


class _Data(TypedDict, total=False):
    data: list[msgspec.Raw] | None


class Envelope(TypedDict, total=False):
    """A page, its rows undecoded."""

    result: Any
    data: _Data


WATCH_ROWS = Listing(Envelope, lambda body: (rows_of(body),), (_SHAPE,), absent=null_lists)


def read_watch(walks: Sequence[Walk], _as_of: datetime) -> tuple[Tables, list[list[Issue]]]:
    """Return rooms, viewers and visits of videos; rows of other videos are counted in an issue and left out."""
    reading = read_rows(walks, WATCH_ROWS)
    rows = _of_the_video(reading)
    reading.note(rows.filter(pl.col("viewer_id").is_null()), "no-viewer-id", _NO_VIEWER, level="info")
    tables = {
        "rooms": reading.table("rooms", _rooms(reading, rows)),
        "viewers": reading.table("viewers", _viewers(reading, rows), of_room=False),
        "visits": reading.table("visits", rows.with_columns(mode=pl.lit("vod"))),
    }
    return tables, reading.issues()


def column_of(user_id: str, user_id_is: UserIdIs) -> str | None:
    """Return the column of `viewers` that a userId is a key of, None where it is a name or cannot be told.

    auto: a mobile number, an address, else an external id, unless CJK or blanks show that it is free text.
    """
    if user_id_is != "auto":
        return user_id_is if user_id_is in _KEYS else None
    if re.fullmatch(_MOBILE, user_id):
        return "phone"
    if re.fullmatch(_ADDRESS, user_id):
        return "email"
    return None if re.search(_FREE_TEXT, user_id) else "external_id"


def key_column(user_id: pl.Expr, user_id_is: pl.Expr) -> pl.Expr:
    """Return what `column_of` says, for whole columns."""
    told = (
        pl.when(user_id.str.contains(f"^(?:{_MOBILE})$"))
        .then(pl.lit("phone"))
        .when(user_id.str.contains(f"^(?:{_ADDRESS})$"))
        .then(pl.lit("email"))
        .when(~user_id.str.contains(_FREE_TEXT))
        .then(pl.lit("external_id"))
    )
    return pl.when(user_id_is == "auto").then(told).when(user_id_is.is_in(_KEYS)).then(user_id_is)


def _of_the_video(reading: Reading) -> pl.DataFrame:
    """Return the rows of the video that was asked for; others are counted in an issue."""
    (rows,) = reading.frames
    asked = pl.Series([walk.pull.room for walk in reading.walks], dtype=TEXT)[rows[WALK]]
    same = rows["video"].eq_missing(asked)
    reading.note(rows.filter(~same), "other-video", _OTHER_VIDEO, level="info")
    return rows.filter(same).drop("video")


def _rooms(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    """Return a row a walk, of the first row that has a title."""
    seen = rows[WALK].unique().to_list()
    rooms = reading.one_a_walk(rows.drop_nulls("title").select(*PLACES, "title"))
    reading.note_walks(rooms.filter(~pl.col(WALK).is_in(seen)), "not-watched", _NOT_SEEN, name="assetId")
    return rooms.with_columns(kind=pl.lit("vod"))


def _viewers(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a viewer and reply, with the first name that the reply gives."""
    told = [
        walk.pull.options.user_id_is if isinstance(walk.pull.options, TalkcloudAccount) else "auto"
        for walk in reading.walks
    ]
    viewers = (
        rows.drop_nulls("viewer_id")
        .group_by(REPLY, "viewer_id", maintain_order=True)
        .agg(pl.col(WALK, "row_no").first(), pl.col("name").first(ignore_nulls=True))
    )
    meant = viewers.with_columns(pl.Series("is", told, TEXT)[viewers[WALK]])
    return meant.with_columns(key=key_column(pl.col("viewer_id"), pl.col("is"))).with_columns(
        *(pl.when(pl.col("key") == name).then("viewer_id").alias(name) for name in _KEYS),
        name=pl.when(pl.col("is") == "name").then(pl.coalesce("name", "viewer_id")).otherwise("name"),
    )
