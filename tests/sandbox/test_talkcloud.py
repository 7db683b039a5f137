from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from reporter.sandbox import Sandbox

_VIDEO = "8602268011035296205"
_WEEK = {"startTime": 1_794_758_400, "endTime": 1_795_363_199}


def _data(response: Any) -> Any:
    assert response.json()["result"] == 0, response.text
    return response.json()["data"]


def _walk(caller: Any, **params: Any) -> list[dict[str, str]]:
    first = _data(caller.talkcloud(page=1, **params))
    pages = [first, *(_data(caller.talkcloud(page=page, **params)) for page in range(2, first["last_page"] + 1))]
    rows = [row for page in pages for row in page["data"]]
    assert len(rows) == first["total"]
    assert all(page["per_page"] == 20 for page in pages)
    return rows


def test_reply_has_the_shape_of_the_vendors_sample(caller: Any) -> None:
    reply = caller.talkcloud(videoInfo=_VIDEO, page=1, **_WEEK).json()
    assert list(reply) == ["result", "data", "msg"]
    assert list(reply["data"]) == ["total", "per_page", "current_page", "last_page", "data"]
    assert list(reply["data"]["data"][0]) == ["userId", "userName", "assetId", "videoTitle", "visitTime", "visitRadio"]
    assert all(isinstance(value, str) for row in reply["data"]["data"] for value in row.values())


def test_rows_come_twenty_a_page_and_past_the_end_none(caller: Any) -> None:
    rows = _walk(caller, videoInfo=_VIDEO, **_WEEK)
    assert len(rows) > 40
    assert _data(caller.talkcloud(videoInfo=_VIDEO, page=99, **_WEEK))["data"] == []


def test_id_that_is_another_videos_title_finds_both(caller: Any) -> None:
    rows = _walk(caller, videoInfo=_VIDEO, **_WEEK)
    assert {row["assetId"] for row in rows} == {_VIDEO, "6013377700112233445"}
    assert {row["assetId"] for row in _walk(caller, videoInfo="999999")} == {
        "3701925924894146889",
        "5120394857612093847",
    }


def test_equal_rows_are_several_visits(sandbox: Sandbox, caller: Any) -> None:
    rows = _walk(caller, videoInfo="3701925924894146889")
    equal = Counter(tuple(row.values()) for row in rows).most_common(1)[0]
    assert equal[1] > 1
    user = equal[0][0]
    times = [
        visit.joined
        for room in sandbox.truth.rooms("talkcloud")
        for visit in sandbox.truth.world.seen(room, int(caller.now.timestamp()))
        if visit.viewer.viewer_id == user and room.room_id == "3701925924894146889"
    ]
    assert len(times) == len(set(times)) >= equal[1]


def test_completeness_is_a_whole_percentage_of_the_length(caller: Any) -> None:
    for row in _walk(caller, videoInfo="3701925924894146889"):
        hours, minutes, seconds = (int(part) for part in row["visitTime"].split(":"))
        assert row["visitRadio"] == f"{round((hours * 3600 + minutes * 60 + seconds) / 10)}%"


def test_viewer_filter_and_unknown_ids_give_what_there_is(caller: Any) -> None:
    user = _data(caller.talkcloud(videoInfo=_VIDEO))["data"][0]["userId"]
    assert {row["userId"] for row in _walk(caller, userId=user)} == {user}
    nothing = _data(caller.talkcloud(videoInfo="123"))
    assert nothing == {"total": 0, "per_page": 20, "current_page": 1, "last_page": 0, "data": []}


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("DEMO_TK_TOKEN", "59O8J455S192Cw82f5bfxVB052NhsUpK9ToBVw==", 4109),
        ("DEMO_TK_TIME", "1641600967", 4109),
        ("DEMO_TK_TIME", "soon", 4004),
        ("DEMO_TK_KEY", "nobody", 4102),
        ("DEMO_TK_KEY", "", 4101),
    ],
)
def test_wrong_credentials_are_a_result_inside_a_200(caller: Any, name: str, value: str, result: int) -> None:
    caller.env[name] = value
    reply = caller.talkcloud(videoInfo=_VIDEO)
    assert (reply.status_code, reply.json()["result"], reply.json()["data"]) == (200, result, [])


@pytest.mark.parametrize(
    ("params", "result"),
    [
        ({"startTime": 1_794_758_400_000}, 4004),
        ({"startTime": 1_795_363_199, "endTime": 1_794_758_400}, 4005),
        ({"page": 0}, -1),
        ({"page": "x"}, -1),
    ],
)
def test_wrong_parameter_is_a_result_inside_a_200(caller: Any, params: dict[str, Any], result: int) -> None:
    reply = caller.talkcloud(**params)
    assert (reply.status_code, reply.json()["result"]) == (200, result)
