"""Rows of `vod/watch` as visits: one a row, with no times, since a row says only how long.

Equal rows are kept: a row has no id, so a second viewing cannot be told from a copy. Who `userId` is depends on
the integration, which fills it with free text: the account's `user_id_is` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from reporter.model import Issue, Pull, Reply, Text
from reporter.tables import Row, Tables, frame
from reporter.vendors.parse import Problems, ratio, seconds, text
from reporter.vendors.row import Item, items, source
from reporter.vendors.talkcloud.account import TalkcloudAccount, UserIdIs
from reporter.vendors.talkcloud.calls import rows_of

FIELDS = frozenset({"userId", "userName", "assetId", "videoTitle", "visitTime", "visitRadio"})
#: what TalkCloud can give
COLUMNS = frozenset(
    {
        *(f"rooms.{name}" for name in ("title", "kind")),
        *(f"viewers.{name}" for name in ("viewer_id", "name", "phone", "email", "external_id")),
        *(f"visits.{name}" for name in ("viewer_id", "mode", "watch_seconds", "completion_ratio")),
    }
)

_MOBILE = re.compile(r"(\+?86[ -]?)?1[3-9]\d{9}|\+\d[\d -]{6,17}", re.ASCII)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_FREE_TEXT = re.compile(r"\s|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_COLUMN = {"phone": "phone", "email": "email", "external_id": "external_id"}

_OTHER_VIDEO = Text(
    "厂商按标题也会匹配，属于其他视频的行未采用", "the vendor matches titles too; rows of other videos are not used"
)
_NO_VIEWER = Text("观看记录没有 userId，不与任何人合并", "a row has no userId: it joins nobody")
_NOT_SEEN = Text(
    "该视频在所查时间内没有观看记录", "nobody watched this video in the time asked for, as far as the vendor says"
)


def read_watch(pull: Pull, replies: Sequence[Reply], _as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return rooms, viewers and visits of one video; rows of other videos are counted in an issue and left out."""
    problems = Problems(pull)
    found = [
        item.expect(FIELDS) for reply in replies for item in items(rows_of(problems.decode(reply)), reply, problems)
    ]
    rows = [item for item in found if _is_of(pull, item)]
    tables = {
        "rooms": frame("rooms", [_room(pull, replies, rows, problems)]),
        "viewers": frame("viewers", _viewers(rows, _user_id_is(pull))),
        "visits": frame("visits", [_visit(item) for item in rows]),
    }
    return tables, problems.issues()


def column_of(user_id: str, user_id_is: UserIdIs) -> str | None:
    """Return the column of `viewers` that a userId is a key of, None where it is a name or cannot be told.

    auto: a mobile number, an address, else an external id, unless CJK or blanks show that it is free text.
    """
    if user_id_is != "auto":
        return _COLUMN.get(user_id_is)
    if _MOBILE.fullmatch(user_id):
        return "phone"
    if _ADDRESS.fullmatch(user_id):
        return "email"
    return None if _FREE_TEXT.search(user_id) else "external_id"


def _is_of(pull: Pull, item: Item) -> bool:
    same = item.take(text, "assetId") == pull.room
    if not same:
        item.note("other-video", _OTHER_VIDEO, level="info")
    return same


def _user_id_is(pull: Pull) -> UserIdIs:
    return pull.options.user_id_is if isinstance(pull.options, TalkcloudAccount) else "auto"


def _room(pull: Pull, replies: Sequence[Reply], rows: Sequence[Item], problems: Problems) -> Row:
    titled = next((item for item in rows if item.body.get("videoTitle")), None)
    if not rows:
        problems.note("not-watched", "assetId", _NOT_SEEN, where=replies[0].reply_id, level="info")
    where = titled.source(room_id=pull.room) if titled else source(pull, replies[0], None, room_id=pull.room)
    return {**where, "kind": "vod", "title": titled.take(text, "videoTitle") if titled else None}


def _viewers(rows: Sequence[Item], user_id_is: UserIdIs) -> list[Row]:
    """Return one row a viewer and reply, with the first name that the reply gives."""
    found: dict[tuple[str, str], Row] = {}
    for item in rows:
        user_id = item.take(text, "userId")
        if user_id is None:
            item.note("no-viewer-id", _NO_VIEWER, level="info")
            continue
        row = found.setdefault((item.reply.reply_id, user_id), _viewer(item, user_id, user_id_is))
        row["name"] = row["name"] or item.take(text, "userName")
    for row in found.values() if user_id_is == "name" else ():
        row["name"] = row["name"] or row["viewer_id"]
    return list(found.values())


def _viewer(item: Item, user_id: str, user_id_is: UserIdIs) -> Row:
    column = column_of(user_id, user_id_is)
    key: Row = {column: user_id} if column else {}
    return {**item.source(room_id=None), "viewer_id": user_id, "name": None, **key}


def _visit(item: Item) -> Row:
    return {
        **item.source(room_id=item.problems.pull.room),
        "viewer_id": item.take(text, "userId"),
        "mode": "vod",
        "watch_seconds": item.take(seconds, "visitTime"),
        "completion_ratio": item.take(ratio, "visitRadio"),
    }
