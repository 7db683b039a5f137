"""Rows of tables as XML: what is looked up, what is spelled, and what stands where there is nothing."""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl
import pytest

from reporter.columns import Kind
from reporter.excel import bodies
from reporter.excel.bodies import Body
from reporter.excel.cells import Cells, prepare
from reporter.excel.content import Column, Table
from reporter.excel.stream import markup

PLAIN, MUTED, SHARE = 7, 8, 9
CELL = re.compile(r'<c r="([A-Z]+\d+)" s="(\d+)"(?:/>| t="(\w+)"><is><t[^>]*>([^<]*)</t></is></c>|><v>([^<]*)</v></c>)')


def _prepared(kind: Kind, values: pl.Series, absent: str) -> Cells:
    table = Table((Column("x", "某列", kind, absent),), pl.DataFrame({"x": values}))
    (cells,), _ = prepare(table, "表", timezone="UTC", language="zh")
    return cells


def _xml(cells: Cells) -> str:
    made = b"".join(
        chunk.rows.select(markup.rows(chunk.lanes)).item()
        for chunk in bodies.chunks(Body((cells,), ((PLAIN, MUTED),), None, SHARE))
    )
    return bytes(made).decode()


def _written(kind: Kind, values: pl.Series, absent: str = "") -> list[tuple[str, str, str]]:
    """Return the reference, the style and what is shown of each cell of one column."""
    found = CELL.findall(_xml(_prepared(kind, values, absent)))
    return [(place, style, text or number) for place, style, _, text, number in found]


@pytest.mark.parametrize("dtype", [pl.Int64, pl.Int8, pl.UInt32])
def test_small_counts_are_looked_up_as_they_would_be_spelled(dtype: type[pl.DataType]) -> None:
    values = [*range(128), None]
    spelled = [*map(str, range(128)), "不可得"]
    expected = [(f"A{row}", str(MUTED if one == "不可得" else PLAIN), one) for row, one in enumerate(spelled, start=2)]
    assert _written("count", pl.Series(values, dtype=dtype), "不可得") == expected


@pytest.mark.parametrize("values", [[0, 999], [0, 1000], [-1, 5], [0, 10**14]])
def test_counts_are_the_same_looked_up_or_spelled(values: list[int]) -> None:
    assert [shown for *_, shown in _written("count", pl.Series(values))] == [str(one) for one in values]


def test_nothing_is_an_empty_cell_or_says_that_nobody_can_give_it() -> None:
    money = pl.Series([Decimal("9.90"), None])
    assert _written("money", money) == [("A2", "7", "9.90"), ("A3", "7", "")]
    assert _written("money", money, "不可得") == [("A2", "7", "9.90"), ("A3", "8", "不可得")]
    assert _written("text", pl.Series(["a", None, ""]), "n/a") == [
        ("A2", "7", "a"),
        ("A3", "8", "n/a"),
        ("A4", "8", "n/a"),
    ]
    assert _written("count", pl.Series([None, None]), "不可得") == [("A2", "8", "不可得"), ("A3", "8", "不可得")]


def test_text_that_says_what_a_gap_says_looks_like_it() -> None:
    assert _written("text", pl.Series(["不可得", "a"]), "不可得") == [("A2", "8", "不可得"), ("A3", "7", "a")]
    assert _written("text", pl.Series(["不可得", "a"])) == [("A2", "7", "不可得"), ("A3", "7", "a")]


def test_what_a_gap_says_is_escaped() -> None:
    assert "<t>&lt;none &amp; such&gt;</t>" in _xml(_prepared("count", pl.Series([None, 1]), "<none & such>"))


def test_values_stand_beside_texts_of_the_same_column() -> None:
    found = _written("seconds", pl.Series([43_200.0, -1.0, None]), "不可得")
    assert found == [("A2", "7", "0.5"), ("A3", "7", "-0:00:01"), ("A4", "8", "不可得")]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("a<b & c>", "<t>a&lt;b &amp; c&gt;</t>"),
        (" a", '<t xml:space="preserve"> a</t>'),
        ("a\n", '<t xml:space="preserve">a\n</t>'),
        ("_x0041_", "<t>_x005F_x0041_</t>"),
        ("a b", "<t>a b</t>"),
    ],
)
def test_one_text_that_needs_a_look_is_found_among_plain_ones(text: str, spelled: str) -> None:
    assert spelled in _xml(_prepared("text", pl.Series([*["plain"] * 100, text]), ""))
