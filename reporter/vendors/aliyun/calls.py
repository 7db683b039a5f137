"""Aliyun's call DescribeVodMediaPlayData: one walk a media and day.

Its rows carry no date, so each walk asks one PlayDate, a calendar day of UTC+8. MediaId is always sent: without
it the vendor answers with everybody's media.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import httpx

from reporter.errors import ProtocolError
from reporter.model import Match, Period, Pull, Room
from reporter.vendors.aliyun.account import AliyunAccount
from reporter.vendors.aliyun.auth import canonical_query
from reporter.vendors.base import Body, Cursor, place
from reporter.vendors.faults import wrong_page
from reporter.vendors.parse import count, named_no_list

NAME = "aliyun"
ACTION = "DescribeVodMediaPlayData"
VERSION = "2017-03-21"
REGION = "cn-shanghai"
PAGE_SIZE = 100
#: the vendor's day begins at midnight here
ZONE = timezone(timedelta(hours=8))
#: yesterday's figures are there from this time on (the page of the older statistics calls)
READY = time(9)


def default_url(region: str = REGION) -> str:
    """Return where a region is served."""
    return f"https://vod.{region}.aliyuncs.com"


def start(
    account: str, options: AliyunAccount, rooms: Sequence[Room], _matches: Sequence[Match], period: Period
) -> Sequence[Pull]:
    """Return a walk a media and day, the newest day first, whose title then is the one that a report shows."""
    return [
        Pull(NAME, account, ACTION, options, period, room=room.room_id, params=(("PlayDate", f"{day:%Y%m%d}"),))
        for room in rooms
        for day in reversed(days(room.period))
    ]


def days(period: Period) -> list[date]:
    """Return the days of UTC+8 that start in a period."""
    first = period.start.astimezone(ZONE)
    day = first.date() if first.time() == time(0) else first.date() + timedelta(days=1)
    found = []
    while datetime.combine(day, time(0), ZONE) < period.end:
        found.append(day)
        day += timedelta(days=1)
    return found


def play_date(pull: Pull) -> date:
    """Return the day that a pull asks for."""
    return date.fromisoformat(pull.param("PlayDate"))


def media_play_data(pull: Pull, cursor: Cursor) -> httpx.Request:
    """Ask for one page of a media's plays on a day; ordered, since the order is not documented otherwise."""
    region = pull.options.region if isinstance(pull.options, AliyunAccount) else REGION
    query = canonical_query(
        [
            *pull.params,
            ("MediaId", pull.room or ""),
            ("PageNo", str(cursor.page)),
            ("PageSize", str(PAGE_SIZE)),
            ("OrderName", "PlaySuccessVv"),
            ("OrderType", "DESC"),
        ]
    )
    headers = {"Accept": "application/json", "x-acs-action": ACTION, "x-acs-version": VERSION}
    return httpx.Request("POST", f"{place(pull, default_url(region))}/?{query}", headers=headers)


def next_page(body: Body, cursor: Cursor) -> Cursor | None:
    """Return the next page, None where the pages so far hold TotalCount rows or a page is empty.

    Raises `WrongPageError` for another page, or another size of page, than was asked for.
    """
    page, size, total = (_counted(body, name) for name in ("PageNo", "PageSize", "TotalCount"))
    if (page, size) != (cursor.page, PAGE_SIZE):
        raise wrong_page(cursor.page, page if page != cursor.page else f"{page} of {size} rows", body.get("RequestId"))
    return Cursor(page + 1) if page * size < total and body["QoeInfoList"] else None


def rows_of(body: Body) -> list[Any]:
    """Return a page's rows; null is none."""
    rows: list[Any] | None = body["QoeInfoList"]
    return rows or []


def null_lists(body: Body) -> list[str]:
    """Return the name of the list of rows where it is null."""
    return named_no_list(body, "QoeInfoList")


def row_count(body: Body) -> int:
    """Return how many rows a page has."""
    return len(rows_of(body))


def total(body: Body) -> int:
    """Return how many rows the vendor says the whole walk has."""
    return _counted(body, "TotalCount")


def settled_at(_period: Period, day: str | None) -> datetime:
    """Return the instant from which a day's figures are final: 09:00 UTC+8 of the day after."""
    asked = date.fromisoformat(day) if day else _period.end.astimezone(ZONE).date() - timedelta(days=1)
    return datetime.combine(asked + timedelta(days=1), READY, ZONE)


def _counted(body: Body, name: str) -> int:
    try:
        number = count(body.get(name))
    except ValueError:
        number = None
    if number is None or number < 0:
        raise ProtocolError(f"{name} is no number", status=200, request_id=str(body.get("RequestId", "")))
    return number
