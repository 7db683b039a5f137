"""Tables drawn into worksheets: one header row that is frozen and filters, made to be printed; the rows come after.

openpyxl has the header and the sheet; the rows are streamed beneath it when the file is packed.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel import marks, rows, totals, widths
from reporter.excel import plots as lines
from reporter.excel.bodies import Body
from reporter.excel.cells import Cells
from reporter.excel.content import Plot
from reporter.excel.heights import LINE_POINTS, MOST_POINTS, ROW_POINTS
from reporter.excel.text import units
from reporter.excel.theme import Theme
from reporter.excel.totals import Total

#: what a table takes as the name of a column
_MOST_HEADER_UNITS = 255
#: lines of a name that stands on many rows: some 130 East Asian characters
_MOST_NAME_LINES = 6


def draw(sheet: Worksheet, table: Sequence[Cells], theme: Theme, *, name: str, plots: Sequence[Plot] = ()) -> Body:
    """Draw an Excel table without its rows into an empty worksheet, the header in row 1, and return the rows."""
    rooms = widths.fitted(table, theme)
    for at, room in enumerate(rooms, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = room
    heights = _heights(widths.row_lines(table, rooms, most_name=_MOST_NAME_LINES))
    if table:
        _head(sheet, table, rooms)
        marks.draw(sheet, table, theme)
        lines.draw(sheet, table, plots, theme, heights=heights)
        _filter(sheet, table, theme, name)
    styles = tuple(rows.styles(sheet, one.column.kind) for one in table)
    share = rows.styles(sheet, "ratio")[0] if any(one.shares is not None for one in table) else 0
    return Body(tuple(table), styles, heights, share)


def _head(sheet: Worksheet, table: Sequence[Cells], rooms: Sequence[float]) -> None:
    rows.write_head(sheet, table, has_filter=True)
    sheet.row_dimensions[1].height = _points(widths.header_lines(table, rooms, has_filter=True)) + 6
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"


def _filter(sheet: Worksheet, table: Sequence[Cells], theme: Theme, name: str) -> None:
    if _can_be_table(table):
        sums = totals.of(table)
        totals.draw(sheet, table, sums, theme)
        _make_table(sheet, table, sums, theme, name)
    else:
        sheet.auto_filter.ref = area(table)


def _can_be_table(table: Sequence[Cells]) -> bool:
    """Tell whether Excel takes the headers as names of a table's columns; configs may write any text there."""
    headers = [cells.column.header for cells in table]
    are_names = all(0 < units(header) <= _MOST_HEADER_UNITS for header in headers)
    return height(table) > 0 and are_names and len({header.casefold() for header in headers}) == len(headers)


def _make_table(sheet: Worksheet, table: Sequence[Cells], sums: Sequence[Total], theme: Theme, name: str) -> None:
    made = ExcelTable(displayName=name, ref=area(table, more=totals.rows_of(sums)))
    made.totalsRowCount = totals.rows_of(sums) or None
    made.autoFilter = AutoFilter(ref=area(table))
    made.tableColumns = totals.table_columns(table, sums, theme)
    # our own styles draw the table; without a style Excel would lay its own over them
    made.tableStyleInfo = TableStyleInfo(showFirstColumn=False, showLastColumn=False, showRowStripes=False)
    sheet.add_table(made)


def area(table: Sequence[Cells], *, more: int = 0) -> str:
    """Return the range of header and rows, and of so many rows beneath."""
    return f"A1:{get_column_letter(len(table))}{height(table) + 1 + more}"


def height(table: Sequence[Cells]) -> int:
    """Return the number of rows, the header not counted."""
    return len(table[0].texts) if table else 0


def text_range(table: Sequence[Cells]) -> str | None:
    """Return the range from the first column of text to the last, headers not included; None: no text."""
    places = [at for at, cells in enumerate(table, start=1) if _has_texts(cells)]
    if not places:
        return None
    return f"{get_column_letter(places[0])}2:{get_column_letter(places[-1])}{height(table) + 1}"


def _has_texts(cells: Cells) -> bool:
    return cells.texts.count() > 0 or bool(cells.column.absent and cells.has_gaps)


def _heights(lines: pl.Series) -> pl.Series | None:
    """Return the points of the rows that take more lines than one, null for the others; None: all are others."""
    counts = lines.unique().to_list()
    if max(counts, default=1) == 1:
        return None
    points = {count: _points(count) if count > 1 else None for count in counts}
    return lines.replace_strict(points, return_dtype=pl.Float64)


def _points(lines: int) -> float:
    return min(MOST_POINTS - 6, ROW_POINTS + LINE_POINTS * (lines - 1))
