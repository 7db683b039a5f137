"""Volcengine 企业直播: six calls, signed with V4, in one record.

follow     first pulls, rooms that a search found, viewers that tracks need
calls      version, method and rate of each call, and where a reply keeps its items
requests   what is asked          paging   where a walk goes on
auth       the signature          errors   what a reply means that is no data
item       one object of a reply  read_*   objects -> rows of `reporter.tables`
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import httpx

from reporter.model import Issue, Period, Pull, Reply
from reporter.tables import ACTIVITY_COUNTS, Tables
from reporter.vendors.base import (
    SETTLE,
    Body,
    Cursor,
    Endpoint,
    ReadMany,
    Vendor,
    leads_nowhere,
    no_claim,
    nothing_follows,
    one_page,
    says_nothing,
)
from reporter.vendors.rows import Listing, read_one
from reporter.vendors.volcengine import follow, paging, requests
from reporter.vendors.volcengine.account import DEFAULT_URL, NAME, VolcengineAccount
from reporter.vendors.volcengine.auth import VolcengineAuth
from reporter.vendors.volcengine.calls import (
    LOG,
    ROOM,
    SEARCH,
    SPANS,
    TRACK,
    VIEWERS,
    Call,
    JsonObject,
    listed,
    row_count,
    total_of,
)
from reporter.vendors.volcengine.errors import RETRIES, check, server_time
from reporter.vendors.volcengine.listing import COUNTS, LOG_ROWS, TRACK_ROWS, VIEWER_ROWS
from reporter.vendors.volcengine.read_log import read_log
from reporter.vendors.volcengine.read_room import is_about, read_room, read_search, read_spans
from reporter.vendors.volcengine.read_track import is_of_viewer, read_track
from reporter.vendors.volcengine.read_viewers import read_viewers

__all__ = ["VOLCENGINE", "VolcengineAccount", "VolcengineAuth"]

#: the log of visits reaches 90 days back (docs/3019/167660)
WINDOW_DAYS = 90
#: stream keys: never asked for, and never stored if they come all the same
_STREAM_KEYS = (("Result", "ActStreamMsg"),)


def _endpoint(  # noqa: PLR0913 - what tells one call from another
    call: Call,
    request: Callable[[Pull, Cursor], httpx.Request],
    read: Callable[[Pull, Sequence[Reply], datetime], tuple[Tables, list[Issue]]],
    *,
    read_many: ReadMany | None = None,
    next_cursor: Callable[[Body, Cursor], Cursor | None] = one_page,
    follow: Callable[[Pull, Sequence[Body]], Sequence[Pull]] = nothing_follows,
    scrub: tuple[tuple[str, ...], ...] = (),
    is_about: Callable[[Pull, Body], bool] = says_nothing,
    window_days: int | None = None,
    leads_to: Callable[[Pull], tuple[str, ...]] = leads_nowhere,
    fits_a_page: bool = False,
    row_id: Callable[[JsonObject], str | None] | None = None,
    has_sure_ids: bool = False,
    needs_ids: bool = False,
    rereads_first: bool = False,
    reaches: int | None = None,
    listing: Listing | None = None,
) -> Endpoint:
    return Endpoint(
        call.name,
        call.rate,
        request,
        next_cursor,
        rows=partial(row_count, call),
        claimed=partial(total_of, call) if call.total else no_claim,
        follow=follow,
        read=read,
        read_many=read_many,
        scrub=scrub,
        is_about=is_about,
        window_days=window_days,
        leads_to=leads_to,
        fits_a_page=fits_a_page,
        items=partial(listed, call),
        row_id=row_id,
        has_sure_ids=has_sure_ids,
        needs_ids=needs_ids,
        rereads_first=rereads_first,
        reaches=reaches,
        listing=listing,
    )


def _settled_at(period: Period, _day: str | None) -> datetime:
    """Return the instant from which replies about a period are final: 12 hours after its end."""
    return period.end_utc + SETTLE


_ENDPOINTS = (
    _endpoint(ROOM, requests.room, read_room, scrub=_STREAM_KEYS, is_about=is_about),
    _endpoint(SPANS, requests.spans, read_spans),
    _endpoint(
        SEARCH,
        requests.search,
        read_search,
        next_cursor=paging.next_search,
        follow=follow.follow_search,
        leads_to=follow.calls_of_a_room,
        row_id=follow.id_of_room,
        has_sure_ids=True,
        needs_ids=True,
        rereads_first=True,  # a room deleted and another made between two requests leave the total as it was
        reaches=paging.ROOMS_REACHED,
    ),
    _endpoint(
        VIEWERS,
        requests.viewers,
        read_one(read_viewers),
        read_many=read_viewers,
        listing=VIEWER_ROWS,
        next_cursor=paging.next_viewers,
        follow=follow.follow_viewers,
        leads_to=follow.calls_of_a_viewer,
        row_id=follow.id_of_viewer,
        has_sure_ids=True,
    ),
    _endpoint(
        LOG,
        requests.log,
        read_one(read_log),
        read_many=read_log,
        listing=LOG_ROWS,
        next_cursor=paging.next_log,
        window_days=WINDOW_DAYS,
        row_id=follow.whole_row,
    ),
    _endpoint(
        TRACK,
        requests.track,
        read_one(read_track),
        read_many=read_track,
        listing=TRACK_ROWS,
        next_cursor=paging.next_track,
        is_about=is_of_viewer,
        fits_a_page=True,
        row_id=follow.whole_row,
        rereads_first=True,
    ),
)

_COLUMNS = {
    "rooms": "title kind status scheduled_at started_at ended_at duration_seconds url tags owner live_spans",
    "viewers": "viewer_id name phone email external_id company location log_phone log_external_id",
    "visits": (
        "viewer_id mode joined_at left_at watch_seconds device client ip location "
        "row_visits row_play_seconds row_page_seconds row_comments row_likes row_sign_ins"
    ),
    "activity": " ".join(
        (
            "viewer_id as_of paid_amount pay_count track_comments track_sign_ins track_paid_amount",
            *(name for name in ACTIVITY_COUNTS if name in COUNTS),
        )
    ),
    "viewer_totals": "viewer_id as_of watch_seconds live_seconds replay_seconds page_seconds",
    "popularity": "at online_real online_virtual",
}

VOLCENGINE = Vendor(
    name=NAME,
    label="火山引擎企业直播",
    account=VolcengineAccount,
    room_key="room",
    default_url=DEFAULT_URL,
    auth=VolcengineAuth,
    check=check,
    retries=RETRIES,
    endpoints={endpoint.name: endpoint for endpoint in _ENDPOINTS},
    start=follow.start,
    window_days=WINDOW_DAYS,
    settled_at=_settled_at,
    server_time=server_time,
    capabilities=frozenset(f"{table}.{column}" for table, columns in _COLUMNS.items() for column in columns.split()),
)
