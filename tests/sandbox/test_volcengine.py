from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from reporter.sandbox import Sandbox

_ACTIONS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "volcengine_actions.json").read_text(encoding="utf-8"),
)["actions"]
_ROOM, _TRACKED, _NIGHT = 172183460671, 172183460688, 1770637083012
_MONDAY = 1794758400  # 2026-11-16 00:00 in China
_LOG = "ListUserBehaviorDataAPIV2"
_NEEDS = {"NeedActMsg": 1, "NeedActBasicMsg": 1, "NeedActStreamMsg": 1, "NeedRealTimeOnlineNumber": 1}


def _result(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()["Result"]


def _error(response: httpx.Response) -> tuple[int, str]:
    body = response.json()
    assert "Result" not in body
    return response.status_code, body["ResponseMetadata"]["Error"]["Code"]


def _fits(value: Any, shape: Any) -> bool:
    """Say whether a reply has exactly the fields and types of the SDK's model."""
    if value is None:
        return True
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(item, shape[0]) for item in value)
    if isinstance(shape, dict):
        return value.keys() == shape.keys() and all(_fits(value[name], shape[name]) for name in shape)
    types: dict[str, Any] = {"int": int, "str": str, "float": float}
    if shape.startswith("list["):
        return isinstance(value, list) and all(isinstance(item, types[shape[5:-1]]) for item in value)
    return isinstance(value, types[shape])


@pytest.mark.parametrize(
    ("action", "get", "body"),
    [
        ("GetCustomActMsgAPI", {"ActivityId": _ROOM, **_NEEDS}, {}),
        ("ListAnActivityStartAndEndTimeAPI", {"ActivityId": _ROOM}, {}),
        ("ListActivityAPI", None, {"PageItemCount": 50, "IsLockPreview": -1}),
        ("ListAccountUserData", None, {"PageToken": "init", "PageSize": 1000, "ActivityId": _ROOM}),
        (_LOG, {"ActivityId": _ROOM, "PageNo": 1, "PageItemCount": 500}, {}),
        (_LOG, None, {"ActivityId": _ROOM, "PageNo": 1, "PageItemCount": 500}),
    ],
)
def test_reply_has_the_fields_and_types_of_the_sdk(
    caller: Any, action: str, get: dict[str, Any] | None, body: dict[str, Any]
) -> None:
    reply = caller.volcengine(action, get=get, **body)
    assert _fits(_result(reply), _ACTIONS[action]["response"])
    metadata = reply.json()["ResponseMetadata"]
    assert (metadata["Action"], metadata["Service"], metadata["SystemTime"]) == (action, "livesaas", 1795492800)
    assert reply.headers["date"] == "Tue, 24 Nov 2026 04:00:00 GMT"


def test_track_has_the_fields_and_types_of_the_sdk(caller: Any) -> None:
    users = _result(caller.volcengine("ListAccountUserData", PageToken="init", ActivityId=_TRACKED))["Users"]
    user = users[0]["BasicData"]["UserId"]
    reply = _result(caller.volcengine("GetAccountUserTrackData", UserId=user, ActivityId=_TRACKED))
    assert _fits(reply, _ACTIONS["GetAccountUserTrackData"]["response"])
    assert [row["ActivityId"] for row in reply["FilterUserTrack"]["UserTracks"]] == [_TRACKED]
    assert _result(caller.volcengine("GetAccountUserTrackData", UserId=user))["FilterUserTrack"] is None


def test_small_room_needs_few_track_calls(caller: Any) -> None:
    assert (
        5
        <= _result(caller.volcengine("ListAccountUserData", PageToken="init", ActivityId=_TRACKED))["TotalCount"]
        <= 12
    )


def test_stream_keys_come_only_when_asked_for(caller: Any) -> None:
    assert _result(caller.volcengine("GetCustomActMsgAPI", get={"ActivityId": _ROOM, "NeedActMsg": 1})).keys() == {
        "ActMsg"
    }
    asked = _result(caller.volcengine("GetCustomActMsgAPI", get={"ActivityId": _ROOM, "NeedActStreamMsg": 1}))
    assert "key=" in asked["ActStreamMsg"]["LineDetails"][0]["MainPushInfo"][0]["StreamingCode"]


def test_cover_and_empty_values_are_as_odd_as_the_vendors(caller: Any) -> None:
    basic = _result(caller.volcengine("GetCustomActMsgAPI", get={"ActivityId": _ROOM, "NeedActBasicMsg": 1}))[
        "ActBasicMsg"
    ]
    assert basic["CoverImageUrl"].startswith("//")
    assert basic["PlayerTopType"] == [""]
    assert basic["IsCommentTranslateEnable"] is None


