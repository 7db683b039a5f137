"""Tables drawn into worksheets: one header row that is frozen and filters, then the rows, made to be printed too."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel import rows, widths
from reporter.excel.cells import Cells
from reporter.excel.pages import LINE_POINTS, MOST_POINTS, ROW_POINTS
from reporter.excel.theme import Theme


def draw(sheet: Worksheet, table: Sequence[Cells], theme: Theme) -> None:
    """Draw cells into an empty worksheet, the header in row 1; a table without columns stays empty."""
    if not table:
        return
    rooms = widths.measure(table, theme)
    for at, room in enumerate(rooms, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = room
    rows.write(sheet, table, has_filter=True)
    head = widths.header_lines(table, rooms, has_filter=True)
    sheet.row_dimensions[1].height = _points(head) + 6
    for row, count in widths.row_lines(table, rooms).items():
        sheet.row_dimensions[row + 2].height = _points(count)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table))}{height(table) + 1}"
    sheet.print_title_rows = "1:1"


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
