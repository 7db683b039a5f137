"""What is asked of TalkCloud and with which headers, where its pages end, and what its errors mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import ValidationError

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
from reporter.vendors.base import Answer, Cursor, Keys
from reporter.vendors.faults import fault_of
from reporter.vendors.talkcloud import TALKCLOUD, TalkcloudAccount, TalkcloudAuth
from reporter.vendors.talkcloud.auth import PRESET_TIME, PRESET_TOKEN
from reporter.vendors.talkcloud.errors import FAULTS

WATCH = "vod/watch"
ENDPOINT = TALKCLOUD.endpoints[WATCH]
VIDEO = "8602268011035296205"
NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
KEYS: Keys = {"auth_key": "KEY", "token": "TOKEN", "token_time": "1795000000"}


def _page(current: object, last: object, total: object = 45, rows: int = 20) -> dict[str, Any]:
    data = {"total": total, "per_page": "20", "current_page": current, "last_page": last, "data": [{}] * rows}
    return {"result": 0, "msg": "成功", "data": data}


def _headers(auth: TalkcloudAuth) -> httpx.Headers:
    return next(auth.auth_flow(httpx.Request("GET", "https://global.talk-cloud.net/"))).headers


def test_walk_asks_for_the_rooms_own_period_to_its_last_second(week: Period, account: TalkcloudAccount) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    day = Period("2026-11-17", datetime(2026, 11, 17, tzinfo=zone), datetime(2026, 11, 18, tzinfo=zone), zone.key)
    rooms = [Room("talkcloud", "talk", VIDEO, week), Room("talkcloud", "talk", "7", day)]
    pulls = TALKCLOUD.start("talk", account, rooms, (), week)
    assert [(pull.room, dict(pull.params), pull.period.label) for pull in pulls] == [
        (VIDEO, {"startTime": "1794758400", "endTime": "1795363199"}, "2026-W47"),
        ("7", {"startTime": "1794844800", "endTime": "1794931199"}, "2026-11-17"),
    ]


@pytest.mark.parametrize(
    ("base_url", "place"),
    [
        (None, "https://global.talk-cloud.net/vod/webapi"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/vod/webapi"),
        ("https://proxy.example.com/tk/vod/webapi/", "https://proxy.example.com/tk/vod/webapi"),
    ],
)
def test_request_is_a_get_of_one_page(
    pull: Callable[..., Pull], account: TalkcloudAccount, base_url: str | None, place: str
) -> None:
    options = account.model_copy(update={"base_url": base_url})
    window = (("startTime", "1794758400"), ("endTime", "1795363199"))
    request = ENDPOINT.request(pull(WATCH, room=VIDEO, params=window, options=options), Cursor(3))
    query = f"startTime=1794758400&endTime=1795363199&page=3&videoInfo={VIDEO}"
    assert (request.method, str(request.url)) == ("GET", f"{place}/statistics/vod/watch?{query}")


def test_headers_are_the_documented_six(pull: Callable[..., Pull], account: TalkcloudAccount) -> None:
    request = next(TalkcloudAuth(KEYS, account).auth_flow(ENDPOINT.request(pull(WATCH, room=VIDEO), Cursor())))
    names = ("Accept", "Content-Type", "version", "Tk-authkey", "Timestamp", "Tk-token")
    assert [request.headers[name] for name in names] == [
        "application/json",
        "application/json",
        "v2",
        "KEY",
        "1795000000",
        "TOKEN",
    ]


def test_function_makes_a_token_for_each_send_with_the_time_of_sending(account: TalkcloudAccount) -> None:
    moments = iter([NOW, NOW + timedelta(seconds=61)])
    keys: Keys = {"auth_key": "KEY", "token": lambda key, time: f"{key}-{time}", "token_time": "1"}
    auth = TalkcloudAuth(keys, account, clock=lambda: next(moments))
    assert [(_headers(auth)[name]) for name in ("Tk-token",)] == ["KEY-1795393800"]
    auth.offset = timedelta(seconds=-1)
    headers = _headers(auth)
    assert (headers["Tk-token"], headers["Timestamp"]) == ("KEY-1795393860", "1795393860")


def test_token_of_unknown_age_is_sent_with_the_time_of_sending(account: TalkcloudAccount) -> None:
    auth = TalkcloudAuth({"auth_key": "KEY", "token": "TOKEN"}, account, clock=lambda: NOW)
    assert _headers(auth)["Timestamp"] == "1795393800"


@pytest.mark.parametrize("keys", [{"token": PRESET_TOKEN}, {"token_time": PRESET_TIME}])
def test_trap_15_sample_of_the_documentation_is_never_sent(account: TalkcloudAccount, keys: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match="sample of TalkCloud's documentation"):
        _headers(TalkcloudAuth({**KEYS, **keys}, account))


@pytest.mark.parametrize("token", ["TOKEN", "prompt:me"])
def test_token_by_value_is_refused(token: str) -> None:
    with pytest.raises(ValidationError, match="token"):
        TalkcloudAccount(vendor="talkcloud", auth_key="env:K", token=token)


@pytest.mark.parametrize(
    ("body", "cursor", "following"),
    [
        (_page(1, 3), Cursor(1), Cursor(2)),
        (_page("2", "3"), Cursor(2), Cursor(3)),
        (_page(3, 3, rows=5), Cursor(3), None),
        (_page(1, 0, total=0, rows=0), Cursor(1), None),
        (_page(1, 3, rows=0), Cursor(1), None),
        (_page(1, 2, rows=1), Cursor(1), Cursor(2)),
    ],
)
def test_walk_ends_by_the_vendors_counts_or_at_an_empty_page(
    body: dict[str, Any], cursor: Cursor, following: Cursor | None
) -> None:
    assert ENDPOINT.next_cursor(body, cursor) == following


@pytest.mark.parametrize("body", [_page(1, 3), _page("two", 3), _page(2, "x"), _page(2, -1)])
def test_page_that_was_not_asked_for_is_no_answer(body: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        ENDPOINT.next_cursor(body, Cursor(2))


def test_total_may_come_as_text() -> None:
    assert ENDPOINT.claimed(_page(1, 3, total="45")) == 45
    with pytest.raises(ProtocolError, match="total"):
        ENDPOINT.claimed(_page(1, 3, total="many"))


@pytest.mark.parametrize(
    ("status", "result", "error", "action"),
    [
        (200, 4109, RefusedError, "stop"),
        (200, "4102", RefusedError, "stop"),
        (200, 3002, RefusedError, "stop"),
        (200, 4007, UnknownItemError, "skip"),
        (200, 4005, BadRequestError, "skip"),
        (200, 4107, UnavailableError, "retry"),
        (200, -1, BadRequestError, "stop"),
        (429, -1, ThrottledError, "retry"),
        (503, -1, UnavailableError, "retry"),
        (429, 99, ProtocolError, "stop"),
        (503, 99, ProtocolError, "stop"),
        (200, 99, BadRequestError, "stop"),
        (500, 0, UnavailableError, "retry"),
        (502, None, UnavailableError, "retry"),
        (403, None, RefusedError, "stop"),
    ],
)
def test_result_that_is_not_0_is_an_error_whatever_the_status(
    status: int, result: object, error: type[VendorError], action: str
) -> None:
    with pytest.raises(VendorError) as caught:
        TALKCLOUD.check(Answer(status, {}, {"result": result, "msg": "出错", "data": []}))
    assert type(caught.value) is error
    assert fault_of(FAULTS, status, caught.value.code).action == action


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"data": {"data": []}},
        {"result": True},
        {"result": 0},
        {"result": 0, "data": None},
        {"result": 0, "data": []},
        {"result": 0, "data": {"total": 1, "current_page": 1, "last_page": 1, "data": None}},
        {"result": 0, "data": {"current_page": 1, "last_page": 1, "data": []}},
    ],
)
def test_reply_that_lacks_its_data_is_no_answer_and_never_empty(body: Any) -> None:
    with pytest.raises(ProtocolError) as caught:
        TALKCLOUD.check(Answer(200, {}, body))
    assert fault_of(FAULTS, 200, caught.value.code).action == "retry"


def test_walk_is_settled_twelve_hours_after_the_period(week: Period) -> None:
    assert TALKCLOUD.settled_at is not None
    assert TALKCLOUD.settled_at(week, None) == datetime(2026, 11, 23, 4, tzinfo=UTC)
