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
#: text that looks like what stands between texts
TEXT = (
    st.text(max_size=4)
    | st.text('",:{}[]\\\x01\n 1null王', max_size=8)
    | st.sampled_from([",", ':"', '","name":"', "null"])
)
NUMBER = st.integers(-(10**18), 10**18) | st.integers(-1, 9)
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
    return [
        {
            column.name: None if value is None else value if shape.dtype(column) == pl.Int64 else str(value)
            for column, value in row
        }
        for row in values
    ]


def _rows(
    name: st.SearchStrategy[str], number: st.SearchStrategy[int] = NUMBER
) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries(
        {
            "name": st.none() | name,
            "watch": st.none() | number,
            "either": st.none() | name | number,
            "unused": name | number,
            "note": name,
        }
    )
    orders = st.permutations(["name", "watch", "either", "unused", "note"]).flatmap(
        lambda order: st.integers(1, 5).map(lambda kept: order[:kept])
    )
    return st.tuples(orders, st.lists(row, min_size=1, max_size=6)).map(
        lambda drawn: [{name: row[name] for name in drawn[0]} for row in drawn[1]]
    )


@settings(deadline=None, max_examples=200)
@given(rows=_rows(PRINTED))
def test_rows_of_one_order_without_escapes_are_read(rows: list[dict[str, Any]]) -> None:
    read = _read(rows, FLAT)
    # a comma that ends a text looks like one between two fields
    if any(isinstance(value, str) and value.endswith(",") for row in rows for value in row.values()):
        return
    assert read == _expected(rows, FLAT)


@settings(deadline=None, max_examples=400)
@given(rows=_rows(TEXT))
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
        (FLAT, ['{"joins":[1]}', '{"joins":[1]}']),
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
        (NESTED, ['{"Who":{"Id":1,"Sum":{"Times":2}}}', '{"Who":null,"Sum":{"Times":2}}', '{"Sum":{"Times":2}}']),
    ],
)
def test_rows_that_differ_from_most_are_left_alone_wherever_they_stand(shape: Shape, odd: list[str]) -> None:
    usual = ['{"name":"a","watch":5}' if shape is FLAT else '{"Who":{"Id":1},"Sum":{"Times":2}}'] * 16
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
