"""Pages drawn into worksheets: title, banner, and blocks one beneath the other, to be read and printed.

All grids of a page share its columns, so a column is as wide as the widest cell in it, within bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.units import cm_to_EMU
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel import charts, rows, widths
from reporter.excel.cells import Cells, prepare
from reporter.excel.content import Block, Chart, Facts, Grid, KeyFigures, Page, Prose, Table
from reporter.excel.logo import Logo
from reporter.excel.safe import text_issue
from reporter.excel.text import clean
from reporter.excel.theme import Theme, furniture, style_of
from reporter.model import Issue, Language

#: points of a row of one line; the title and headings stand taller
ROW_POINTS = 18.0
#: points of each line beyond the first, and what Excel lets a row have
LINE_POINTS, MOST_POINTS = 14.0, 409.0
_TITLE_POINTS, _HEADING_POINTS = 32.0, 26.0
#: characters that prose may be wide at least, whatever the grids of its page
_PROSE_WIDTH = 96
_LEAST_COLUMNS, _SPARE_WIDTH = 6, 14.0
_KEY_WIDTHS, _MOST_KEY_WIDTH = (15.0, 15.0, 11.0), 30.0
#: what a change in points takes beside its unit
_POINTS_WIDTH = 8.0
#: the chart beside the key figures: its first column (from 1), its width in cm, its height in rows
_CHART_COLUMN, _CHART_WIDTH, _CHART_ROWS = 5, 17.0, 13
#: blank space before it, in EMU (914,400 an inch)
_CHART_GAP = 250_000
_POINTS_TO_CM = 2.54 / 72
_POINTS_OF_A_CHARACTER, _EMU_A_POINT = 5.6, 12_700
#: how much of a sheet of paper is sure to be there, whatever the fonts make of the widths
_SURE = 0.92
#: height over width of what A4 landscape can print, and how much smaller a page may be made to fit it
_PAPER_SHAPE, _MOST_SHRINK = 0.64, 1.4


@dataclass(slots=True)
class _Canvas:
    """Where drawing stands: the next free row, the columns' widths, and what could not be shown as it is."""

    sheet: Worksheet
    theme: Theme
    widths: list[float]
    row: int = 1
    issues: list[Issue] = field(default_factory=list)
    #: how many charts stand beside the key figures, and the row of the next one; 0: no key figures
    beside: int = 0
    chart_row: int = 0
    #: columns behind the page's own, hidden, which hold charts' short labels
    hidden: int = 0

    def text(self, column: int, text: str, style: str) -> None:
        """Write text into a column (from 1) of the row that drawing stands at."""
        shown, codes = clean(text)
        cell = self.cell(column)
        rows.put_text(cell, shown, style)
        self.issues += [text_issue(code, f"{self.sheet.title}!{cell.coordinate}") for code in codes]

    def cell(self, column: int) -> Cell:
        """Return a cell of the row that drawing stands at."""
        return rows.cell_of(self.sheet, self.row, column)

    def wide(self, first: int, text: str, style: str) -> None:
        """Write text over all columns from `first` on, the row as high as its lines, and go on below."""
        self.text(first, text, style)
        last = len(self.widths)
        if last > first:
            self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=first, end_column=last)
        self.down(max(1, widths.lines(text, sum(self.widths[first - 1 :]) * 0.92)))

    def down(self, count: int = 1, points: float = ROW_POINTS) -> None:
        """Give the row its height in lines and go to the next."""
        self.sheet.row_dimensions[self.row].height = min(MOST_POINTS, points + LINE_POINTS * (count - 1))
        self.row += 1


