"""Where each walk goes on, and where it has ended: by the vendor's own word, never by a short page."""

from __future__ import annotations

from reporter.vendors.base import Body, Cursor
from reporter.vendors.volcengine.calls import LOG, SEARCH, TRACK, VIEWERS, items_of, result_of, total_of
from reporter.vendors.volcengine.requests import ROOMS_A_PAGE

#: ListActivityAPI reaches the 10,000 rooms that start nearest to now, and no further (docs/3019/100055)
ROOMS_REACHED = 10_000
FINISH = "finish"


def next_search(body: Body, cursor: Cursor) -> Cursor | None:
    """Go on until as many rooms came as there are; the cursor's token counts those that came."""
    found, total = len(items_of(SEARCH, body)), total_of(SEARCH, body)
    seen = int(cursor.token or 0) + found
    is_counted = total is not None and seen >= total
    is_last = is_counted or not found or cursor.page * ROOMS_A_PAGE >= ROOMS_REACHED
    return None if is_last else Cursor(cursor.page + 1, str(seen))


def next_viewers(body: Body, cursor: Cursor) -> Cursor | None:
    """Go on with the token that came until it is "finish"; an empty page ends a walk whose token never is."""
    token = str(result_of(VIEWERS, body).get("PageToken") or FINISH)
    return None if token == FINISH or not items_of(VIEWERS, body) else Cursor(cursor.page + 1, token)


def next_log(body: Body, cursor: Cursor) -> Cursor | None:
    """Go on with the ScrollId that came, pages counted 1, 2, 3, until Data is empty."""
    scroll = result_of(LOG, body).get("ScrollId") or cursor.token
    return Cursor(cursor.page + 1, str(scroll)) if items_of(LOG, body) else None


def next_track(body: Body, cursor: Cursor) -> Cursor | None:
    """Go on where the reply counts more tracks than came; the cursor's token is `seen:ScrollId`."""
    before, _, scroll = cursor.token.partition(":")
    found = len(items_of(TRACK, body))
    seen = int(before or 0) + found
    if not found or seen >= (total_of(TRACK, body) or 0):
        return None
    return Cursor(cursor.page + 1, f"{seen}:{result_of(TRACK, body).get('ScrollId') or scroll}")
