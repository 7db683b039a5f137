"""Every parameter and field of the vendor's page has its place: a column, a check, an option, or a reason why not.

`page_names.json` holds the names by the page's own tables, `fields.json` the places, as `table.name`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reporter.tables import SCHEMAS
from reporter.vendors.aliyun import ALIYUN
from reporter.vendors.aliyun.read import FIELDS

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "samples" / "aliyun"
PAGES: dict[str, dict[str, list[str]]] = json.loads((HERE / "page_names.json").read_text(encoding="utf-8"))
PLACES: dict[str, dict[str, dict[str, Any]]] = json.loads((HERE / "fields.json").read_text(encoding="utf-8"))
CALLS = sorted(PAGES)
#: a field that holds objects -> the table of the page that lists theirs, where that has another name
TABLES: dict[str, str] = {}


def _in_sample(value: object, table: str) -> Iterator[str]:
    """Yield `table.name` for each field of a reply."""
    for item in value if isinstance(value, list) else [value]:
        for name, inner in item.items() if isinstance(item, dict) else ():
            yield f"{table}.{name}"
            yield from _in_sample(inner, TABLES.get(f"{table}.{name}") or str(name))


def _sample_names(call: str) -> set[str]:
    cases = [path for path in (SAMPLES / call).glob("*.json") if not path.name.endswith(".golden.json")]
    return {name for case in cases for name in _in_sample(json.loads(case.read_text(encoding="utf-8")), "reply")}


@pytest.mark.parametrize("call", CALLS)
def test_every_name_of_the_page_has_its_place(call: str) -> None:
    named = {f"{table}.{name}" for table, names in PAGES[call].items() for name in names}
    assert named - PLACES[call].keys() == set()


@pytest.mark.parametrize("call", CALLS)
def test_every_field_of_the_samples_has_its_place(call: str) -> None:
    assert _sample_names(call) - PLACES[call].keys() == set()


@pytest.mark.parametrize("call", CALLS)
def test_every_place_is_of_a_name_on_the_page_or_in_its_example(call: str) -> None:
    named = {f"{table}.{name}" for table, names in PAGES[call].items() for name in names}
    assert PLACES[call].keys() - named - _sample_names(call) == set()


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
        assert column in ALIYUN.capabilities, column


def test_capabilities_are_columns() -> None:
    for capability in ALIYUN.capabilities:
        table, _, name = capability.partition(".")
        assert name in SCHEMAS[table], capability


def test_known_fields_are_those_that_have_a_place() -> None:
    (places,) = PLACES.values()
    assert {name.removeprefix("QoeInfoList.") for name in places if name.startswith("QoeInfoList.")} == FIELDS.keys()
