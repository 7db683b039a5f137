"""How wide text stands in a cell: East Asian characters take two columns, marks that combine none.

Widths are characters of the standard font; they are measured on what a cell shows, not on what it holds.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from reporter.columns import Kind
from reporter.excel import safe
from reporter.excel.cells import Cells
from reporter.excel.content import Column
from reporter.excel.theme import WRAPPED, Theme

#: what every cell of a kind takes, where its length does not depend on its value
_FIXED: dict[Kind, int] = {"instant": 19, "date": 10, "ratio": 6}
#: how the others' numbers are shown, where it is not as whole ones
_PLACES: dict[Kind, str] = {"money": ",.2f", "number": ".2f", "change": "+,.1%", "points": "+,.1f"}
#: how much wider bold letters are
_BOLD = 1.15
#: what a sheet may take before paper shows it too small: A4 takes 149, which leaves seven points in ten
_MOST_TOTAL = 210
_TOLERANCE = 0.01
#: characters that Excel's General format shows of a number
_GENERAL = 11
#: what programs take from the room of a header: padding and a margin, or padding and no more
_MOST_EDGE, _LEAST_EDGE = 3.3, 0.7
_WIDE = 2
#: what a line may break after: a word with its blanks, or one East Asian character with its brackets
_PIECES = re.compile(r"[^\s\u2e80-\uffef]+\s*|（?.）?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How much room columns have: at the edges of a cell, for a filter's arrow in a header, and lines of a header.

    Headers up to `short_header` stand on one line, those without a blank to break at up to `short_word`. A name goes
    on in the next line beyond `most_name`.
    """

    edge: float
    arrow: float
    lines: int
    short_header: int
    short_word: int
    most_prose: int
    most_name: int


_PAGE = _Fit(edge=3, arrow=5, lines=2, short_header=10, short_word=16, most_prose=64, most_name=36)
_ROOMY = replace(_PAGE, most_name=48)
_TIGHT = _Fit(edge=1.5, arrow=3, lines=3, short_header=6, short_word=6, most_prose=44, most_name=48)


def width(text: str) -> int:
    """Return the columns that one line of text takes."""
    if text.isascii():
        return len(text)
    return sum(_width_of(char) for char in text)


def lines(text: str, columns: float) -> int:
    """Return how many lines wrapped text takes in so many columns."""
    return sum(max(1, math.ceil(width(line) / max(1, columns))) for line in text.split("\n"))


def measure(table: Sequence[Cells], theme: Theme) -> list[float]:
    """Return the width of each column of a page: its header on at most two lines, the first rows as shown."""
    return _rooms(table, _needed(table, theme), theme, _PAGE)


def fitted(table: Sequence[Cells], theme: Theme) -> list[float]:
    """Return the widths of a sheet that is as wide as a page: where there are many columns, each has less room."""
    needed = _needed(table, theme)
    rooms = _rooms(table, needed, theme, _ROOMY)
    if sum(rooms) > _MOST_TOTAL:
        rooms = _rooms(table, needed, theme, _TIGHT)
    return _with_label(rooms, table, theme)


def _with_label(rooms: list[float], table: Sequence[Cells], theme: Theme) -> list[float]:
    """Return widths with room for the label of the totals before the first of them, where every column has one."""
    if not table or not all(map(_total, table)):
        return rooms
    labelled = _total(table[0]) + (width(theme.total) + 1) * _BOLD + _PAGE.edge
    return [max(rooms[0], labelled), *rooms[1:]]


def header_lines(table: Sequence[Cells], widths: Sequence[float], *, has_filter: bool) -> int:
    """Return the lines of the tallest header, so that the row can be made as high."""
    spare = _TIGHT.arrow if has_filter else 1
    return max(
        (_header_lines(cells.column.header, room - spare) for cells, room in zip(table, widths, strict=True)),
        default=1,
    )


def row_lines(table: Sequence[Cells], widths: Sequence[float], *, most_name: int | None = None) -> pl.Series:
    """Return how many lines each row takes: more than one where prose or a name goes on, a name over `most_name`."""
    found = [
        _lines_of(cells, room - _PAGE.edge, most_name)
        for cells, room in zip(table, widths, strict=True)
        if cells.column.kind in WRAPPED
    ]
    if not found:
        return pl.Series([1], dtype=pl.Int64).new_from_index(0, len(table[0].texts) if table else 0)
    return pl.DataFrame(found).max_horizontal()


def _lines_of(cells: Cells, room: float, most_name: int | None) -> pl.Series:
    """Return the lines of a column's texts; each different one is broken once, since events recur on every row."""
    texts = cells.texts.alias(cells.column.name)
    different = texts.drop_nulls().unique().to_list()
    if cells.column.kind == "name":
        counts = {text: _name_lines(text, room) for text in different}
        counts = {text: min(count, most_name or count) for text, count in counts.items()}
    else:
        counts = {text: lines(text, room) for text in different}
    return texts.replace_strict(counts, default=1, return_dtype=pl.Int64)


def content(cells: Cells, theme: Theme) -> float:
    """Return the columns that the widest of a column's values takes as it is shown, or its total."""
    unit = width(f" {theme.points}") if cells.column.kind == "points" else 0
    return max(_widest(cells.slice(0, theme.sampled_rows)), _total(cells)) + unit


