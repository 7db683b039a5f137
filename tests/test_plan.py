"""The plan as a pure function: what is known of each pull goes in, calls, minutes and days come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.fetch.known import NOTHING, Known
from reporter.model import Match, Period, Pull
from reporter.plan import Plan, plan, poles
from reporter.vendors import VENDORS
from reporter.vendors.base import Access

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
WEEK = Period(
    "2026-W47", datetime(2026, 11, 16, tzinfo=SHANGHAI), datetime(2026, 11, 23, tzinfo=SHANGHAI), "Asia/Shanghai"
)
KEYS: dict[str, dict[str, Any]] = {
    "volcengine": {"access_key": "env:A", "secret_key": "env:B"},
    "quanshi": {"app_key": "env:A", "app_secret": "env:B", "user_email": "ops@example.com"},
    "aliyun": {"access_key": "env:A", "secret_key": "env:B"},
}


def account(vendor: str, **more: Any) -> Access:
    record = VENDORS[vendor]
    return Access("main", record, record.account(vendor=vendor, **KEYS[vendor], **more), {}, "scope")


def pull(one: Access, endpoint: str, room: str | None = None, **more: Any) -> Pull:
    return Pull(one.vendor.name, one.name, endpoint, one.account, more.pop("period", WEEK), room=room, **more)


def knowing(known: Mapping[Pull, Known]) -> Callable[[Sequence[Pull]], list[Known]]:
    return lambda pulls: [known.get(one, NOTHING) for one in pulls]


def made(one: Access, pulls: Sequence[Pull], known: Mapping[Pull, Known], now: datetime = NOW) -> Plan:
    return plan(pulls, {"main": one}, now, knowing(known))


def counted(result: Plan) -> dict[str, tuple[int, bool, int]]:
    return {call.endpoint: (call.calls, call.exact, call.stored) for call in result.calls}


def viewers(*ids: int) -> dict[str, Any]:
    users = [{"BasicData": {"UserId": one}} for one in ids]
    return {
        "ResponseMetadata": {"Action": "ListAccountUserData"},
        "Result": {"PageToken": "finish", "TotalCount": len(ids), "Users": users},
    }


VOLC = account("volcengine")
LIST = pull(VOLC, "ListAccountUserData", "1", detail="tracks")
LOG = pull(VOLC, "ListUserBehaviorDataAPIV2", "1", detail="visits")
OTHER = replace(LIST, room="2")


def test_unknown_list_gives_a_floor_and_says_what_it_depends_on() -> None:
    result = made(VOLC, [LIST], {LIST: Known(likely_calls=3, likely_rows=2500)})
    assert counted(result) == {"ListAccountUserData": (1, False, 0), "GetAccountUserTrackData": (0, False, 0)}
    assert [call.likely for call in result.calls] == [3, 2500]
    assert [call.depends_on for call in result.calls] == ["how many pages there are", "what ListAccountUserData finds"]


def test_stored_list_gives_its_viewers_exactly_each_once() -> None:
    known = {
        LIST: Known(is_at_hand=True, calls=1, rows=2, bodies=(viewers(10, 11),), is_whole=True),
        OTHER: Known(is_at_hand=True, calls=1, rows=2, bodies=(viewers(11, 12),), is_whole=True),
    }
    assert counted(made(VOLC, [LIST, OTHER], known)) == {
        "ListAccountUserData": (0, True, 1),
        "GetAccountUserTrackData": (3, True, 0),
    }


def test_first_page_of_a_list_gives_its_viewers_as_a_floor_and_the_vendors_count_as_likely() -> None:
    """Of the other 1,500 rows some may have no id, and of some the tracks may be stored: only their list can tell."""
    result = made(VOLC, [LIST], {LIST: Known(calls=3, rows=2500, bodies=(viewers(*range(10, 1010)),))})
    assert counted(result) == {"ListAccountUserData": (3, True, 0), "GetAccountUserTrackData": (1000, False, 0)}
    track = result.calls[-1]
    assert (track.likely, track.depends_on) == (2500, "what the other pages of ListAccountUserData hold")
    (longest, _) = poles([(result, {"main": VOLC})])
    assert (longest.endpoint, round(longest.minutes, 1), longest.likely) == ("GetAccountUserTrackData", 16.7, 2500)


def test_viewers_without_an_id_and_tracks_that_are_stored_are_no_calls() -> None:
    page = Known(calls=2, rows=6, bodies=(viewers(10, 11, 0, 0),))
    stored = Known(is_at_hand=True, calls=1, rows=3, is_whole=True)
    track = replace(LIST, endpoint="GetAccountUserTrackData", room=None, detail=None, params=(("UserId", "10"),))
    result = made(VOLC, [LIST], {LIST: page, track: stored})
    assert counted(result) == {"ListAccountUserData": (2, True, 0), "GetAccountUserTrackData": (1, False, 1)}
    whole = made(VOLC, [LIST], {LIST: replace(page, calls=1, rows=4, is_whole=True), track: stored})
    assert counted(whole) == {"ListAccountUserData": (1, True, 0), "GetAccountUserTrackData": (1, True, 1)}


def test_first_pages_of_several_lists_give_a_floor_since_a_viewer_of_two_rooms_counts_once() -> None:
    page = Known(calls=3, rows=2500, bodies=(viewers(*range(10, 1010)),))
    result = made(VOLC, [LIST, OTHER], {LIST: page, OTHER: page})
    assert counted(result)["GetAccountUserTrackData"] == (1000, False, 0)
    assert result.calls[-1].likely == 4000


def test_walk_whose_page_1_is_read_again_is_likely_a_call_longer() -> None:
    account = VENDORS["talkcloud"].account.model_validate(
        {"vendor": "talkcloud", "auth_key": "env:A", "token": "env:B"}
    )
    talk = Access("main", VENDORS["talkcloud"], account, {}, "scope")
    watch = pull(talk, "vod/watch", "v")
    assert [made(talk, [watch], {watch: Known(likely_calls=n)}).calls[0].likely for n in (1, 7)] == [None, 8]


def test_stored_search_gives_the_calls_of_its_rooms_exactly() -> None:
    search = pull(VOLC, "ListActivityAPI", match=Match(), params=(("LiveTime", "1"),))
    body = {"Result": {"Activities": [{"Id": 7, "LiveTime": int(WEEK.start.timestamp())}]}, "ResponseMetadata": {}}
    known = {search: Known(is_at_hand=True, calls=1, rows=1, bodies=(body,), is_whole=True)}
    result = made(VOLC, [search], known)
    assert [(call.endpoint, call.room, call.calls) for call in result.calls] == [
        ("ListActivityAPI", None, 0),
        ("GetCustomActMsgAPI", "7", 1),
        ("ListAnActivityStartAndEndTimeAPI", "7", 1),
        ("ListAccountUserData", "7", 1),
        ("ListUserBehaviorDataAPIV2", "7", 1),
    ]


@pytest.mark.parametrize(("detail", "has_tracks"), [("tracks", True), ("visits", False), ("list", False)])
def test_search_that_nobody_has_made_names_the_calls_of_viewers_as_well(detail: str, has_tracks: bool) -> None:
    one = account("volcengine", detail=detail)
    search = pull(one, "ListActivityAPI", match=Match(), params=(("LiveTime", "1"),))
    result = made(one, [search], {search: Known(likely_rows=3)})
    told = {call.endpoint: (call.calls, call.exact, call.likely, call.depends_on) for call in result.calls}
    assert told["ListAccountUserData"] == (0, False, 3, "what ListActivityAPI finds")
    tracks = (0, False, None, "what ListAccountUserData finds")
    assert told.get("GetAccountUserTrackData") == (tracks if has_tracks else None)
    assert any("tracks cost one call a viewer" in note.en for note in result.notes) == has_tracks


def test_token_calls_are_counted_where_something_waits_for_them() -> None:
    one = account("quanshi")
    details = pull(one, "event/report/details", "609768")
    search = pull(one, "user/search/email", params=(("email", "ops@example.com"),), then=(details,))
    assert counted(made(one, [search], {})) == {
        "user/search/email": (1, True, 0),
        "token/create": (1, True, 0),
        "event/report/details": (1, True, 0),
    }
    stored = Known(is_at_hand=True, calls=1, is_whole=True)
    assert counted(made(one, [search], {details: stored, search: stored})) == {
        "user/search/email": (0, True, 1),
        "event/report/details": (0, True, 1),
    }


def test_accounts_lower_rate_counts_and_configs_that_share_a_key_add_up() -> None:
    slow = account("volcengine", rate="6/min")
    result = made(slow, [LIST], {LIST: Known(calls=1, rows=3, bodies=(viewers(10, 11, 12),), is_whole=True)})
    assert [call.minutes for call in result.calls] == pytest.approx([1 / 6, 0.5])
    (longest, _) = poles([(result, {"main": slow}), (result, {"main": slow})])
    assert (longest.calls, longest.minutes, longest.per_second) == (6, 1.0, 0.1)


def plays(day: str) -> Pull:
    return pull(account("aliyun"), "DescribeVodMediaPlayData", "m", params=(("PlayDate", day),))


@pytest.mark.parametrize(
    ("day", "gone", "soon"),
    [("20261024", True, False), ("20261025", False, True), ("20261031", False, True), ("20261101", False, False)],
)
def test_day_leaves_a_vendors_reach_to_the_day(day: str, gone: bool, soon: bool) -> None:
    result = made(account("aliyun"), [plays(day)], {})
    assert (len(result.out_of_reach), len(result.lost_soon)) == (gone, soon)


def test_how_many_pages_a_media_has_is_known_by_asking_only() -> None:
    (call,) = made(account("aliyun"), [plays("20261110")], {}).calls
    assert (call.calls, call.exact, call.depends_on) == (1, False, "how many pages there are")


def test_day_that_is_stored_is_never_lost() -> None:
    stored = {plays("20261024"): Known(is_at_hand=True, calls=1, is_whole=True)}
    assert made(account("aliyun"), [plays("20261024")], stored).out_of_reach == ()


def test_day_that_what_is_stored_does_not_reach_is_out_of_reach() -> None:
    day = date(2026, 11, 16)
    (gone,) = made(VOLC, [LOG], {LOG: Known(is_at_hand=True, calls=1, is_whole=True, lost=(day,))}).out_of_reach
    assert (gone.endpoint, gone.day) == ("ListUserBehaviorDataAPIV2", "2026-11-16")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (16, None),
        (1, "this period's first days are gone by next week"),
        (-30, "days before 2026-08-27 are gone already, but for what is stored"),
    ],
)
def test_note_tells_days_that_are_gone_from_those_that_will_be(day: int, told: str | None) -> None:
    start = datetime(2026, 9, 1, tzinfo=SHANGHAI) + timedelta(days=day - 2)
    period = replace(WEEK, start=start, end=start + timedelta(days=7))
    notes = made(VOLC, [replace(LOG, period=period)], {}).notes
    assert [told] == [note.en.partition("; ")[2] for note in notes] if told else notes == ()


def test_only_volcengines_visit_log_reaches_back_ninety_days() -> None:
    old = Period("2026-W32", datetime(2026, 8, 3, tzinfo=UTC), datetime(2026, 8, 10, tzinfo=UTC), "UTC")
    pulls = [pull(VOLC, name, "1", period=old) for name in ("GetCustomActMsgAPI", "ListUserBehaviorDataAPIV2")]
    assert {day.endpoint for day in made(VOLC, pulls, {}).out_of_reach} == {"ListUserBehaviorDataAPIV2"}
