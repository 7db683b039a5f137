"""Aliyun 点播: plays of a media a day, thirty days back.

account   the keys of a config       auth    the V3 signature, and RPC 1.0
calls     what is asked, by page     errors  what a reply means that is no data
read      rows of a page -> rows of `reporter.tables`
"""

from __future__ import annotations

from reporter.vendors.aliyun import calls
from reporter.vendors.aliyun.account import AliyunAccount
from reporter.vendors.aliyun.auth import AliyunAuth
from reporter.vendors.aliyun.errors import RETRIES, check
from reporter.vendors.aliyun.read import COLUMNS, PLAY_ROWS, read_plays
from reporter.vendors.base import Endpoint, Vendor, nothing_follows
from reporter.vendors.rows import read_one

__all__ = ["ALIYUN", "AliyunAccount", "AliyunAuth"]

#: "past 30 days" on the page of DescribeVodMediaPlayData
WINDOW_DAYS = 30

_PLAYS = Endpoint(
    name=calls.ACTION,
    rate=5.0,  # the vendor documents no limit for this call
    request=calls.media_play_data,
    next_cursor=calls.next_page,
    rows=calls.row_count,
    items=calls.rows_of,
    claimed=calls.total,
    follow=nothing_follows,
    read=read_one(read_plays),
    read_many=read_plays,
    window_days=WINDOW_DAYS,
    by_day=True,
    rereads_first=True,
    listing=PLAY_ROWS,
)

ALIYUN = Vendor(
    name=calls.NAME,
    label="阿里云点播",
    account=AliyunAccount,
    room_key="media",
    default_url=calls.default_url(),
    auth=AliyunAuth,
    check=check,
    retries=RETRIES,
    endpoints={_PLAYS.name: _PLAYS},
    start=calls.start,
    window_days=WINDOW_DAYS,
    settled_at=calls.settled_at,
    capabilities=COLUMNS,
)
