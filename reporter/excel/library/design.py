"""All of a workbook that is no row, drawn by openpyxl: header rows, widths, number formats, filters, properties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import polars as pl
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel import parts, rows
from reporter.excel.paper import set_up
from reporter.excel.stream.markup import letters_of
from reporter.excel.stream.shapes import Shape, Source
from reporter.excel.widths import width

#: the first moment of a zip file: a workbook of frames has no time of its own
_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - openpyxl takes UTC without a zone
_FORMATS: dict[Shape, str] = {
    "text": "@",
    "integer": "0",
    "float": "General",
    "flag": "General",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "clock": "hh:mm:ss",
    "span": "[h]:mm:ss",
    "nothing": "General",
}
TEXT_FORMAT = _FORMATS["text"]
#: what a workbook's plain style is
_PLAIN_FORMAT = "General"
_HEADER = "reporter header"
_FONT, _SIZE = "Calibri", 11
_INK, _FILL, _LINE = "FF1F2329", "FFEEF1F6", "FFB8C0CC"
_HEADER_POINTS = 20
#: rows that decide how wide columns are, fewer where texts take so many bytes, and how many of their lines are measured
#: letter by letter
MEASURED_ROWS, MEASURED_BYTES, _MEASURED_LINES = 10_000, 1 << 25, 64
#: what a column takes beside its text, what a filter's arrow takes, and the bounds of a column's width
_EDGE, _ARROW, _LEAST, _MOST = 2, 3, 8, 48
#: what a cell of a shape takes, where its length does not depend on its value
_FIXED: dict[Shape, int] = {"date": 10, "moment": 19, "clock": 8, "span": 10, "float": 11, "flag": 5}


@dataclass(frozen=True, slots=True)
class Design:
    """A sheet without its rows: `formats` and `widths` one a column, `height` rows of data beneath the header."""

    name: str
    headers: tuple[str, ...]
    formats: tuple[str, ...]
    widths: tuple[float, ...] = ()
    height: int = 0

    @property
    def outline(self) -> Design:
        """The sheet without what depends on its rows: what is drawn once for all that are alike."""
        return replace(self, widths=(), height=0)

    @property
    def area(self) -> str:
        """The range that header and rows cover."""
        return f"A1:{letters_of(len(self.headers))[-1]}{self.height + 1}" if self.headers else "A1"


def format_of(source: Source) -> str:
    """Return the number format of a column; decimals show all their places."""
    if isinstance(source.dtype, pl.Decimal):
        return f"0.{'0' * source.dtype.scale}" if source.dtype.scale else "0"
    return _FORMATS[source.shape]


def widths_of(sample: pl.DataFrame | None, sources: Sequence[Source], headers: Sequence[str]) -> tuple[float, ...]:
    """Return the width of each column, in characters, from the first rows (plain) and the header."""
    widest = {} if sample is None else _widest(sample, sources)
    return tuple(_width(one, header, widest.get(one.key, 0)) for one, header in zip(sources, headers, strict=True))


def _widest(sample: pl.DataFrame, sources: Sequence[Source]) -> dict[str, int]:
    """Return the columns that the widest line of each text takes, and the widest number."""
    texts = [one.key for one in sources if one.shape == "text"]
    numbers = [one.key for one in sources if one.shape in {"integer", "decimal"}]
    if not texts and not numbers:
        return {}
    asked = [_longest(key) for key in texts] + [end for key in numbers for end in _ends(key)]
    said = {key: text or "" for key, text in sample.select(asked).row(0, named=True).items()}
    widest = {key: max(len(said[key]), len(said[f"{key} highest"])) for key in numbers}
    return widest | {key: _widest_line(sample[key], said[key]) for key in texts}


def _widest_line(texts: pl.Series, longest: str) -> int:
    """Return the columns of the widest line: where the longest text takes less than it may, of several."""
    shown, bound = _shown(longest), len(longest) + len(longest.encode())
    if 2 * shown >= min(2 * _MOST, bound):
        return shown
    return _widest_of_several(texts, has_lines="\n" in longest)


def _widest_of_several(texts: pl.Series, *, has_lines: bool) -> int:
    """Return the columns that the widest of the longest texts takes, of the longest lines where texts have several."""
    lines = texts.drop_nulls()
    if has_lines:
        lines = lines.str.split("\n").explode()
    longest = pl.col("line").top_k_by(_room(pl.col("line")), _MEASURED_LINES)
    return max(map(_shown, lines.to_frame("line").select(longest).to_series()))


def _shown(text: str) -> int:
    """Return the columns that the widest line of a text takes, or as many as no column has."""
    return max(width(line[: 2 * _MOST]) for line in text.split("\n"))


def draw(designs: Sequence[Design], formats: tuple[str, ...]) -> tuple[dict[str, bytes], dict[str, int]]:
    """Return the parts of a workbook of empty sheets, and the style of each of the workbook's `formats`.

    Outlines are drawn once, since openpyxl takes as long for one as the rest of the writer for three thousand
    rows; widths and ranges are filled into what it drew.
    """
    drawn, styles = _drawn(tuple(one.outline for one in designs), formats)
    fitted = {
        parts.sheet_part(at): parts.with_widths(drawn[parts.sheet_part(at)], one.widths)
        for at, one in enumerate(designs, start=1)
    }
    book = parts.with_filters(drawn[parts.WORKBOOK], [one.area for one in designs])
    return {**drawn, **fitted, parts.WORKBOOK: book}, styles


@lru_cache(maxsize=8)
def _drawn(designs: tuple[Design, ...], formats: tuple[str, ...]) -> tuple[dict[str, bytes], dict[str, int]]:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.created = "reporter", _CREATED
    _add_styles(book, formats)
    drawn = [(book.create_sheet(design.name), design) for design in designs]
    # before any cell is drawn, so that a style has the same number whichever sheets there are
    sample = Cell(book.worksheets[0], row=1, column=1)
    styles = {one: 0 if one == _PLAIN_FORMAT else _style_id(sample, _style_name(one)) for one in formats}
    for sheet, design in drawn:
        _draw(sheet, design)
    return parts.saved(book), styles


def _longest(key: str) -> pl.Expr:
    """Return the value that is widest by its length."""
    column = pl.col(key)
    return column.get(_room(column).arg_max().fill_null(0), null_on_oob=True).alias(key)


def _ends(key: str) -> list[pl.Expr]:
    """Return the lowest and the highest number as text: one of them has the most digits."""
    column = pl.col(key)
    return [column.min().cast(pl.String).alias(key), column.max().cast(pl.String).alias(f"{key} highest")]


def _room(text: pl.Expr) -> pl.Expr:
    """Return twice what a text takes by its length: three bytes of UTF-8 are two columns, one byte is one."""
    return text.str.len_chars() + text.str.len_bytes()


def _width(source: Source, header: str, widest: int) -> float:
    shown = _FIXED.get(source.shape, widest)
    return float(min(_MOST, max(_LEAST, shown + _EDGE, _shown(header) + _EDGE + _ARROW)))


def _add_styles(book: Workbook, formats: Sequence[str]) -> None:
    header = NamedStyle(_HEADER, number_format=TEXT_FORMAT)
    header.font = Font(name=_FONT, size=_SIZE, bold=True, color=_INK)
    header.fill = PatternFill("solid", fgColor=_FILL)
    header.border = Border(bottom=Side("thin", _LINE))
    header.alignment = Alignment(vertical="center")
    book.add_named_style(header)
    for one in formats:
        if one == _PLAIN_FORMAT:
            continue
        style = NamedStyle(_style_name(one), number_format=one)
        style.font = Font(name=_FONT, size=_SIZE)
        book.add_named_style(style)


def _style_name(number_format: str) -> str:
    return f"reporter {number_format}"


def _style_id(cell: Cell, name: str) -> int:
    cell.style = name
    return int(cell.style_id)


def _draw(sheet: Worksheet, design: Design) -> None:
    set_up(sheet)
    if not design.headers:
        return
    for at, (letters, header) in enumerate(zip(letters_of(len(design.headers)), design.headers, strict=True)):
        cell = rows.cell_of(sheet, 1, at + 1)
        cell.style = _HEADER
        if header:
            rows.put_text(cell, header, _HEADER)
        sheet.column_dimensions[letters].width = _LEAST
    sheet.row_dimensions[1].height = _HEADER_POINTS
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = design.area
    sheet.print_title_rows = "1:1"