def with_edges(columns: float) -> float:
    """Return the width of a column that shows so many columns of text."""
    return columns + _PAGE.edge


def _header_lines(header: str, room: float, *, bold: float = _BOLD) -> int:
    """Count lines as Excel breaks them, each piece into the first line that has room for it, or over several."""
    count, used = 1, 0.0
    for piece in _PIECES.findall(header):
        needed = width(piece.rstrip()) * bold
        if used and used + needed > room + _TOLERANCE:
            count, used = count + 1, 0.0
        more = max(0, math.ceil((used + needed - _TOLERANCE) / max(1.0, room)) - 1)
        count, used = count + more, used + width(piece) * bold - more * room
    return count


def _name_lines(name: str, room: float) -> int:
    return sum(_header_lines(line, room, bold=1) for line in name.split("\n"))


def _needed(table: Sequence[Cells], theme: Theme) -> list[float]:
    """Return what the widest cell of each column takes, headers left out."""
    return [content(cells, theme) for cells in table]


def _rooms(table: Sequence[Cells], needed: Sequence[float], theme: Theme, fit: _Fit) -> list[float]:
    return [_column(cells.column, widest, theme, fit) for cells, widest in zip(table, needed, strict=True)]


def _column(column: Column, widest: float, theme: Theme, fit: _Fit) -> float:
    # what is broken into lines is never torn by a program that has less room than another
    edge = max(fit.edge, _PAGE.edge) if column.kind == "name" else fit.edge
    room = max(theme.least_width, widest + edge, _header(column.header, fit) + fit.arrow)
    return min(_most(column.kind, theme, fit), _untorn(column.header, room))


def _most(kind: Kind, theme: Theme, fit: _Fit) -> float:
    if kind == "prose":
        return min(theme.most_prose_width, fit.most_prose)
    return min(theme.most_width, fit.most_name) if kind == "name" else theme.most_width


def _untorn(header: str, room: float) -> float:
    """Return the least width from `room` on at which the last character of an East Asian header is never left alone.

    Programs differ by a character or two in what a line takes, and some put a closing bracket on a line of its own.
    """
    count = len(header)
    if " " in header or width(header) < _WIDE * count:
        return room
    while _is_torn(count, room):
        room += 0.5
    return room


def _is_torn(count: int, room: float) -> bool:
    fewest, most = (max(1, int((room - edge) / _WIDE)) for edge in (_MOST_EDGE, _LEAST_EDGE))
    return any(count % line == 1 for line in range(fewest, min(most, count - 1) + 1))


def _header(header: str, fit: _Fit) -> float:
    """Return the room that a bold header needs: on one line if it is short, else on a few, well broken."""
    if width(header) <= (fit.short_header if " " in header else fit.short_word):
        return width(header) * _BOLD
    longest = max(width(piece.rstrip()) for piece in _PIECES.findall(header))
    rooms = (room * _BOLD for room in range(longest, width(header) + 1))
    return next(room for room in rooms if _header_lines(header, room) <= fit.lines)


def _widest(cells: Cells) -> int:
    values, share = cells.values, 0
    if cells.shares is not None:
        values, share = values.filter(~cells.shares), _FIXED["ratio"]
    absent = width(cells.column.absent) if cells.column.absent and cells.has_gaps else 0
    text = _widest_text(cells.texts.drop_nulls()) if cells.texts.count() else 0
    number = _widest_number(cells.column.kind, values.drop_nulls()) if values.count() else 0
    return max(share, absent, text, number)


def _total(cells: Cells) -> float:
    """Return the columns that the sum beneath a column takes, which is bold."""
    known = cells.values
    if not cells.column.adds or not known.count():
        return 0
    return _shown(cells.column.kind, float(known.sum())) * _BOLD


def _widest_text(texts: pl.Series) -> int:
    """Return the columns that the widest line takes; few are measured, those that can be the widest.

    A character takes no more columns than the mean of one and its bytes of UTF-8: wide ones have three or more.
    """
    broken = texts.unique()
    if (joined := safe.joined(broken)) is None or joined.str.contains("\n", literal=True).item():
        broken = broken.str.split("\n").explode()
    most = (broken.str.len_chars() + broken.str.len_bytes() + 1) // 2
    widest = 0
    for line, bound in pl.DataFrame({"line": broken, "most": most}).sort("most", descending=True).iter_rows():
        if bound <= widest:
            break
        widest = max(widest, width(line))
    return widest


def _widest_number(kind: Kind, values: pl.Series) -> int:
    """Return the columns that the widest number takes: the lowest or the highest, unless decimals are as they come."""
    if kind in _FIXED:
        return _FIXED[kind]
    shown = values.unique() if kind == "value" else pl.Series([values.min(), values.max()])
    return max(_shown(kind, value) for value in shown.to_list())


def _shown(kind: Kind, value: float) -> int:
    if kind in _FIXED:
        return _FIXED[kind]
    if kind == "seconds":
        return len(f"{int(value * 24)}:00:00")
    if kind == "value":
        return min(len(f"{value:g}"), _GENERAL)
    return len(format(value, _PLACES.get(kind, ",.0f")))


def _width_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
