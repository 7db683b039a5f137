"""TalkCloud's vod/watch: how completely each viewer watched, 20 rows a page.

http://document.talk-cloud.com/vod/statistics/9API. How the real token is made is not documented; the
sandbox's own is `token_for`, so that a static token and a callable can both be tried against it.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from reporter.sandbox.calls import Answered, Asked, Body, RefusalError
from reporter.sandbox.limits import Limit, Limiter
from reporter.sandbox.rooms import Room
from reporter.sandbox.visits import Visit, order
from reporter.sandbox.world import World

CALL = "vod/watch"
PATH = "/vod/webapi/statistics/vod/watch"
#: not documented; reporter's default is what the sandbox holds it to
LIMIT = Limit(2, 1)
PER_PAGE = 20
_SECONDS_DIGITS = 10


@dataclass(frozen=True, slots=True)
class TalkCloud:
    """One enterprise of TalkCloud; `keys` are the enterprise keys that exist."""

    world: World
    limiter: Limiter
    keys: frozenset[str]

    def answer(self, asked: Asked) -> Answered:
        """Answer one request; errors are `result` codes inside a 200, but for throttling."""
        key, query = asked.request.headers.get("tk-authkey", ""), asked.query
        room = query.get("videoInfo", "")
        try:
            self._admit(asked, key)
            data = self._page(asked, query)
        except RefusalError as refusal:
            result = int(refusal.code)
            return Answered(
                CALL,
                {"result": result, "data": [], "msg": refusal.message},
                refusal.status,
                refusal.code,
                key,
                room,
            )
        return Answered(CALL, {"result": 0, "data": data, "msg": "成功"}, key=key, room=room)

    def _admit(self, asked: Asked, key: str) -> None:
        headers = asked.request.headers
        if asked.request.method != "GET":
            raise RefusalError(405, "-1", "请求方式错误")
        if not key:
            raise RefusalError(200, "4101", "企业id必填")
        if key not in self.keys:
            raise RefusalError(200, "4102", "企业id错误")
        made_at = headers.get("timestamp", "")
        if not made_at.isdecimal() or len(made_at) != _SECONDS_DIGITS:
            raise RefusalError(200, "4004", "时间格式错误")
        if headers.get("version") != "v2" or headers.get("tk-token") != token_for(key, made_at):
            raise RefusalError(200, "4109", "auth不正确")
        if self.limiter.take(LIMIT, "talkcloud", key, CALL):
            raise RefusalError(429, "-1", "请求过于频繁")

    def _page(self, asked: Asked, query: Mapping[str, str]) -> Body:
        start, end = _instant(query, "startTime", 0), _instant(query, "endTime", asked.fresh)
        if start > end:
            raise RefusalError(200, "4005", "时间设置错误")
        page = query.get("page", "1")
        if not page.isdecimal() or int(page) < 1:
            raise RefusalError(200, "-1", "参数错误")
        rows = self._rows(asked.fresh, query, start, end)
        first = (int(page) - 1) * PER_PAGE
        return {
            "total": len(rows),
            "per_page": PER_PAGE,
            "current_page": int(page),
            "last_page": -(-len(rows) // PER_PAGE),
            "data": [_row(visit, room) for visit, room in rows[first : first + PER_PAGE]],
        }

    def _rows(self, now: int, query: Mapping[str, str], start: int, end: int) -> list[tuple[Visit, Room]]:
        """Return the visits that began in the window, by start; `videoInfo` matches an id or a title."""
        wanted, viewer = query.get("videoInfo", ""), query.get("userId", "")
        rows = [
            (visit, room)
            for room in self.world.rooms("talkcloud", now)
            if not wanted or wanted in (room.room_id, room.title)
            for visit in self.world.seen(room, now)
            if start <= visit.joined <= end and visit.left <= now and viewer in ("", visit.viewer.viewer_id)
        ]
        return sorted(rows, key=lambda row: order(row[0]))


def token_for(key: str, made_at: str) -> str:
    """Return the token of an enterprise key and a time in seconds: 28 bytes as base64, as in the vendor's sample."""
    return b64encode(hashlib.sha224(f"sandbox {key} {made_at}".encode()).digest()).decode()


def _instant(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or len(text) != _SECONDS_DIGITS:
        raise RefusalError(200, "4004", "时间格式错误")
    return int(text)


def _row(visit: Visit, room: Room) -> dict[str, str]:
    minutes, seconds = divmod(visit.seconds, 60)
    return {
        "userId": visit.viewer.viewer_id,
        "userName": visit.viewer.name,
        "assetId": room.room_id,
        "videoTitle": room.title,
        "visitTime": f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}",
        "visitRadio": f"{round(100 * visit.seconds / room.seconds)}%",
    }
