"""The requests of the six calls, unsigned; ids go out as JSON numbers with all their digits.

A request depends on the pull's endpoint, room, parameters and cursor, and on nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx

from reporter.errors import UnknownItemError
from reporter.model import Pull
from reporter.vendors.base import Cursor, place
from reporter.vendors.volcengine.account import DEFAULT_URL
from reporter.vendors.volcengine.auth import canonical_query
from reporter.vendors.volcengine.calls import LOG, ROOM, SEARCH, SPANS, TRACK, VIEWERS, Call

ROOMS_A_PAGE = 100
VIEWERS_A_PAGE = 1000
VISITS_A_PAGE = 500

Value = int | str


def room(pull: Pull, _cursor: Cursor) -> httpx.Request:
    """Ask for a room's facts and who is online; never for NeedActStreamMsg, which returns stream keys."""
    wanted = {"NeedActMsg": 1, "NeedActBasicMsg": 1, "NeedRealTimeOnlineNumber": 1}
    return _request(pull, ROOM, {"ActivityId": _room_id(pull), **wanted})


def spans(pull: Pull, _cursor: Cursor) -> httpx.Request:
    """Ask when a room was really live."""
    return _request(pull, SPANS, {"ActivityId": _room_id(pull)})


def search(pull: Pull, cursor: Cursor) -> httpx.Request:
    """Ask for rooms that start at or after LiveTime, locked ones too; there is no upper end to ask for.

    SortBy stays unsaid, since its values are not documented.
    """
    values: dict[str, Value] = {"PageNo": cursor.page, "PageItemCount": ROOMS_A_PAGE, "IsLockPreview": -1}
    values["LiveTime"] = int(pull.param("LiveTime"))
    if pull.param("Name"):
        values["Name"] = pull.param("Name")
    return _request(pull, SEARCH, values)


def viewers(pull: Pull, cursor: Cursor) -> httpx.Request:
    """Ask for the viewers of a room; the vendor's token is "init" at first and dies after 3 minutes."""
    token = cursor.token or "init"
    return _request(pull, VIEWERS, {"PageToken": token, "PageSize": VIEWERS_A_PAGE, "ActivityId": _room_id(pull)})


def log(pull: Pull, cursor: Cursor) -> httpx.Request:
    """Ask for a room's whole log of the last 90 days, without StartTime and EndTime.

    Those compare one entry and one exit a row, and a row holds many: rows that came before the period and
    come again in it, or leave after it, would be lost. Reading cuts to the period.
    """
    values: dict[str, Value] = {"ActivityId": _room_id(pull), "PageNo": cursor.page, "PageItemCount": VISITS_A_PAGE}
    values |= {"IsMerge": 0, "IsMergeUserId": 0}
    if cursor.token:
        values["ScrollId"] = cursor.token
    return _request(pull, LOG, values)


def track(pull: Pull, cursor: Cursor) -> httpx.Request:
    """Ask for one viewer's tracks in every room.

    Paging is not in the manual, only in the Python SDK: the first request says nothing of it, the next
    ones PageNo and the ScrollId that came, and never a page size, so that pages stay the vendor's own.
    """
    values: dict[str, Value] = {"UserId": _number("UserId", pull.param("UserId"))}
    if cursor.page > 1:
        values["PageNo"] = cursor.page
    if scroll := cursor.token.partition(":")[2]:
        values["ScrollId"] = scroll
    return _request(pull, TRACK, values)


def _room_id(pull: Pull) -> int:
    return _number("room", pull.room or "")


def _number(name: str, digits: str) -> int:
    if not (digits.isascii() and digits.isdecimal()):
        raise UnknownItemError(f"{name} {digits!r} is no id of this vendor, whose ids are digits")
    return int(digits)


def _request(pull: Pull, call: Call, values: Mapping[str, Value]) -> httpx.Request:
    public = {"Action": call.name, "Version": call.version}
    in_query = {**public, **values} if call.method == "GET" else public
    query = canonical_query((name, str(value)) for name, value in in_query.items())
    base = place(pull, DEFAULT_URL)
    if call.method == "GET":
        return httpx.Request("GET", f"{base}/?{query}")
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return httpx.Request("POST", f"{base}/?{query}", content=body, headers={"Content-Type": "application/json"})