def draw(
    sheet: Worksheet, page: Page, theme: Theme, *, timezone: str, language: Language, logo: Logo | None
) -> list[Issue]:
    """Draw a page into an empty worksheet; the issues say which texts could not be shown as they are."""
    grids, issues = _prepared(page.blocks, sheet.title, timezone, language)
    canvas = _Canvas(sheet, theme, _widths(page.blocks, grids, theme))
    canvas.beside = sum(_is_beside(block) for block in page.blocks)
    for at, room in enumerate(canvas.widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = room
    _heading(canvas, page, logo)
    starts = []
    for block in page.blocks:
        canvas.down()
        starts.append(canvas.row)
        _block(canvas, block, grids)
    if _fits_one_sheet(canvas):
        sheet.page_setup.fitToHeight = 1
    else:
        _break_between(canvas, starts)
    return [*issues, *canvas.issues]


def _fits_one_sheet(canvas: _Canvas) -> bool:
    """Tell whether the page, as wide as the paper, is so little too long that it may shrink to one sheet of it."""
    return _points(canvas, 1, canvas.row) <= _MOST_SHRINK * _paper(canvas)


def _points(canvas: _Canvas, first: int, end: int) -> float:
    return sum(canvas.sheet.row_dimensions[row].height or ROW_POINTS for row in range(first, end))


def _paper(canvas: _Canvas) -> float:
    """Return the points of rows that a sheet of paper takes when the page is made as wide as it."""
    wide = max(sum(canvas.widths), _PROSE_WIDTH) * _POINTS_OF_A_CHARACTER
    if canvas.beside:
        left = sum(canvas.widths[: _CHART_COLUMN - 1]) * _POINTS_OF_A_CHARACTER + _CHART_GAP / _EMU_A_POINT
        wide = max(wide, left + _CHART_WIDTH / _POINTS_TO_CM)
    return wide * _PAPER_SHAPE


def _break_between(canvas: _Canvas, starts: Sequence[int]) -> None:
    """Begin a new sheet of paper with a block that would be torn and fits on one; longer ones are torn all the same."""
    top, paper = 1, _paper(canvas) * _SURE
    for start, end in zip(starts[1:], [*starts[2:], canvas.row], strict=True):
        while _points(canvas, top, end) > paper:
            if start > top and _points(canvas, start, end) <= paper:
                canvas.sheet.row_breaks.append(Break(id=start - 1))
                top = start
            else:
                top = next((row for row in range(top + 1, end) if _points(canvas, top, row + 1) > paper), end)


Prepared = dict[int, list[Cells]]  # cells by the id of their table


def _prepared(blocks: Sequence[Block], sheet: str, timezone: str, language: Language) -> tuple[Prepared, list[Issue]]:
    made, issues = {}, []
    for table in (table for block in blocks for table in _tables(block)):
        made[id(table)], found = prepare(table, sheet, timezone=timezone, language=language)
        issues += [*table.issues, *found]
    return made, issues


def _tables(block: Block) -> list[Table]:
    if isinstance(block, KeyFigures):
        return [table for _, table in block.rows]
    return [block.table] if isinstance(block, Grid) else []


def _widths(blocks: Sequence[Block], made: Prepared, theme: Theme) -> list[float]:
    """Return the widths of the page's columns: the widest cell of each, and enough of them for prose."""
    found: list[float] = []
    for block in blocks:
        for at, room in enumerate(_block_widths(block, made, theme)):
            found[at:] = [max(room, *found[at : at + 1]), *found[at + 1 :]] if at < len(found) else [room]
    while len(found) < _LEAST_COLUMNS or sum(found) < _PROSE_WIDTH:
        found.append(_SPARE_WIDTH)
    return found


def _block_widths(block: Block, made: Prepared, theme: Theme) -> list[float]:
    if isinstance(block, Grid):
        return widths.measure(made[id(block.table)], theme)
    if isinstance(block, Facts):
        return [max(widths.width(label) for label, _ in block.pairs) + 4.0]
    if isinstance(block, KeyFigures):
        label = max(widths.width(label) for label, _ in block.rows) + 2.0
        value, previous, change = _KEY_WIDTHS
        return [min(_MOST_KEY_WIDTH, label), value, previous, max(change, widths.width(theme.points) + _POINTS_WIDTH)]
    return []


def _heading(canvas: _Canvas, page: Page, logo: Logo | None) -> None:
    canvas.text(1, page.title, furniture("title"))
    if logo is not None and page.has_logo:
        logo.anchor = f"{get_column_letter(len(canvas.widths))}1"
        canvas.sheet.add_image(logo)
    canvas.down(points=_TITLE_POINTS)
    canvas.text(1, page.subtitle, furniture("muted"))
    canvas.down()
    if page.banner:
        canvas.down(points=ROW_POINTS / 2)
        canvas.wide(1, page.banner, furniture("banner"))


def _block(canvas: _Canvas, block: Block, made: Prepared) -> None:
    if block.heading:
        canvas.text(1, block.heading, furniture("heading"))
        canvas.down(points=_HEADING_POINTS)
    if isinstance(block, Facts):
        _facts(canvas, block)
    elif isinstance(block, Prose):
        _prose(canvas, block)
    elif isinstance(block, KeyFigures):
        _key_figures(canvas, block, made)
    else:
        _grid(canvas, block, made[id(block.table)])


def _facts(canvas: _Canvas, block: Facts) -> None:
    for label, said in block.pairs:
        canvas.text(1, label, furniture("label"))
        canvas.wide(2, said, furniture("paragraph"))


def _prose(canvas: _Canvas, block: Prose) -> None:
    mark = "• " if len(block.lines) > 1 else ""
    for line in block.lines:
        canvas.wide(1, mark + line, furniture("paragraph"))


def _key_figures(canvas: _Canvas, block: KeyFigures, made: Prepared) -> None:
    for at, header in enumerate(block.head, start=1):
        canvas.text(at, header, furniture("header" if at == 1 else "number header"))
    canvas.chart_row = canvas.row
    canvas.down()
    for label, table in block.rows:
        canvas.text(1, label, style_of("prose"))
        rows.write_body(canvas.sheet, made[id(table)], canvas.row, left=2)
        canvas.down(widths.lines(label, canvas.widths[0] - 1))
    while canvas.row < canvas.chart_row + canvas.beside * (_CHART_ROWS + 1) - 1:
        canvas.down()


def _grid(canvas: _Canvas, block: Grid, table: Sequence[Cells]) -> None:
    top = canvas.row
    rows.write(canvas.sheet, table, top)
    canvas.down(widths.header_lines(table, canvas.widths[: len(table)], has_filter=False))
    for count in widths.row_lines(table, canvas.widths[: len(table)]).to_list():
        canvas.down(count)
    for row, name in enumerate(block.links):
        _link(canvas.sheet, top + 1 + row, name)
    if block.chart is not None:
        labels = charts.short_labels(table[0].texts)
        column = _hidden(canvas, labels, top + 1) if labels else 1
        _chart(canvas, block.chart, charts.Range(canvas.sheet.title, top, table, labels, column - 1))


def _hidden(canvas: _Canvas, labels: Sequence[str], top: int) -> int:
    """Write labels into the rows from `top` on, out of sight behind the page's columns, and return the column."""
    canvas.hidden += 1
    column = len(canvas.widths) + canvas.hidden
    for row, label in enumerate(labels, start=top):
        rows.put_text(rows.cell_of(canvas.sheet, row, column), label, furniture("muted"))
    canvas.sheet.column_dimensions[get_column_letter(column)].hidden = True
    return column


def _is_beside(block: Block) -> bool:
    return isinstance(block, Grid) and block.chart is not None and block.chart.is_beside


def _chart(canvas: _Canvas, chart: Chart, place: charts.Range) -> None:
    """Put a chart beside the key figures, one beneath the other, or beneath its own grid."""
    size = (_CHART_WIDTH, _CHART_ROWS * ROW_POINTS * _POINTS_TO_CM)
    drawn = charts.bars(chart, place, canvas.theme)
    is_beside = chart.is_beside and canvas.chart_row > 0
    column, row = (_CHART_COLUMN, canvas.chart_row) if is_beside else (1, canvas.row + 1)
    corner = AnchorMarker(col=column - 1, colOff=_CHART_GAP if is_beside else 0, row=row - 1)
    anchor: Any = OneCellAnchor(_from=corner, ext=XDRPositiveSize2D(*map(cm_to_EMU, size)))
    drawn.anchor = anchor  # the stubs know only the name of a cell
    canvas.sheet.add_chart(drawn)
    if is_beside:
        canvas.chart_row += _CHART_ROWS + 1
    else:
        for _ in range(_CHART_ROWS + 1):
            canvas.down()


def _link(sheet: Worksheet, row: int, name: str) -> None:
    """Lead from the first cell of a row to another sheet of this workbook."""
    cell = rows.cell_of(sheet, row, 1)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(name)}!A1")
    cell.style = furniture("link")
