"""What is asked of Aliyun, where its pages end, and what its errors mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.errors import (
    BadRequestError,
    ClockError,
    NotReadyError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    VendorError,
)
from reporter.model import Period, Pull, Room
from reporter.vendors.aliyun import ALIYUN, AliyunAccount
from reporter.vendors.aliyun.calls import days
from reporter.vendors.aliyun.errors import FAULTS
from reporter.vendors.base import Answer, Cursor
from reporter.vendors.faults import fault_of

ACTION = "DescribeVodMediaPlayData"
ENDPOINT = ALIYUN.endpoints[ACTION]
MEDIA = "9ae2af636ca6c10412f44891fc000001"


def _page(number: object = 1, total: object = 1, size: object = 100, rows: int = 1) -> dict[str, Any]:
    return {"RequestId": "R", "TotalCount": total, "PageNo": number, "PageSize": size, "QoeInfoList": [{}] * rows}


def _period(zone: str, start: datetime, end: datetime) -> Period:
    return Period("p", start.replace(tzinfo=ZoneInfo(zone)), end.replace(tzinfo=ZoneInfo(zone)), zone)


def test_walk_is_of_one_media_and_day_the_newest_first(week: Period, account: AliyunAccount) -> None:
    pulls = ALIYUN.start("vod", account, [Room("aliyun", "vod", MEDIA, week)], (), week)
    assert [pull.room for pull in pulls] == [MEDIA] * 7
    assert [pull.param("PlayDate") for pull in pulls] == [f"202611{day}" for day in range(22, 15, -1)]


def test_events_own_days_are_asked_for_and_equal_days_are_equal_pulls(week: Period, account: AliyunAccount) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    day = Period("2026-11-17", datetime(2026, 11, 17, tzinfo=zone), datetime(2026, 11, 18, tzinfo=zone), zone.key)
    whole = ALIYUN.start("vod", account, [Room("aliyun", "vod", MEDIA, week)], (), week)
    (one,) = ALIYUN.start("vod", account, [Room("aliyun", "vod", MEDIA, day)], (), week)
    assert one in whole


@pytest.mark.parametrize(
    ("zone", "first", "last", "count"),
    [
        ("Asia/Shanghai", 16, 22, 7),
        ("UTC", 17, 23, 7),
        ("Europe/Berlin", 17, 23, 7),
        ("Asia/Tokyo", 16, 22, 7),
    ],
)
def test_days_are_those_of_utc_8_that_start_in_the_period(zone: str, first: int, last: int, count: int) -> None:
    found = days(_period(zone, datetime(2026, 11, 16), datetime(2026, 11, 23)))  # noqa: DTZ001 - the zone is put in
    assert (found[0].day, found[-1].day, len(found)) == (first, last, count)


def test_request_is_a_post_with_all_in_the_query(pull: Callable[..., Pull]) -> None:
    asked = pull(ACTION, room=MEDIA, params=(("PlayDate", "20261117"),))
    request = ENDPOINT.request(asked, Cursor(2))
    query = f"MediaId={MEDIA}&OrderName=PlaySuccessVv&OrderType=DESC&PageNo=2&PageSize=100&PlayDate=20261117"
    assert (request.method, str(request.url)) == ("POST", f"https://vod.cn-shanghai.aliyuncs.com/?{query}")
    assert request.content == b""
    assert (request.headers["x-acs-action"], request.headers["x-acs-version"]) == (ACTION, "2017-03-21")


@pytest.mark.parametrize(
    ("changes", "host"),
    [
        ({"region": "ap-southeast-1"}, "https://vod.ap-southeast-1.aliyuncs.com/"),
        ({"base_url": "http://127.0.0.1:8080/vod/"}, "http://127.0.0.1:8080/vod/"),
    ],
)
def test_place_is_the_accounts(
    pull: Callable[..., Pull], account: AliyunAccount, changes: dict[str, str], host: str
) -> None:
    request = ENDPOINT.request(pull(ACTION, room=MEDIA, options=account.model_copy(update=changes)), Cursor())
    assert str(request.url).partition("?")[0] == host


def test_media_id_with_stars_is_sent_percent_encoded(pull: Callable[..., Pull]) -> None:
    request = ENDPOINT.request(pull(ACTION, room="9ae2 *~/+"), Cursor())
    assert b"MediaId=9ae2%20%2A~%2F%2B&" in request.url.query


@pytest.mark.parametrize(
    ("body", "cursor", "following"),
    [
        (_page(1, 0, rows=0), Cursor(1), None),
        (_page(1, 1), Cursor(1), None),
        (_page(1, 100, rows=100), Cursor(1), None),
        (_page(1, 101, rows=100), Cursor(1), Cursor(2)),
        (_page(1, 101, rows=3), Cursor(1), Cursor(2)),
        (_page("2", 101.0, "100"), Cursor(2), None),
        (_page(2, 301, rows=0), Cursor(2), None),
    ],
)
def test_walk_ends_where_the_pages_hold_the_total(
    body: dict[str, Any], cursor: Cursor, following: Cursor | None
) -> None:
    assert ENDPOINT.next_cursor(body, cursor) == following


@pytest.mark.parametrize("body", [_page(1, 300), _page(2, 300, 20), _page(2, "many"), _page(2, -1)])
def test_page_that_was_not_asked_for_is_no_answer(body: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError) as caught:
        ENDPOINT.next_cursor(body, Cursor(2))
    assert caught.value.request_id == "R"


def test_total_is_what_the_walk_has_to_have() -> None:
    assert (ENDPOINT.claimed(_page(1, 3.0)), ENDPOINT.rows(_page(1, 3))) == (3, 1)


def test_day_is_settled_at_nine_the_next_morning(week: Period) -> None:
    assert ALIYUN.settled_at is not None
    assert ALIYUN.settled_at(week, "20261122") == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert ALIYUN.settled_at(week, "2026-11-17") == datetime(2026, 11, 18, 1, tzinfo=UTC)
    assert ALIYUN.settled_at(week, None) == datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_vendor_reaches_thirty_days_back() -> None:
    assert ALIYUN.window_days == 30


@pytest.mark.parametrize(
    ("status", "code", "error", "action"),
    [
        (400, "Throttling.User", ThrottledError, "retry"),
        (503, "throttling", ThrottledError, "retry"),
        (200, "Throttling.Api", ThrottledError, "retry"),
        (502, "Meter.ReadyTsError", NotReadyError, "wait"),
        (400, "SignatureNonceUsed", UnavailableError, "resign"),
        (400, "InvalidTimeStamp.Expired", ClockError, "resign"),
        (503, "ServiceUnAvailable", UnavailableError, "retry"),
        (500, "InternalError", UnavailableError, "retry"),
        (500, "Meter.ServerInternalError", UnavailableError, "retry"),
        (500, "Meter.DataSourceQueryError", UnavailableError, "retry"),
        (403, "Meter.AuthError", RefusedError, "stop"),
        (403, "Forbidden.RAM", RefusedError, "stop"),
        (403, "OperationDenied.Suspended", RefusedError, "stop"),
        (404, "InvalidAccessKeyId.NotFound", RefusedError, "stop"),
        (400, "SignatureDoesNotMatch", RefusedError, "stop"),
        (403, "InvalidSecurityToken.Expired", RefusedError, "stop"),
        (400, "Meter.ParamError", BadRequestError, "skip"),
        (400, "InvalidParameter.PlayDate", BadRequestError, "skip"),
        (400, "MissingParameter", BadRequestError, "stop"),
        (404, "InvalidAction.NotFound", BadRequestError, "stop"),
        (400, "SomethingNew", BadRequestError, "stop"),
        (500, "SomethingNew", ProtocolError, "stop"),
        (503, "SomethingNew", ProtocolError, "stop"),
        (429, "SomethingNew", ProtocolError, "stop"),
        (429, "", ThrottledError, "retry"),
        (503, "", UnavailableError, "retry"),
    ],
)
def test_code_decides_before_the_status(status: int, code: str, error: type[VendorError], action: str) -> None:
    with pytest.raises(VendorError) as caught:
        ALIYUN.check(Answer(status, {}, {"RequestId": "R", "Code": code, "Message": "words"}))
    assert type(caught.value) is error
    assert (caught.value.code, caught.value.request_id, caught.value.status) == (code, "R", status)
    assert fault_of(FAULTS, status, code).action == action


def test_envelope_may_have_small_letters() -> None:
    with pytest.raises(RefusedError, match="words") as caught:
        ALIYUN.check(Answer(400, {}, {"requestId": "R", "code": "SignatureDoesNotMatch", "message": "words"}))
    assert caught.value.request_id == "R"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, UnavailableError),
        (503, UnavailableError),
        (429, ThrottledError),
        (403, RefusedError),
        (404, BadRequestError),
    ],
)
def test_error_that_is_no_json_goes_by_its_status(status: int, error: type[VendorError]) -> None:
    with pytest.raises(VendorError) as caught:
        ALIYUN.check(Answer(status, {}, None))
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"RequestId": "R"},
        {"RequestId": "R", "TotalCount": 0, "PageNo": 1, "PageSize": 100},
        {"RequestId": "R", "PageNo": 1, "PageSize": 100, "QoeInfoList": []},
    ],
)
def test_reply_that_lacks_its_list_or_counts_is_no_answer(body: Any) -> None:
    with pytest.raises(ProtocolError) as caught:
        ALIYUN.check(Answer(200, {}, body))
    assert fault_of(FAULTS, 200, caught.value.code).action == "retry"


def test_words_of_the_vendor_are_cut_and_move_no_cursor() -> None:
    with pytest.raises(VendorError) as caught:
        ALIYUN.check(Answer(400, {}, {"Code": "InvalidParameter", "Message": "\x1b[2J" + "x" * 500}))
    assert caught.value.what == "[2J" + "x" * 196


@pytest.mark.parametrize(
    ("status", "code", "error", "action"),
    [
        (400, "Throttling.User", ThrottledError, "retry"),
        (503, "New.Thing", ProtocolError, "stop"),
        (404, "InvalidAccessKeyId.NotFound", RefusedError, "stop"),
    ],
)
def test_error_that_came_as_xml_is_known_by_its_code(
    status: int, code: str, error: type[VendorError], action: str
) -> None:
    said = f"<Code>{code}</Code><Message>a &lt;b&gt;</Message><RequestId>R</RequestId>"
    raw = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{said}</Error>'.encode()
    with pytest.raises(VendorError) as caught:
        ALIYUN.check(Answer(status, {}, None, raw))
    assert type(caught.value) is error
    assert (caught.value.code, caught.value.what, caught.value.request_id) == (code, "a <b>", "R")
    assert fault_of(FAULTS, status, code).action == action


def test_web_page_that_names_a_code_is_no_error_of_the_vendors() -> None:
    with pytest.raises(UnavailableError) as caught:
        ALIYUN.check(Answer(503, {}, None, b"<html><Code>New.Thing</Code></html>"))
    assert caught.value.code == ""
