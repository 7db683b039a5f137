"""What the pages of Volcengine and Aliyun can do wrong, against their own records, through the whole of fetch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reporter.fetch import fetch
from reporter.model import Match, Pull, Pulled
from reporter.vendors import VENDORS
from reporter.vendors.base import Access

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

KEYS = {"access_key": "k", "secret_key": "s"}
TALK_KEYS = {"auth_key": "k", "token": "t", "token_time": "1"}
#: the number of the request (from 1) and what it asks for -> the status and the body of its reply
Says = Callable[[int, Mapping[str, Any]], tuple[int, Any]]


def _pulled(
    bench: Bench, says: Says, vendor: str, endpoint: str, **facts: Any
) -> tuple[Pulled, list[Mapping[str, Any]]]:
    """Return how a walk ends, and what its requests asked for."""
    asked = list[Mapping[str, Any]]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params) | (json.loads(request.content) if request.content else {}))
        status, body = says(len(asked), asked[-1])
        return httpx.Response(status, json=body)

    record = VENDORS[vendor]
    keys = TALK_KEYS if vendor == "talkcloud" else KEYS
    account = record.account.model_validate({"vendor": vendor, **dict.fromkeys(keys, "env:X")})
    period = bench.pull().period
    pulled = fetch(
        [Pull(vendor, "main", endpoint, account, period, **facts)],
        {"main": Access("main", record, account, keys, scope="scope")},
        store=bench.store,
        run_id=bench.begin(),
        period=period,
        clock=bench.clock.as_clock(),
        transport=httpx.MockTransport(answer),
    )
    return pulled[0], asked


def _volcengine(call: str, result: Any) -> tuple[int, Any]:
    return 200, {"ResponseMetadata": {"RequestId": "R", "Action": call}, "Result": result}


TRACK = "GetAccountUserTrackData"
SEARCH = "ListActivityAPI"
#: a time at which no room of the week starts
_PAST = 1_300_000_000
VIEWERS = "ListAccountUserData"
LOG = "ListUserBehaviorDataAPIV2"


def _tracks(*pages: list[int], **more: Any) -> Says:
    """Return a vendor whose tracks come by ScrollIds, with no TotalCount; past the last page they are none."""

    def says(number: int, asked: Mapping[str, Any]) -> tuple[int, Any]:
        page = int(asked.get("PageNo", 1))
        rows = [{"ActivityId": room, "JoinTime": 1} for room in (pages[page - 1] if page <= len(pages) else [])]
        return _volcengine(TRACK, {"UserTrackData": {"UserTracks": rows}, "ScrollId": f"s{number}", **more})

    return says


def test_tracks_without_a_total_are_read_to_the_empty_page(bench: Bench) -> None:
    pulled, asked = _pulled(bench, _tracks([1, 2], [3]), "volcengine", TRACK, params=(("UserId", "7"),))
    assert [(one.get("PageNo"), one.get("ScrollId")) for one in asked] == [
        (None, None),
        (2, "s1"),
        (3, "s2"),
        (None, None),
    ]
    assert (pulled.verdict, pulled.rows, pulled.claimed, pulled.issues) == ("complete", 3, None, ())


def test_tracks_without_a_total_whose_scroll_never_ends_are_short(bench: Bench) -> None:
    pulled, _ = _pulled(bench, _tracks(*[[1, 2]] * 99), "volcengine", TRACK, params=(("UserId", "7"),))
    assert (pulled.verdict, pulled.claimed) == ("short", None)
    assert "then no more, and the walk goes on" in pulled.issues[0].message.en


def _rooms(bench: Bench, total: int, **wrong: Any) -> tuple[Pulled, list[int]]:
    """Return how a search over `total` rooms ends, and the pages asked for; `wrong` stands in page 2's replies."""

    def says(_number: int, asked: Mapping[str, Any]) -> tuple[int, Any]:
        page = asked["PageNo"]
        rows = [{"Id": number, "LiveTime": _PAST} for number in range(page * 100 - 99, min(page * 100, total) + 1)]
        right = {"Activities": rows, "TotalItemCount": total, "PageNo": page, "PageItemCount": 100}
        return _volcengine(SEARCH, {**right, **(wrong if page == 2 else {})})

    pulled, asked = _pulled(bench, says, "volcengine", SEARCH, params=(("LiveTime", "1"),), match=Match())
    return pulled, [one["PageNo"] for one in asked]


def test_search_that_echoes_another_page_is_read_three_times_more_and_then_short(bench: Bench) -> None:
    pulled, pages = _rooms(bench, 250, PageNo=3)
    assert pages == [1, 2, 2, 2, 2]
    assert (pulled.verdict, pulled.rows, [issue.code for issue in pulled.issues]) == ("short", 100, ["protocol"])
    assert "page 2 was asked for and page 3 came" in pulled.issues[0].message.en
    assert "request id R" in pulled.issues[0].message.en


