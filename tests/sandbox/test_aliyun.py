from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from reporter.sandbox import Sandbox

_MEDIA = "9ae2af636ca6c10412f44891fc000001"
_RESTING = "9ae2af636ca6c10412f44891fc000002"
_PAGE = {"PageNo": 1, "PageSize": 100}


def _error(response: httpx.Response) -> tuple[int, str]:
    assert {"RequestId", "HostId", "Code", "Message"} <= response.json().keys()
    return response.status_code, response.json()["Code"]


@pytest.mark.parametrize("call", ["aliyun", "aliyun_rpc1"])
def test_reply_has_the_shape_of_the_vendors_sample(caller: Any, call: str) -> None:
    reply = getattr(caller, call)(PlayDate="20261120", MediaId=_MEDIA, **_PAGE)
    assert reply.status_code == 200
    assert list(reply.json()) == ["RequestId", "TotalCount", "PageNo", "PageSize", "QoeInfoList"]
    (row,) = reply.json()["QoeInfoList"]
    assert list(row) == [
        "VideoTitle",
        "VideoDuration",
        "MediaId",
        "DAU",
        "PlaySuccessVv",
        "PlayDurationPerUv",
        "PlayDuration",
        "PlayPerVv",
    ]
    # the vendor's own sample divides by plays where it says "per viewer"
    assert row["PlayDurationPerUv"] == round(row["PlayDuration"] / row["PlaySuccessVv"], 2)
    assert row["PlayPerVv"] == round(row["PlaySuccessVv"] / row["DAU"], 2)


def test_figures_are_the_truths(sandbox: Sandbox, caller: Any) -> None:
    (media,) = [room for room in sandbox.truth.rooms("aliyun") if room.room_id == _MEDIA]
    (row,) = caller.aliyun(PlayDate="20261120", MediaId=_MEDIA, **_PAGE).json()["QoeInfoList"]
    truth = sandbox.truth.plays(media, date(2026, 11, 20))
    assert (row["DAU"], row["PlaySuccessVv"], row["PlayDuration"]) == (truth.viewers, truth.plays, truth.play_seconds)


def test_day_without_plays_and_unknown_media_give_no_rows(caller: Any) -> None:
    resting = caller.aliyun(PlayDate="20261118", MediaId=_RESTING, **_PAGE).json()
    unknown = caller.aliyun(PlayDate="20261119", MediaId="f" * 32, **_PAGE).json()
    assert (resting["TotalCount"], resting["QoeInfoList"]) == (unknown["TotalCount"], unknown["QoeInfoList"]) == (0, [])
    assert caller.aliyun(PlayDate="20261119", MediaId=_RESTING, **_PAGE).json()["TotalCount"] == 1


def test_media_come_page_by_page_in_the_order_asked_for(caller: Any) -> None:
    order = {"OrderName": "PlaySuccessVv", "OrderType": "DESC"}
    pages = [caller.aliyun(PlayDate="20261119", PageNo=page, PageSize=2, **order).json() for page in (1, 2, 3)]
    plays = [row["PlaySuccessVv"] for page in pages for row in page["QoeInfoList"]]
    assert [len(page["QoeInfoList"]) for page in pages] == [2, 1, 0]
    assert pages[0]["TotalCount"] == 3
    assert plays == sorted(plays, reverse=True)


def test_terminals_add_up_to_the_whole(caller: Any) -> None:
    def plays(**filters: str) -> float:
        rows = caller.aliyun(PlayDate="20261120", MediaId=_MEDIA, **filters, **_PAGE).json()["QoeInfoList"]
        return float(rows[0]["PlaySuccessVv"])

    assert plays(TerminalType="Native") + plays(TerminalType="Web") == plays()


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"PlayDate": "20261023"}, 400, "Meter.ParamError"),
        ({"PlayDate": "2026-11-20"}, 400, "Meter.ParamError"),
        ({"PlayDate": "20261125"}, 400, "Meter.ParamError"),
        ({"PlayDate": "20261124"}, 502, "Meter.ReadyTsError"),
        ({"PageSize": 101}, 400, "Meter.ParamError"),
        ({"PageNo": 0}, 400, "Meter.ParamError"),
        ({"PageNo": ""}, 400, "MissingPageNo"),
        ({"Os": "MacOS"}, 400, "Meter.ParamError"),
        ({"OrderName": "DAU"}, 400, "Meter.ParamError"),
    ],
)
def test_wrong_parameter_gets_the_vendors_error(caller: Any, params: dict[str, Any], status: int, code: str) -> None:
    assert _error(caller.aliyun(**(_PAGE | {"PlayDate": "20261120"} | params))) == (status, code)


def test_thirty_days_back_is_the_last_day(caller: Any) -> None:
    assert caller.aliyun(PlayDate="20261025", **_PAGE).status_code == 200


def test_day_is_ready_when_the_lag_has_passed(clock: Any, make_caller: Callable[[Sandbox], Any]) -> None:
    caller = make_caller(Sandbox(now=clock, limits=False, lag=timedelta(hours=13)))
    assert _error(caller.aliyun(PlayDate="20261123", **_PAGE)) == (502, "Meter.ReadyTsError")
    clock.move(hours=1)
    caller.now = clock.now
    assert caller.aliyun(PlayDate="20261123", **_PAGE).status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "status", "code"),
    [
        ("DEMO_ALI_SK", "another", 400, "SignatureDoesNotMatch"),
        ("DEMO_ALI_AK", "LTAInobody", 404, "InvalidAccessKeyId.NotFound"),
    ],
)
@pytest.mark.parametrize("call", ["aliyun", "aliyun_rpc1"])
def test_wrong_key_gets_the_vendors_error(
    caller: Any, call: str, name: str, value: str, status: int, code: str
) -> None:
    caller.env[name] = value
    assert _error(getattr(caller, call)(PlayDate="20261120", **_PAGE)) == (status, code)


def test_nonce_is_good_once(caller: Any) -> None:
    assert caller.aliyun(nonce="n1", PlayDate="20261120", **_PAGE).status_code == 200
    assert _error(caller.aliyun(nonce="n1", PlayDate="20261120", **_PAGE)) == (400, "SignatureNonceUsed")


@pytest.mark.parametrize("call", ["aliyun", "aliyun_rpc1"])
def test_stale_date_gets_the_vendors_error(caller: Any, clock: Any, call: str) -> None:
    clock.move(minutes=16)
    assert _error(getattr(caller, call)(PlayDate="20261120", **_PAGE)) == (400, "InvalidTimeStamp.Expired")


def test_unknown_action_and_version_are_refused(caller: Any) -> None:
    send = caller.send

    def renamed(name: str, value: str) -> tuple[int, str]:
        def changed(request: httpx.Request) -> httpx.Response:
            request.headers[name] = value
            answer: httpx.Response = send(request)
            return answer

        caller.send = changed
        return _error(caller.aliyun(PlayDate="20261120", **_PAGE))

    assert renamed("x-acs-action", "DescribePlayTopVideos") == (404, "InvalidAction.NotFound")
    assert renamed("x-acs-version", "2017-03-22") == (400, "InvalidVersion")
