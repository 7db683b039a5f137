"""Every trap of the vendor that shows in a sample, by its number in the fact sheet (section 4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reporter.model import Pull, Reply
from reporter.tables import SCHEMAS, TEXT
from reporter.vendors.base import Cursor
from reporter.vendors.volcengine import VOLCENGINE

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "volcengine"
AS_OF = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def sample(pull: Callable[..., Pull]) -> Callable[..., Rows]:
    """Return `sample(call, case)` -> the rows that a sample is read into."""

    def read(call: str, case: str, room: str = "1770637083012345678") -> Rows:
        reply = Reply("reply", 1, (SAMPLES / call / f"{case}.json").read_bytes(), AS_OF)
        asked = pull(call, room=room, params=(("UserId", "1810621234567890998"),))
        tables, _ = VOLCENGINE.endpoints[call].read(asked, (reply,), AS_OF)
        return {name: frame.to_dicts() for name, frame in tables.items()}

    return read


def test_trap_01_ids_are_numbers_there_and_text_here(sample: Callable[..., Rows]) -> None:
    rows = sample("GetAccountUserTrackData", "many_rooms")
    assert rows["visits"][0]["room_id"] == "1770637083012345678"
    assert sample("ListAccountUserData", "one_page")["viewers"][0]["viewer_id"] == "1810621234567890998"
    assert all(schema["room_id"] == TEXT for schema in SCHEMAS.values())


def test_trap_02_one_id_has_many_spellings_and_one_column(sample: Callable[..., Rows]) -> None:
    listed = sample("ListAccountUserData", "one_page")["activity"][0]
    logged = sample("ListUserBehaviorDataAPIV2", "first_page")["visits"][0]
    tracked = sample("GetAccountUserTrackData", "many_rooms")["visits"][0]
    assert {(row["room_id"], row["viewer_id"]) for row in (listed, logged, tracked)} == {
        ("1770637083012345678", "1810621234567890998")
    }


def test_trap_03_money_is_text_and_stays_exact(sample: Callable[..., Rows]) -> None:
    assert sample("GetAccountUserTrackData", "page_example")["activity"][0]["paid_amount"] == Decimal("2.00")
    amounts = [row["paid_amount"] for row in sample("GetAccountUserTrackData", "many_rooms")["activity"]]
    assert amounts == [Decimal("2.50"), None, Decimal("12345678901234.50")]


def test_trap_04_null_and_empty_lists_and_lists_of_nothing_are_alike(sample: Callable[..., Rows]) -> None:
    assert sample("GetCustomActMsgAPI", "bare_blocks")["rooms"][0]["tags"] == []
    log = sample("ListUserBehaviorDataAPIV2", "first_page")["visits"]
    assert [row["device"] for row in log] == ["PC, 手机", "PC, 手机", "手机", "Android", None]
    assert sample("ListUserBehaviorDataAPIV2", "end_of_scroll") == {"viewers": [], "visits": []}


def test_trap_05_play_status_and_page_number_are_not_sent(pull: Callable[..., Pull]) -> None:
    request = VOLCENGINE.endpoints["ListAccountUserData"].request(pull("ListAccountUserData", room="12"), Cursor())
    assert json.loads(request.content).keys() == {"PageToken", "PageSize", "ActivityId"}


def test_trap_06_tracks_are_seconds_and_watch_time_is_left_alone(sample: Callable[..., Rows]) -> None:
    assert [row["watch_seconds"] for row in sample("GetAccountUserTrackData", "page_example")["visits"]] == [600, 300]
    assert sample("ListAccountUserData", "one_page")["viewer_totals"][2]["watch_seconds"] is None


def test_trap_07_times_are_unix_seconds_without_a_zone(sample: Callable[..., Rows]) -> None:
    joined = sample("GetAccountUserTrackData", "page_example")["visits"][0]["joined_at"]
    assert joined == datetime(2023, 4, 18, 6, 50, 48, tzinfo=UTC)


def test_trap_08_page_stay_and_virtual_people_are_kept_apart(sample: Callable[..., Rows]) -> None:
    look = sample("GetCustomActMsgAPI", "bare_blocks")["popularity"][0]
    assert (look["online_real"], look["online_virtual"]) == (312, 5000)
    totals = sample("ListAccountUserData", "one_page")["viewer_totals"][0]
    assert (totals["watch_seconds"], totals["page_seconds"]) == (3300, 3500)
    assert "viewer_totals" not in sample("GetAccountUserTrackData", "page_example")


def test_trap_09_address_without_a_scheme_gets_one(sample: Callable[..., Rows]) -> None:
    url = sample("GetCustomActMsgAPI", "bare_blocks")["rooms"][0]["url"]
    assert url == "https://live.example.com/l/1770637083012345678"


def test_trap_10_stream_keys_are_neither_asked_for_nor_stored(
    pull: Callable[..., Pull], sample: Callable[..., Rows]
) -> None:
    endpoint = VOLCENGINE.endpoints["GetCustomActMsgAPI"]
    request = endpoint.request(pull("GetCustomActMsgAPI", room="12"), Cursor())
    assert "NeedActStreamMsg" not in str(request.url)
    data = (SAMPLES / "GetCustomActMsgAPI" / "page_example.json").read_bytes()
    assert b"MADE-UP-STREAM-KEY" in data
    (path,), stored = endpoint.scrub, json.loads(data)
    assert path == ("Result", "ActStreamMsg")
    del stored["Result"]["ActStreamMsg"]
    assert "MADE-UP-STREAM-KEY" not in str(stored)
    assert "MADE-UP-STREAM-KEY" not in str(sample("GetCustomActMsgAPI", "page_example", room="172183460671"))


def test_trap_12_the_main_account_is_no_address(sample: Callable[..., Rows]) -> None:
    assert sample("GetCustomActMsgAPI", "page_example", room="172183460671")["rooms"][0]["owner"] == "主账号"
    assert sample("GetCustomActMsgAPI", "bare_blocks")["rooms"][0]["owner"] == "teacher01"


def test_trap_13_status_numbers_are_words(sample: Callable[..., Rows]) -> None:
    assert sample("GetCustomActMsgAPI", "page_example", room="172183460671")["rooms"][0]["status"] == "preview"
    assert sample("GetCustomActMsgAPI", "bare_blocks")["rooms"][0]["status"] == "live"


def test_trap_14_search_is_a_post(pull: Callable[..., Pull]) -> None:
    search = pull("ListActivityAPI", params=(("LiveTime", "1794758400"),))
    request = VOLCENGINE.endpoints["ListActivityAPI"].request(search, Cursor())
    assert request.method == "POST"
    assert b"IsNeedTotalCount" not in request.content
