"""Rows in are rows out and rows told, for the calls whose own tests do not hold them to it; and walks mix nowhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.model import Issue, Match, Period, Pull, Reply
from reporter.tables import Tables
from reporter.vendors import VENDORS
from reporter.vendors.base import Walk
from reporter.vendors.portion import WALK

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
AS_OF = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
PERIOD = Period("2026-W47", datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC), "UTC")
START = 1_794_999_600
BATCHED = [
    (vendor.name, call) for vendor in VENDORS.values() for call, one in vendor.endpoints.items() if one.read_many
]


def _walk(vendor: str, call: str, *bodies: Any, room: str | None = "1", match: Match | None = None) -> Walk:
    params = (("PlayDate", "20261117"), ("UserId", "7"))
    pull = Pull(vendor, "a", call, None, PERIOD, room, params=params, match=match)
    replies = tuple(
        Reply(f"{room}/{page}", page, body if isinstance(body, bytes) else json.dumps(body).encode(), AS_OF)
        for page, body in enumerate(bodies, 1)
    )
    return Walk(pull, replies)


def _read(walk: Walk) -> tuple[Tables, list[Issue]]:
    return VENDORS[walk.pull.vendor].endpoints[walk.pull.endpoint].read(walk.pull, walk.replies, AS_OF)


def _volc(call: str, result: Any) -> dict[str, Any]:
    return {"ResponseMetadata": {"RequestId": "MADEUP", "Action": call}, "Result": result}


def _told(issues: Sequence[Issue], *codes: str) -> int:
    return sum(int(one.message.en.rsplit("(", 1)[1].split()[0]) for one in issues if one.code in codes)


ANY = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
TIMES = st.integers(START, START + 9999) | st.just(0) | ANY


@settings(deadline=None)
@given(
    rows=st.lists(
        st.fixed_dictionaries({"Id": st.integers(1, 3)}, optional={"LiveTime": TIMES, "Name": ANY, "Status": ANY}),
        max_size=6,
    )
)
def test_rooms_that_a_search_lists_are_found_or_told(rows: list[Any]) -> None:
    body = _volc("ListActivityAPI", {"Activities": rows, "TotalItemCount": len(rows)})
    tables, issues = _read(_walk("volcengine", "ListActivityAPI", body, room=None, match=Match()))
    # a room that came twice is told of even where it is one that is used
    assert len(rows) <= tables["rooms"].height + _told(issues, "room-not-matched", "room-twice")


@settings(deadline=None)
@given(spans=st.lists(st.fixed_dictionaries({"StartTime": TIMES, "EndTime": TIMES}), max_size=5))
def test_live_spans_are_covered_or_told(spans: list[Any]) -> None:
    call = "ListAnActivityStartAndEndTimeAPI"
    tables, issues = _read(_walk("volcengine", call, _volc(call, {"StartAndEndTime": spans})))
    (row,) = tables["rooms"].to_dicts()
    assert len(row["live_spans"]) + _told(issues, "bad-span") <= len(spans)
    assert not spans or row["live_spans"] or _told(issues, "bad-span") == len(spans)


@settings(deadline=None)
@given(
    rooms=st.lists(st.fixed_dictionaries({}, optional={"Id": st.integers(1, 2), "Name": ANY}), min_size=1, max_size=3)
)
def test_facts_of_a_room_are_its_row_or_told(rooms: list[Any]) -> None:
    bodies = [_volc("GetCustomActMsgAPI", {"ActMsg": facts}) for facts in rooms]
    tables, issues = _read(_walk("volcengine", "GetCustomActMsgAPI", *bodies))
    assert len(rooms) == tables["rooms"].height + _told(issues, "wrong-room")


@settings(deadline=None)
@given(
    tracks=st.lists(
        st.dictionaries(
            st.sampled_from(["ActivityId", "JoinTime", "WatchDurationLive", "WatchDurationReplay", "PayAmount", "new"]),
            TIMES,
        )
        | ANY,
        max_size=6,
    )
)
def test_tracks_are_visits_or_told(tracks: list[Any]) -> None:
    body = _volc("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": tracks}})
    tables, issues = _read(_walk("volcengine", "GetAccountUserTrackData", body, room=None))
    visited = tables["visits"]["row_no"].n_unique()
    assert len(tracks) == visited + _told(issues, "track-unwatched", "visit-without-join", "no-object")


@settings(deadline=None)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"JoinAt": st.lists(TIMES, max_size=3) | ANY, "LeaveAt": st.lists(TIMES, max_size=3) | ANY},
            optional={"UserId": st.integers(0, 3) | ANY, "UserDevice": st.lists(st.text(max_size=3)) | ANY},
        )
        | ANY,
        max_size=5,
    )
)
def test_rows_of_a_log_are_visits_or_told(rows: list[Any]) -> None:
    body = _volc("ListUserBehaviorDataAPIV2", {"Data": rows, "TotalItemCount": len(rows)})
    tables, issues = _read(_walk("volcengine", "ListUserBehaviorDataAPIV2", body))
    seen = set(tables["visits"]["row_no"].to_list())
    assert len(rows) <= len(seen) + _told(issues, "visit-without-join", "no-object")
    joins = [row["JoinAt"] if isinstance(row, dict) and isinstance(row["JoinAt"], list) else [] for row in rows]
    assert tables["visits"].height <= sum(map(len, joins))


def _cases(vendor: str, call: str) -> list[bytes]:
    found = sorted((SAMPLES / vendor / call).glob("*.json"))
    return [path.read_bytes() for path in found if not path.name.endswith(".golden.json")]


@pytest.mark.parametrize(("vendor", "call"), BATCHED)
def test_walks_read_together_are_what_each_is_by_itself(vendor: str, call: str) -> None:
    bodies = _cases(vendor, call)
    rooms = ("609768", "8602268011035296205", "9ae2af636ca6c10412f44891fc000001", None)
    walks = [_walk(vendor, call, body, room=room) for body in bodies for room in rooms]
    walks += [_walk(vendor, call, *bodies, room=rooms[0]), _walk(vendor, call, room=rooms[1])]
    endpoint = VENDORS[vendor].endpoints[call]
    assert endpoint.read_many is not None
    with_replies = [walk for walk in walks if walk.replies]
    tables, issues = endpoint.read_many(with_replies, AS_OF)
    for number, walk in enumerate(with_replies):
        alone, told = _read(walk)
        assert issues[number] == told
        for name, rows in alone.items():
            assert tables[name].filter(pl.col(WALK) == number).drop(WALK).equals(rows), (name, walk.pull.room)


@pytest.mark.parametrize(("vendor", "call"), BATCHED)
def test_reply_printed_over_many_lines_reads_like_any_other(vendor: str, call: str) -> None:
    for body in _cases(vendor, call):
        decoded = json.loads(body)
        close, wide = (
            _read(_walk(vendor, call, json.dumps(decoded, ensure_ascii=False, **style).encode(), room="609768"))
            for style in ({"separators": (",", ":")}, {"indent": 2})
        )
        assert close[1] == wide[1]
        assert all(rows.equals(wide[0][name]) for name, rows in close[0].items())
