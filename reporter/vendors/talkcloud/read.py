"""Rows of `vod/watch` as visits: one a row, with no times, since a row says only how long.

Equal rows are kept: a row has no id, so a second viewing cannot be told from a copy. Who `userId` is depends on
the integration, which fills it with free text: the account's `user_id_is` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

import msgspec
import polars as pl

from reporter.keys import NOTHING, stands_for_none, tidy_email
from reporter.model import Issue, Text
from reporter.phones import to_e164
from reporter.tables import TEXT, Tables
from reporter.vendors.base import Walk
from reporter.vendors.grammar import Column, Shape
from reporter.vendors.plain import DURATION, RATIO, TEXT_AS_IT_STANDS
from reporter.vendors.portion import PLACES, REPLY, WALK
from reporter.vendors.rows import Listing, Reading, read_rows
from reporter.vendors.talkcloud.account import TalkcloudAccount
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

#: what is a phone though it is plain digits, which are mostly an id, or begins as a number of any country does
_DIALLED = r"^(?:(?:86)?1[3-9][0-9]{9}|\+[0-9][0-9 -]{6,17})$"
_DIGITS = r"^[0-9]+$"
_MOBILE_DIGITS = 11
_MAINLAND_MOBILE = r"^\+861[3-9][0-9]{9}$"
_PLUS = r"^[(（\[]?\+"
_FREE_TEXT = r"[\s\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
#: columns of `viewers` that a userId may be the key of
_KEYS = ("phone", "email", "external_id")

_OTHER_VIDEO = Text(
    "厂商按标题也会匹配，属于其他视频的行未采用", "the vendor matches titles too; rows of other videos are not used"
)
_NO_VIEWER = Text(
    "观看记录没有 userId（为空，或是 -、null 一类占位），不与任何人合并",
    "a row has no userId (nothing, or what stands for it: -, null and the like): it joins nobody",
)
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
    is_nobody = _no_viewer(rows, _meant(reading, rows))
    rows = rows.with_columns(viewer_id=pl.when(~is_nobody).then("viewer_id"))
    reading.note(rows.filter(pl.col("viewer_id").is_null()), "no-viewer-id", _NO_VIEWER, level="info")
    tables = {
        "rooms": reading.table("rooms", _rooms(reading, rows)),
        "viewers": reading.table("viewers", _viewers(reading, rows), of_room=False),
        "visits": reading.table("visits", rows.with_columns(mode=pl.lit("vod"))),
    }
    return tables, reading.issues()


def key_column(user_ids: pl.Series, user_id_is: pl.Series) -> pl.Series:
    """Return the column of `viewers` that each userId is a key of, null where it is a name or cannot be told.

    auto: a phone that nobody can take for anything else, an address, else an external id, unless CJK or blanks
    inside show that it is free text. Blanks around it and full-width signs make no other userId of it. Plain digits
    are a phone as a mainland mobile alone; digits with joints are one if they read as a mobile, or after a plus.
    """
    folded = _folded(user_ids)
    told = pl.DataFrame({"id": folded, "meant": user_id_is, "line": _jointed(folded)})
    text, line = pl.col("id"), pl.col("line")
    is_line = line.str.contains(_MAINLAND_MOBILE) | (line.is_not_null() & text.str.contains(_PLUS))
    looks = (
        pl.when(text.str.contains(_DIALLED) | is_line.fill_null(value=False))
        .then(pl.lit("phone"))
        .when(tidy_email(text).is_not_null())
        .then(pl.lit("email"))
        .when(~text.str.contains(_FREE_TEXT))
        .then(pl.lit("external_id"))
    )
    meant = pl.col("meant")
    return told.select(key=pl.when(meant == "auto").then(looks).when(meant.is_in(_KEYS)).then(meant))["key"]


def _folded(user_ids: pl.Series) -> pl.Series:
    return user_ids.str.normalize("NFKC").str.strip_chars()


def _jointed(folded: pl.Series) -> pl.Series:
    """Return the phones that more than digits spell, in E.164: what has too few digits is not worth reading."""
    text = pl.col("text")
    is_long = text.str.count_matches("[0-9]") >= _MOBILE_DIGITS
    may_be = ~text.str.contains(_DIGITS) & (is_long | text.str.contains(_PLUS))
    return to_e164(pl.DataFrame({"text": folded}).select(pl.when(may_be).then(text))["text"])


def _no_viewer(rows: pl.DataFrame, meant: pl.Series) -> pl.Series:
    """Return which rows have nobody's userId: a name may be Nan, an id may not."""
    user_id = pl.col("viewer_id")
    is_blank = user_id.str.strip_chars().is_in(NOTHING)
    is_none = pl.when(meant == "name").then(is_blank).otherwise(stands_for_none(user_id))
    return rows.select(none=is_none)["none"]


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
    viewers = (
        rows.drop_nulls("viewer_id")
        .group_by(REPLY, "viewer_id", maintain_order=True)
        .agg(pl.col(WALK, "row_no").first(), pl.col("name").first(ignore_nulls=True))
    )
    meant = _meant(reading, viewers)
    user_ids = viewers["viewer_id"]
    key, folded = key_column(user_ids, meant), _folded(user_ids)
    spelled = {"phone": folded, "email": folded, "external_id": user_ids.str.strip_chars()}
    return viewers.with_columns(
        *(pl.when(key == name).then(spelled[name]).alias(name) for name in _KEYS),
        name=pl.when(meant == "name").then(pl.coalesce("name", "viewer_id")).otherwise("name"),
    )


def _meant(reading: Reading, rows: pl.DataFrame) -> pl.Series:
    """Return what the account of each row says that its userId is."""
    told = [
        walk.pull.options.user_id_is if isinstance(walk.pull.options, TalkcloudAccount) else "auto"
        for walk in reading.walks
    ]
    return pl.Series("is", told, TEXT)[rows[WALK]]
