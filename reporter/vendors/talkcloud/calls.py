"""TalkCloud's call `vod/watch`: what is asked, and where its pages end.

The vendor matches `videoInfo` against titles as well as ids, so other videos may come: `read` leaves them out.
Rows have no id and no time, pages no size that can be asked for: the counts of the reply are all there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from reporter.errors import ProtocolError
from reporter.model import Match, Period, Pull, Room
from reporter.vendors.base import SETTLE, Account, Body, Cursor, place
from reporter.vendors.faults import wrong_page
from reporter.vendors.parse import count, named_no_list
from reporter.vendors.talkcloud.errors import NO_DATA, result_of

NAME = "talkcloud"
DEFAULT_URL = "https://global.talk-cloud.net"
WATCH = "vod/watch"
_FAMILY = "/vod/webapi"


def start(
    account: str, options: Account, rooms: Sequence[Room], _matches: Sequence[Match], _period: Period
) -> Sequence[Pull]:
    """Return a walk a video and window; the last second asked for is the one before the period's end."""
    return [
        Pull(NAME, account, WATCH, options, room.period, room=room.room_id, params=_window(room.period))
        for room in rooms
    ]


def watch(pull: Pull, cursor: Cursor) -> httpx.Request:
    """Ask for one page of the watching of one video in the pull's window."""
    base = place(pull, DEFAULT_URL).removesuffix(_FAMILY)
    query = urlencode([*pull.params, ("page", str(cursor.page)), ("videoInfo", pull.room or "")], quote_via=quote)
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    return httpx.Request("GET", f"{base}{_FAMILY}/statistics/vod/watch?{query}", headers=headers)


def next_page(body: Body, cursor: Cursor) -> Cursor | None:
    """Return the next page, None at the last one by the vendor's counts or where a page is empty.

    Raises `WrongPageError` for another page than the one asked for, `ProtocolError` for counts that are none.
    """
    if result_of(body) == NO_DATA or not rows_of(body):
        return None
    if (page := _counted(body, "current_page")) != cursor.page:
        raise wrong_page(cursor.page, page)
    return Cursor(cursor.page + 1) if cursor.page < _counted(body, "last_page") else None


def rows_of(body: Body) -> list[Any]:
    """Return a page's rows; a reply that says "no data" (4105) has none, whatever stands in its data, nor has null."""
    rows: list[Any] | None = None if result_of(body) == NO_DATA else body["data"]["data"]
    return rows or []


def null_lists(body: Body) -> list[str]:
    """Return the name of the list of rows where it is null, and nothing says that there are none."""
    return [] if result_of(body) == NO_DATA else named_no_list(body["data"], "data")


def row_count(body: Body) -> int:
    """Return how many rows a page has, those of other videos included."""
    return len(rows_of(body))


def total(body: Body) -> int:
    """Return how many rows the vendor says the whole walk has, those of other videos included."""
    return 0 if result_of(body) == NO_DATA else _counted(body, "total")


def settled_at(period: Period, _day: str | None) -> datetime:
    """Return the instant from which replies about a period are final: 12 hours after its end."""
    return period.end_utc + SETTLE


def _window(period: Period) -> tuple[tuple[str, str], ...]:
    last = period.end_utc - timedelta(seconds=1)
    return ("startTime", str(int(period.start_utc.timestamp()))), ("endTime", str(int(last.timestamp())))


def _counted(body: Body, name: str) -> int:
    """Return one of the paginator's numbers, which may come as text; raises `ProtocolError` for what is no number."""
    try:
        number = count(body["data"].get(name))
    except ValueError:
        number = None
    if number is None or number < 0:
        raise ProtocolError(f"data.{name} is no number", status=200)
    return number
