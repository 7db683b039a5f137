"""Pages drawn into worksheets: title, banner, and blocks one beneath the other, to be read and printed.

All grids of a page share its columns, so a column is as wide as the widest cell in it, within bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.units import cm_to_EMU
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel import charts, heights, rows, widths
from reporter.excel.cells import Cells, prepare
from reporter.excel.content import Block, Chart, Facts, Grid, KeyFigures, Page, Prose, Table
from reporter.excel.heights import (
    CHART_COLUMN,
    CHART_GAP,
    CHART_ROWS,
    CHART_WIDTH,
    HEADING_POINTS,
    POINTS_TO_CM,
    ROW_POINTS,
    TITLE_POINTS,
    Heights,
    Prepared,
)
from reporter.excel.logo import Logo, place
from reporter.excel.paper import Paper
from reporter.excel.safe import text_issue
from reporter.excel.text import clean
from reporter.excel.theme import Theme, furniture, style_of
from reporter.model import Issue, Language

#: characters that prose may be wide at least, whatever the grids of its page
_PROSE_WIDTH = 96
_LEAST_COLUMNS, _SPARE_WIDTH = 6, 14.0
#: of key figures: what labels take at most; what value, previous and change take at least, and any of them at most
_MOST_LABEL_WIDTH, _LEAST_WIDTHS, _MOST_VALUE_WIDTH = 30.0, (15.0, 15.0, 11.0), 34.0
#: points that a chart leaves of its last row: where paper ends, its line would be cut off
_CHART_EDGE = 3.0
#: how much smaller a page may be made to fit one sheet of paper
_MOST_SHRINK = 1.4


@dataclass(slots=True)
class _Canvas:
    """Where drawing stands: the next free row, its sheet of paper, and what could not be shown as it is."""

    sheet: Worksheet
    theme: Theme
    widths: list[float]
    row: int = 1
    paper: Paper = field(default_factory=Paper)
    issues: list[Issue] = field(default_factory=list)
    #: how many charts stand beside the key figures, and the rows of those that are not drawn yet
    beside: int = 0
    chart_rows: list[int] = field(default_factory=list)
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
        self.down(heights.of_text(text, self.widths[first - 1 :]))

    def down(self, points: float = ROW_POINTS) -> None:
        """Give the row its height and go to the next."""
        self.sheet.row_dimensions[self.row].height = points
        self.paper.used += points
        self.row += 1

    def keep(self, points: float) -> None:
        """Begin a new sheet of paper if this one has not so many points left."""
        if not self.paper.has(points):
            self.turn()

    def turn(self) -> None:
        """Begin a new sheet of paper."""
        self.sheet.row_breaks.append(Break(id=self.row - 1))
        self.paper.used = self.paper.bare = 0.0

    def gap(self) -> None:
        """Leave a blank row between two blocks, or before the first on a sheet of paper."""
        self.keep(ROW_POINTS)
        is_bare = self.paper.used == self.paper.bare
        self.down()
        if is_bare:
            self.paper.bare = self.paper.used


def draw(
    sheet: Worksheet, page: Page, theme: Theme, *, timezone: str, language: Language, logo: Logo | None
) -> list[Issue]:
    """Draw a page into an empty worksheet; the issues say which texts could not be shown as they are."""
    grids, issues = _prepared(page.blocks, sheet.title, timezone, language)
    canvas = _Canvas(sheet, theme, _widths(page.blocks, grids, theme))
    canvas.beside = heights.charts_beside(page.blocks)
    for at, room in enumerate(canvas.widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = room
    _heading(canvas, page, logo)
    canvas.paper.bare = canvas.paper.used
    found = [heights.of_block(block, canvas.widths, grids, canvas.beside) for block in page.blocks]
    room = heights.of_paper(canvas.widths, canvas.beside)
    if canvas.paper.used + sum(one.whole + ROW_POINTS for one in found) <= _MOST_SHRINK * room:
        sheet.page_setup.fitToHeight = 1
    else:
        canvas.paper.room = room
    for block, points in zip(page.blocks, found, strict=True):
        canvas.gap()
        canvas.keep(points.whole if points.whole <= room else points.least)
        _block(canvas, block, grids, points)
    return [*issues, *canvas.issues]


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
        columns = zip(_LEAST_WIDTHS, zip(*(made[id(table)] for _, table in block.rows), strict=True), strict=True)
        return [min(_MOST_LABEL_WIDTH, label), *(_value_width(least, column, theme) for least, column in columns)]
    return []


def _value_width(least: float, column: Sequence[Cells], theme: Theme) -> float:
    widest = max(widths.content(cells, theme) for cells in column)
    return min(_MOST_VALUE_WIDTH, max(least, widths.with_edges(widest)))


def _heading(canvas: _Canvas, page: Page, logo: Logo | None) -> None:
    canvas.text(1, page.title, furniture("title"))
    if logo is not None and page.has_logo:
        place(logo, canvas.sheet, canvas.widths)
    canvas.down(TITLE_POINTS)
    canvas.text(1, page.subtitle, furniture("muted"))
    canvas.down()
    if page.banner:
        canvas.down(ROW_POINTS / 2)
        canvas.wide(1, page.banner, furniture("banner"))


def _block(canvas: _Canvas, block: Block, made: Prepared, tall: Heights) -> None:
    if block.heading:
        canvas.text(1, block.heading, furniture("heading"))
        canvas.down(HEADING_POINTS)
    if isinstance(block, Facts):
        _facts(canvas, block, tall)
    elif isinstance(block, Prose):
        _prose(canvas, block, tall)
    elif isinstance(block, KeyFigures):
        _key_figures(canvas, block, made, tall)
    else:
        _grid(canvas, block, made[id(block.table)], tall)


def _facts(canvas: _Canvas, block: Facts, tall: Heights) -> None:
    for (label, said), points in zip(block.pairs, tall.rows, strict=True):
        canvas.keep(points)
        canvas.text(1, label, furniture("label"))
        canvas.wide(2, said, furniture("paragraph"))


def _prose(canvas: _Canvas, block: Prose, tall: Heights) -> None:
    for line, points in zip(heights.marked(block), tall.rows, strict=True):
        canvas.keep(points)
        canvas.wide(1, line, furniture("paragraph"))


def _parts(canvas: _Canvas, tall: Heights) -> Iterator[tuple[int, int]]:
    """Yield rows that stand together beneath a header, the first and how many; each next part on new paper.

    Whoever asks for the next has drawn the header and those rows.
    """
    first = 0
    while True:
        count = canvas.paper.fitting([tall.header, *tall.rows[first:]])
        count = max(count - 1, min(1, len(tall.rows)))
        yield first, count
        first += count
        if first >= len(tall.rows):
            return
        canvas.turn()


def _key_figures(canvas: _Canvas, block: KeyFigures, made: Prepared, tall: Heights) -> None:
    tops = []
    for first, count in _parts(canvas, tall):
        tops.append(canvas.row)
        for at, header in enumerate(block.head, start=1):
            canvas.text(at, header, furniture("header" if at == 1 else "number header"))
        canvas.down(tall.header)
        for (label, table), points in zip(block.rows[first:][:count], tall.rows[first:], strict=False):
            canvas.text(1, label, style_of("prose"))
            rows.write_body(canvas.sheet, made[id(table)], canvas.row, left=2)
            canvas.down(points)
    _leave_room_beside(canvas, tops)


def _leave_room_beside(canvas: _Canvas, tops: Sequence[int]) -> None:
    """Find rows for the charts beside key figures, each on one sheet of paper; `tops` are those where one begins."""
    row = tops[0]
    for _ in range(canvas.beside):
        end = _end_of_chart(canvas, row)
        if torn := [top for top in tops if row < top < end]:
            row, end = torn[-1], _end_of_chart(canvas, torn[-1])
        if end > canvas.row and not canvas.paper.has((end - canvas.row) * ROW_POINTS):
            canvas.turn()
            row, end = canvas.row, canvas.row + CHART_ROWS
        while canvas.row < end:
            canvas.down()
        canvas.chart_rows.append(row)
        row = end + 1


def _end_of_chart(canvas: _Canvas, row: int) -> int:
    """Return the first row beneath a chart that begins in a row."""
    left = CHART_ROWS * ROW_POINTS
    while left > 0:
        left -= (canvas.sheet.row_dimensions[row].height or ROW_POINTS) if row < canvas.row else ROW_POINTS
        row += 1
    return row


def _grid(canvas: _Canvas, block: Grid, table: Sequence[Cells], tall: Heights) -> None:
    parts = []
    for first, count in _parts(canvas, tall):
        rows.write(canvas.sheet, [cells.slice(first, count) for cells in table], canvas.row)
        canvas.down(tall.header)
        parts.append(range(canvas.row, canvas.row + count))
        for points in tall.rows[first:][:count]:
            canvas.down(points)
    for row, name in zip(chain(*parts), block.links, strict=False):
        _link(canvas.sheet, row, name)
    if block.chart is not None:
        labels = charts.short_labels(table[0].texts)
        column = _hidden(canvas, labels, chain(*parts)) if labels else 1
        _chart(canvas, block.chart, charts.Range(canvas.sheet.title, parts, table, labels, column - 1), tall.foot)


def _hidden(canvas: _Canvas, labels: Sequence[str], places: Iterable[int]) -> int:
    """Write labels into the rows at `places`, out of sight behind the page's columns, and return the column."""
    canvas.hidden += 1
    column = len(canvas.widths) + canvas.hidden
    for row, label in zip(places, labels, strict=True):
        rows.put_text(rows.cell_of(canvas.sheet, row, column), label, furniture("muted"))
    canvas.sheet.column_dimensions[get_column_letter(column)].hidden = True
    return column


def _chart(canvas: _Canvas, chart: Chart, place: charts.Range, foot: float) -> None:
    """Put a chart beside the key figures, one beneath the other, or beneath its own grid: in `foot` points."""
    size = (CHART_WIDTH, (CHART_ROWS * ROW_POINTS - _CHART_EDGE) * POINTS_TO_CM)
    drawn = charts.bars(chart, place, canvas.theme)
    if foot:
        canvas.keep(foot)
    column, row = (1, canvas.row + 1) if foot else (CHART_COLUMN, canvas.chart_rows.pop(0))
    corner = AnchorMarker(col=column - 1, colOff=0 if foot else CHART_GAP, row=row - 1)
    anchor: Any = OneCellAnchor(_from=corner, ext=XDRPositiveSize2D(*map(cm_to_EMU, size)))
    drawn.anchor = anchor  # the stubs know only the name of a cell
    canvas.sheet.add_chart(drawn)
    for _ in range(round(foot / ROW_POINTS)):
        canvas.down()


def _link(sheet: Worksheet, row: int, name: str) -> None:
    """Lead from the first cell of a row to another sheet of this workbook."""
    cell = rows.cell_of(sheet, row, 1)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(name)}!A1")
    cell.style = furniture("link")
