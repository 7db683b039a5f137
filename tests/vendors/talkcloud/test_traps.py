"""Every trap of the vendor that shows in a sample, by its number in the fact sheet (section B5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reporter.model import Issue, Pull
from reporter.tables import SCHEMAS, TEXT
from reporter.vendors.base import Answer, Cursor
from reporter.vendors.talkcloud import TALKCLOUD

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "talkcloud" / "vod/watch"
WATCH = "vod/watch"
VIDEO, OTHER = "3701925924894146889", "8602268011035296205"
Rows = dict[str, list[dict[str, Any]]]
Read = Callable[..., tuple[Rows, list[Issue]]]


def _sample(case: str = "page_example") -> Any:
    return json.loads((SAMPLES / f"{case}.json").read_text(encoding="utf-8"))


@pytest.fixture
def page(read: Read) -> Rows:
    return read(WATCH, _sample(), room=VIDEO)[0]


@pytest.fixture
def spelt(read: Read) -> Rows:
    return read(WATCH, _sample("every_spelling"), room=VIDEO)[0]


def test_trap_01_equal_rows_are_kept(page: Rows) -> None:
    assert [row["row_no"] for row in page["visits"]] == [2, 3, 4, 5]
    bare = [{name: value for name, value in row.items() if name != "row_no"} for row in page["visits"]]
    assert bare == [bare[0]] * 4


def test_trap_02_rows_have_no_times(page: Rows) -> None:
    assert {"joined_at", "left_at", "day"} & set(page["visits"][0]) == set()


def test_trap_03_user_id_is_free_text_and_may_be_a_name(page: Rows) -> None:
    (viewer,) = page["viewers"]
    assert (viewer["viewer_id"], viewer["name"]) == ("李四", "张三")
    assert {"phone", "email", "external_id"} & set(viewer) == set()


def test_trap_04_asset_id_of_19_digits_stays_whole(page: Rows) -> None:
    assert [row["room_id"] for row in page["rooms"]] == [VIDEO]
    assert all(schema["room_id"] == TEXT for schema in SCHEMAS.values())


def test_trap_05_title_is_no_key_and_text_though_it_is_all_digits(page: Rows, read: Read) -> None:
    other, _ = read(WATCH, _sample(), room=OTHER)
    assert page["rooms"][0]["title"] == other["rooms"][0]["title"] == "999999"
    assert (len(page["visits"]), len(other["visits"])) == (4, 1)


def test_trap_06_clock_may_pass_a_day_be_short_or_be_nothing(spelt: Rows) -> None:
    assert [row.get("watch_seconds") for row in spelt["visits"]] == [2710, 93780, 0, 750, None, 60, None]


def test_trap_07_ratio_is_percent_as_text_and_may_pass_the_whole(spelt: Rows) -> None:
    assert [row.get("completion_ratio") for row in spelt["visits"]] == [0.98, 1.04, None, 0.275, None, 0.02, 0.06]


def test_trap_08_title_that_is_an_id_pulls_another_video_which_is_left_out_and_told(read: Read) -> None:
    rows, issues = read(WATCH, _sample("every_spelling"), room=VIDEO)
    assert {row["room_id"] for row in rows["visits"]} == {VIDEO}
    assert [issue.level for issue in issues if issue.code == "other-video"] == ["info"]


@pytest.mark.parametrize("data", [[], None, {}, "missing"])
def test_trap_09_data_of_no_data_may_be_anything(read: Read, data: Any) -> None:
    body = {"result": 4105, "msg": "无数据"} | ({} if data == "missing" else {"data": data})
    TALKCLOUD.check(Answer(200, {}, body))
    endpoint = TALKCLOUD.endpoints[WATCH]
    assert (endpoint.rows(body), endpoint.claimed(body), endpoint.next_cursor(body, Cursor())) == (0, 0, None)
    rows, issues = read(WATCH, body, room=VIDEO)
    assert (rows["visits"], [row["room_id"] for row in rows["rooms"]]) == ([], [VIDEO])
    assert [issue.code for issue in issues] == ["not-watched"]


def test_trap_10_get_carries_a_content_type(pull: Callable[..., Pull]) -> None:
    request = TALKCLOUD.endpoints[WATCH].request(pull(WATCH, room=VIDEO), Cursor())
    assert (request.method, request.headers["content-type"]) == ("GET", "application/json")


def test_trap_12_name_that_looks_like_a_formula_is_text_like_any_other(read: Read) -> None:
    rows, _ = read(WATCH, _sample("every_spelling"), room=OTHER)
    assert rows["viewers"][0]["name"] == '=HYPERLINK("http://example.com")'


def test_trap_13_total_says_what_the_walk_has_to_have() -> None:
    assert TALKCLOUD.endpoints[WATCH].claimed(_sample()) == TALKCLOUD.endpoints[WATCH].rows(_sample()) == 5


def test_nobody_watched_is_a_room_and_an_issue(read: Read) -> None:
    rows, issues = read(WATCH, _sample("nobody_watched"), room=VIDEO)
    assert [(row["room_id"], row["kind"]) for row in rows["rooms"]] == [(VIDEO, "vod")]
    assert [(issue.level, issue.code) for issue in issues] == [("info", "not-watched")]
