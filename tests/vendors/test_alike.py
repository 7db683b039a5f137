"""Rows of one order of fields, cut at their commas, are what JSON says of them; what this cannot tell is left alone."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.vendors.alike import read_alike
from reporter.vendors.grammar import Column, Shape
from reporter.vendors.plain import DURATION, LISTED, TEXT_AS_IT_STANDS, WHOLE

FLAT = Shape(
    {"name": "t", "note": "t", "watch": "w", "either": "tw", "unused": "tw", "joins": "l"},
    (
        Column("name", "name", TEXT_AS_IT_STANDS),
        Column("note", "note", TEXT_AS_IT_STANDS),
        Column("watch", "watch", DURATION),
        Column("spelled", "watch", TEXT_AS_IT_STANDS),
        Column("either", "either", TEXT_AS_IT_STANDS),
        Column("joins", "joins", LISTED),
    ),
)
NESTED = Shape(
    {"Who": {"Id": "w", "Name": "t"}, "Sum": {"Times": "w"}, "Last": "t"},
    (
        Column("id", "Who.Id", TEXT_AS_IT_STANDS),
        Column("name", "Who.Name", TEXT_AS_IT_STANDS),
        Column("times", "Sum.Times", WHOLE),
        Column("last", "Last", TEXT_AS_IT_STANDS),
    ),
)
LISTS = Shape({"joins": "l", "watch": "w"}, (Column("joins", "joins", LISTED), Column("watch", "watch", WHOLE)))
#: a row as most are, by the first column of their shape
USUAL = {
    "name": '{"name":"a","watch":5}',
    "id": '{"Who":{"Id":1},"Sum":{"Times":2}}',
    "joins": '{"joins":[1,2],"watch":5}',
}
#: text that looks like what stands between texts
TEXT = (
    st.text(max_size=4)
    | st.text('",:{}[]\\\x01\n 1null王', max_size=8)
    | st.sampled_from([",", ':"', '","name":"', "null"])
)
NUMBER = st.integers(-(10**18), 10**18) | st.integers(-1, 9)
#: lists of texts, of whole numbers, and of both
LIST = st.none() | st.lists(TEXT, max_size=2) | st.lists(NUMBER, max_size=4) | st.lists(NUMBER | TEXT, max_size=3)
#: nothing that JSON escapes
PRINTED = st.text(st.characters(exclude_characters='"\\', exclude_categories=("Cc", "Cs")), max_size=6)


def _written(row: object) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def _value(row: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        row = row.get(name)  # type: ignore[assignment] # the last is a value
    return row


def _read(rows: list[dict[str, Any]], shape: Shape) -> list[dict[str, Any] | None] | None:
    """Return what is read of each row, None for those that are left alone."""
    alike = read_alike([_written(row) for row in rows], shape)
    if alike is None:
        return None
    texts = alike.texts.to_dicts()
    return [*texts] if alike.which is None else [texts.pop(0) if is_read else None for is_read in alike.which]


def _expected(rows: list[dict[str, Any]], shape: Shape) -> list[dict[str, Any]]:
    """Return the columns of rows: whole numbers as such where the shape has these, else text."""
    values = [[(column, _value(row, column.field)) for column in shape.columns] for row in rows]
    return [{column.name: _told(value, shape.dtype(column)) for column, value in row} for row in values]


def _told(value: Any, dtype: pl.DataType) -> Any:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value if value is None or dtype == pl.Int64 else str(value)


def _rows(
    name: st.SearchStrategy[str], lists: st.SearchStrategy[list[Any] | None]
) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries(
        {
            "name": st.none() | name,
            "watch": st.none() | NUMBER,
            "either": st.none() | name | NUMBER,
            "unused": name | NUMBER,
            "note": name,
            "joins": lists,
        }
    )
    orders = st.permutations(["name", "watch", "either", "unused", "note", "joins"]).flatmap(
        lambda order: st.integers(1, 6).map(lambda kept: order[:kept])
    )
    return st.tuples(orders, st.lists(row, min_size=1, max_size=6)).map(
        lambda drawn: [{name: row[name] for name in drawn[0]} for row in drawn[1]]
    )


@settings(deadline=None, max_examples=200)
@given(rows=_rows(PRINTED, st.none() | st.lists(NUMBER, max_size=3) | st.lists(PRINTED, min_size=1, max_size=1)))
def test_rows_of_one_order_without_escapes_are_read(rows: list[dict[str, Any]]) -> None:
    read = _read(rows, FLAT)
    # a comma that ends a text looks like one between two fields
    texts = [text for row in rows for value in row.values() for text in (value if isinstance(value, list) else [value])]
    if any(isinstance(text, str) and text.endswith(",") for text in texts):
        return
    assert read == _expected(rows, FLAT)


@settings(deadline=None, max_examples=400)
@given(rows=_rows(TEXT, LIST))
def test_rows_of_any_text_are_what_json_says_or_left_alone(rows: list[dict[str, Any]]) -> None:
    pairs = zip(_read(rows, FLAT) or (), _expected(rows, FLAT), strict=False)
    assert all(read in (None, expected) for read, expected in pairs)


@settings(deadline=None)
@given(ids=st.lists(st.none() | NUMBER, min_size=1, max_size=4), name=PRINTED, times=st.none() | st.integers(0, 9))
def test_parts_of_rows_are_read(ids: list[int | None], name: str, times: int | None) -> None:
    rows = [
        {"Who": {"Id": one, "Name": name.strip(",")}, "Sum": {"Times": times}, "Last": name.strip(",")} for one in ids
    ]
    assert _read(rows, NESTED) == _expected(rows, NESTED)


def test_a_list_is_read_that_is_empty_of_whole_numbers_or_of_one_text() -> None:
    lists: list[Any] = [[], [0], [1, -2, 3], [8999999999999999999], [""], ["a,b"], ["[1]"], None]
    rows = [{"joins": value, "watch": 5} for value in lists]
    assert _read(rows, FLAT) == _expected(rows, FLAT)
    few: list[list[Any]] = [[None, []], [[1], []], [["a"]], [["a"], None], [[1], None]]
    for lists in few:
        rows = [{"watch": 5, "joins": value} for value in lists]
        assert _read(rows, FLAT) == _expected(rows, FLAT)


@pytest.mark.parametrize(
    ("shape", "rows"),
    [
        # a field of the same length in another's place, and null like it
        (FLAT, ['{"name":"a","note":null}', '{"name":"a","nose":null}']),
        # as many texts as the page has, one in the place of a number, and the other way round
        (
            FLAT,
            ['{"name":"a","watch":5}', '{"name":null,"watch":"5"}', '{"name":5,"watch":5}', '{"name":5,"watch":"5"}'],
        ),
        (FLAT, ['{"watch":5}', '{"watch":5.0}']),
        (FLAT, ['{"watch":5}', '{"watch":9223372036854775808}']),
        (FLAT, ['{"watch":5}', '{"watch":true}']),
        (FLAT, ['{"watch":5}', '{"watch": 5}']),
        (FLAT, ['{"watch":5}', '{"watch":\t5}']),
        (FLAT, ['{"watch":5}', "{}"]),
        (FLAT, ['{"watch":5}', "null"]),
        (FLAT, ['{"watch":5}', '{"watch":5,"watch":6}']),
        (FLAT, ['{"watch":5,"watch":6}', '{"watch":5,"watch":6}']),
        (FLAT, ['{"name":"a","watch":5}', '{"watch":5,"name":"a"}']),
        (FLAT, ['{"name":"a","watch":5}', '{"name":"a"}']),
        (FLAT, ['{"name":"a"}', '{"name":"\\u0061"}']),
        (FLAT, ['{"joins":["a","b"]}', '{"joins":["a","b"]}']),
        (FLAT, ['{"joins":[1]}', '{"joins":[1.5]}']),
        (FLAT, ['{"joins":[1]}', '{"joins":[-0]}']),
        (FLAT, ['{"joins":[1]}', '{"joins":[9223372036854775808]}']),
        (FLAT, ['{"joins":[1]}', '{"joins":[null]}']),
        (FLAT, ['{"joins":[1]}', '{"joins":[[1]]}']),
        (FLAT, ['{"joins":[1]}', '{"joins":[1, 2]}']),
        (FLAT, ['{"joins":[1]}', '{"joins":{}}']),
        (FLAT, ['{"joins":["a"]}', '{"joins":["a" ,"b"]}']),
        (FLAT, ['{"joins":["a"]}', '{"joins":["a", "b"]}']),
        (FLAT, ['{"joins":["a"]}', '{"joins":["a",["b"]]}']),
        (FLAT, ['{"joins":["a"]}', '{"joins":["]}']),
        (FLAT, ['{"other":1}', '{"other":1}']),
        (FLAT, ["[1]", "{}"]),
        (NESTED, ['{"Who":{"Id":1},"Sum":{"Times":2}}', '{"Who":{"Id":1,"Sum":{"Times":2}}}']),
        (NESTED, ['{"Who":{"Id":1},"Last":"a"}', '{"Who":{"Id":1,"Last":"a"}}']),
        (NESTED, ['{"Who":{"Id":1}}', '{"Who":null}']),
        (NESTED, ['{"Who":null}', '{"Who":null}']),
    ],
)
def test_rows_that_differ_in_any_field_type_or_writing_are_left_alone(shape: Shape, rows: list[str]) -> None:
    assert read_alike([row.encode() for row in rows], shape) is None


@pytest.mark.parametrize(
    ("shape", "odd"),
    [
        (FLAT, ['{"name":null,"watch":"5"}', '{"name":5,"watch":5}']),
        (FLAT, ['{"name":"a"}', '{"name":"a","watch":5,"note":"b"}']),
        (FLAT, ['{"name":"a\\"b","watch":5}', '{"name":"a\\\\b","watch":5}', '{"name":"\\u0061","watch":5}']),
        (FLAT, ['{"watch":5,"name":"a"}', '{"name":"a","watch":5.5}', '{"name":"a","watch":1e5}']),
        (FLAT, ['{"name":"a","watch":5,"watch":6}', '{"name":"a","watch":[5]}', '{"name":"a","watch":{"watch":5}}']),
        (FLAT, ['{"nose":null,"watch":5}', '{"name":"a,","watch":5}', '{"name":"a" ,"watch":5}']),
        (FLAT, ["null", "[]", "{}", '"name"', "0"]),
        (LISTS, ['{"joins":[1],"watch":[5]}', '{"joins":["a",1],"watch":5}', '{"joins":["a","b"],"watch":5}']),
        (LISTS, ['{"joins":[1.5],"watch":5}', '{"joins":1,"watch":5}', '{"joins":[1],"watch":5,"x":["a"]}']),
        (NESTED, ['{"Who":{"Id":1,"Sum":{"Times":2}}}', '{"Who":null,"Sum":{"Times":2}}', '{"Sum":{"Times":2}}']),
    ],
)
def test_rows_that_differ_from_most_are_left_alone_wherever_they_stand(shape: Shape, odd: list[str]) -> None:
    usual = [USUAL[shape.columns[0].name]] * 16
    for first in (0, 1, len(usual)):
        rows = [*usual[:first], *odd, *usual[first:]]
        alike = read_alike([row.encode() for row in rows], shape)
        assert alike is not None
        assert alike.which is not None
        assert alike.which.to_list() == [row in usual for row in rows]
        assert alike.texts.height == len(usual)
        assert alike.texts.unique().height == 1


def test_text_that_looks_like_several_fields_is_found_by_its_quotes() -> None:
    usual = [b'{"name":"a","watch":5}'] * 16
    blank = b'{"name":"x", "either":"y","watch":5}'
    assert read_alike([*usual, blank], FLAT) is None
    # rows without any quotes have no more than it has too many
    assert read_alike([*usual, blank, b"5", b"5"], FLAT) is None
    assert read_alike([*[b'{"either":1}'] * 16, b'{"either":"x", "unused":"y"}', b"5", b"5"], FLAT) is None


def test_rows_that_are_never_alike_are_left_alone() -> None:
    rows = [b'{"name":"a","watch":%d}' % n if n % 8 == 0 else b'{"watch":%d,"name":"a"}' % n for n in range(64)]
    assert read_alike(rows, FLAT) is None
    assert read_alike([b'{"name":"a\\"b"}' if n % 8 else b'{"name":"a"}' for n in range(64)], FLAT) is None
