from __future__ import annotations

from collections import defaultdict
from typing import Any

import httpx
import pytest

_EVENT = 609768


def _report(caller: Any, **more: Any) -> Any:
    response = caller.quanshi("event/report/details", token=caller.token(), eventId=_EVENT, **more)
    assert response.json()["code"] == 200, response.text
    return response.json()["data"]["report"]


def _refused(response: httpx.Response) -> tuple[int, int]:
    assert response.json()["data"] is None
    return response.status_code, response.json()["code"]


def _seconds(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def test_flow_from_address_to_report(caller: Any) -> None:
    user = caller.quanshi("user/search/email", email="ops@example.com").json()["data"]
    token = caller.quanshi("token/create", userId=user["userId"]).json()["data"]
    assert (len(token["token"]), token["expire"], token["createTime"]) == (32, 86_400, 1_795_492_800_000)
    reply = caller.quanshi("event/report/details", token=token["token"], eventId=_EVENT).json()
    assert list(reply) == ["timeStamp", "code", "msg", "data", "requestId"]
    assert reply["data"]["eventId"] == _EVENT
    assert list(reply["data"]["report"]) == ["lives", "viewerDetails", "interactions"]


def test_rows_have_the_fields_of_the_vendors_sample(caller: Any) -> None:
    report = _report(caller)
    both = {
        "viewerId", "live_type", "prize_num", "device_type", "client_type", "call_duration", "distinctId",
        "online_time", "raise_hand_num", "clientType", "praise_num", "sign_num", "offline_date", "company", "extId",
        "email", "share_num", "group", "auth_type", "whitelist_type", "ip", "mobile", "hostId", "goods_sum_hits",
        "chat_num", "question_num", "billingCode", "offline_time", "quiz_num", "envelope_num", "conferenceId",
        "iden", "online_date", "name", "location", "vote_num",
    }  # fmt: skip
    details = {
        "auth_type", "billingCode", "call_duration", "chat_num", "client_type", "company", "conferenceId",
        "countryCode", "device_type", "dialedIn", "dialoutSource", "duration", "email", "envelope", "extId",
        "goods_sum_hits", "group", "hostId", "iden", "ip", "liveTimes", "liveWatchDuration", "live_type",
        "location", "mobile", "name", "offline_date", "offline_time", "online_date", "online_time", "praise_num",
        "phoneNumber", "quiz_num", "raise_hand_num", "replayTimes", "replayWatchDuration", "sign", "survey",
        "times", "type", "vote", "watchDuration", "whitelist_tag", "whitelist_type",
    }  # fmt: skip
    assert all(row.keys() == both | {"watch_duration"} for row in report["lives"])
    assert all(row.keys() == both | {"role", "online_duration"} for row in report["interactions"])
    assert all(row.keys() == details for row in report["viewerDetails"])


def test_summary_is_the_sum_of_the_raw_rows(caller: Any) -> None:
    report = _report(caller)
    raw = defaultdict(list)
    for row in sorted(report["lives"] + report["interactions"], key=lambda row: int(row["online_time"])):
        raw[row["distinctId"]].append(row)
    named = {row["mobile"]: row for row in report["viewerDetails"] if row["mobile"] != "-"}
    assert len(named) > 50
    for mobile, row in named.items():
        stays = [own["offline_time"] - own["online_time"] for own in raw[mobile]]
        assert row["duration"] == sum(stays) == _seconds(row["watchDuration"])
        assert row["duration"] == _seconds(row["liveWatchDuration"]) + _seconds(row["replayWatchDuration"])
        assert row["times"] == len(stays) == row["liveTimes"] + row["replayTimes"]
        assert row["chat_num"] == sum(own["chat_num"] or 0 for own in raw[mobile])
        assert row["name"] == raw[mobile][0]["name"]


def test_oddities_of_the_real_replies_are_there(caller: Any) -> None:
    report = _report(caller)
    lives, details, app = report["lives"], report["viewerDetails"], report["interactions"]
    assert {row["viewerId"] for row in app} == {None}
    assert {row["chat_num"] for row in app} == {None}
    assert not any("viewerId" in row for row in details)
    assert (lives[0]["hostId"], details[0]["hostId"]) == ("88589655", 88589655)
    assert any("," in row["device_type"] for row in details)
    assert any(row["location"].startswith("-,") for row in details)
    assert {row["live_type"] for row in details} == {"直播", "回放", "直播+回放"}
    assert any(row["mobile"] == "-" and row["email"] == "-" and row["extId"] == "-" for row in details)
    assert {row["phoneNumber"] for row in details} == {"19009999999"}
    assert {row["role"] for row in app} == {4, 5, 6}
    assert any(row["name"].startswith("网友") for row in lives)
    assert all(row["online_date"] < row["offline_date"] for row in lives)


def test_host_is_a_viewer_too_by_another_spelling_of_his_phone(caller: Any) -> None:
    report = _report(caller)
    host = next(row for row in report["interactions"] if row["role"] == 4)
    own = [row for row in report["lives"] if row["mobile"] == f"+86-{host['mobile']}"]
    assert own
    assert {row["iden"] for row in own} == {"观众"}
    assert len({row["viewerId"] for row in own}) == len(own)


def test_window_takes_rows_by_their_online_time_and_the_summary_follows(caller: Any) -> None:
    start, end = 1_794_758_400, 1_795_363_199
    week = _report(caller, startTime=start, endTime=end)
    every = _report(caller)
    assert week["lives"] == [row for row in every["lives"] if start <= row["online_time"] <= end]
    assert sum(row["times"] for row in week["viewerDetails"]) == len(week["lives"]) + len(week["interactions"])
    nothing = _report(caller, startTime=1_000_000_000, endTime=1_000_000_001)
    assert nothing == {"lives": None, "viewerDetails": None, "interactions": None}


def test_live_type_filters_nothing_as_in_the_vendors_sample(caller: Any) -> None:
    assert _report(caller, liveType=0) == _report(caller)


@pytest.mark.parametrize(("name", "value"), [("DEMO_QS_SECRET", "another"), ("DEMO_QS_KEY", "nobody")])
def test_wrong_key_or_checksum_is_403_inside_a_200(caller: Any, name: str, value: str) -> None:
    caller.env[name] = value
    assert _refused(caller.quanshi("user/search/email", email="ops@example.com")) == (200, 403)


def test_stale_time_is_403_inside_a_200(caller: Any, clock: Any) -> None:
    clock.move(minutes=16)
    assert _refused(caller.quanshi("user/search/email", email="ops@example.com")) == (200, 403)


def test_bad_and_expired_tokens_are_401_inside_a_200(caller: Any, clock: Any) -> None:
    token = caller.token()
    bad = caller.quanshi("event/report/details", token="0" * 32, eventId=_EVENT)
    assert _refused(bad) == (200, 401)
    assert "token" in bad.json()["msg"]
    clock.move(hours=24)
    caller.now = clock.now
    assert _refused(caller.quanshi("event/report/details", token=token, eventId=_EVENT)) == (200, 401)


@pytest.mark.parametrize(
    ("call", "body", "code"),
    [
        ("event/report/details", {"eventId": 1}, 404),
        ("event/report/details", {"eventId": "609768"}, 400),
        ("event/report/details", {"eventId": 609768, "startTime": 1_794_758_400_000}, 400),
        ("user/search/email", {"email": "nobody@example.com"}, 404),
        ("token/create", {"userId": 1}, 404),
    ],
)
def test_what_does_not_exist_is_an_error_inside_a_200(caller: Any, call: str, body: dict[str, Any], code: int) -> None:
    more = {"token": caller.token()} if "report" in call else {}
    assert _refused(caller.quanshi(call, **body, **more)) == (200, code)


def test_token_may_come_in_the_header_and_the_key_as_app_id(caller: Any) -> None:
    token = caller.token()
    send = caller.send

    def renamed(request: httpx.Request) -> httpx.Response:
        request.headers["AppId"] = request.headers.pop("AppKey")
        request.headers["token"] = token
        answer: httpx.Response = send(request)
        return answer

    caller.send = renamed
    assert caller.quanshi("event/report/details", eventId=_EVENT).json()["code"] == 200


def test_unknown_call_and_other_method_are_refused_by_status(caller: Any) -> None:
    assert _refused(caller.quanshi("event/list")) == (404, 404)
    get = caller.send(httpx.Request("GET", f"{caller.base}/eventopenapi/token/create"))
    assert _refused(get) == (405, 405)
