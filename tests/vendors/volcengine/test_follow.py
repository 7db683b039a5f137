"""First pulls of an account, and what follows from what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reporter.model import Detail, Match, Period, Pull, Room
from reporter.vendors.volcengine import VOLCENGINE, VolcengineAccount
from reporter.vendors.volcengine.follow import search_word

Body = dict[str, Any]
LIST = ("GetCustomActMsgAPI", "ListAnActivityStartAndEndTimeAPI", "ListAccountUserData")
VISITS = (*LIST, "ListUserBehaviorDataAPIV2")
IN_WEEK = 1794992400  # 2026-11-18 17:00 +08:00


def _room(week: Period, room_id: str, detail: Detail | None = None) -> Room:
    return Room("volcengine", "volc", room_id, week, detail=detail)


def _start(account: VolcengineAccount, week: Period, *rooms: Room, matches: tuple[Match, ...] = ()) -> list[Pull]:
    return list(VOLCENGINE.start("volc", account, rooms, matches, week))


@pytest.mark.parametrize(
    ("detail", "default", "calls"),
    [
        (None, "visits", VISITS),
        (None, "list", LIST),
        ("list", "visits", LIST),
        ("visits", "list", VISITS),
        ("tracks", "visits", LIST),
    ],
)
def test_room_is_asked_at_its_own_detail_or_the_accounts(
    account: VolcengineAccount, week: Period, detail: Detail | None, default: Detail, calls: tuple[str, ...]
) -> None:
    options = account.model_copy(update={"detail": default})
    pulls = _start(options, week, _room(week, "12", detail))
    assert tuple(pull.endpoint for pull in pulls) == calls
    assert {(pull.room, pull.detail) for pull in pulls} == {("12", detail or default)}


def test_room_listed_twice_is_pulled_once_at_its_deepest(account: VolcengineAccount, week: Period) -> None:
    part = replace(week, label="part", end=datetime(2026, 11, 18, tzinfo=UTC))
    pulls = _start(account, week, _room(week, "12", "list"), _room(week, "7"), _room(part, "12", "visits"))
    assert [(pull.room, pull.endpoint) for pull in pulls] == [(room, call) for room in ("12", "7") for call in VISITS]
    assert {pull.period for pull in pulls} == {week}


def test_match_is_one_search_with_what_its_request_needs(account: VolcengineAccount, week: Period) -> None:
    match = Match(name="公开课*", status=("live",))
    (pull,) = _start(account, week, matches=(match,))
    assert pull.endpoint == "ListActivityAPI"
    assert pull.params == (("LiveTime", "1794758400"), ("Name", "公开课"))
    assert (pull.match, pull.room) == (match, None)


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("公开课*", "公开课"),
        ("*公开课*", "公开课"),
        ("第?讲 公开课*", "讲 公开课"),
        ("a*longer*b", "longer"),
        ("公开课", "公开课"),
        ("* 课 *", "课"),
        ("*", ""),
        ("", ""),
        ("[ab]公开课", ""),
    ],
)
def test_search_word_is_part_of_every_name_that_fits(pattern: str, word: str) -> None:
    assert search_word(pattern) == word


def _found(week: Period, pull: Callable[..., Pull], body: Callable[..., Body], match: Match, *rows: Any) -> list[str]:
    search = pull("ListActivityAPI", match=match)
    reply = body("ListActivityAPI", {"Activities": list(rows), "TotalItemCount": len(rows)})
    pulls = VOLCENGINE.endpoints["ListActivityAPI"].follow(search, [reply])
    assert {one.period for one in pulls} <= {week}
    return list(dict.fromkeys(one.room or "" for one in pulls))


def _row(room_id: Any, **changes: Any) -> Mapping[str, Any]:
    return {"Id": room_id, "Name": "公开课 Intro", "LiveTime": IN_WEEK, "Status": 3} | changes


TAGGED = [{"Name": "行业", "Value": "教育"}, {"Name": "行业", "Value": "金融"}, {"Name": "级别", "Value": "初级"}]


@pytest.mark.parametrize(
    ("match", "row", "fits"),
    [
        (Match(), {}, True),
        (Match(name="公开课*"), {}, True),
        (Match(name="公开课 intro"), {}, True),
        (Match(name="*INTRO"), {}, True),
        (Match(name="公开课"), {}, False),
        (Match(name="*"), {"Name": None}, True),
        (Match(name="公开课*"), {"Name": None}, False),
        (Match(status=("replay", "live")), {}, True),
        (Match(status=("ended",)), {}, False),
        (Match(status=("ended",)), {"Status": 4}, True),
        (Match(status=("live",)), {"Status": "1"}, True),
        (Match(status=("preview",)), {"Status": 9}, False),
        (Match(tags=(("行业", ("教育", "医疗")),)), {"SiteTags": TAGGED}, True),
        (Match(tags=(("行业", ("医疗",)),)), {"SiteTags": TAGGED}, False),
        (Match(tags=(("行业", ("金融",)), ("级别", ("初级",)))), {"SiteTags": TAGGED}, True),
        (Match(tags=(("行业", ("金融",)), ("级别", ("高级",)))), {"SiteTags": TAGGED}, False),
        (Match(tags=(("备注", ("秋季",)),)), {"TextSiteTags": [{"Name": "备注", "Value": "秋季"}]}, True),
        (Match(tags=(("备注", ("秋季",)),)), {"SiteTags": [""], "TextSiteTags": None}, False),
        (Match(), {"LiveTime": 1794758400}, True),
        (Match(), {"LiveTime": 1794758399}, False),
        (Match(), {"LiveTime": 1795363199}, True),
        (Match(), {"LiveTime": 1795363200}, False),
        (Match(), {"LiveTime": 0}, False),
        (Match(), {"LiveTime": "0"}, False),
        (Match(), {"LiveTime": 1794992400000}, True),
        (Match(), {"LiveTime": "soon"}, True),
        (Match(), {"LiveTime": None}, True),
        (Match(), {"Id": None}, False),
    ],
)
def test_search_keeps_the_rooms_that_fit(
    week: Period, pull: Callable[..., Pull], body: Callable[..., Body], match: Match, row: Any, fits: bool
) -> None:
    assert _found(week, pull, body, match, _row(12, **row)) == (["12"] if fits else [])


def test_search_leaves_out_listed_rooms_and_doubles(
    week: Period, pull: Callable[..., Pull], body: Callable[..., Body]
) -> None:
    rows = (_row(9223372036854775807), _row(12), _row(9223372036854775807), _row(7))
    assert _found(week, pull, body, Match(listed=frozenset({"12"})), *rows) == ["9223372036854775807", "7"]


def test_found_room_is_pulled_like_a_listed_one(
    account: VolcengineAccount, week: Period, body: Callable[..., Body]
) -> None:
    (search,) = _start(account, week, matches=(Match(),))
    reply = body("ListActivityAPI", {"Activities": [_row(12)], "TotalItemCount": 1})
    found = VOLCENGINE.endpoints["ListActivityAPI"].follow(search, [reply])
    assert list(found) == _start(account, week, _room(week, "12"))


def _users(body: Callable[..., Body], *ids: Any) -> Body:
    users = [{"BasicData": {"UserId": one}} for one in ids]
    return body("ListAccountUserData", {"Users": users, "PageToken": "finish"})


def test_tracks_are_one_pull_a_distinct_viewer(pull: Callable[..., Pull], body: Callable[..., Body]) -> None:
    follow = VOLCENGINE.endpoints["ListAccountUserData"].follow
    pages = [_users(body, 1810621234567890998, 0, 7), _users(body, 7, None, "8")]
    pulls = follow(pull("ListAccountUserData", room="12", detail="tracks"), pages)
    assert [one.param("UserId") for one in pulls] == ["1810621234567890998", "7", "8"]
    assert {(one.endpoint, one.room, one.detail) for one in pulls} == {("GetAccountUserTrackData", None, None)}
    assert follow(pull("ListAccountUserData", room="13", detail="tracks"), pages) == pulls


@pytest.mark.parametrize("detail", ["list", "visits"])
def test_tracks_are_not_asked_at_other_details(
    pull: Callable[..., Pull], body: Callable[..., Body], detail: Detail
) -> None:
    follow = VOLCENGINE.endpoints["ListAccountUserData"].follow
    assert follow(pull("ListAccountUserData", room="12", detail=detail), [_users(body, 7)]) == ()


def test_users_of_another_shape_lead_nowhere(pull: Callable[..., Pull], body: Callable[..., Body]) -> None:
    reply = body("ListAccountUserData", {"Users": [None, {"BasicData": []}, {"BasicData": {"UserId": []}}]})
    assert VOLCENGINE.endpoints["ListAccountUserData"].follow(pull("X", detail="tracks"), [reply]) == ()


def test_vendor_settles_twelve_hours_after_the_period(week: Period) -> None:
    assert VOLCENGINE.settled_at is not None
    assert VOLCENGINE.settled_at(week, None) == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_pulls_of_another_vendor_are_a_bug(week: Period) -> None:
    with pytest.raises(TypeError, match="no Volcengine account"):
        VOLCENGINE.endpoints["ListActivityAPI"].follow(Pull("quanshi", "qs", "X", None, week), [])
