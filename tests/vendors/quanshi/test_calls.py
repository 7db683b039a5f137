"""What is asked of Quanshi, in which order, and what its errors mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from reporter.errors import (
    BadRequestError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownItemError,
    VendorError,
)
from reporter.model import Period, Pull, Room
from reporter.vendors.base import Answer, Cursor, Token
from reporter.vendors.faults import fault_of
from reporter.vendors.quanshi import QUANSHI, QuanshiAccount
from reporter.vendors.quanshi.errors import FAULTS

SEARCH, TOKEN, DETAILS = "user/search/email", "token/create", "event/report/details"


def _rooms(week: Period, *ids: str) -> list[Room]:
    return [Room("quanshi", "qs", room_id, week) for room_id in ids]


def test_token_is_fetched_by_two_calls_before_the_events(week: Period, account: QuanshiAccount) -> None:
    (search,) = QUANSHI.start("qs", account, _rooms(week, "609768", "609769", "609768"), (), week)
    assert (search.endpoint, search.params, [pull.room for pull in search.then]) == (
        SEARCH,
        (("email", "ops@example.com"),),
        ["609768", "609769"],
    )
    (token,) = QUANSHI.endpoints[SEARCH].follow(search, [{"data": {"userId": 63111959}}])
    assert (token.endpoint, token.params, token.then) == (TOKEN, (("userId", "63111959"),), search.then)
    assert QUANSHI.endpoints[TOKEN].follow(token, [{"data": {"token": ""}}]) == search.then
    assert {pull.endpoint for pull in search.then} == {DETAILS}


def test_configured_token_leads_straight_to_the_events(week: Period) -> None:
    account = QuanshiAccount(vendor="quanshi", app_key="env:K", token="env:T")
    assert [(pull.endpoint, pull.room) for pull in QUANSHI.start("qs", account, _rooms(week, "1"), (), week)] == [
        (DETAILS, "1")
    ]


def test_no_events_need_no_calls(week: Period, account: QuanshiAccount) -> None:
    assert list(QUANSHI.start("qs", account, [], (), week)) == []


@pytest.mark.parametrize(
    ("call", "changes", "body"),
    [
        (SEARCH, {"params": (("email", "ops@example.com"),)}, {"email": "ops@example.com"}),
        (TOKEN, {"params": (("userId", "63111959"),)}, {"userId": 63111959}),
        (DETAILS, {"room": "609768"}, {"eventId": 609768}),
    ],
)
def test_request_is_a_post_of_json(
    pull: Callable[..., Pull], call: str, changes: dict[str, Any], body: dict[str, Any]
) -> None:
    request = QUANSHI.endpoints[call].request(pull(call, **changes), Cursor())
    assert (request.method, str(request.url)) == ("POST", f"https://events-openapi.quanshi.com/eventopenapi/{call}")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == body


def test_base_url_takes_the_place_of_the_vendors(pull: Callable[..., Pull], account: QuanshiAccount) -> None:
    options = account.model_copy(update={"base_url": "http://127.0.0.1:8080/qs/"})
    request = QUANSHI.endpoints[DETAILS].request(pull(DETAILS, room="1", options=options), Cursor())
    assert str(request.url) == "http://127.0.0.1:8080/qs/eventopenapi/event/report/details"


def test_long_event_id_is_sent_digit_by_digit(pull: Callable[..., Pull]) -> None:
    request = QUANSHI.endpoints[DETAILS].request(pull(DETAILS, room="9223372036854775807"), Cursor())
    assert request.content == b'{"eventId":9223372036854775807}'


@pytest.mark.parametrize("room", ["abc", "0609768", "-1", "1.0", "６０９７６８", ""])
def test_event_id_that_is_no_whole_number_is_never_sent(pull: Callable[..., Pull], room: str) -> None:
    with pytest.raises(BadRequestError, match="whole number"):
        QUANSHI.endpoints[DETAILS].request(pull(DETAILS, room=room), Cursor())


def test_details_come_in_one_page_and_rows_are_items_of_the_lists() -> None:
    endpoint = QUANSHI.endpoints[DETAILS]
    body = {"data": {"report": {"lives": [1, 2], "interactions": None, "viewerDetails": [3]}}}
    assert (endpoint.next_cursor(body, Cursor()), endpoint.rows(body), endpoint.claimed(body)) == (None, 3, None)


def test_token_call_grants_a_token_and_its_reply_is_scrubbed() -> None:
    endpoint = QUANSHI.endpoints[TOKEN]
    assert endpoint.grants is not None
    body = {"data": {"token": "5d41", "createTime": 1763344800000, "expire": 86400}}
    assert endpoint.grants(body) == Token("5d41", datetime(2025, 11, 18, 2, tzinfo=UTC))
    for unknown in ({}, {"createTime": "soon", "expire": 1}, {"createTime": 10**15, "expire": 1}):
        assert endpoint.grants({"data": {"token": "5d41", **unknown}}) == Token("5d41")
    assert endpoint.scrub == (("data", "token"),)
    assert endpoint.rows(body) == QUANSHI.endpoints[SEARCH].rows({}) == 0


def test_event_is_settled_twelve_hours_after_the_period(week: Period) -> None:
    assert QUANSHI.settled_at is not None
    assert QUANSHI.settled_at(week, None) == datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "code", "msg", "error", "action"),
    [
        (200, 401, "The token is invalid or expired!", RefusedError, "regrant"),
        (200, 403, "Invalid CheckSum!", RefusedError, "regrant"),
        (200, "403", "Invalid CurTime!", RefusedError, "regrant"),
        (200, 404, "The event does not exist!", UnknownItemError, "skip"),
        (200, 404, "User does not exist!", RefusedError, "stop"),
        (200, 10404, "会议不存在", UnknownItemError, "skip"),
        (200, 10001, "token已过期", RefusedError, "regrant"),
        (200, 400, "令牌无效", RefusedError, "regrant"),
        (200, 10003, "签名错误", RefusedError, "stop"),
        (200, 500, "token service is down", UnavailableError, "retry"),
        (200, 10002, "参数错误", BadRequestError, "stop"),
        (200, 400, "The startTime is invalid!", BadRequestError, "skip"),
        (200, 429, "Request too frequently!", ThrottledError, "retry"),
        (200, 500, "system error", UnavailableError, "retry"),
        (200, 599, "?", BadRequestError, "stop"),
        (200, "5AB", "?", BadRequestError, "stop"),
        (503, 599, "?", ProtocolError, "stop"),
        (200, 0, "", BadRequestError, "stop"),
        (429, None, "", ThrottledError, "retry"),
        (503, None, "", UnavailableError, "retry"),
        (503, 9, "user service is down", ProtocolError, "stop"),
        (429, 9, "slowly", ProtocolError, "stop"),
        (502, 200, "", UnavailableError, "retry"),
        (401, None, "", RefusedError, "regrant"),
        (404, None, "", BadRequestError, "stop"),
    ],
)
def test_error_in_the_body_is_an_error_whatever_the_status(
    status: int, code: object, msg: str, error: type[VendorError], action: str
) -> None:
    body = {"code": code, "msg": msg, "data": None, "requestId": "203.0.113.69_1"}
    with pytest.raises(VendorError) as caught:
        QUANSHI.check(Answer(status, {}, body))
    assert type(caught.value) is error
    assert caught.value.request_id == "203.0.113.69_1"
    assert fault_of(FAULTS, status, caught.value.code, caught.value.what).action == action


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"data": {"report": {}}},
        {"code": 200},
        {"code": 200, "data": None},
        {"code": 200, "data": {"eventId": 1}},
        {"code": 200, "data": {"eventId": 1, "report": None}},
        {"code": 200, "data": {"eventId": 1, "report": {"lives": {}}}},
        {"code": 200, "data": {"eventId": 1, "report": {}}},
        {"code": 200, "data": {"eventId": 1, "report": {"live": [{"a": 1}], "interactions": []}}},
        {"code": 200, "data": {"eventId": 1, "report": {"live": [{"a": 1}], "viewerDetails": []}}},
        {"code": 200, "data": {"eventId": 1, "report": {"lives": [], "interactions": [], "viewers": []}}},
        {"code": 200, "data": {"createTime": 1, "expire": 2}},
        {"code": 200, "data": {"token": ""}},
    ],
)
def test_reply_that_lacks_its_data_is_no_answer(body: Any) -> None:
    with pytest.raises(ProtocolError) as caught:
        QUANSHI.check(Answer(200, {}, body))
    assert fault_of(FAULTS, 200, caught.value.code, caught.value.what).action == "retry"


def test_reply_to_another_call_is_no_report(pull: Callable[..., Pull]) -> None:
    about = QUANSHI.endpoints[DETAILS].is_about
    assert about(pull(DETAILS, room="5"), {"data": {"eventId": 5, "report": {}}})
    assert not about(pull(DETAILS, room="5"), {"data": {"token": "x"}})


def test_address_of_nobody_is_refused_with_what_to_do() -> None:
    with pytest.raises(RefusedError, match="user_email") as caught:
        QUANSHI.check(Answer(200, {}, {"code": 200, "data": {"userId": None}}))
    assert fault_of(FAULTS, 200, caught.value.code, caught.value.what).action == "stop"


@pytest.mark.parametrize("stamp", [None, "soon", 10**18, 0, []])
def test_clock_that_cannot_be_read_is_unknown(stamp: Any) -> None:
    assert QUANSHI.server_time is not None
    assert QUANSHI.server_time(Answer(200, {}, {"timeStamp": stamp})) is None
    assert QUANSHI.server_time(Answer(502, {}, None)) is None
