"""Visits from a room's log (ListUserBehaviorDataAPIV2): a visit for each pair of JoinAt and LeaveAt.

The row's own durations are no visit's: they are of the row as a whole, their units are not documented, and they
count playing and the page apart. They stand beside its visits to be reconciled with. Phones and external ids
are left to ListAccountUserData, whose fields are the ones that match.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from reporter.model import Issue, Pull, Reply, Text
from reporter.tables import Row, Tables, frame
from reporter.vendors.parse import instant, seconds, text
from reporter.vendors.row import Item
from reporter.vendors.volcengine import fields
from reporter.vendors.volcengine.calls import LOG
from reporter.vendors.volcengine.item import joined, listed, record, take_from, viewer_id, walk_items
from reporter.vendors.volcengine.read_viewers import ANONYMOUS

_NO_JOIN = Text(
    "观看记录没有进入时间，无法归入周期，未采用", "a visit without a time of joining belongs to no period; not used"
)
_SURPLUS = Text(
    "离开时间多于进入时间，多出的未采用", "there are more times of leaving than of joining; the surplus is not used"
)
_BACKWARDS = Text("离开早于进入，离开时间按空值处理", "a visit ends before it begins; its end is taken as null")


def read_log(pull: Pull, replies: Sequence[Reply], _as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return `visits`, whose mode is left to whoever knows the live spans, and `viewers` with their names."""
    rows, problems = walk_items(LOG, replies, pull)
    known = [(row, row.expect(fields.LOG_ROW).take(viewer_id, "UserId")) for row in rows]
    for row, one in known:
        if one is None:
            row.note("anonymous-viewer", ANONYMOUS, level="info")
    tables = {
        "viewers": frame("viewers", _viewers(known)),
        "visits": frame("visits", [visit for row, one in known for visit in _visits(pull, row, one)]),
    }
    return tables, problems.issues()


def _viewers(known: Sequence[tuple[Item, str | None]]) -> list[Row]:
    """Return one row a viewer and reply, with the first name that the reply gives."""
    rows: dict[tuple[str, str], Row] = {}
    for item, one in known:
        if one is not None:
            row = rows.setdefault((item.reply.reply_id, one), {**item.source(room_id=None), "viewer_id": one})
            row["name"] = row.get("name") or item.take(text, "UserName")
    return list(rows.values())


def _visits(pull: Pull, row: Item, one: str | None) -> Iterator[Row]:
    joins, leaves = row.take(listed, "JoinAt") or [], row.take(listed, "LeaveAt") or []
    if len(leaves) > len(joins):
        row.note("surplus-leaving", _SURPLUS)
    common = {
        **row.source(room_id=pull.room),
        "viewer_id": one,
        "device": row.take(joined, "UserDevice") or row.take(text, "Os"),
        "client": row.take(text, "ClientType"),
        "ip": row.take(text, "IP"),
        "location": row.take(text, "Region"),
        **_of_the_row(row, len(joins)),
    }
    times = [_times(row, join, leave) for join, leave in zip(joins, [*leaves, *[None] * len(joins)], strict=False)]
    if not times or any(at is None for at, _ in times):
        row.note("visit-without-join", _NO_JOIN)
    for at, left in times:
        if at is not None:
            watched = None if left is None else (left - at).total_seconds()
            yield {**common, "joined_at": at, "left_at": left, "watch_seconds": watched}


def _of_the_row(row: Item, visits: int) -> Row:
    """Return what the row says of all its visits together: how many, what was played of them, and the page's time."""
    played = row.take(record, "VideoViewDuration")
    total = None if played is None else take_from(row, seconds, played.get("Total"), "VideoViewDuration.Total")
    return {"row_visits": visits, "row_play_seconds": total, "row_page_seconds": row.take(seconds, "ViewDuration")}


def _times(row: Item, join: object, leave: object) -> tuple[datetime | None, datetime | None]:
    """Return one pair of instants; an end before the beginning is none."""
    at, left = take_from(row, instant, join, "JoinAt"), take_from(row, instant, leave, "LeaveAt")
    if at is not None and left is not None and left < at:
        row.note("left-before-joining", _BACKWARDS)
        return at, None
    return at, left