def test_prefix_before_the_path_is_part_of_what_is_signed(sandbox: Sandbox, caller: Any) -> None:
    caller.base = "http://127.0.0.1:9/some/prefix"
    assert _result(caller.volcengine("GetCustomActMsgAPI", get={"ActivityId": _ROOM, "NeedActMsg": 1}))
    assert sandbox.calls[-1].room == str(_ROOM)


@pytest.mark.parametrize(
    ("action", "get", "body", "status", "code"),
    [
        ("GetCustomActMsgAPI", {"ActivityId": 5}, {}, 400, "InvalidParameter.ActivityNotExist"),
        ("GetCustomActMsgAPI", {"ActivityId": "abc"}, {}, 400, "InvalidParameter.ActivityIdInvalid"),
        ("GetCustomActMsgAPI", None, {"ActivityId": _ROOM}, 405, "MethodNotAllowed"),
        ("ListActivityAPI", {"PageNo": 1}, {}, 405, "MethodNotAllowed"),
        ("NoSuchAPI", {}, {}, 404, "InvalidActionOrVersion"),
        ("ListAccountUserData", None, {"ActivityId": 5, "PageToken": "init"}, 400, "InvalidParameter.ActivityNotExist"),
        ("ListAccountUserData", None, {"ActivityId": str(_ROOM)}, 400, "InvalidParameter.ActivityIdInvalid"),
        ("ListAccountUserData", None, {"PageSize": 1001}, 500, "InvalidParameter.PageSizeInvalid"),
        ("ListAccountUserData", None, {"PageSize": 1000, "PageNumber": 11}, 500, "InvalidParameter.PageNumberInvalid"),
        ("ListAccountUserData", None, {"PageToken": "made-up"}, 500, "InvalidParameter.PageTokenInvalid"),
        ("ListActivityAPI", None, {"PageItemCount": 101, "PageNo": 100}, 500, "InvalidParameter.PageNoInvalid"),
        ("GetAccountUserTrackData", None, {"UserId": 12}, 400, "InvalidParameter.InvalidUserId"),
        (_LOG, {"ActivityId": _ROOM, "PageItemCount": 501}, {}, 500, "InvalidParameter.PageItemCountInvalid"),
        (_LOG, None, {"ActivityId": _ROOM, "PageNo": 201, "PageItemCount": 50}, 500, "InvalidParameter.PageNoInvalid"),
    ],
)
def test_wrong_parameter_gets_the_vendors_error(
    caller: Any, action: str, get: dict[str, Any] | None, body: dict[str, Any], status: int, code: str
) -> None:
    assert _error(caller.volcengine(action, get=get, **body)) == (status, code)


@pytest.mark.parametrize(
    ("name", "value", "status", "code"),
    [
        ("DEMO_VOLC_SK", "another", 401, "SignatureDoesNotMatch"),
        ("DEMO_VOLC_AK", "AKNOBODY", 401, "InvalidAccessKey"),
    ],
)
def test_wrong_key_gets_the_vendors_error(caller: Any, name: str, value: str, status: int, code: str) -> None:
    caller.env[name] = value
    assert _error(caller.volcengine("ListActivityAPI")) == (status, code)


def test_stale_date_gets_the_vendors_error(caller: Any, clock: Any) -> None:
    clock.move(minutes=16)
    assert _error(caller.volcengine("ListActivityAPI")) == (400, "InvalidTimestamp")


