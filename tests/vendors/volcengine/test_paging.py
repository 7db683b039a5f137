"""Where each walk goes on, and where it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.errors import ProtocolError, WrongPageError
from reporter.vendors.base import Cursor
from reporter.vendors.volcengine import VOLCENGINE

Body = dict[str, Any]
ROWS = [{"Id": 1}, {"Id": 2}]


@pytest.mark.parametrize(
    ("call", "result", "cursor", "following"),
    [
        ("ListActivityAPI", {"Activities": ROWS, "TotalItemCount": 5}, Cursor(), Cursor(2, "2")),
        ("ListActivityAPI", {"Activities": ROWS, "TotalItemCount": 5}, Cursor(2, "2"), Cursor(3, "4")),
        ("ListActivityAPI", {"Activities": [{}], "TotalItemCount": 5}, Cursor(3, "4"), None),
        ("ListActivityAPI", {"Activities": None, "TotalItemCount": 0}, Cursor(), None),
        ("ListActivityAPI", {"Activities": [], "TotalItemCount": 5}, Cursor(3, "4"), None),
        ("ListActivityAPI", {"Activities": ROWS, "TotalItemCount": 20_000}, Cursor(100, "9900"), None),
        ("ListAccountUserData", {"Users": ROWS, "PageToken": "t2", "TotalCount": 3}, Cursor(), Cursor(2, "t2")),
        ("ListAccountUserData", {"Users": ROWS, "PageToken": "same"}, Cursor(2, "same"), Cursor(3, "same")),
        ("ListAccountUserData", {"Users": ROWS, "PageToken": "finish"}, Cursor(2, "t2"), None),
        ("ListAccountUserData", {"Users": [], "PageToken": "t3", "TotalCount": 4}, Cursor(2, "t2"), None),
        ("ListAccountUserData", {"Users": [], "PageToken": "t3"}, Cursor(2, "t2"), Cursor(3, "t3")),
        (
            "ListAccountUserData",
            {"Users": ROWS, "PageToken": "t3", "PageNumber": 1.0},
            Cursor(2, "t2"),
            Cursor(3, "t3"),
        ),
        ("ListAccountUserData", {"Users": ROWS, "PageToken": "t3", "PageNumber": 2}, Cursor(2, "t2"), Cursor(3, "t3")),
        ("ListActivityAPI", {"Activities": ROWS, "TotalItemCount": 5, "PageNo": "2"}, Cursor(2, "2"), Cursor(3, "4")),
        ("ListUserBehaviorDataAPIV2", {"Data": ROWS, "ScrollId": "s1"}, Cursor(), Cursor(2, "s1")),
        ("ListUserBehaviorDataAPIV2", {"Data": ROWS, "ScrollId": ""}, Cursor(2, "s1"), Cursor(3, "s1")),
        ("ListUserBehaviorDataAPIV2", {"Data": [], "ScrollId": "s2"}, Cursor(3, "s1"), None),
        ("ListUserBehaviorDataAPIV2", {"Data": None, "ScrollId": "s2"}, Cursor(3, "s1"), None),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": ROWS}}, Cursor(), None),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": ROWS}, "TotalCount": 2}, Cursor(), None),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": ROWS}, "ScrollId": ""}, Cursor(), None),
        (
            "GetAccountUserTrackData",
            {"UserTrackData": {"UserTracks": ROWS}, "ScrollId": "s"},
            Cursor(),
            Cursor(2, "2:s"),
        ),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": ROWS}}, Cursor(2, "2:s"), Cursor(3, "4:s")),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": []}, "ScrollId": "t"}, Cursor(3, "4:s"), None),
        (
            "GetAccountUserTrackData",
            {"UserTrackData": {"UserTracks": ROWS}, "TotalCount": 5, "ScrollId": "a:b"},
            Cursor(),
            Cursor(2, "2:a:b"),
        ),
        (
            "GetAccountUserTrackData",
            {"UserTrackData": {"UserTracks": ROWS}, "TotalCount": 5},
            Cursor(2, "2:a:b"),
            Cursor(3, "4:a:b"),
        ),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": [{}]}, "TotalCount": 5}, Cursor(3, "4:"), None),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": None}, "TotalCount": 5}, Cursor(2, "2:"), None),
        ("GetCustomActMsgAPI", {"ActMsg": {}}, Cursor(), None),
        ("ListAnActivityStartAndEndTimeAPI", {"StartAndEndTime": ROWS}, Cursor(), None),
    ],
)
def test_walk_goes_on_where_the_vendor_says(
    body: Callable[..., Body], call: str, result: Any, cursor: Cursor, following: Cursor | None
) -> None:
    assert VOLCENGINE.endpoints[call].next_cursor(body(call, result), cursor) == following


@pytest.mark.parametrize(
    ("call", "result", "cursor"),
    [
        ("ListActivityAPI", {"Activities": ROWS, "TotalItemCount": 5, "PageNo": 1}, Cursor(2, "2")),
        ("ListActivityAPI", {"Activities": ROWS, "TotalItemCount": 5, "PageNo": 2}, Cursor()),
        ("ListAccountUserData", {"Users": ROWS, "PageToken": "t", "PageNumber": 3}, Cursor(2, "t2")),
        ("ListAccountUserData", {"Users": ROWS, "PageToken": "finish", "PageNumber": 2}, Cursor()),
    ],
)
def test_page_that_echoes_another_number_is_no_answer(
    body: Callable[..., Body], call: str, result: Any, cursor: Cursor
) -> None:
    with pytest.raises(WrongPageError, match=f"page {cursor.page} was asked for") as caught:
        VOLCENGINE.endpoints[call].next_cursor(body(call, result), cursor)
    assert caught.value.request_id == "MADEUP01"


def test_list_of_viewers_without_a_token_proves_no_end(body: Callable[..., Body]) -> None:
    with pytest.raises(ProtocolError, match="no PageToken"):
        VOLCENGINE.endpoints["ListAccountUserData"].next_cursor(body("ListAccountUserData", {"Users": ROWS}), Cursor())


@pytest.mark.parametrize(
    ("call", "result", "rows", "claimed"),
    [
        ("GetCustomActMsgAPI", {"ActMsg": {}}, 1, None),
        ("ListAnActivityStartAndEndTimeAPI", {"StartAndEndTime": ROWS}, 2, None),
        ("ListActivityAPI", {"Activities": ROWS, "TotalItemCount": 5}, 2, 5),
        ("ListAccountUserData", {"Users": None, "TotalCount": 0}, 0, 0),
        ("ListUserBehaviorDataAPIV2", {"Data": ROWS, "TotalItemCount": "7"}, 2, 7),
        ("ListUserBehaviorDataAPIV2", {"Data": [None, {}]}, 2, None),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": ROWS}}, 2, None),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": ROWS}, "TotalCount": 9}, 2, 9),
        ("GetAccountUserTrackData", {"UserTrackData": None}, 0, None),
    ],
)
def test_rows_are_items_and_claims_are_the_vendors(
    body: Callable[..., Body], call: str, result: Any, rows: int, claimed: int | None
) -> None:
    endpoint, reply = VOLCENGINE.endpoints[call], body(call, result)
    assert (endpoint.rows(reply), endpoint.claimed(reply)) == (rows, claimed)


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("ListActivityAPI", {"Activities": ROWS, "TotalItemCount": "many"}),
        ("ListUserBehaviorDataAPIV2", {"Data": ROWS, "TotalItemCount": "many"}),
        ("ListAccountUserData", {"Users": ROWS, "TotalCount": "many"}),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": ROWS}, "TotalCount": "many"}),
    ],
)
def test_total_that_is_no_number_is_never_taken_for_none(body: Callable[..., Body], call: str, result: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - fetch tells it as a field of another type
        VOLCENGINE.endpoints[call].claimed(body(call, result))


@pytest.mark.parametrize("call", sorted(VOLCENGINE.endpoints))
def test_reply_of_another_call_is_refused(body: Callable[..., Body], call: str) -> None:
    with pytest.raises(ProtocolError, match="SomethingElse answered"):
        VOLCENGINE.endpoints[call].rows(body("SomethingElse", {}))


@given(pages=st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=12))
def test_search_reads_every_page_however_short(body: Callable[..., Body], pages: list[int]) -> None:
    endpoint, cursor, total, read = VOLCENGINE.endpoints["ListActivityAPI"], Cursor(), sum(pages), 0
    for number, size in enumerate(pages, start=1):
        reply = body("ListActivityAPI", {"Activities": [{}] * size, "TotalItemCount": total})
        assert cursor.page == number
        read += endpoint.rows(reply)
        following = endpoint.next_cursor(reply, cursor)
        assert (following is None) == (read == total)
        cursor = following or cursor
