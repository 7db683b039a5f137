"""The last row of a table: sums of what may be added up, over the rows that the filter leaves.

openpyxl writes a formula without its value, so that a preview that does not calculate shows nothing. The cells are
drawn as the numbers that they come to, and the formulas are put in front of those when the file is packed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import TableColumn, TableFormula
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel import rows
from reporter.excel.cells import Cells
from reporter.excel.safe import MOST_DIGITS
from reporter.excel.text import escape
from reporter.excel.theme import Theme, total_style

#: SUBTOTAL's numbers for a sum and for how many numbers there are, rows that are hidden by hand left out
_SUM, _COUNT = 109, 102
_MOST = 10**MOST_DIGITS
#: what the row of totals is high
_POINTS = 20.0
_NUMBER = re.compile(rb'(<c r="([A-Z]+)\d+"[^>]*>)(<v>)')

Total = float | int | Decimal | None


def of(table: Sequence[Cells]) -> list[Total]:
    """Return the total of each column, None where it has none."""
    return [_value(cells) for cells in table]


def rows_of(totals: Sequence[Total]) -> int:
    """Return how many rows the totals take: one, or none where there is nothing to add up."""
    return int(any(value is not None for value in totals))


def draw(sheet: Worksheet, table: Sequence[Cells], totals: Sequence[Total], theme: Theme) -> None:
    """Draw the totals as numbers beneath the rows, with their label in the first column that has none.

    Where every column has a total, the first one shows the label before its number, as a part of its format.
    """
    if not rows_of(totals):
        return
    row, is_labelled = len(table[0].texts) + 2, False
    for at, (cells, value) in enumerate(zip(table, totals, strict=True), start=1):
        cell, kind = rows.cell_of(sheet, row, at), cells.column.kind
        if value is not None:
            rows.put_number(cell, value, total_style(kind))
            if at == 1 and None not in totals:
                cell.number_format = _labelled(cell.number_format, theme.total)
        elif not is_labelled:
            rows.put_text(cell, theme.total, total_style("text"))
            is_labelled = True
        else:
            cell.style = total_style("text")
    sheet.row_dimensions[row].height = _POINTS


def _labelled(number_format: str, label: str) -> str:
    """Return a format with the label before the number, and before what stands there where nothing is known."""
    return ";".join(f'"{label} "{form}' for form in (number_format, f"-{number_format}", number_format, "@"))


def table_columns(table: Sequence[Cells], totals: Sequence[Total], theme: Theme) -> list[TableColumn]:
    """Return the columns of the Excel table, with the formulas of their totals and the label beside them."""
    made, label = [], theme.total if rows_of(totals) else None
    for at, (cells, value) in enumerate(zip(table, totals, strict=True), start=1):
        column = TableColumn(id=at, name=escape(cells.column.header))
        if value is not None:
            column.totalsRowFunction = "custom"
            column.totalsRowFormula = TableFormula(attr_text=_formula(cells, get_column_letter(at)))
        else:
            column.totalsRowLabel, label = label, None
        made.append(column)
    return made


def formulas(sheet: Worksheet) -> dict[bytes, bytes]:
    """Return the formulas of the totals of a sheet's table by the letters of their columns; a page has none."""
    return {
        get_column_letter(column.id).encode(): str(column.totalsRowFormula.attr_text).encode()
        for table in sheet.tables.values()
        for column in table.tableColumns
        if column.totalsRowFormula is not None
    }


def with_formulas(part: bytes, found: Mapping[bytes, bytes]) -> bytes:
    """Return a sheet's XML with the formulas of its totals, in its last row, before the values that they come to."""
    if not found:
        return part
    last = part.rindex(b"<row ")
    return part[:last] + _NUMBER.sub(lambda cell: b"%b<f>%b</f>%b" % (cell[1], found[cell[2]], cell[3]), part[last:])


def _formula(cells: Cells, letter: str) -> str:
    """Return a column's total; where figures may be missing and the rows shown have none, it says so, never 0."""
    area = f"{letter}2:{letter}{len(cells.texts) + 1}"
    total = f"SUBTOTAL({_SUM},{area})"
    return f'IF(SUBTOTAL({_COUNT},{area})=0,"{cells.column.absent}",{total})' if cells.column.absent else total


def _value(cells: Cells) -> Total:
    """Return the exact sum of a column; None: it does not add up, nothing in it is known, or Excel loses digits."""
    if not cells.column.adds or not cells.values.count():
        return None
    known = cells.values.drop_nulls()
    total: float | Decimal
    if known.dtype.is_float():
        total = math.fsum(known.to_list())
    else:
        # numbers of 15 digits at most, money with two places, a million rows: no sum is beyond 128 bits or 38 places
        total = (known.cast(pl.Int128) if known.dtype.is_integer() else known).sum()
    return total if abs(total) < _MOST else None
