from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from reporter.sandbox import Room, Sandbox, Visit
from reporter.sandbox.calls import CHINA

_MONDAY = datetime(2026, 11, 16, tzinfo=CHINA)
_NEXT = _MONDAY + timedelta(weeks=1)


def _room(sandbox: Sandbox, room_id: str) -> Room:
    rooms = [
        room for vendor in ("volcengine", "quanshi", "talkcloud", "aliyun") for room in sandbox.truth.rooms(vendor)
    ]
    return next(room for room in rooms if room.room_id == room_id)


def _bytes(caller: Any) -> list[bytes]:
    token = caller.token()
    return [
        caller.volcengine("ListUserBehaviorDataAPIV2", ActivityId=172183460671, PageNo=1, PageItemCount=500).content,
        caller.volcengine("ListAccountUserData", PageToken="init", PageSize=1000).content,
        caller.quanshi("event/report/details", token=token, eventId=609812).content,
        caller.talkcloud(videoInfo="999999").content,
        caller.aliyun(PlayDate="20261120", PageNo=1, PageSize=100).content,
    ]


def test_same_seed_gives_the_same_bytes_and_another_other_people(
    clock: Any, make_caller: Callable[[Sandbox], Any]
) -> None:
    boxes = [Sandbox(seed=seed, now=clock, limits=False) for seed in (7, 7, 8)]
    one, same, other = (_bytes(make_caller(box)) for box in boxes)
    assert one == same
    assert all(a != b for a, b in zip(one, other, strict=True))
    assert boxes[0].truth.people == boxes[1].truth.people
    assert boxes[0].truth.groups() != boxes[2].truth.groups()
    assert [room.room_id for room in boxes[0].truth.rooms("volcengine")] == [
        room.room_id for room in boxes[2].truth.rooms("volcengine")
    ]


def test_week_does_not_change_when_the_clock_moves_on(clock: Any) -> None:
    sandbox = Sandbox(now=clock)
    before = sandbox.truth.week("2026-W47")
    clock.move(weeks=2)
    assert sandbox.truth.week("2026-W47") == before
    assert len(before) > 300


def test_only_what_has_happened_is_known(sandbox: Sandbox, clock: Any) -> None:
    assert all(visit.left <= clock.now.timestamp() for visit in sandbox.truth.visits(_NEXT, _NEXT + timedelta(weeks=1)))
    clock.now = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)  # Wednesday, 20:30 in China
    seen = sandbox.truth.visits(_MONDAY, _NEXT)
    assert max(visit.left for visit in seen) <= clock.now.timestamp()


def test_scale_multiplies_viewers_but_not_those_of_the_small_room(clock: Any) -> None:
    def viewers(scale: float, room_id: str) -> int:
        sandbox = Sandbox(scale=scale, now=clock)
        visits = sandbox.truth.visits(_MONDAY, _NEXT, [_room(sandbox, room_id)])
        return len({visit.viewer.viewer_id for visit in visits})

    assert 8 < viewers(10, "172183460671") / viewers(1, "172183460671") < 12
    assert viewers(10, "172183460688") == viewers(1, "172183460688") <= 4


def test_rooms_have_sixty_to_a_hundred_and_fifty_viewers(sandbox: Sandbox) -> None:
    viewers = defaultdict(set)
    for visit in sandbox.truth.visits(_MONDAY, _NEXT):
        viewers[visit.room].add(visit.viewer.viewer_id)
    assert 60 <= len(viewers["172183460671"]) <= 150
    assert 60 <= len(viewers["609768"]) <= 150
    assert 2 <= len(viewers["172183460688"]) <= 4


def test_visits_of_a_week_start_in_it_and_some_end_in_the_next(sandbox: Sandbox) -> None:
    visits = sandbox.truth.visits(_MONDAY, _NEXT)
    assert all(_MONDAY.timestamp() <= visit.joined < _NEXT.timestamp() for visit in visits)
    assert all(visit.left > visit.joined for visit in visits)
    over = [visit for visit in visits if visit.left > _NEXT.timestamp()]
    assert {visit.mode for visit in over} >= {"live", "replay"}