def test_users_come_page_by_page_to_the_finish(caller: Any) -> None:
    token, users, pages = "init", [], 0
    while token != "finish":
        reply = _result(caller.volcengine("ListAccountUserData", PageToken=token, PageSize=60, ActivityId=_ROOM))
        token, pages = reply["PageToken"], pages + 1
        users += [user["BasicData"]["UserId"] for user in reply["Users"]]
        assert reply["TotalCount"] > 150
    assert len(users) == len(set(users)) == reply["TotalCount"]
    assert users == sorted(users)
    assert pages == -(-len(users) // 60)


def test_page_token_dies_after_three_minutes_and_on_other_conditions(caller: Any, clock: Any) -> None:
    first = _result(caller.volcengine("ListAccountUserData", PageToken="init", PageSize=5, ActivityId=_ROOM))
    token = first["PageToken"]
    other = caller.volcengine("ListAccountUserData", PageToken=token, PageSize=5, ActivityId=_NIGHT)
    assert _error(other) == (500, "InvalidParameter.PageTokenInvalid")
    clock.move(seconds=170)
    caller.now = clock.now
    again = caller.volcengine("ListAccountUserData", PageToken=token, PageSize=9, ActivityId=_ROOM)
    assert len(_result(again)["Users"]) == 9
    clock.move(seconds=10)
    assert _error(caller.volcengine("ListAccountUserData", PageToken=token, PageSize=9, ActivityId=_ROOM))[0] == 500


def _scroll(caller: Any, page: int, scroll: str, **more: Any) -> httpx.Response:
    body = {"ActivityId": _ROOM, "PageNo": page, "PageItemCount": 100, "ScrollId": scroll, **more}
    response: httpx.Response = caller.volcengine(_LOG, **body)
    return response


def test_visit_log_scrolls_in_order_to_an_empty_page(caller: Any) -> None:
    rows, page, scroll = [], 1, ""
    while True:
        reply = _result(_scroll(caller, page, scroll))
        if not reply["Data"]:
            break
        rows += reply["Data"]
        page, scroll = page + 1, reply["ScrollId"]
    assert len(rows) == reply["TotalItemCount"] > 200
    assert len({(row["UserId"], row["Cookie"]) for row in rows}) == len(rows)


def test_scroll_refuses_a_repeat_a_gap_a_merge_and_old_age(caller: Any, clock: Any) -> None:
    first = _result(_scroll(caller, 1, ""))["ScrollId"]
    assert _error(_scroll(caller, 3, first)) == (500, "InvalidParameter.PageNoInvalid")
    assert _error(_scroll(caller, 2, first, IsMerge=1)) == (500, "InvalidParameter.IsMergeInvalid")
    second = _result(_scroll(caller, 2, first))["ScrollId"]
    assert _error(_scroll(caller, 2, first)) == (500, "InvalidParameter.ScrollIdInvalid")
    clock.move(minutes=14)
    caller.now = clock.now
    third = _result(_scroll(caller, 3, second))["ScrollId"]
    clock.move(minutes=20)
    caller.now = clock.now
    assert _error(_scroll(caller, 4, third)) == (500, "InvalidParameter.ScrollIdInvalid")


def test_visit_log_without_scroll_pages_by_number(caller: Any) -> None:
    pages = [
        _result(caller.volcengine(_LOG, get={"ActivityId": _ROOM, "PageNo": page, "PageItemCount": 150}))
        for page in (1, 2, 3)
    ]
    assert sum(len(page["Data"]) for page in pages) == pages[0]["TotalItemCount"]
    assert pages[1]["Data"][0] not in pages[0]["Data"]


def test_visit_log_keeps_several_sessions_in_parallel_lists(caller: Any) -> None:
    get = {"ActivityId": _ROOM, "PageItemCount": 500, "StartTime": _MONDAY, "EndTime": _MONDAY + 7 * 86_400}
    rows = _result(caller.volcengine(_LOG, get=get))["Data"]
    assert any(len(row["JoinAt"]) > 1 for row in rows)
    for row in rows:
        stays = [leave - join for join, leave in zip(row["JoinAt"], row["LeaveAt"], strict=True)]
        assert sum(stays) == row["VideoViewDuration"]["Total"]
        assert min(row["JoinAt"]) >= _MONDAY
        assert max(row["LeaveAt"]) <= _MONDAY + 7 * 86_400


def test_viewer_who_is_still_in_has_a_join_without_its_leave(caller: Any, clock: Any) -> None:
    clock.move(hours=8)  # 20:00 in China: the Tuesday session goes on
    caller.now = clock.now
    rows = _result(caller.volcengine(_LOG, get={"ActivityId": _ROOM, "PageItemCount": 500}))["Data"]
    inside = [row for row in rows if len(row["LeaveAt"]) == len(row["JoinAt"]) - 1]
    message = _result(caller.volcengine("GetCustomActMsgAPI", get={"ActivityId": _ROOM, **_NEEDS}))
    spans = _result(caller.volcengine("ListAnActivityStartAndEndTimeAPI", get={"ActivityId": _ROOM}))["StartAndEndTime"]
    assert len({row["UserId"] for row in inside}) == message["RealTimeOnlineNumber"]["RealPopularity"] > 20
    assert message["RealTimeOnlineNumber"]["FakePopularity"] > message["RealTimeOnlineNumber"]["RealPopularity"]
    assert message["ActMsg"]["Status"] == 1
    assert spans[-1]["EndTime"] == 0


def test_fuzzy_name_finds_rooms_that_a_glob_would_not(caller: Any) -> None:
    reply = _result(caller.volcengine("ListActivityAPI", PageItemCount=100, Name="公开课", LiveTime=_MONDAY))
    names = [row["Name"] for row in reply["Activities"]]
    assert any(name.startswith("内部公开课复盘") for name in names)
    assert all(row["LiveTime"] >= _MONDAY for row in reply["Activities"])
    assert any(row["LiveTime"] >= _MONDAY + 14 * 86_400 - 7 * 86_400 for row in reply["Activities"])  # no upper bound
    assert all(row["IsLockPreview"] == 0 for row in reply["Activities"])
    every = _result(
        caller.volcengine("ListActivityAPI", PageItemCount=100, Name="公开课", LiveTime=_MONDAY, IsLockPreview=-1)
    )
    assert every["TotalItemCount"] > reply["TotalItemCount"]


def test_tags_and_status_filter_rooms(caller: Any) -> None:
    tags = [{"Index": 0, "Name": "行业", "Value": ["金融"]}]
    rows = _result(caller.volcengine("ListActivityAPI", PageItemCount=100, SiteTagNews=tags))["Activities"]
    assert {tag["Value"] for row in rows for tag in row["SiteTags"]} == {"金融"}
    previews = _result(caller.volcengine("ListActivityAPI", PageItemCount=100, Status=2, IsLockPreview=-1))[
        "Activities"
    ]
    assert {row["Status"] for row in previews} == {2}


def test_each_week_has_two_rooms_for_the_demos_match(caller: Any) -> None:
    rows = _result(caller.volcengine("ListActivityAPI", PageItemCount=100, LiveTime=_MONDAY, IsLockPreview=-1))[
        "Activities"
    ]
    found = [
        row["IsLockPreview"]
        for row in rows
        if row["LiveTime"] < _MONDAY + 7 * 86_400
        and row["Name"].startswith("公开课 ")
        and {"行业": "教育"} in [{tag["Name"]: tag["Value"]} for tag in row["SiteTags"]]
    ]
    assert sorted(found) == [0, 1]


def test_ids_are_numbers_some_of_them_beyond_a_double(caller: Any) -> None:
    users = _result(caller.volcengine("ListAccountUserData", PageToken="init", PageSize=1000, ActivityId=_ROOM))[
        "Users"
    ]
    ids = [user["BasicData"]["UserId"] for user in users]
    assert min(ids) > 10**15
    assert any(number > 2**53 for number in ids)
    assert max(ids) < 2**63


def test_users_are_found_by_word_and_sorted_as_asked(caller: Any) -> None:
    rows = _result(caller.volcengine("ListAccountUserData", ActivityId=_ROOM, PageSize=1000, SortField="WatchTime"))[
        "Users"
    ]
    watched = [row["WatchData"]["WatchTime"] for row in rows]
    assert watched == sorted(watched, reverse=True)
    name = rows[0]["BasicData"]["NickName"]
    found = _result(caller.volcengine("ListAccountUserData", ActivityId=_ROOM, PageSize=1000, KeyWord=name))["Users"]
    assert {name in row["BasicData"]["NickName"] for row in found} == {True}
    assert _error(caller.volcengine("ListAccountUserData", SortField="Name"))[1] == "InvalidParameter.SortFieldInvalid"


def test_track_takes_an_external_id_but_the_user_id_wins(caller: Any) -> None:
    users = _result(caller.volcengine("ListAccountUserData", ActivityId=_TRACKED))["Users"]
    one, two = users[0]["BasicData"], users[1]["BasicData"]
    by_outside = caller.volcengine("GetAccountUserTrackData", ExternalId=one["ExternalId"])
    both = caller.volcengine("GetAccountUserTrackData", ExternalId=one["ExternalId"], UserId=two["UserId"])
    assert _result(by_outside)["UserTrackData"]["UserTracks"][0]["UserId"] == one["UserId"]
    assert _result(both)["UserTrackData"]["UserTracks"][0]["UserId"] == two["UserId"]


def test_body_that_was_changed_under_way_does_not_match_its_signature(caller: Any) -> None:
    send = caller.send

    def changed(request: httpx.Request) -> httpx.Response:
        headers = [(name, value) for name, value in request.headers.items() if name != "content-length"]
        answer: httpx.Response = send(httpx.Request("POST", request.url, headers=headers, content=b'{"PageNo": 2}'))
        return answer

    caller.send = changed
    assert _error(caller.volcengine("ListActivityAPI", PageNo=1)) == (401, "SignatureDoesNotMatch")
