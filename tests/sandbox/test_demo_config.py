from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from reporter.sandbox import Sandbox
from reporter.sandbox.cast import STAFF

_CONFIGS = Path(__file__).parents[2] / "configs"
_DEMO: dict[str, Any] = YAML(typ="safe").load((_CONFIGS / "demo.yaml").read_text(encoding="utf-8"))
_VENDORS = {name: account["vendor"] for name, account in _DEMO["accounts"].items()}


def _phones(name: str) -> list[str]:
    with (_CONFIGS / "rosters" / name).open(encoding="utf-8", newline="") as file:
        return [row["手机"] for row in csv.DictReader(file)]


def _plain(phone: str) -> str:
    return "+86" + "".join(letter for letter in phone.removeprefix("+86") if letter.isdecimal())


def test_every_room_of_the_demo_exists_in_the_sandbox(sandbox: Sandbox) -> None:
    rooms = [room for event in _DEMO["events"] for room in event["rooms"]]
    known = {vendor: {room.room_id for room in sandbox.truth.rooms(vendor)} for vendor in _VENDORS.values()}
    for room in rooms:
        room_id = next(str(room[key]) for key in ("room", "video", "media") if key in room)
        assert room_id in known[_VENDORS[room["account"]]]
    assert {_VENDORS[room["account"]] for room in rooms} == set(known)


def test_first_event_of_the_demo_runs_on_all_four_vendors() -> None:
    first = _DEMO["events"][0]["rooms"]
    assert [_VENDORS[room["account"]] for room in first] == ["volcengine", "quanshi", "talkcloud", "aliyun"]
    assert first[0]["detail"] == "tracks"


def test_every_secret_of_the_demo_is_in_the_credentials(sandbox: Sandbox) -> None:
    references = [
        value for account in _DEMO["accounts"].values() for value in account.values() if value.startswith("env:")
    ]
    names = {reference.removeprefix("env:") for reference in references}
    assert names - {"REPORTER_DEMO_URL"} == set(sandbox.credentials())


def test_roster_names_people_who_come_and_people_who_never_do(sandbox: Sandbox) -> None:
    people = {person.phone: person.number for person in sandbox.truth.people if person.phone}
    seen = {number for number, *_ in sandbox.truth.week("2026-W47")}
    listed = [people.get(_plain(phone)) for phone in _phones("demo.csv")]
    assert listed.count(None) == 4
    assert len({number for number in listed if number is not None} & seen) >= 12


def test_staff_list_names_the_staff_who_come(sandbox: Sandbox) -> None:
    seen = {number for number, *_ in sandbox.truth.week("2026-W47")}
    staff = [person.number for person in sandbox.truth.people if person.phone in map(_plain, _phones("demo_staff.csv"))]
    assert staff == list(STAFF)
    assert seen >= set(staff)


def _ids(caller: Any, event: dict[str, Any]) -> set[tuple[str, str]]:
    """Ask everything of an event's rooms that the demo asks, and return whom the replies name."""
    ids = set()
    for room in event["rooms"]:
        if "media" in room:
            caller.aliyun(PlayDate="20261120", MediaId=room["media"], PageNo=1, PageSize=100)
        elif "video" in room:
            rows = caller.talkcloud(videoInfo=room["video"], **_WEEK).json()["data"]["data"]
            ids |= {("talkcloud", row["userId"]) for row in rows}
        elif room["account"] == "qs":
            report = caller.quanshi("event/report/details", token=caller.token(), eventId=room["room"])
            ids |= {("quanshi", row["distinctId"]) for row in report.json()["data"]["report"]["lives"]}
        else:
            ids |= {("volcengine", viewer_id) for viewer_id in _volcengine_ids(caller, room["room"])}
    return ids


def _volcengine_ids(caller: Any, room: int) -> list[str]:
    caller.volcengine("GetCustomActMsgAPI", get={"ActivityId": room, "NeedActMsg": 1})
    caller.volcengine("ListAnActivityStartAndEndTimeAPI", get={"ActivityId": room})
    caller.volcengine("ListUserBehaviorDataAPIV2", ActivityId=room, PageItemCount=500)
    users = caller.volcengine("ListAccountUserData", PageToken="init", ActivityId=room).json()["Result"]["Users"]
    ids = [user["BasicData"]["UserId"] for user in users]
    caller.volcengine("GetAccountUserTrackData", UserId=ids[0])
    return [str(number) for number in ids]


_WEEK = {"startTime": 1_794_758_400, "endTime": 1_795_363_199}


def test_replies_of_the_demos_rooms_name_people_of_three_vendors(sandbox: Sandbox, caller: Any) -> None:
    vendors: dict[int, set[str]] = {}
    for vendor, viewer_id in _ids(caller, _DEMO["events"][0]):
        person = sandbox.truth.person(vendor, viewer_id)
        assert person is not None
        vendors.setdefault(person.number, set()).add(vendor)
    assert [number for number, seen in sorted(vendors.items()) if len(seen) == 3]
    caller.volcengine("ListActivityAPI", Name="公开课")
    assert {call.code for call in sandbox.calls} == {""}
    assert sorted({call.call for call in sandbox.calls}) == [
        "DescribeVodMediaPlayData",
        "GetAccountUserTrackData",
        "GetCustomActMsgAPI",
        "ListAccountUserData",
        "ListActivityAPI",
        "ListAnActivityStartAndEndTimeAPI",
        "ListUserBehaviorDataAPIV2",
        "event/report/details",
        "token/create",
        "user/search/email",
        "vod/watch",
    ]