def test_mode_follows_the_live_spans(sandbox: Sandbox) -> None:
    modes: Counter[str] = Counter()
    for room in sandbox.truth.rooms("volcengine"):
        spans = [(start.timestamp(), end.timestamp()) for start, end in sandbox.truth.spans(room)]
        assert all(one[1] < two[0] for one, two in pairwise(spans))
        for visit in sandbox.truth.visits(_MONDAY, _NEXT, [room]):
            assert visit.mode == _mode(visit, spans)
            modes[visit.mode] += 1
    assert min(modes["live"], modes["replay"], modes["preview"]) > 5


def _mode(visit: Visit, spans: list[tuple[float, float]]) -> str:
    if any(visit.joined < end and visit.left > start for start, end in spans):
        return "live"
    return "preview" if not spans or visit.left <= spans[0][0] else "replay"


def test_visit_log_holds_the_seconds_of_the_truth(sandbox: Sandbox, caller: Any) -> None:
    for room_id in ("172183460671", "1770637083012"):
        body = {"ActivityId": int(room_id), "PageItemCount": 500, "StartTime": int(_MONDAY.timestamp())}
        rows = caller.volcengine("ListUserBehaviorDataAPIV2", **body).json()["Result"]["Data"]
        told: Counter[int] = Counter()
        for row in rows:
            person = sandbox.truth.person("volcengine", str(row["UserId"]))
            assert person is not None
            stays = zip(row["JoinAt"], row["LeaveAt"], strict=True)
            told[person.number] += sum(leave - join for join, leave in stays if join < _NEXT.timestamp())
        truth: Counter[int] = Counter()
        for (number, *_), seconds in sandbox.truth.watched(_MONDAY, _NEXT, [_room(sandbox, room_id)]).items():
            truth[number] += seconds
        assert +told == truth


def test_life_to_date_is_the_sum_of_all_visits(caller: Any) -> None:
    reply = caller.volcengine("ListAccountUserData", PageToken="init", PageSize=1000, ActivityId=172183460671)
    users = reply.json()["Result"]["Users"]
    log = caller.volcengine("ListUserBehaviorDataAPIV2", ActivityId=172183460671, PageItemCount=500).json()["Result"][
        "Data"
    ]
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for row in log:
        sums[row["UserId"]].update(row["VideoViewDuration"])
        sums[row["UserId"]]["comments"] += row["CommentCounts"]
    assert len(users) == len(sums)
    for user in users:
        own, watch = sums[user["BasicData"]["UserId"]], user["WatchData"]
        assert (watch["WatchLiveDuration"], watch["WatchReplayDuration"]) == (own["Live"], own["Replay"])
        assert user["InteractData"]["CommentCount"] == own["comments"]
        assert watch["WatchPageDuration"] > watch["WatchTime"] == own["Total"]


def test_tracks_agree_with_truth_and_with_the_list(sandbox: Sandbox, caller: Any) -> None:
    reply = caller.volcengine("ListAccountUserData", PageToken="init", ActivityId=172183460688).json()["Result"]
    truth = sandbox.truth.tracks(_room(sandbox, "172183460688"))
    assert {str(user["BasicData"]["UserId"]) for user in reply["Users"]} == truth.keys()
    for user in reply["Users"]:
        number = user["BasicData"]["UserId"]
        tracks = caller.volcengine("GetAccountUserTrackData", UserId=number).json()["Result"]["UserTrackData"]
        (row,) = [row for row in tracks["UserTracks"] if row["ActivityId"] == 172183460688]
        told = truth[str(number)]
        assert row["JoinTime"] == told.joined_at.timestamp()
        assert (row["WatchDurationLive"], row["WatchDurationReplay"]) == (told.live_seconds, told.replay_seconds)
        assert user["WatchData"]["WatchLiveDuration"] == told.live_seconds
        assert row["CommentCount"] == user["InteractData"]["CommentCount"]


def test_every_week_somebody_new_comes_to_the_small_room(sandbox: Sandbox) -> None:
    tracks = sandbox.truth.tracks(_room(sandbox, "172183460688")).values()
    weeks = Counter(track.joined_at.strftime("%G-W%V") for track in tracks)
    assert weeks["2026-W46"] == weeks["2026-W47"] == 2


