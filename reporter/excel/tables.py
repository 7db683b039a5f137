"""Tables drawn into worksheets: one header row that is frozen and filters, made to be printed; the rows come after.

openpyxl has the header and the sheet; the rows are streamed beneath it when the file is packed.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel import rows, widths
from reporter.excel.bodies import Body
from reporter.excel.cells import Cells
from reporter.excel.pages import LINE_POINTS, MOST_POINTS, ROW_POINTS
from reporter.excel.theme import Theme


def draw(sheet: Worksheet, table: Sequence[Cells], theme: Theme) -> Body:
    """Draw a table without its rows into an empty worksheet, the header in row 1, and return the rows."""
    rooms = widths.measure(table, theme)
    for at, room in enumerate(rooms, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = room
    heights = {row: _points(count) for row, count in widths.row_lines(table, rooms).items()}
    if table:
        _head(sheet, table, rooms)
    return Body(tuple(table), tuple(rows.styles(sheet, one.column.kind) for one in table), heights)


def _head(sheet: Worksheet, table: Sequence[Cells], rooms: Sequence[float]) -> None:
    rows.write_head(sheet, table, has_filter=True)
    sheet.row_dimensions[1].height = _points(widths.header_lines(table, rooms, has_filter=True)) + 6
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = area(table)
    sheet.print_title_rows = "1:1"


def area(table: Sequence[Cells]) -> str:
    """Return the range of header and rows."""
    return f"A1:{get_column_letter(len(table))}{height(table) + 1}"


def height(table: Sequence[Cells]) -> int:
    """Return the number of rows, the header not counted."""
    return len(table[0].texts) if table else 0


def text_range(table: Sequence[Cells]) -> str | None:
    """Return the range from the first column of text to the last, headers not included; None: no text."""
    places = [at for at, cells in enumerate(table, start=1) if cells.texts.count()]
    if not places:
        return None
    return f"{get_column_letter(places[0])}2:{get_column_letter(places[-1])}{height(table) + 1}"


def _points(lines: int) -> float:
    return min(MOST_POINTS - 6, ROW_POINTS + LINE_POINTS * (lines - 1))
