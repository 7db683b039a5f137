"""Cells of a page and headers of a table into a worksheet; the rows of tables are streamed (`reporter.excel.stream`).

Cells come judged (`reporter.excel.cells`): text is always a string cell, never a formula, an error, a
link or a number, whatever it looks like; numbers are finite and written in their shortest exact form.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from reporter.columns import Kind
from reporter.excel.cells import Cells
from reporter.excel.text import escape, number
from reporter.excel.theme import header_style, style_of


def write(sheet: Worksheet, table: Sequence[Cells], top: int = 1) -> None:
    """Write the header into row `top` (from 1) and the rows beneath it, from column A."""
    write_head(sheet, table, top, has_filter=False)
    write_body(sheet, table, top + 1)


def write_head(sheet: Worksheet, table: Sequence[Cells], top: int = 1, *, has_filter: bool) -> None:
    """Write the header into row `top` (from 1), from column A."""
    for at, cells in enumerate(table, start=1):
        put_text(cell_of(sheet, top, at), cells.column.header, header_style(cells.column.kind, has_filter=has_filter))


def styles(sheet: Worksheet, kind: Kind) -> tuple[int, int]:
    """Return the numbers, in the sheet's workbook, of a kind's style and of that for figures nobody can give."""
    found = []
    for is_absent in (False, True):
        cell = Cell(sheet, row=1, column=1)
        cell.style = style_of(kind, is_absent=is_absent)
        found.append(int(cell.style_id))
    return found[0], found[1]


def write_body(sheet: Worksheet, table: Sequence[Cells], top: int, left: int = 1) -> None:
    """Write the rows alone, the first into row `top`, from column `left` on (both from 1)."""
    for at, cells in enumerate(table, start=left):
        _write_column(sheet, cells, top, at)


def put_text(cell: Cell, text: str, style: str) -> None:
    """Write text that is clean already as a string cell."""
    _put(cell, escape(text), "s", style)


def put_number(cell: Cell, value: float | Decimal, style: str) -> None:
    """Write a finite number in its shortest exact form."""
    _put(cell, number(value), "n", style)


def cell_of(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return the cell at a row and column (from 1)."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 - only a merged range has other cells, and data are never merged
    return cell


def _write_column(sheet: Worksheet, cells: Cells, first: int, at: int) -> None:
    plain, muted = style_of(cells.column.kind), style_of(cells.column.kind, is_absent=True)
    pairs = zip(cells.values.to_list(), cells.texts.to_list(), strict=True)
    for row, (value, text) in enumerate(pairs, start=first):
        cell = cell_of(sheet, row, at)
        shown = text if text is not None or value is not None else cells.column.absent
        if shown:
            put_text(cell, shown, muted if shown == cells.column.absent else plain)
        elif value is not None:
            put_number(cell, value, plain)
        else:
            cell.style = plain


def _put(cell: Cell, value: str, data_type: str, style: str) -> None:
    # the setter would make a formula of "=1", an error of "#N/A", and round a float to 16 digits
    cell._value = value  # type: ignore[attr-defined] # noqa: SLF001 - see above
    cell.data_type = data_type
    cell.style = style
