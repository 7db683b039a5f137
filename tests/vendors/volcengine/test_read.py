"""Replies into rows: what each column says, and that no row is lost in silence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.model import Issue, Match
from reporter.tables import frame, live_spans

Rows = dict[str, list[dict[str, Any]]]
Read = Callable[..., tuple[Rows, list[Issue]]]
START = 1794999600  # 2026-11-18 11:00:00 UTC
AT = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


def _codes(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues]


def _spans(read: Read, *spans: tuple[int, int | None]) -> tuple[dict[str, Any], list[str]]:
    """Read spans given in minutes from START."""
    told = [
        {"OrderNumber": 1, "StartTime": START + begin * 60, "EndTime": None if end is None else START + end * 60}
        for begin, end in spans
    ]
    rows, issues = read("ListAnActivityStartAndEndTimeAPI", {"StartAndEndTime": told})
    (row,) = rows["rooms"]
    return row, _codes(issues)


@pytest.mark.parametrize(
    ("spans", "live_spans", "seconds"),
    [
        ([(0, 60)], ["2026-11-18T11:00:00Z/2026-11-18T12:00:00Z"], 3600.0),
        (
            [(90, 120), (0, 60)],
            ["2026-11-18T11:00:00Z/2026-11-18T12:00:00Z", "2026-11-18T12:30:00Z/2026-11-18T13:00:00Z"],
            5400.0,
        ),
        ([(0, 60), (30, 45)], ["2026-11-18T11:00:00Z/2026-11-18T12:00:00Z"], 3600.0),
        ([(0, 60), (60, 90)], ["2026-11-18T11:00:00Z/2026-11-18T12:30:00Z"], 5400.0),
        ([], [], None),
    ],
)
def test_spans_are_merged_and_in_order(
    read: Read, spans: list[tuple[int, int]], live_spans: list[str], seconds: float | None
) -> None:
    row, codes = _spans(read, *spans)
    assert (row["live_spans"], row.get("duration_seconds"), codes) == (live_spans, seconds, [])


def test_room_call_tells_each_field_that_came_as_another_type_and_reads_it_all_the_same(read: Read) -> None:
    facts = {"Id": "172183460671", "Name": 12345, "Status": "1", "LiveTime": str(START), "OwnerSubAccount": ""}
    online = {"RealPopularity": "5", "FakePopularity": 7}
    body = {"ActMsg": facts, "ActBasicMsg": {"SiteTags": "", "Name": None}, "RealTimeOnlineNumber": online}
    rows, issues = read("GetCustomActMsgAPI", body, room="172183460671")
    (room,), (look,) = rows["rooms"], rows["popularity"]
    assert (room["title"], room["status"], room["scheduled_at"], look["online_real"]) == ("12345", "live", AT, 5)
    assert [(one.level, one.code, one.message.en.split()[0]) for one in issues] == [
        ("info", "changed-type", name) for name in ("Id", "Name", "Status", "LiveTime", "RealPopularity")
    ]
    _, issues = read("ListAnActivityStartAndEndTimeAPI", {"StartAndEndTime": [{"StartTime": str(START)}]})
    assert _codes(issues) == ["changed-type", "open-span"]


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("ListAccountUserData", {"Users": None, "PageToken": "finish"}),
        ("ListUserBehaviorDataAPIV2", {"Data": None}),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": None}}),
        ("ListAnActivityStartAndEndTimeAPI", {"StartAndEndTime": None}),
        ("ListActivityAPI", {"Activities": 5, "TotalItemCount": 1}),
    ],
)
def test_list_that_is_none_is_told_with_its_name(read: Read, call: str, result: dict[str, Any]) -> None:
    _, issues = read(call, result, match=Match())
    assert [(issue.level, issue.code) for issue in issues] == [("info", "null-list")]
    empty = json.loads(json.dumps(result).replace("null", "[]").replace("5", "[]"))
    assert read(call, empty, match=Match())[1] == []


def test_span_that_is_no_object_is_told_and_left_out(read: Read) -> None:
    spans = ["garbage", {"StartTime": START, "EndTime": START + 60}]
    rows, issues = read("ListAnActivityStartAndEndTimeAPI", {"StartAndEndTime": spans})
    assert rows["rooms"][0]["duration_seconds"] == 60
    assert [(issue.code, issue.where[-5:]) for issue in issues] == [("no-object", "row 1")]


def test_span_without_an_end_lasts_until_the_next_one(read: Read) -> None:
    row, codes = _spans(read, (0, None), (90, 120))
    assert row["live_spans"] == ["2026-11-18T11:00:00Z/2026-11-18T13:00:00Z"]
    assert "duration_seconds" not in row
    assert codes == ["open-span"]


def test_span_that_has_not_ended_stays_open(read: Read) -> None:
    row, codes = _spans(read, (60, None), (0, 30))
    assert row["live_spans"] == ["2026-11-18T11:00:00Z/2026-11-18T11:30:00Z", "2026-11-18T12:00:00Z/.."]
    assert row["started_at"] == AT
    assert "ended_at" not in row
    assert "duration_seconds" not in row
    assert codes == ["open-span"]


def test_open_span_is_read_back_as_open(read: Read) -> None:
    row, _ = _spans(read, (0, None))
    (span,) = live_spans(frame("rooms", [row])).to_dicts()
    assert (span["start"], span["end"]) == (AT, None)


def test_span_without_a_start_is_told(read: Read) -> None:
    rows, issues = read("ListAnActivityStartAndEndTimeAPI", {"StartAndEndTime": [{"EndTime": START}]})
    assert (rows["rooms"][0]["live_spans"], _codes(issues)) == ([], ["bad-span"])


@pytest.mark.parametrize("span", [(60, 0), (60, 60)])
def test_span_that_ends_before_it_starts_is_left_out(read: Read, span: tuple[int, int]) -> None:
    row, codes = _spans(read, (0, 30), span)
    assert row["live_spans"] == ["2026-11-18T11:00:00Z/2026-11-18T11:30:00Z"]
    assert codes == ["bad-span"]


def test_room_of_another_id_is_not_used(read: Read) -> None:
    rows, issues = read("GetCustomActMsgAPI", {"ActMsg": {"Id": 7, "Name": "别的"}}, room="12")
    assert rows == {"rooms": [], "popularity": []}
    assert [(issue.level, issue.code) for issue in issues] == [("error", "wrong-room")]


@pytest.mark.parametrize("online", [None, "", [], {}])
def test_room_without_a_look_has_no_popularity(read: Read, online: Any) -> None:
    rows, issues = read("GetCustomActMsgAPI", {"ActMsg": {"Id": 12}, "RealTimeOnlineNumber": online}, room="12")
    assert (rows["popularity"], issues) == ([], [])
    assert "tags" not in rows["rooms"][0]


def test_room_falls_back_on_its_basics(read: Read) -> None:
    basics = {"Name": "直播间", "LiveTime": START}
    rows, _ = read("GetCustomActMsgAPI", {"ActMsg": {"Id": 12}, "ActBasicMsg": basics}, room="12")
    assert (rows["rooms"][0]["title"], rows["rooms"][0]["scheduled_at"]) == ("直播间", AT)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Status", 9, "bad-status-word"),
        ("ViewUrl", "javascript:alert(1)", "bad-web-address"),
        ("LiveTime", START * 1000, "bad-instant"),
        ("Brand", "anew", "new-field"),
    ],
)
def test_room_value_that_cannot_be_read_is_an_issue(read: Read, name: str, value: Any, code: str) -> None:
    rows, issues = read("GetCustomActMsgAPI", {"ActMsg": {"Id": 12, name: value}}, room="12")
    assert set(rows["rooms"][0]) == {"vendor", "account", "room_id", "kind", "reply_id", "row_no"}
    assert _codes(issues) == [code]
    assert str(value) not in issues[0].message.en


def test_search_out_of_reach_is_told(read: Read) -> None:
    row = {"Id": 12, "Name": "课", "LiveTime": START}
    result = {"Activities": [row], "TotalItemCount": 10_000}
    rows, issues = read("ListActivityAPI", result, room=None, match=Match())
    assert ([one["room_id"] for one in rows["rooms"]], _codes(issues)) == (["12"], ["rooms-out-of-reach"])


def test_room_whose_time_cannot_be_read_is_kept_and_named(read: Read) -> None:
    rows = [{"Id": room, "Name": "课", "LiveTime": told} for room, told in ((11, START), (12, None), (13, "soon"))]
    result = {"Activities": rows, "TotalItemCount": 3}
    tables, issues = read("ListActivityAPI", result, room=None, match=Match())
    assert [(one["room_id"], one.get("scheduled_at") is None) for one in tables["rooms"]] == [
        ("11", False),
        ("12", True),
        ("13", True),
    ]
    (untimed,) = [issue for issue in issues if issue.code == "room-untimed"]
    assert (untimed.level, "rooms 12, 13 have a time of starting that cannot be read" in untimed.message.en) == (
        "warning",
        True,
    )


def test_viewer_parts_that_are_no_objects_are_told(read: Read) -> None:
    user = {"BasicData": {"UserId": 7}, "WatchData": 5, "PayData": [], "InteractData": ""}
    rows, issues = read("ListAccountUserData", {"Users": [user], "PageToken": "finish"})
    assert (len(rows["activity"]), _codes(issues)) == (1, ["bad-record"])


def test_viewer_without_any_part_keeps_its_rows(read: Read) -> None:
    rows, issues = read("ListAccountUserData", {"Users": [None, {"BasicData": None}], "PageToken": "finish"})
    assert {name: len(found) for name, found in rows.items()} == {"viewers": 0, "viewer_totals": 2, "activity": 2}
    assert [(issue.level, issue.message.en) for issue in issues] == [
        ("warning", "rows are no objects and cannot be read; their columns are null (1 time)"),
        ("info", "viewers who did not log in have no id: they join nobody (1 time)"),
    ]


def _visit(read: Read, **row: Any) -> tuple[list[dict[str, Any]], list[str]]:
    rows, issues = read("ListUserBehaviorDataAPIV2", {"Data": [{"UserId": 7} | row]})
    return rows["visits"], _codes(issues)


@pytest.mark.parametrize(
    ("joins", "leaves", "visits", "codes"),
    [
        ([0, 60], [30, 90], [(0, 30), (60, 90)], []),
        ([0, 60], [30], [(0, 30), (60, None)], []),
        ([0], [0], [(0, 0)], []),
        ([0], None, [(0, None)], []),
        ([0], [30, 40], [(0, 30)], ["surplus-leaving"]),
        ([60], [30], [(60, None)], ["left-before-joining"]),
        ([], [], [], ["visit-without-join"]),
        (None, [30], [], ["surplus-leaving", "visit-without-join"]),
        ("", [""], [], ["visit-without-join"]),
    ],
)
def test_visit_is_a_pair_of_join_and_leave(
    read: Read, joins: Any, leaves: Any, visits: list[tuple[int, int | None]], codes: list[str]
) -> None:
    told = {
        name: [second if second == "" else START + second for second in value] if value else value
        for name, value in (("JoinAt", joins), ("LeaveAt", leaves))
    }
    rows, found = _visit(read, **told)
    assert found == codes
    assert [(row["joined_at"], row.get("left_at"), row.get("watch_seconds")) for row in rows] == [
        (
            AT + timedelta(seconds=begin),
            None if end is None else AT + timedelta(seconds=end),
            None if end is None else float(end - begin),
        )
        for begin, end in visits
    ]


@pytest.mark.parametrize("join", [0, None, "soon", START * 1000])
def test_visit_without_a_readable_join_is_an_issue(read: Read, join: Any) -> None:
    rows, codes = _visit(read, JoinAt=[join, START], LeaveAt=[START, START + 5])
    assert len(rows) == 1
    assert "visit-without-join" in codes


def test_visit_whose_joins_are_no_list_is_told(read: Read) -> None:
    assert _visit(read, JoinAt=START) == ([], ["bad-listed", "visit-without-join"])


def test_log_s_phone_and_external_id_stand_beside_the_keys_that_join(read: Read) -> None:
    row = {"UserId": 7, "UserName": "王", "UserTel": "19000101106", "ExternalUserId": "A-1001", "JoinAt": [START]}
    rows, _ = read("ListUserBehaviorDataAPIV2", {"Data": [row]})
    assert rows["viewers"] == [
        {
            "vendor": "volcengine",
            "account": "volc",
            "viewer_id": "7",
            "name": "王",
            "log_phone": "19000101106",
            "log_external_id": "A-1001",
            "reply_id": "r1",
            "row_no": 1,
        }
    ]
    assert "mode" not in rows["visits"][0]


def _tracks(read: Read, *tracks: dict[str, Any]) -> tuple[Rows, list[str]]:
    result = {"UserTrackData": {"UserTracks": list(tracks)}}
    rows, issues = read("GetAccountUserTrackData", result, room=None, params=(("UserId", "7"),))
    return rows, _codes(issues)


def test_tracks_of_one_room_stay_visits_and_sum_their_counts(read: Read) -> None:
    track = {"ActivityId": 12, "JoinTime": START, "WatchDurationReplay": 30, "CommentCount": 2, "PayAmount": "1.5"}
    rows, codes = _tracks(read, track, track | {"LotteryAwards": ["奖", "奖"], "CheckInCount": 1})
    assert [(row["mode"], row["watch_seconds"], row["row_no"]) for row in rows["visits"]] == [
        ("replay", 30.0, 1),
        ("replay", 30.0, 2),
    ]
    (activity,) = rows["activity"]
    assert (activity["comments"], activity["paid_amount"]) == (4, Decimal("3.00"))
    assert (activity["sign_ins"], activity["lottery_wins"], activity["viewer_id"]) == (1, 2, "7")
    assert codes == []


def test_track_of_another_viewer_is_left_out_and_told(read: Read) -> None:
    track = {"ActivityId": 12, "JoinTime": START, "WatchDurationLive": 30}
    rows, codes = _tracks(read, track | {"UserId": 99}, track | {"UserId": 7}, track)
    assert ([row["row_no"] for row in rows["visits"]], codes) == ([2, 3], ["track-of-another"])
    assert [row["viewer_id"] for row in rows["activity"]] == ["7"]


def test_track_without_its_room_is_told(read: Read) -> None:
    rows, codes = _tracks(read, {"JoinTime": START, "WatchDurationLive": 30})
    assert (len(rows["visits"]), codes) == (1, ["track-without-room"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**63) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@settings(deadline=None)
@given(
    users=st.lists(
        st.fixed_dictionaries(
            {
                "BasicData": st.none() | st.dictionaries(st.sampled_from(["UserId", "NickName", "Telephone"]), JSON),
                "WatchData": st.dictionaries(st.sampled_from(["WatchLiveDuration", "WatchPageDuration"]), JSON),
                "InteractData": st.dictionaries(st.sampled_from(["CommentCount", "VoteCount"]), JSON),
                "PayData": st.dictionaries(st.sampled_from(["TotalAmount", "PayCount"]), JSON),
            }
        ),
        max_size=5,
    )
)
def test_viewers_whatever_they_hold_keep_their_rows(read: Read, users: list[Any]) -> None:
    rows, _ = read("ListAccountUserData", {"Users": users, "PageToken": "finish"})
    assert [row["row_no"] for row in rows["activity"]] == list(range(1, len(users) + 1))
    assert len(rows["viewer_totals"]) == len(users)


@settings(deadline=None)
@given(
    joins=st.lists(st.none() | st.integers(START, START + 9999), max_size=6),
    leaves=st.lists(st.none() | st.integers(START, START + 9999), max_size=6),
)
def test_visits_are_as_many_as_joins_or_the_rest_is_told(read: Read, joins: list[Any], leaves: list[Any]) -> None:
    rows, codes = _visit(read, JoinAt=joins, LeaveAt=leaves)
    lost = sum(join is None for join in joins)
    assert len(rows) == len(joins) - lost
    assert ("visit-without-join" in codes) == (lost > 0 or not joins)
    assert all(row.get("watch_seconds", 0.0) >= 0 for row in rows)


@settings(deadline=None)
@given(
    tracks=st.lists(
        st.fixed_dictionaries(
            {
                "ActivityId": st.integers(1, 3),
                "JoinTime": st.just(START) | st.just(0),
                "WatchDurationLive": st.integers(0, 99) | st.none(),
                "WatchDurationReplay": st.integers(0, 99) | st.none(),
                "CommentCount": st.integers(0, 9),
            }
        ),
        max_size=6,
    )
)
def test_tracks_keep_every_second_that_has_a_time(read: Read, tracks: list[Any]) -> None:
    rows, codes = _tracks(read, *tracks)
    timed = [track for track in tracks if track["JoinTime"]]
    assert sum(row["watch_seconds"] for row in rows["visits"]) == sum(
        (track["WatchDurationLive"] or 0) + (track["WatchDurationReplay"] or 0) for track in timed
    )
    assert sum(row["comments"] for row in rows["activity"]) == sum(track["CommentCount"] for track in tracks)
    assert len(rows["activity"]) == len({track["ActivityId"] for track in tracks})
    assert codes or len(timed) == len(tracks) or not tracks