def test_search_with_a_room_that_has_no_id_is_short(bench: Bench) -> None:
    def says(_number: int, _asked: Mapping[str, Any]) -> tuple[int, Any]:
        rows = [{"Id": 12, "LiveTime": _PAST}, {"Name": "课", "LiveTime": _PAST}]
        return _volcengine(SEARCH, {"Activities": rows, "TotalItemCount": 2, "PageNo": 1, "PageItemCount": 100})

    pulled, _ = _pulled(bench, says, "volcengine", SEARCH, params=(("LiveTime", "1"),), match=Match())
    assert (pulled.verdict, pulled.rows, [issue.code for issue in pulled.issues]) == ("short", 2, ["rows-unnamed"])
    assert "1 rows came without an id" in pulled.issues[0].message.en


@pytest.mark.parametrize(("total", "verdict", "codes"), [(10_000, "complete", []), (10_001, "short", ["out-of-reach"])])
def test_search_past_ten_thousand_rooms_is_read_once_and_says_what_to_do(
    bench: Bench, total: int, verdict: str, codes: list[str]
) -> None:
    pulled, pages = _rooms(bench, total)
    # page 1 is read again at the end, where the end is proved
    assert pages == [*range(1, 101), *([1] if verdict == "complete" else [])]
    assert (pulled.verdict, pulled.rows, pulled.claimed) == (verdict, 10_000, total)
    assert [issue.code for issue in pulled.issues] == codes


def _users(*ids: int, token: str, **more: Any) -> tuple[int, Any]:
    users = [{"BasicData": {"UserId": one}} for one in ids]
    return _volcengine(VIEWERS, {"Users": users, "PageToken": token, **more})


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_code_that_no_table_knows_stops_at_the_cursor(bench: Bench, status: int) -> None:
    """A PageToken that died is told as `InvalidParameter.*`; whatever else comes is no dead cursor."""

    def says(number: int, _asked: Mapping[str, Any]) -> tuple[int, Any]:
        if number == 1:
            return _users(1, 2, token="t2", TotalCount=4)
        error = {"Code": "Something.New", "Message": "words"}
        return status, {"ResponseMetadata": {"RequestId": "R", "Action": VIEWERS, "Error": error}}

    pulled, asked = _pulled(bench, says, "volcengine", VIEWERS, room="1")
    assert (pulled.verdict, pulled.rows, len(asked)) == ("short", 2, 2)
    assert "the code is in no table" in pulled.issues[0].message.en


def test_viewers_that_echo_another_page_are_noticed(bench: Bench) -> None:
    def says(_number: int, asked: Mapping[str, Any]) -> tuple[int, Any]:
        is_first = asked["PageToken"] == "init"
        return _users(1, token="t2") if is_first else _users(2, token="finish", PageNumber=7)

    pulled, asked = _pulled(bench, says, "volcengine", VIEWERS, room="1")
    assert (pulled.verdict, len(asked)) == ("short", 5)
    assert "page 2 was asked for and page 7 came" in pulled.issues[0].message.en


def _media(asked: Mapping[str, Any], rows: list[str]) -> tuple[int, Any]:
    page = int(asked["PageNo"])
    found = [{"MediaId": "m", "VideoTitle": row} for row in rows[page * 100 - 100 : page * 100]]
    return 200, {"RequestId": "R", "TotalCount": len(rows), "PageNo": page, "PageSize": 100, "QoeInfoList": found}


def test_aliyuns_page_1_is_read_again_at_the_end_since_its_rows_have_no_ids(bench: Bench) -> None:
    """A row came at the front and another went, between page 1 and 2: the total stays, and row 100 came twice."""
    before = [str(number) for number in range(150)]
    after = ["new", *before[:120], *before[121:]]
    pulled, asked = _pulled(
        bench,
        lambda number, asked: _media(asked, before if number == 1 else after),
        "aliyun",
        "DescribeVodMediaPlayData",
        room="m",
        params=(("PlayDate", "20261110"),),
    )
    assert [one["PageNo"] for one in asked] == ["1", "2", "1", "1", "2", "1"]
    titles = [row["VideoTitle"] for reply in pulled.replies for row in json.loads(reply.body)["QoeInfoList"]]
    assert (pulled.verdict, titles) == ("complete", after)


def _watched(total: int, page: int, last: int, rows: range) -> tuple[int, Any]:
    data = {"total": total, "per_page": 20, "current_page": page, "last_page": last}
    return 200, {"result": 0, "msg": "", "data": {**data, "data": [{"userId": str(row)} for row in rows]}}


def _last_page_shrinks(_number: int, asked: Mapping[str, Any]) -> tuple[int, Any]:
    page = int(asked["page"])
    return _watched(100 if page == 1 else 99, page, 5 if page == 1 else 2, range(20 * page - 20, 20 * page))


def _second_page_is_empty(_number: int, asked: Mapping[str, Any]) -> tuple[int, Any]:
    return _watched(60, 1, 4, range(20)) if asked["page"] == "1" else _watched(61, 2, 4, range(0))


