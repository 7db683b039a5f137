"""TalkCloud 拓课云 点播: who watched how much of a video, by page.

account   the keys of a config       auth    the six headers
calls     what is asked, by page     errors  what a reply means that is no data
read      rows of a page -> rows of `reporter.tables`
"""

from __future__ import annotations

from reporter.vendors.base import Endpoint, Vendor, nothing_follows
from reporter.vendors.rows import read_one
from reporter.vendors.talkcloud import calls
from reporter.vendors.talkcloud.account import TalkcloudAccount
from reporter.vendors.talkcloud.auth import TalkcloudAuth
from reporter.vendors.talkcloud.errors import RETRIES, check
from reporter.vendors.talkcloud.read import COLUMNS, WATCH_ROWS, read_watch

__all__ = ["TALKCLOUD", "TalkcloudAccount", "TalkcloudAuth"]

_WATCH = Endpoint(
    name=calls.WATCH,
    rate=2.0,  # the vendor documents no limit
    request=calls.watch,
    next_cursor=calls.next_page,
    rows=calls.row_count,
    claimed=calls.total,
    follow=nothing_follows,
    read=read_one(read_watch),
    read_many=read_watch,
    items=calls.rows_of,
    rereads_first=True,
    listing=WATCH_ROWS,
)

TALKCLOUD = Vendor(
    name=calls.NAME,
    label="拓课云点播",
    account=TalkcloudAccount,
    room_key="video",
    default_url=calls.DEFAULT_URL,
    auth=TalkcloudAuth,
    check=check,
    retries=RETRIES,
    endpoints={_WATCH.name: _WATCH},
    start=calls.start,
    settled_at=calls.settled_at,
    capabilities=COLUMNS,
)
