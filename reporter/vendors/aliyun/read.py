"""Rows of DescribeVodMediaPlayData as plays: a media on the day that was asked for.

Only plays in the vendor's own player are counted, so no row is not "nobody watched". `PlayDurationPerUv` is per
play in the vendor's own example (2400 s, 5 viewers, 20 plays, 120 s): its averages stand beside, ours come from sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reporter.model import Issue, Pull, Reply, Text
from reporter.tables import Row, Tables, frame
from reporter.vendors.aliyun.calls import play_date
from reporter.vendors.parse import Problems, count, ratio, seconds, text
from reporter.vendors.row import Item, items, source

_FIELDS = "VideoTitle VideoDuration MediaId DAU PlaySuccessVv PlayDurationPerUv PlayDuration PlayPerVv"
FIELDS = frozenset(_FIELDS.split())
#: what Aliyun can give
COLUMNS = frozenset(
    {
        *(f"rooms.{name}" for name in ("title", "kind", "duration_seconds")),
        *(f"plays.{name}" for name in ("title", "day", "media_seconds", "viewers", "plays", "play_seconds")),
        *(f"plays.{name}" for name in ("vendor_seconds_per_viewer", "vendor_plays_per_viewer")),
    }
)

_OTHER_MEDIA = Text("回复中有其他媒资的行，未采用", "the reply has rows of other media; they are not used")
_NO_PLAYS = Text(
    "该媒资当天没有播放数据（只统计阿里云播放器 SDK 的播放）",
    "no plays of this media on this day (only plays in Aliyun's own player are counted)",
)


def read_plays(pull: Pull, replies: Sequence[Reply], _as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return rooms and plays of a media on a day; a day without data is no row and an issue."""
    problems = Problems(pull)
    found = [
        item.expect(FIELDS)
        for reply in replies
        for item in items(problems.decode(reply)["QoeInfoList"], reply, problems)
    ]
    rows = [item for item in found if _is_of(pull, item)]
    if not rows:
        problems.note("no-plays", "QoeInfoList", _NO_PLAYS, where=replies[0].reply_id, level="info")
    plays = [_play(pull, item) for item in rows]
    tables = {"rooms": frame("rooms", [_room(pull, replies, plays)]), "plays": frame("plays", plays)}
    return tables, problems.issues()


def _is_of(pull: Pull, item: Item) -> bool:
    same = item.take(text, "MediaId") == pull.room
    if not same:
        item.note("other-media", _OTHER_MEDIA)
    return same


def _room(pull: Pull, replies: Sequence[Reply], plays: Sequence[Row]) -> Row:
    if not plays:
        return {**source(pull, replies[0], None, room_id=pull.room), "kind": "vod"}
    play = plays[0]
    kept = {name: play[name] for name in ("vendor", "account", "room_id", "reply_id", "row_no", "title")}
    return {**kept, "kind": "vod", "duration_seconds": play["media_seconds"]}


def _play(pull: Pull, item: Item) -> Row:
    return {
        **item.source(room_id=pull.room),
        "title": item.take(text, "VideoTitle"),
        "day": play_date(pull),
        "media_seconds": item.take(seconds, "VideoDuration"),
        "viewers": item.take(count, "DAU"),
        "plays": item.take(count, "PlaySuccessVv"),
        "play_seconds": item.take(seconds, "PlayDuration"),
        "vendor_seconds_per_viewer": item.take(seconds, "PlayDurationPerUv"),
        "vendor_plays_per_viewer": item.take(ratio, "PlayPerVv"),
    }