def test_event_report_holds_the_seconds_of_the_truth(sandbox: Sandbox, caller: Any) -> None:
    window = {"startTime": int(_MONDAY.timestamp()), "endTime": int(_NEXT.timestamp()) - 1}
    reply = caller.quanshi("event/report/details", token=caller.token(), eventId=609768, **window)
    report = reply.json()["data"]["report"]
    told: Counter[int] = Counter()
    for row in report["lives"] + report["interactions"]:
        person = sandbox.truth.person("quanshi", row["distinctId"])
        assert person is not None
        told[person.number] += row.get("watch_duration", row.get("online_duration"))
    truth: Counter[int] = Counter()
    for (number, *_), seconds in sandbox.truth.watched(_MONDAY, _NEXT, [_room(sandbox, "609768")]).items():
        truth[number] += seconds
    assert told == truth


def test_video_rows_hold_the_seconds_of_the_truth(sandbox: Sandbox, caller: Any) -> None:
    window = {"startTime": int(_MONDAY.timestamp()), "endTime": int(_NEXT.timestamp()) - 1}
    told, page = 0, 1
    while rows := caller.talkcloud(videoInfo="5120394857612093847", page=page, **window).json()["data"]["data"]:
        for row in rows:
            hours, minutes, seconds = (int(part) for part in row["visitTime"].split(":"))
            told += hours * 3600 + minutes * 60 + seconds
        page += 1
    assert told == sum(sandbox.truth.watched(_MONDAY, _NEXT, [_room(sandbox, "5120394857612093847")]).values())


def test_viewer_ids_are_one_persons_each(sandbox: Sandbox) -> None:
    ids = [(viewer.vendor, viewer.viewer_id) for person in sandbox.truth.people for viewer in person.viewers]
    assert len(ids) == len(set(ids))
    assert Counter(len(person.vendors) for person in sandbox.truth.people)[3] >= 12


def test_people_are_seen_on_three_vendors_under_different_ids(sandbox: Sandbox) -> None:
    seen = defaultdict(set)
    for number, vendor, _, _ in sandbox.truth.week("2026-W47"):
        seen[number].add(vendor)
    everywhere = [number for number, vendors in seen.items() if len(vendors) == 3]
    assert len(everywhere) >= 8
    person = sandbox.truth.people[everywhere[0]]
    assert len({viewer.viewer_id for viewer in person.viewers}) == len(person.viewers) >= 3


def test_cast_has_the_odd_cases(sandbox: Sandbox) -> None:
    people, shared = sandbox.truth.people, {(row.key, row.value): row.people for row in sandbox.truth.shared()}
    assert shared["phone", people[4].phone] == tuple(
        range(4, 11)
    )  # a reception, on more than five viewers of one account
    assert len({person.at("volcengine")[0].phone.removeprefix("+86") for person in people[4:11]}) == 1
    assert shared["phone", people[11].phone] == (11, 12)  # two colleagues
    assert shared["external_id", "E2026000017"] == (15, 16)  # one id, two people, other phones
    assert shared["external_id", "A17"] == (17, 18)  # too short to join by
    assert people[13].name == people[14].name
    assert people[13].phone != people[14].phone
    assert [people[number].viewers[0].shows for number in (19, 20, 21)] == [(), (), ()]
    assert [viewer.viewer_id for viewer in people[35].at("quanshi")] == ["+86-19000101351", "19000101351"]
    assert [viewer.role for viewer in people[0].at("quanshi")] == ["attendee", "host"]
    assert people[34].at("quanshi")[0].viewer_id == "+44-7700900123"


def test_everything_personal_is_made_up(sandbox: Sandbox) -> None:
    for person in sandbox.truth.people:
        assert person.phone == "" or person.phone.startswith(("+861900010", "+447700900"))
        assert person.email == "" or person.email.endswith("@example.com")


def test_journal_says_who_asked_for_what(sandbox: Sandbox, caller: Any) -> None:
    caller.volcengine("GetCustomActMsgAPI", get={"ActivityId": 5})
    caller.talkcloud(videoInfo="123")
    assert [(call.vendor, call.call, call.key, call.status, call.code, call.room) for call in sandbox.calls] == [
        ("volcengine", "GetCustomActMsgAPI", "AKDEMOVOLC00000000001", 400, "InvalidParameter.ActivityNotExist", "5"),
        ("talkcloud", "vod/watch", "demo-talkcloud-key-0001", 200, "", "123"),
    ]


def test_credentials_are_the_demos_environment(sandbox: Sandbox) -> None:
    env = sandbox.credentials()
    assert all(name.startswith("DEMO_") and value for name, value in env.items())
    assert json.dumps(env) == json.dumps(Sandbox(seed=8).credentials())
