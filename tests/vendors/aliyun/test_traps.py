"""Every trap of the vendor that shows in a sample, by its number in the fact sheet (section A9), and its rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.errors import ProtocolError
from reporter.model import Issue
from reporter.vendors.aliyun import ALIYUN
from reporter.vendors.aliyun.read import FIELDS
from reporter.vendors.base import Answer, Cursor

ACTION = "DescribeVodMediaPlayData"
SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "aliyun" / ACTION
MEDIA, OTHER = "9ae2af636ca6c10412f44891fc000001", "9ae2af636ca6c10412f44891fc000002"
DAY = (("PlayDate", "20261117"),)
Rows = dict[str, list[dict[str, Any]]]
Read = Callable[..., tuple[Rows, list[Issue]]]


def _sample(case: str = "page_example") -> Any:
    return json.loads((SAMPLES / f"{case}.json").read_text(encoding="utf-8"))


@pytest.fixture
def play(read: Read) -> dict[str, Any]:
    (row,) = read(ACTION, _sample(), room=MEDIA, params=DAY)[0]["plays"]
    return row


def test_trap_01_durations_of_this_call_are_seconds(play: dict[str, Any]) -> None:
    assert (play["media_seconds"], play["play_seconds"]) == (246, 2400)


def test_trap_02_counts_are_floats_that_are_whole(read: Read) -> None:
    rows, _ = read(ACTION, _sample("floats_and_others"), room=MEDIA, params=DAY)
    counted = [rows["plays"][0][name] for name in ("viewers", "plays")]
    assert counted == [31, 47]
    assert all(isinstance(number, int) for number in counted)


def test_trap_02_count_with_a_fraction_is_null_and_told(read: Read) -> None:
    body = _sample()
    body["QoeInfoList"][0]["DAU"] = 5.5
    rows, issues = read(ACTION, body, room=MEDIA, params=DAY)
    assert "viewers" not in rows["plays"][0]
    assert [issue.code for issue in issues] == ["bad-count"]


def test_trap_03_and_04_list_is_flat_and_its_rows_are_counted_as_total_count() -> None:
    endpoint = ALIYUN.endpoints[ACTION]
    assert (endpoint.rows(_sample()), endpoint.claimed(_sample())) == (1, 1)


def test_trap_05_dau_in_capitals_is_the_viewers_of_the_day(play: dict[str, Any]) -> None:
    assert play["viewers"] == 5


def test_trap_07_average_per_viewer_is_per_play_in_the_vendors_own_example(play: dict[str, Any]) -> None:
    assert play["play_seconds"] / play["plays"] == play["vendor_seconds_per_viewer"] == 120
    assert play["play_seconds"] / play["viewers"] == 480
    assert play["plays"] / play["viewers"] == play["vendor_plays_per_viewer"] == 4


def test_trap_09_request_id_is_any_text() -> None:
    ALIYUN.check(Answer(200, {}, _sample()))
    assert _sample()["RequestId"] == "25818875-5F78-4AF6-D7393642CA580001"


def test_trap_10_room_has_the_title_of_its_day(read: Read) -> None:
    rows, _ = read(ACTION, _sample(), room=MEDIA, params=DAY)
    assert [(row["title"], row["kind"], row["duration_seconds"]) for row in rows["rooms"]] == [
        ("阿里云VOD视频标题", "vod", 246)
    ]


def test_trap_13_day_is_the_one_that_was_asked_for(play: dict[str, Any]) -> None:
    assert play["day"] == date(2026, 11, 17)


def test_trap_14_day_without_plays_is_no_row_and_told(read: Read) -> None:
    rows, issues = read(ACTION, _sample("no_plays"), room=MEDIA, params=DAY)
    assert (rows["plays"], [(row["room_id"], row["kind"]) for row in rows["rooms"]]) == ([], [(MEDIA, "vod")])
    assert [(issue.level, issue.code) for issue in issues] == [("info", "no-plays")]


def test_trap_15_missing_list_is_no_empty_one() -> None:
    body = _sample("no_plays")
    del body["QoeInfoList"]
    with pytest.raises(ProtocolError, match="no QoeInfoList"):
        ALIYUN.check(Answer(200, {}, body))


def test_null_list_is_a_day_without_plays_where_none_are_counted_and_told(read: Read) -> None:
    body = _sample("no_plays") | {"QoeInfoList": None}
    ALIYUN.check(Answer(200, {}, body))
    rows, issues = read(ACTION, body, room=MEDIA, params=DAY)
    assert (rows["plays"], [issue.code for issue in issues]) == ([], ["null-list", "no-plays"])
    assert ALIYUN.endpoints[ACTION].rows(body) == 0
    assert ALIYUN.endpoints[ACTION].next_cursor(body, Cursor()) is None
    with pytest.raises(ProtocolError, match="no QoeInfoList"):
        ALIYUN.check(Answer(200, {}, body | {"TotalCount": 3}))


def test_row_that_is_no_object_is_told_as_such_and_not_as_other_media(read: Read) -> None:
    rows, issues = read(ACTION, _sample("no_plays") | {"QoeInfoList": ["x", None]}, room=MEDIA, params=DAY)
    assert rows["plays"] == []
    assert [(issue.level, issue.code) for issue in issues] == [("warning", "no-object"), ("info", "no-plays")]


def test_rows_of_other_media_are_left_out_and_told(read: Read) -> None:
    rows, issues = read(ACTION, _sample("floats_and_others"), room=MEDIA, params=DAY)
    assert [row["room_id"] for row in rows["plays"]] == [MEDIA]
    assert [(issue.level, issue.code) for issue in issues] == [("warning", "other-media")]
    other, _ = read(ACTION, _sample("floats_and_others"), room=OTHER, params=DAY)
    assert [row["title"] for row in other["plays"]] == ["第11课 复盘"]


ANY = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.just(MEDIA)
)
TOLD = ("other-media", "no-object")
ROW = st.dictionaries(st.sampled_from([*sorted(FIELDS), "new"]), ANY, max_size=9) | ANY


@settings(deadline=None)
@given(pages=st.lists(st.lists(ROW, max_size=5), min_size=1, max_size=3))
def test_rows_in_are_rows_out_and_rows_told(read: Read, pages: list[list[Any]]) -> None:
    bodies = [_sample("no_plays") | {"QoeInfoList": page} for page in pages]
    rows, issues = read(ACTION, *bodies, room=MEDIA, params=DAY)
    told = sum(int(issue.message.en.rsplit("(", 1)[1].split()[0]) for issue in issues if issue.code in TOLD)
    assert sum(len(page) for page in pages) == len(rows["plays"]) + told
    assert len(rows["rooms"]) == 1
