"""The requests of the six calls, as they go over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.errors import UnknownItemError
from reporter.model import Match, Period, Pull
from reporter.vendors.base import Cursor
from reporter.vendors.volcengine import VOLCENGINE, VolcengineAccount

LONG = "9223372036854775807"


def _asked(pull: Pull, cursor: Cursor | None = None) -> httpx.Request:
    return VOLCENGINE.endpoints[pull.endpoint].request(pull, cursor or Cursor())


def test_room_is_asked_without_stream_keys(pull: Callable[..., Pull]) -> None:
    request = _asked(pull("GetCustomActMsgAPI", room="172183460671"))
    assert (request.method, request.content) == ("GET", b"")
    assert str(request.url) == (
        "https://livesaas.volcengineapi.com/?Action=GetCustomActMsgAPI&ActivityId=172183460671&NeedActBasicMsg=1"
        "&NeedActMsg=1&NeedRealTimeOnlineNumber=1&Version=2020-06-01"
    )
    assert "content-type" not in request.headers


def test_spans_are_asked_by_room(pull: Callable[..., Pull]) -> None:
    request = _asked(pull("ListAnActivityStartAndEndTimeAPI", room=LONG))
    assert request.method == "GET"
    assert request.url.query.decode() == (
        f"Action=ListAnActivityStartAndEndTimeAPI&ActivityId={LONG}&Version=2020-06-01"
    )


@pytest.mark.parametrize(
    ("call", "changes", "cursor", "version", "body"),
    [
        (
            "ListActivityAPI",
            {"params": (("LiveTime", "1794844800"), ("Name", "公开课"))},
            Cursor(),
            "2020-06-01",
            '{"PageNo":1,"PageItemCount":100,"IsLockPreview":-1,"LiveTime":1794844800,"Name":"公开课"}',
        ),
        (
            "ListActivityAPI",
            {"params": (("LiveTime", "1794844800"),)},
            Cursor(3, "200"),
            "2020-06-01",
            '{"PageNo":3,"PageItemCount":100,"IsLockPreview":-1,"LiveTime":1794844800}',
        ),
        (
            "ListAccountUserData",
            {"room": LONG},
            Cursor(),
            "2023-08-01",
            '{"PageToken":"init","PageSize":1000,"ActivityId":9223372036854775807}',
        ),
        (
            "ListAccountUserData",
            {"room": LONG},
            Cursor(2, "tok=="),
            "2023-08-01",
            '{"PageToken":"tok==","PageSize":1000,"ActivityId":9223372036854775807}',
        ),
        (
            "ListUserBehaviorDataAPIV2",
            {"room": "12"},
            Cursor(),
            "2020-06-01",
            '{"ActivityId":12,"PageNo":1,"PageItemCount":500,"IsMerge":0,"IsMergeUserId":0}',
        ),
        (
            "ListUserBehaviorDataAPIV2",
            {"room": "12"},
            Cursor(2, "scroll"),
            "2020-06-01",
            '{"ActivityId":12,"PageNo":2,"PageItemCount":500,"IsMerge":0,"IsMergeUserId":0,"ScrollId":"scroll"}',
        ),
        (
            "GetAccountUserTrackData",
            {"params": (("UserId", "1810621234567890998"),)},
            Cursor(),
            "2023-08-01",
            '{"UserId":1810621234567890998}',
        ),
        (
            "GetAccountUserTrackData",
            {"params": (("UserId", "1810621234567890998"),)},
            Cursor(2, "20:a:b"),
            "2023-08-01",
            '{"UserId":1810621234567890998,"PageNo":2,"ScrollId":"a:b"}',
        ),
    ],
)
def test_post_is_compact_json_with_public_parameters_in_the_query(
    pull: Callable[..., Pull], call: str, changes: dict[str, object], cursor: Cursor, version: str, body: str
) -> None:
    request = _asked(pull(call, **changes), cursor)
    assert request.method == "POST"
    assert str(request.url) == f"https://livesaas.volcengineapi.com/?Action={call}&Version={version}"
    assert request.headers["content-type"] == "application/json"
    assert request.content.decode() == body


@pytest.mark.parametrize(
    ("base_url", "start"),
    [
        ("http://127.0.0.1:18080", "http://127.0.0.1:18080/?Action="),
        ("https://proxy.example.com/volc/", "https://proxy.example.com/volc/?Action="),
    ],
)
def test_request_goes_to_the_accounts_base_url(pull: Callable[..., Pull], base_url: str, start: str) -> None:
    options = VolcengineAccount(vendor="volcengine", access_key="env:A", secret_key="env:S", base_url=base_url)
    assert str(_asked(pull("GetCustomActMsgAPI", room="1", options=options)).url).startswith(start)


@given(room=st.integers(min_value=1, max_value=10**19 - 1))
def test_ids_keep_all_their_digits(pull: Callable[..., Pull], room: int) -> None:
    posted = _asked(pull("ListAccountUserData", room=str(room)))
    assert json.loads(posted.content)["ActivityId"] == room
    asked = _asked(pull("GetCustomActMsgAPI", room=str(room)))
    assert asked.url.params["ActivityId"] == str(room)


@pytest.mark.parametrize("room", ["", "abc", "1_000", "+5", "１２", "1.0", None])
def test_room_that_is_no_number_is_an_unknown_item(pull: Callable[..., Pull], room: str | None) -> None:
    with pytest.raises(UnknownItemError, match="ids are digits"):
        _asked(pull("ListAccountUserData", room=room))


def test_log_is_asked_the_same_for_every_period(pull: Callable[..., Pull], week: Period) -> None:
    first = pull("ListUserBehaviorDataAPIV2", room="12")
    later = replace(first, period=replace(week, start=week.end, label="2026-W48"))
    assert _asked(first).content == _asked(later).content


def test_search_asks_from_the_periods_start_in_its_zone(week: Period, account: VolcengineAccount) -> None:
    (search,) = VOLCENGINE.start("volc", account, (), (Match(name="公开课*"),), week)
    assert json.loads(_asked(search).content)["LiveTime"] == 1794758400
