"""Visits and counts from one viewer's tracks (GetAccountUserTrackData), in every room of the account.

What the reply says of the viewer as a whole (sums, interactions, payments) spans rooms that may be another
client's, and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from reporter.model import Issue, Pull, Reply, Text
from reporter.tables import Row, Tables, frame
from reporter.vendors.parse import count, instant, money, seconds, text
from reporter.vendors.row import Item
from reporter.vendors.volcengine import fields
from reporter.vendors.volcengine.calls import TRACK
from reporter.vendors.volcengine.item import listed, walk_items

_MODES = (("live", "WatchDurationLive"), ("replay", "WatchDurationReplay"))
_NO_JOIN = Text(
    "足迹没有进入时间，无法归入周期，未采用", "a track without a time of joining belongs to no period; not used"
)
_NO_ROOM = Text("足迹没有直播间 ID", "a track names no room")
_UNWATCHED = Text("足迹没有直播或回放的观看时长，不算一次观看", "a track without seconds of live or replay is no visit")

N = TypeVar("N", int, Decimal)


def read_track(pull: Pull, replies: Sequence[Reply], as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return `visits`, one a track and mode with seconds, and `activity`, one row a room.

    Several tracks of one room stay several visits, and their counts are summed like their seconds.
    """
    tracks, problems = walk_items(TRACK, replies, pull)
    placed = [(track, _room(track.expect(fields.TRACK))) for track in tracks]
    rooms: dict[str | None, list[Item]] = {}
    for track, room_id in placed:
        rooms.setdefault(room_id, []).append(track)
    tables = {
        "visits": frame("visits", [visit for track, room_id in placed for visit in _visits(pull, track, room_id)]),
        "activity": frame("activity", [_activity(pull, room_id, rows, as_of) for room_id, rows in rooms.items()]),
    }
    return tables, problems.issues()


def _room(track: Item) -> str | None:
    room_id = track.take(text, "ActivityId")
    if room_id is None:
        track.note("track-without-room", _NO_ROOM)
    return room_id


def _visits(pull: Pull, track: Item, room_id: str | None) -> Iterator[Row]:
    joined_at = track.take(instant, "JoinTime")
    watched = [(mode, spent) for mode, name in _MODES if (spent := track.take(seconds, name))]
    if not watched:
        track.note("track-unwatched", _UNWATCHED, level="info")
    elif joined_at is None:
        track.note("visit-without-join", _NO_JOIN)
    for mode, spent in watched if joined_at else ():
        yield {
            **track.source(room_id=room_id),
            "viewer_id": pull.param("UserId"),
            "mode": mode,
            "joined_at": joined_at,
            "watch_seconds": spent,
        }


def _activity(pull: Pull, room_id: str | None, tracks: Sequence[Item], as_of: datetime) -> Row:
    """Return the room's counts twice: to fill what the list leaves out, and to be held against what it says."""
    counts: Row = {
        "comments": _total(tracks, count, "CommentCount"),
        "sign_ins": _total(tracks, count, "CheckInCount"),
        "lottery_wins": _total(tracks, _prizes, "LotteryAwards"),
        "paid_amount": _total(tracks, money, "PayAmount"),
    }
    return {
        **tracks[0].source(room_id=room_id),
        "viewer_id": pull.param("UserId"),
        "as_of": as_of,
        **counts,
        **{f"track_{name}": counts[name] for name in ("comments", "sign_ins", "paid_amount")},
    }


def _total(tracks: Sequence[Item], parser: Callable[[object], N | None], name: str) -> N | None:
    """Return the sum of a field over a room's tracks as far as it is known, None where nothing is."""
    known = [number for track in tracks if (number := track.take(parser, name)) is not None]
    return sum(known[1:], start=known[0]) if known else None


def _prizes(value: object) -> int | None:
    """Return how many prizes are named; none named is not none won."""
    return len(listed(value)) or None
