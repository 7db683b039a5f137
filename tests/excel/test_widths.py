from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.columns import Kind
from reporter.excel.cells import Cells, prepare
from reporter.excel.content import Column, Table
from reporter.excel.theme import load
from reporter.excel.widths import fitted, header_lines, lines, measure, width
from reporter.rules import Brand

THEME = load("light", Brand(), "zh")


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("直播间", 6), ("ＡＢ", 4), ("e\u0301", 1), ("\u200b", 0), ("😀", 2)]
)
def test_width_counts_east_asian_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def _measured(header: str, kind: Kind, values: pl.Series) -> float:
    table = Table((Column("x", header, kind),), pl.DataFrame({"x": values}))
    cells, _ = prepare(table, "s", timezone="UTC", language="zh")
    return measure(cells, THEME)[0]


def test_width_has_room_for_the_formatted_text() -> None:
    assert _measured("a", "seconds", pl.Series([360_000.0])) >= len("100:00:00")
    assert _measured("a", "count", pl.Series([1_234_567])) >= len("1,234,567")
    assert _measured("a", "text", pl.Series(["直播间" * 4])) >= 24


def test_width_stays_within_its_bounds() -> None:
    assert _measured("a", "text", pl.Series(["宽" * 500])) == THEME.most_width
    assert _measured("a", "text", pl.Series(["", None])) == THEME.least_width


def test_width_breaks_a_long_header_at_its_best_blank() -> None:
    assert _measured("Watched, no overlaps", "count", pl.Series([1])) < 1.15 * len("Watched, no overlaps")


def test_width_has_room_for_the_sum_beneath_the_rows() -> None:
    table = Table((Column("x", "a", "seconds", adds=True),), pl.DataFrame({"x": [35_999.0] * 1000}))
    cells, _ = prepare(table, "s", timezone="UTC", language="zh")
    assert measure(cells, THEME)[0] >= len("9999:43:20") * 1.15


def _figures(count: int) -> list[Cells]:
    columns = tuple(Column(f"{at}", f"直播观看{at}", "seconds") for at in range(count))
    table = Table(columns, pl.DataFrame({one.name: [3600.0] for one in columns}))
    return prepare(table, "s", timezone="UTC", language="zh")[0]


def test_sheet_of_few_columns_has_headers_of_two_lines_at_most() -> None:
    assert fitted(_figures(9), THEME) == measure(_figures(9), THEME)
    assert header_lines(_figures(9), fitted(_figures(9), THEME), has_filter=True) <= 2


def test_sheet_of_many_columns_has_less_room_in_each_so_that_paper_shows_it_larger() -> None:
    table = _figures(22)
    assert sum(fitted(table, THEME)) < 0.75 * sum(measure(table, THEME))
    assert min(fitted(table, THEME)) > len("1:00:00")
    assert header_lines(table, fitted(table, THEME), has_filter=True) == 3


def test_lines_count_wrapped_and_written_lines() -> None:
    assert lines("a" * 25 + "\nb", 10) == 4


@settings(deadline=None)  # judged by what comes out, on machines that are busy too
@given(st.lists(st.text() | st.text("直播e\u0301\u200b😀é\n "), max_size=20))
def test_column_is_as_wide_as_its_widest_line(texts: list[str]) -> None:
    table = Table((Column("x", "", "text"),), pl.DataFrame({"x": texts}, {"x": pl.String}))
    (cells,), _ = prepare(table, "s", timezone="UTC", language="zh")
    shown = [line for text in cells.texts.drop_nulls() for line in text.split("\n")]
    wanted = max((width(line) for line in shown), default=0) + 3
    assert measure([cells], THEME)[0] == min(THEME.most_width, max(THEME.least_width, wanted))


@pytest.mark.parametrize(
    "header", ["支付金额", "人员编号", "人均观看时长", "一半观众离开的时点", "达标率（占可判定人数）", "去重时长"]
)
@pytest.mark.parametrize("value", ["", "不可得", "九个字的一段文字呀", "http://example.com"])
def test_no_program_leaves_the_last_character_of_a_header_alone_on_a_line(header: str, value: str) -> None:
    columns = (Column("x", header, "text"), *(Column(f"{at}", f"直播观看{at}", "seconds") for at in range(22)))
    table = Table(columns, pl.DataFrame({"x": [value]} | {f"{at}": [3600.0] for at in range(22)}))
    room = fitted(prepare(table, "s", timezone="UTC", language="zh")[0], THEME)[0]
    # two columns a character; padding alone, or with the indents and the arrow of a header that filters
    for taken in (0.7, 2.0, 3.3):
        a_line = int((room - taken) / 2)
        assert a_line >= len(header) or len(header) % a_line != 1


def test_width_of_changes_has_room_for_signs_separators_and_unit() -> None:
    assert _measured("a", "change", pl.Series([-0.5, 4_999_999.0])) >= len("+499,999,900.0%")
    assert _measured("a", "points", pl.Series([-1234.5])) >= len("-1,234.5 ") + width("个百分点")
