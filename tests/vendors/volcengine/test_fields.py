"""Every parameter and field of the two vendor pages has its place: a column, a check, an option, or a reason why not.

`page_names.json` holds the names by the pages' own tables, `fields.json` the places, as `table.name`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reporter.tables import SCHEMAS
from reporter.vendors.volcengine import VOLCENGINE, fields

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PAGES: dict[str, dict[str, list[str]]] = json.loads((HERE / "page_names.json").read_text(encoding="utf-8"))
PLACES: dict[str, dict[str, dict[str, Any]]] = json.loads((HERE / "fields.json").read_text(encoding="utf-8"))
SDK: dict[str, Any] = json.loads((ROOT / "tests/vectors/volcengine_actions.json").read_text(encoding="utf-8"))[
    "actions"
]
CALLS = sorted(PAGES)


def _in_sample(value: object, table: str) -> Iterator[str]:
    """Yield `table.name` for each field of a reply, tables named after the object's own field."""
    for item in value if isinstance(value, list) else [value]:
        for name, inner in item.items() if isinstance(item, dict) else ():
            yield f"{table}.{name}"
            yield from _in_sample(inner, name)


@pytest.mark.parametrize("call", CALLS)
def test_every_name_of_the_page_has_its_place(call: str) -> None:
    named = {f"{table}.{name}" for table, names in PAGES[call].items() for name in names}
    placed = {name for name in PLACES[call] if not name.startswith("ResponseMetadata.")}
    assert placed == named


@pytest.mark.parametrize("call", CALLS)
def test_every_field_of_the_sample_has_its_place(call: str) -> None:
    reply = json.loads((ROOT / f"samples/volcengine/{call}/page_example.json").read_text(encoding="utf-8"))
    found = {*_in_sample(reply["ResponseMetadata"], "ResponseMetadata"), *_in_sample(reply["Result"], "返回参数")}
    assert found - PLACES[call].keys() == set()


@pytest.mark.parametrize("call", CALLS)
def test_every_place_is_one_of_four_kinds_and_says_something(call: str) -> None:
    for name, place in PLACES[call].items():
        ((kind, words),) = place.items()
        assert kind in {"column", "check", "option", "left_out"}, name
        assert words, name


@pytest.mark.parametrize("call", CALLS)
def test_every_column_exists_and_is_a_capability(call: str) -> None:
    columns = [column for place in PLACES[call].values() for column in place.get("column", [])]
    for column in columns:
        table, _, name = column.partition(".")
        assert name in SCHEMAS[table], column
        assert name == "room_id" or column in VOLCENGINE.capabilities, column


def test_capabilities_are_columns() -> None:
    for capability in VOLCENGINE.capabilities:
        table, _, name = capability.partition(".")
        assert name in SCHEMAS[table], capability


def _sdk(call: str, *path: str) -> Mapping[str, Any]:
    found = SDK[call]["response"]
    for name in path:
        found = found[name]
        found = found[0] if isinstance(found, list) else found
    return dict(found)


def test_parts_of_a_rooms_facts_are_those_of_the_sdk() -> None:
    assert fields.ROOM.keys() == _sdk("GetCustomActMsgAPI").keys()


KINDS = {"int": "w", "str": "t", "list[int]": "l", "list[str]": "l"}


def _kinds(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _kinds(kind) if isinstance(kind, dict) else _letter(kind) for name, kind in told.items()}


def _letter(kind: str | list[Any]) -> str:
    return "l" if isinstance(kind, list) else KINDS[kind]


@pytest.mark.parametrize(
    ("known", "call", "path"),
    [
        (fields.ROOM_FACTS, "GetCustomActMsgAPI", ("ActMsg",)),
        (fields.ROOM_BASICS, "GetCustomActMsgAPI", ("ActBasicMsg",)),
        (fields.ONLINE, "GetCustomActMsgAPI", ("RealTimeOnlineNumber",)),
        (fields.SPAN, "ListAnActivityStartAndEndTimeAPI", ("StartAndEndTime",)),
        (fields.FOUND_ROOM, "ListActivityAPI", ("Activities",)),
        (fields.USER, "ListAccountUserData", ("Users",)),
        (fields.LOG_ROW, "ListUserBehaviorDataAPIV2", ("Data",)),
        (fields.TRACK, "GetAccountUserTrackData", ("UserTrackData", "UserTracks")),
    ],
)
def test_known_fields_and_their_types_are_those_of_the_sdk(
    known: Mapping[str, Any], call: str, path: tuple[str, ...]
) -> None:
    assert known == _kinds(_sdk(call, *path))
