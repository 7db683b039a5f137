"""Where each walk goes on, and where it has ended: by the vendor's own word, never by a short page."""

from __future__ import annotations

from reporter.errors import ProtocolError
from reporter.vendors.base import Body, Cursor
from reporter.vendors.faults import wrong_page
from reporter.vendors.parse import count
from reporter.vendors.volcengine.calls import LOG, SEARCH, TRACK, VIEWERS, Call, items_of, result_of, total_of
from reporter.vendors.volcengine.requests import ROOMS_A_PAGE

#: ListActivityAPI reaches the 10,000 rooms that start nearest to now, and no further (docs/3019/100055)
ROOMS_REACHED = 10_000
FINISH = "finish"


def next_search(body: Body, cursor: Cursor) -> Cursor | None:
    """Go on until as many rooms came as there are; the cursor's token counts those that came.

    Raises `WrongPageError` for a PageNo other than the one asked for.
    """
    _refuse_other(SEARCH, "PageNo", body, cursor, {cursor.page})
    found, total = len(items_of(SEARCH, body)), total_of(SEARCH, body)
    seen = int(cursor.token or 0) + found
    is_counted = total is not None and seen >= total
    is_last = is_counted or not found or cursor.page * ROOMS_A_PAGE >= ROOMS_REACHED
    return None if is_last else Cursor(cursor.page + 1, str(seen))


def next_viewers(body: Body, cursor: Cursor) -> Cursor | None:
    """Go on with the token that came until it is "finish"; an empty page ends a walk whose rows are counted.

    By token no PageNumber is asked for, and its manual page no longer has one: 0, 1 and the page's own number are
    echoes of nothing, any other raises `WrongPageError`.
    """
    _refuse_other(VIEWERS, "PageNumber", body, cursor, {0, 1, cursor.page})
    token = result_of(VIEWERS, body).get("PageToken")
    if not token:  # the end is what the token says, so that a reply without one proves nothing
        raise ProtocolError("the reply has no PageToken", status=200)
    is_last = token == FINISH or (not items_of(VIEWERS, body) and total_of(VIEWERS, body) is not None)
    return None if is_last else Cursor(cursor.page + 1, str(token))


def next_log(body: Body, cursor: Cursor) -> Cursor | None:
    """Go on with the ScrollId that came, pages counted 1, 2, 3, until Data is empty."""
    scroll = result_of(LOG, body).get("ScrollId") or cursor.token
    return Cursor(cursor.page + 1, str(scroll)) if items_of(LOG, body) else None


def next_track(body: Body, cursor: Cursor) -> Cursor | None:
    """Go on until as many tracks came as the reply counts; the cursor's token is `seen:ScrollId`.

    The total may be missing: then a ScrollId leads on until no tracks come. A reply with neither is of the manual's
    kind, which knows no pages: it is whole.
    """
    before, _, scroll = cursor.token.partition(":")
    found, total = len(items_of(TRACK, body)), total_of(TRACK, body)
    seen, scroll = int(before or 0) + found, str(result_of(TRACK, body).get("ScrollId") or scroll)
    is_last = not scroll if total is None else seen >= total
    return None if is_last or not found else Cursor(cursor.page + 1, f"{seen}:{scroll}")


def _refuse_other(call: Call, name: str, body: Body, cursor: Cursor, right: set[int]) -> None:
    """Raise `WrongPageError` where a reply echoes a page that was not asked for; it need not echo any."""
    page = count(result_of(call, body).get(name))
    if page is not None and page not in right:
        raise wrong_page(cursor.page, page, body["ResponseMetadata"].get("RequestId"))
