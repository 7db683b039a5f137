"""Rows read as columns are what they are one by one, and what is odd about a row is told, however many there are."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.vendors.grammar import Column, Shape
from reporter.vendors.plain import AMOUNT, DURATION, LISTED, MOMENT, TEXT_AS_IT_STANDS, WHOLE
from reporter.vendors.portion import Told, no_rows, read_portion

FLAT = Shape(
    {"name": "t", "watch": "w", "times": "w", "at": "w", "paid": "t", "either": "tw", "unused": "w", "joins": "l"},
    (
        Column("name", "name", TEXT_AS_IT_STANDS),
        Column("watch", "watch", DURATION),
        Column("times", "times", WHOLE),
        Column("at", "at", MOMENT),
        Column("paid", "paid", AMOUNT),
        Column("either", "either", TEXT_AS_IT_STANDS),
        Column("joins", "joins", LISTED),
    ),
)
NESTED = Shape(
    {"Who": {"Id": "w", "Name": "t"}, "Sum": {"Seconds": "w"}, "Other": {"A": "n"}},
    (
        Column("viewer", "Who.Id", TEXT_AS_IT_STANDS),
        Column("name", "Who.Name", TEXT_AS_IT_STANDS),
        Column("seconds", "Sum.Seconds", DURATION),
    ),
)

NUMBERS = st.integers(-5, 10**10) | st.just(1_763_377_200)
AS_ON_THE_PAGE = st.fixed_dictionaries(
    {},
    optional={
        "name": st.none() | st.text(max_size=9),
        "watch": st.none() | NUMBERS,
        "times": st.none() | NUMBERS,
        "at": st.none() | NUMBERS,
        "paid": st.none() | st.sampled_from(["", "2", "2.50", "x"]),
        "either": st.none() | st.text(max_size=5) | NUMBERS,
        "unused": st.none() | NUMBERS,
        "joins": st.none() | st.lists(NUMBERS | st.text(max_size=3), max_size=3),
    },
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=3,
)
NAMES = st.sampled_from([*FLAT.fields, "new", 'a"b', "\\"])
ROW = AS_ON_THE_PAGE | st.dictionaries(NAMES, ANYTHING | NUMBERS, max_size=5) | ANYTHING


def _written(row: Any, *, spaced: bool = False, ascii_only: bool = False) -> bytes:
    return json.dumps(row, ensure_ascii=ascii_only, separators=(" ,  ", " :\t") if spaced else (",", ":")).encode()


def _read(rows: list[bytes], shape: Shape = FLAT) -> tuple[list[dict[str, Any]], list[Told]]:
    frame, told = read_portion(rows, [(0, 0, 1, len(rows) + 1)], shape) if rows else (no_rows(shape), [])
    assert frame["row_no"].to_list() == list(range(1, len(rows) + 1))
    return frame.drop("_walk", "_reply", "row_no").to_dicts(), told


def _counts(told: list[Told]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for one in told:
        if one.rows.height:
            counts[one.code, one.name] = counts.get((one.code, one.name), 0) + one.rows.height
    return counts


@settings(deadline=None)
@given(rows=st.lists(AS_ON_THE_PAGE, max_size=8), spaced=st.booleans(), ascii_only=st.booleans())
def test_row_as_on_the_page_fits_and_is_read_as_it_is_by_itself(
    rows: list[dict[str, Any]], spaced: bool, ascii_only: bool
) -> None:
    written = [_written(row, spaced=spaced, ascii_only=ascii_only) for row in rows]
    lines = pl.Series([line.decode() for line in written], dtype=pl.String)
    assert lines.str.contains(FLAT.pattern).all()
    whole, told = _read(written)
    alone, told_alone = _read([_written({**row, "new": 1}) for row in rows])
    assert whole == alone
    expected = _counts(told) | ({("new-field", "new"): len(rows)} if rows else {})
    assert _counts(told_alone) == expected


@settings(deadline=None, max_examples=200)
@given(row=ROW, spaced=st.booleans(), ascii_only=st.booleans())
def test_row_that_fits_has_no_field_and_no_type_beyond_the_page(row: Any, spaced: bool, ascii_only: bool) -> None:
    line = _written(row, spaced=spaced, ascii_only=ascii_only).decode()
    if not pl.select(pl.lit(line).str.contains(FLAT.pattern)).item():
        return
    types = {"t": str, "w": int, "l": list}
    for name, value in row.items():
        allowed = tuple(types[kind] for kind in str(FLAT.fields[name]))
        assert value is None or (isinstance(value, allowed) and not isinstance(value, bool))


@settings(deadline=None)
@given(rows=st.lists(ROW, max_size=8))
def test_rows_whatever_they_are_are_all_there_and_no_value_is_lost_in_silence(rows: list[Any]) -> None:
    read, told = _read([_written(row) for row in rows])
    named = {name for (_, name) in _counts(told)}
    for row, got in zip(rows, read, strict=True):
        for name, value in row.items() if isinstance(row, dict) else ():
            is_lost = name in got and got[name] is None and value not in (None, "", "-", 0, "0", [], [""])
            if name not in FLAT.fields or is_lost:
                assert name in named


@pytest.mark.parametrize("count", [3, 1000])
def test_new_field_is_counted_and_read_over(count: int) -> None:
    rows = [{"name": f"v{n}", "times": n} | ({"extra": "x" if n % 2 else 7} if n % 3 else {}) for n in range(count)]
    read, told = _read([_written(row) for row in rows])
    assert _counts(told) == {("new-field", "extra"): sum(n % 3 > 0 for n in range(count))}
    assert [row["times"] for row in read] == list(range(count))
    assert min(one.rows["row_no"].min() for one in told if one.rows.height) == 2  # type: ignore[type-var] # row_no are numbers


@pytest.mark.parametrize("count", [3, 1000])
def test_field_of_another_type_is_told_and_read_all_the_same(count: int) -> None:
    rows = [{"watch": str(n), "name": n, "unused": "many", "times": n} for n in range(count)]
    read, told = _read([_written(row) for row in rows])
    assert _counts(told) == {("changed-type", name): count for name in ("watch", "name", "unused")}
    assert [(row["watch"], row["name"]) for row in read] == [(float(n), str(n)) for n in range(count)]


@pytest.mark.parametrize("count", [3, 1000])
def test_value_that_cannot_be_read_is_null_and_told(count: int) -> None:
    rows = [{"watch": [n], "times": 2.5, "paid": "dear", "name": True} for n in range(count)]
    read, told = _read([_written(row) for row in rows])
    codes = {("bad-seconds", "watch"), ("bad-count", "times"), ("bad-money", "paid"), ("bad-text", "name")}
    assert _counts(told) == dict.fromkeys(codes, count)
    assert {value for row in read for value in row.values()} == {None}


@pytest.mark.parametrize("count", [3, 1000])
def test_value_of_another_type_that_cannot_be_read_is_told_once(count: int) -> None:
    rows = [{"times": "many" if n % 2 else "5"} for n in range(count)]
    _, told = _read([_written(row) for row in rows])
    assert _counts(told) == {("bad-count", "times"): count // 2, ("changed-type", "times"): count - count // 2}


@pytest.mark.parametrize("odd", [{"name": 'a"b'}, {"name": 5}, {"times": "5"}, {"new": 5}, {"watch": None, "at": [1]}])
def test_odd_rows_among_many_of_one_kind_are_told_and_read_where_they_stand(odd: dict[str, Any]) -> None:
    rows = [{"name": f"v{n}", "watch": n, "times": n, "at": 0} | (odd if n % 10 == 7 else {}) for n in range(100)]
    read, told = _read([_written(row) for row in rows])
    alone, told_alone = zip(*(_read([_written(row)]) for row in rows), strict=True)
    assert read == [row for (row,) in alone]
    assert _counts(told) == _counts([one for of_row in told_alone for one in of_row])
    assert {number % 10 for one in told for number in one.rows["row_no"]} <= {8}


def test_rows_with_ever_other_fields_are_told_of_each() -> None:
    rows = [{f"field {n}": n, f"also_{n}\n": None, "times": n} for n in range(300)]
    read, told = _read([_written(row) for row in rows])
    assert [row["times"] for row in read] == list(range(300))
    assert _counts(told) == {("new-field", name): 1 for row in rows for name in row if name != "times"}


def test_number_of_more_than_eighteen_digits_keeps_them_all() -> None:
    digits = "98765432109876543210123"
    read, told = _read([f'{{"either": {digits}}}'.encode(), b'{"either": 9223372036854775807}'])
    assert [row["either"] for row in read] == [digits, "9223372036854775807"]
    assert _counts(told) == {}


def test_number_beyond_any_float_is_null_and_told() -> None:
    read, told = _read([b'{"watch": 1e400, "either": "a"}', b'{"watch": 5, "either": "b"}'])
    assert [(row["watch"], row["either"]) for row in read] == [(None, "a"), (5.0, "b")]
    assert [code for code, _ in _counts(told)] == ["bad-seconds"]


def test_ids_of_nineteen_digits_fit_the_page_as_far_as_64_bits_hold_them() -> None:
    held = ["8999999999999999999", "-8999999999999999999", "1000000000000000000", "999999999999999999", "0"]
    read, told = _read([f'{{"times": null, "either": {digits}, "joins": [{digits}]}}'.encode() for digits in held])
    assert [(row["either"], row["joins"]) for row in read] == [(digits, [digits]) for digits in held]
    assert _counts(told) == {}
    lines = [f'{{"times":{digits}}}' for digits in (*held, "9000000000000000000", "10000000000000000000", "01", "-0")]
    fit = pl.Series(lines).str.contains(FLAT.pattern).to_list()
    assert fit == [True] * len(held) + [False] * 4


def test_parts_are_read_and_a_part_that_is_none_is_told() -> None:
    whole = {"Who": {"Id": 7, "Name": "王"}, "Sum": {"Seconds": 5}}
    rows = [whole, {"Who": None, "Sum": {}}, {"Who": 5, "Sum": {"Seconds": 6, "New": 1}}, {}]
    read, told = _read([_written(row) for row in rows], NESTED)
    assert [tuple(row.values()) for row in read] == [
        ("7", "王", 5.0),
        (None, None, None),
        (None, None, 6.0),
        (None,) * 3,
    ]
    assert _counts(told) == {("bad-record", "Who"): 1, ("new-field", "New"): 1}
