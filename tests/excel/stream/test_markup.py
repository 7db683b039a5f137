from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from reporter.excel.stream.markup import HEIGHT, NUMBER, Lane, Variant, gap, letters_of, number_end, rows

TEXT, KEPT = Variant("t", "text", 1), Variant("t", "text", 1, keeps_blanks=True)
VALUE, FLAG = Variant("v", "number", 2), Variant("v", "flag", 3)


def _xml(lane: Lane, **columns: Sequence[str | None]) -> str:
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame({NUMBER: [str(at) for at in range(5, 5 + height)], **columns}, strict=False)
    made = frame.select(rows((lane,), has_heights=HEIGHT in columns)).item()
    assert isinstance(made, bytes)
    return made.decode()


def test_text_and_number_and_flag_are_spelled_as_excel_means_them() -> None:
    text = '<c r="B5" s="1" t="inlineStr"><is><t>a</t></is></c>'
    assert _xml(Lane("B", (TEXT,), has_gaps=False), t=["a"]) == f'<row r="5">{text}</row>'
    kept = text.replace("<t>a", '<t xml:space="preserve">a')
    assert _xml(Lane("B", (KEPT,), has_gaps=False), t=["a"]) == f'<row r="5">{kept}</row>'
    assert _xml(Lane("B", (VALUE,), has_gaps=False), v=["1.5"]) == '<row r="5"><c r="B5" s="2"><v>1.5</v></c></row>'
    assert _xml(Lane("B", (FLAG,), has_gaps=False), v=["1"]) == '<row r="5"><c r="B5" s="3" t="b"><v>1</v></c></row>'


def test_gap_is_no_cell_or_an_empty_one() -> None:
    cell = '<c r="A5" s="2"><v>1</v></c>'
    assert _xml(Lane("A", (VALUE,), has_gaps=True), v=["1", None]) == f'<row r="5">{cell}</row><row r="6"></row>'
    blank = Lane("A", (VALUE,), has_gaps=True, blank=9)
    assert _xml(blank, v=["1", None]) == f'<row r="5">{cell}</row><row r="6"><c r="A6" s="9"/></row>'
    assert _xml(Lane("A", (), has_gaps=True, blank=9), v=[None]) == '<row r="5"><c r="A5" s="9"/></row>'
    assert _xml(Lane("A", (), has_gaps=True), v=[None]) == '<row r="5"></row>'


def test_gap_that_says_something_is_a_text_of_the_gaps_style() -> None:
    said = Lane("A", (VALUE,), has_gaps=True, blank=9, said="不可得")
    cell, text = '<c r="A5" s="2"><v>1</v></c>', '<c r="A6" s="9" t="inlineStr"><is><t>不可得</t></is></c>'
    assert _xml(said, v=["1", None]) == f'<row r="5">{cell}</row><row r="6">{text}</row>'
    nothing = Lane("A", (), has_gaps=True, blank=9, said="不可得")
    assert _xml(nothing, v=[None, None]).endswith(f'<row r="6">{text}</row>')


def test_end_is_all_of_a_cell_behind_its_number() -> None:
    ends = [number_end(2, "7"), gap(9, ""), gap(9, "无")]
    made = _xml(Lane("A", (Variant("v", "end"),), has_gaps=False), v=ends)
    number = '<c r="A5" s="2"><v>7</v></c>'
    text = '<c r="A7" s="9" t="inlineStr"><is><t>无</t></is></c>'
    assert made == f'<row r="5">{number}</row><row r="6"><c r="A6" s="9"/></row><row r="7">{text}</row>'


def test_first_variant_that_is_there_stands() -> None:
    lane = Lane("A", (TEXT, VALUE), has_gaps=False)
    found = _xml(lane, t=["a", None, "b"], v=["1", "2", None])
    text = '<c r="A{}" s="1" t="inlineStr"><is><t>{}</t></is></c>'
    number = '<c r="A6" s="2"><v>2</v></c>'
    assert (
        found
        == f'<row r="5">{text.format(5, "a")}</row><row r="6">{number}</row><row r="7">{text.format(7, "b")}</row>'
    )


def test_height_stands_in_the_row_that_has_one() -> None:
    found = _xml(Lane("A", (VALUE,), has_gaps=True), v=[None, None], **{HEIGHT: ["", ' ht="32"']})
    assert found == '<row r="5"></row><row r="6" ht="32"></row>'


@pytest.mark.parametrize(
    ("at", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")]
)
def test_columns_have_excels_letters(at: int, letters: str) -> None:
    assert letters_of(at)[-1] == letters
