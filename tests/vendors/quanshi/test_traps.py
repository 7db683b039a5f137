"""Every trap of the vendor that shows in a sample, by its number in the fact sheet (section C4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from reporter.model import Issue, Pull
from reporter.tables import SCHEMAS, TEXT
from reporter.vendors.base import Answer, Cursor
from reporter.vendors.quanshi import QUANSHI, fields
from reporter.vendors.quanshi.calls import granted

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "quanshi"
DETAILS = "event/report/details"
VIEWER, HOST = "+86-19000101106", "19000101106"
Rows = dict[str, list[dict[str, Any]]]
Read = Callable[..., tuple[Rows, list[Issue]]]


def _sample(case: str = "page_example", call: str = DETAILS) -> Any:
    return json.loads((SAMPLES / call / f"{case}.json").read_text(encoding="utf-8"))


@pytest.fixture
def page(read: Read) -> Rows:
    return read(DETAILS, _sample(), room="609768")[0]


@pytest.fixture
def odd(read: Read) -> Rows:
    return read(DETAILS, _sample("anonymous_and_weekly"), room="609770")[0]


def test_trap_00_unknown_fields_are_told_and_missing_ones_are_null(read: Read) -> None:
    body = _sample()
    lives = body["data"]["report"]["lives"]
    lives[1]["brand_new"] = 1
    del lives[2]["location"]
    rows, issues = read(DETAILS, body, room="609768")
    assert [issue.code for issue in issues] == ["new-field"]
    assert issues[0].where.endswith("reply r1 row 2")
    assert "location" not in rows["visits"][2]


def test_trap_01_host_id_is_a_number_here_and_text_there_and_is_no_key(page: Rows) -> None:
    report = _sample()["data"]["report"]
    assert (report["lives"][0]["hostId"], report["viewerDetails"][0]["hostId"]) == ("88589655", 88589655)
    assert "88589655" not in json.dumps(page, default=str)


def test_trap_02_auth_type_means_three_things_and_is_read_as_none(page: Rows) -> None:
    report = _sample()["data"]["report"]
    assert [report[name][0]["auth_type"] for name in ("lives", "interactions", "viewerDetails")] == ["0", None, "否"]
    assert "否" not in json.dumps(page, default=str, ensure_ascii=False)


def test_trap_03_whitelist_type_is_outside_its_own_values_and_is_read_as_none(read: Read, page: Rows) -> None:
    body = _sample()
    assert [row["whitelist_type"] for row in body["data"]["report"]["lives"]] == [0, 0, 0]
    assert body["data"]["report"]["viewerDetails"][0]["whitelist_type"] is None
    body["data"]["report"]["lives"][0]["whitelist_type"] = "临时白名单"
    assert read(DETAILS, body, room="609768") == (page, [])


def test_trap_04_live_type_is_a_number_in_raw_rows_and_words_in_sums(page: Rows) -> None:
    assert [row["mode"] for row in page["visits"]] == ["live", "replay", "replay", "interactive"]
    assert (page["viewer_totals"][1]["live_visits"], page["viewer_totals"][1]["replay_visits"]) == (1, 2)


def test_trap_05_live_type_is_not_asked_for_since_it_filters_nothing(pull: Callable[..., Pull]) -> None:
    request = QUANSHI.endpoints[DETAILS].request(pull(DETAILS, room="609768"), Cursor())
    assert json.loads(request.content) == {"eventId": 609768}


def test_trap_06_every_spelling_of_nothing_is_null(page: Rows, odd: Rows) -> None:
    assert {"email", "external_id"} & set().union(*page["viewers"]) == set()
    assert [row["location"] for row in page["viewers"]] == ["陕西西安", "本地局域网"]
    assert odd["viewers"][0]["location"] == "北京北京"
    assert "-" not in {
        value
        for rows in (*page.values(), *odd.values())
        for row in rows
        for value in row.values()
        if isinstance(value, str)
    }


def test_trap_07_sets_of_sums_are_never_zipped_with_stays(page: Rows) -> None:
    assert _sample()["data"]["report"]["viewerDetails"][1]["device_type"] == "Windows,iOS"
    assert [row["device"] for row in page["visits"]] == ["IOS", "PC", "IOS", "PC"]
    assert [row["ip"] for row in page["visits"][:3]] == ["203.0.113.234", "192.168.40.44", "192.168.40.44"]


def test_trap_08_words_of_raw_rows_are_kept_whole(page: Rows) -> None:
    assert [row["client"] for row in page["visits"]] == ["WEB", "WEB", "WEB", "CLIENT"]
    assert page["visits"][0]["location"] == "中国-陕西-西安"


def test_trap_09_durations_come_as_numbers_and_as_clocks_past_a_day(page: Rows, odd: Rows) -> None:
    assert [row["watch_seconds"] for row in page["visits"]] == [57, 10, 19, 2060]
    assert [row["watch_seconds"] for row in page["viewer_totals"]] == [2060, 86]
    assert odd["viewer_totals"][3]["watch_seconds"] == 26 * 3600 + 55 * 60


def test_trap_10_sum_of_a_viewer_is_of_the_stays_not_of_the_time_between(page: Rows) -> None:
    stays = [row for row in page["visits"] if row["viewer_id"] == VIEWER]
    assert sum(row["watch_seconds"] for row in stays) == page["viewer_totals"][1]["watch_seconds"] == 86
    assert max(row["left_at"] for row in stays) - min(row["joined_at"] for row in stays) == timedelta(seconds=4035)


def test_trap_11_identities_of_the_vendor_hold(page: Rows) -> None:
    for row in page["visits"]:
        assert (row["left_at"] - row["joined_at"]).total_seconds() == row["watch_seconds"]
    for row in page["viewer_totals"]:
        assert row["watch_seconds"] == row["live_seconds"] + row["replay_seconds"]
        assert row["visits"] == row["live_visits"] + row["replay_visits"]


def test_trap_12_one_person_has_a_viewer_id_a_session_and_is_known_by_the_distinct_id(page: Rows) -> None:
    assert [row["viewer_id"] for row in page["visits"][:3]] == [VIEWER] * 3
    assert [row["name"] for row in page["viewers"] if row["viewer_id"] == VIEWER] == ["网友1009"]


def test_trap_13_two_spellings_of_a_number_are_two_viewers_and_the_dial_in_line_is_nobodys(page: Rows) -> None:
    assert [(row["viewer_id"], row["phone"], row["role"]) for row in page["viewers"]] == [
        (VIEWER, VIEWER, "attendee"),
        (HOST, HOST, "host"),
    ]
    assert "19000102156" in json.dumps(_sample())
    assert "19000102156" not in json.dumps(page, default=str)


def test_trap_14_conference_id_differs_and_is_no_key(page: Rows) -> None:
    report = _sample()["data"]["report"]
    assert report["interactions"][0]["conferenceId"] != report["viewerDetails"][0]["conferenceId"]
    assert page["viewer_totals"][0]["viewer_id"] == page["visits"][3]["viewer_id"] == HOST


def test_trap_15_raw_rows_are_the_visits_and_sums_are_none(page: Rows) -> None:
    assert (len(page["visits"]), len(page["viewer_totals"]), len(page["activity"])) == (4, 2, 2)
    assert [row["row_no"] for row in page["visits"]] == [1, 2, 3, 4]
    assert [row["row_no"] for row in page["viewer_totals"]] == [5, 6]


def test_trap_16_hosts_and_speakers_are_told_from_the_audience(page: Rows, odd: Rows) -> None:
    assert [row["role"] for row in page["visits"]] == ["attendee", "attendee", "attendee", "host"]
    assert [row["role"] for row in odd["visits"][5:]] == ["speaker", "speaker"]


def test_trap_17_flags_are_no_counts_and_null_is_not_tracked(page: Rows, odd: Rows) -> None:
    assert set(page["visits"][3]) & {*fields.RAW_COUNTS, "speak_seconds"} == set()
    assert "votes" not in page["activity"][0]
    assert (odd["activity"][3]["votes"], odd["activity"][3]["surveys"], odd["activity"][3]["red_packets"]) == (3, 2, 2)


def test_trap_18_dates_are_beijing_time_and_the_seconds_say_the_same(page: Rows) -> None:
    beijing = timezone(timedelta(hours=8))
    told = [row["online_date"] for row in _sample()["data"]["report"]["lives"]]
    assert [f"{row['joined_at'].astimezone(beijing):%Y-%m-%d %H:%M:%S}" for row in page["visits"][:3]] == told


def test_trap_19_units_are_mixed(page: Rows) -> None:
    answer = Answer(200, {}, _sample())
    assert QUANSHI.server_time is not None
    assert QUANSHI.server_time(answer) == datetime(2022, 10, 28, 9, 11, 33, 682_000, tzinfo=UTC)
    assert page["visits"][0]["joined_at"] == datetime(2022, 10, 26, 8, 27, 3, tzinfo=UTC)
    token = granted(_sample("made_up", "token/create"))
    assert token is not None
    assert token.expires_at == datetime(2025, 11, 18, 2, 0, tzinfo=UTC)


def test_trap_20_order_of_the_lists_is_ours(read: Read, page: Rows) -> None:
    body = _sample()
    report = body["data"]["report"]
    body["data"]["report"] = {name: report[name] for name in reversed(report)}
    assert read(DETAILS, body, room="609768")[0] == page


def test_trap_21_client_type_comes_twice_and_one_is_enough(read: Read) -> None:
    body = _sample()
    lives = body["data"]["report"]["lives"]
    lives[0]["clientType"] = "APPLET"
    del lives[1]["client_type"]
    rows, _ = read(DETAILS, body, room="609768")
    assert [row["client"] for row in rows["visits"][:2]] == ["WEB", "WEB"]


def test_trap_22_private_addresses_stay_as_they_are(page: Rows) -> None:
    assert (page["visits"][1]["ip"], page["visits"][1]["location"]) == ("192.168.40.44", "本地局域网")


def test_trap_23_made_up_names_are_no_key(odd: Rows) -> None:
    named = [row["viewer_id"] for row in odd["viewers"] if row["name"] == "网友2"]
    assert len(named) == len(set(named)) == 2
    assert [row.get("viewer_id") for row in odd["viewer_totals"][1:3]] == [None, None]


def test_trap_24_words_of_success_are_no_error() -> None:
    assert _sample()["msg"].startswith("Successfully")
    QUANSHI.check(Answer(200, {}, _sample()))


def test_trap_25_event_id_is_a_number_there_and_text_here(page: Rows) -> None:
    assert _sample()["data"]["eventId"] == 609768
    assert page["rooms"][0]["room_id"] == "609768"
    assert all(schema["room_id"] == TEXT for schema in SCHEMAS.values())


def test_trap_26_a_person_is_null_in_one_list_and_named_in_another(odd: Rows) -> None:
    known = {row["viewer_id"]: row for row in odd["viewers"]}
    assert known["zhao.min@example.com"]["email"] == "zhao.min@example.com"
    assert (known["19000100021"]["company"], known["19000100021"]["external_id"]) == ("示例培训公司", "T-0021")


def test_trap_28_lists_may_be_null_or_missing(read: Read) -> None:
    rows, issues = read(DETAILS, _sample("nobody_came"), room="609769")
    assert {name: len(found) for name, found in rows.items()} == {
        "rooms": 1,
        "viewers": 0,
        "visits": 0,
        "viewer_totals": 0,
        "activity": 0,
    }
    assert [(issue.level, issue.code, issue.message.en.split()[0]) for issue in issues] == [
        ("info", "null-list", "lives")
    ]
    assert QUANSHI.endpoints[DETAILS].rows(_sample("nobody_came")) == 0
