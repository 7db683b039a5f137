"""Quanshi 全时 云直播: one event in one reply, behind a token that two calls fetch.

account   the keys of a config       auth   headers and token
calls     what is asked and follows  errors what a reply means that is no data
read      the reply's three lists -> rows of `reporter.tables`
"""

from __future__ import annotations

from reporter.vendors.base import Endpoint, Vendor, no_claim, nothing_follows, one_page
from reporter.vendors.quanshi import calls
from reporter.vendors.quanshi.account import QuanshiAccount
from reporter.vendors.quanshi.auth import QuanshiAuth
from reporter.vendors.quanshi.errors import RETRIES, check, server_time
from reporter.vendors.quanshi.read import COLUMNS, REPORT_ROWS, read_details, read_nothing
from reporter.vendors.rows import read_one

__all__ = ["QUANSHI", "QuanshiAccount", "QuanshiAuth"]

#: the vendor documents no limit
RATE = 2.0

_ENDPOINTS = (
    Endpoint(
        name=calls.SEARCH,
        rate=RATE,
        request=calls.search,
        next_cursor=one_page,
        rows=calls.no_rows,
        claimed=no_claim,
        follow=calls.follow_search,
        read=read_nothing,
    ),
    Endpoint(
        name=calls.TOKEN,
        rate=RATE,
        request=calls.create_token,
        next_cursor=one_page,
        rows=calls.no_rows,
        claimed=no_claim,
        follow=calls.follow_token,
        read=read_nothing,
        grants=calls.granted,
        scrub=(("data", "token"),),
    ),
    Endpoint(
        name=calls.DETAILS,
        rate=RATE,
        request=calls.details,
        next_cursor=one_page,
        rows=calls.row_count,
        claimed=no_claim,
        follow=nothing_follows,
        read=read_one(read_details),
        read_many=read_details,
        is_about=calls.is_about,
        listing=REPORT_ROWS,
    ),
)

QUANSHI = Vendor(
    name=calls.NAME,
    label="全时云直播",
    account=QuanshiAccount,
    room_key="room",
    default_url=calls.DEFAULT_URL,
    auth=QuanshiAuth,
    check=check,
    retries=RETRIES,
    endpoints={endpoint.name: endpoint for endpoint in _ENDPOINTS},
    start=calls.start,
    settled_at=calls.settled_at,
    server_time=server_time,
    capabilities=COLUMNS,
)