def _third_page_says_no_data(_number: int, asked: Mapping[str, Any]) -> tuple[int, Any]:
    page = int(asked["page"])
    return _watched(60, page, 3, range(20 * page - 20, 20 * page)) if page < 3 else (200, {"result": 4105})


@pytest.mark.parametrize(
    ("says", "rows", "claimed"),
    [(_last_page_shrinks, 40, 99), (_second_page_is_empty, 20, 61), (_third_page_says_no_data, 40, 60)],
    ids=["last page shrinks", "second page is empty", "third page says no data"],
)
def test_plays_that_end_before_their_moving_total_are_short(bench: Bench, says: Says, rows: int, claimed: int) -> None:
    window = (("startTime", "1"), ("endTime", "2"))
    pulled, _ = _pulled(bench, says, "talkcloud", "vod/watch", room="1", params=window)
    assert (pulled.verdict, pulled.rows, pulled.claimed) == ("short", rows, claimed)
    assert [issue.code for issue in pulled.issues] == ["rows-short"]


def test_log_whose_empty_page_counts_none_is_short_of_what_was_counted(bench: Bench) -> None:
    def says(_number: int, asked: Mapping[str, Any]) -> tuple[int, Any]:
        rows = [{"UserId": row} for row in range(500)] if asked["PageNo"] == 1 else []
        return _volcengine(LOG, {"Data": rows, "TotalItemCount": 1200 if rows else 0, "ScrollId": "s"})

    pulled, _ = _pulled(bench, says, "volcengine", LOG, room="1")
    assert (pulled.verdict, pulled.rows, pulled.claimed) == ("short", 500, 1200)


SPANS = "ListAnActivityStartAndEndTimeAPI"


@pytest.mark.parametrize(
    ("call", "result"),
    [
        (LOG, {}),
        (LOG, {"Data": None}),
        (LOG, {"Data": {"0": {"UserId": 5}}}),
        (LOG, {"Data": "x", "TotalItemCount": 0}),
        (LOG, {"DataList": [{"UserId": 5}], "Total": 1}),
        (SPANS, {}),
        (SPANS, {"StartEndTime": [{"StartTime": 1}]}),
        (SPANS, {"StartAndEndTime": {"StartTime": 1}}),
        (VIEWERS, {"PageToken": "finish"}),
        (TRACK, {"UserTrackData": {"PayData": {}}}),
        (TRACK, {"UserTrackData": {"Tracks": [{"ActivityId": 1}]}}),
    ],
)
def test_reply_whose_list_is_lost_is_tried_again_and_then_fails(bench: Bench, call: str, result: Any) -> None:
    pulled, asked = _pulled(
        bench, lambda *_: _volcengine(call, result), "volcengine", call, room="1", params=(("UserId", "7"),)
    )
    assert (pulled.verdict, len(asked), [issue.code for issue in pulled.issues]) == ("failed", 5, ["protocol"])


@pytest.mark.parametrize(
    ("call", "result"),
    [
        (LOG, {"Data": None, "TotalItemCount": 0}),
        (LOG, {"TotalItemCount": 0}),
        (SPANS, {"StartAndEndTime": None}),
        (TRACK, {"UserTrackData": {"UserTracks": None}}),
    ],
)
def test_list_that_is_null_where_there_is_nothing_is_complete(bench: Bench, call: str, result: Any) -> None:
    pulled, _ = _pulled(
        bench, lambda *_: _volcengine(call, result), "volcengine", call, room="1", params=(("UserId", "7"),)
    )
    assert (pulled.verdict, pulled.rows) == ("complete", 0)


def test_track_of_another_viewer_is_no_answer(bench: Bench) -> None:
    rows = [{"UserId": 99, "ActivityId": 1, "JoinTime": 5, "WatchDurationLive": 5}]
    result = {"UserTrackData": {"UserTracks": rows}, "TotalCount": 1}
    pulled, asked = _pulled(
        bench, lambda *_: _volcengine(TRACK, result), "volcengine", TRACK, params=(("UserId", "7"),)
    )
    assert (pulled.verdict, len(asked), pulled.rows) == ("failed", 5, 0)
    assert "about another room, event or viewer" in pulled.issues[0].message.en


def test_room_deleted_and_another_made_between_two_pages_is_noticed_on_page_1(bench: Bench) -> None:
    rooms = [{"Id": number, "LiveTime": _PAST} for number in range(1, 251)]

    def says(number: int, asked: Mapping[str, Any]) -> tuple[int, Any]:
        there = rooms if number < 2 else [*rooms[1:], {"Id": 999, "LiveTime": _PAST}]
        page = asked["PageNo"]
        found = there[(page - 1) * 100 : page * 100]
        return _volcengine(SEARCH, {"Activities": found, "TotalItemCount": len(there), "PageNo": page})

    pulled, asked = _pulled(bench, says, "volcengine", SEARCH, params=(("LiveTime", "1"),), match=Match())
    assert [one["PageNo"] for one in asked] == [1, 2, 3, 1, 1, 2, 3, 1]
    assert (pulled.verdict, pulled.rows, pulled.issues) == ("complete", 250, ())
