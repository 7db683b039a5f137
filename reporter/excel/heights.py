"""How tall the blocks of a page are before they are drawn, in points, and how much of them a sheet of paper takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporter.excel import widths
from reporter.excel.cells import Cells
from reporter.excel.content import Block, Facts, Grid, KeyFigures, Prose

#: points of a row of one line; the title and headings stand taller
ROW_POINTS = 18.0
TITLE_POINTS, HEADING_POINTS = 32.0, 26.0
#: points of each line beyond the first, and what Excel lets a row have
LINE_POINTS, MOST_POINTS = 14.0, 409.0
#: a chart: its first column (from 1) where it stands beside the key figures, its width in cm, its height in rows
CHART_COLUMN, CHART_WIDTH, CHART_ROWS = 5, 19.0, 12
#: blank space before it there, in EMU (914,400 an inch)
CHART_GAP = 250_000
POINTS_TO_CM, _EMU_A_POINT = 2.54 / 72, 12_700
#: what a character of a column's width takes at least, whatever the program makes of the font
_POINTS_OF_A_CHARACTER = 5.15
#: points that A4 landscape has within its margins, less what programs may add to the height of rows when they round it
_PAPER_WIDTH, _PAPER_HEIGHT = 784.0, 498.0
#: rows that a block has beneath its heading before it may go on on another sheet of paper
_LEAST_ROWS = 3

Prepared = dict[int, list[Cells]]  # cells by the id of their table


@dataclass(frozen=True, slots=True)
class Heights:
    """Points of a block's parts, from its top: heading, the header that is said again, rows, a chart beneath them."""

    heading: float
    header: float
    rows: Sequence[float]
    foot: float = 0.0

    @property
    def whole(self) -> float:
        """What the block takes in one piece."""
        return self.least + sum(self.rows[_LEAST_ROWS:]) + self.foot

    @property
    def least(self) -> float:
        """What has to stand together at its top."""
        return self.heading + self.header + sum(self.rows[:_LEAST_ROWS])


def of_block(block: Block, rooms: Sequence[float], made: Prepared, beside: int) -> Heights:
    """Return the heights of a block in columns of these widths, with so many charts beside key figures."""
    heading = HEADING_POINTS if block.heading else 0.0
    if isinstance(block, Facts):
        return Heights(heading, 0.0, [of_text(said, rooms[1:]) for _, said in block.pairs])
    if isinstance(block, Prose):
        return Heights(heading, 0.0, [of_text(line, rooms) for line in marked(block)])
    if isinstance(block, KeyFigures):
        rows = [_of_lines(widths.lines(label, rooms[0] - 1)) for label, _ in block.rows]
        drawn = (beside * (CHART_ROWS + 1) - 1) * ROW_POINTS
        return Heights(heading, ROW_POINTS, rows, max(0.0, drawn - ROW_POINTS - sum(rows)))
    return _of_grid(block, heading, rooms, made[id(block.table)], beside)


def _of_grid(block: Grid, heading: float, rooms: Sequence[float], table: Sequence[Cells], beside: int) -> Heights:
    own = rooms[: len(table)]
    has_foot = block.chart is not None and not (block.chart.is_beside and beside)
    return Heights(
        heading,
        _of_lines(widths.header_lines(table, own, has_filter=False)),
        [_of_lines(count) for count in widths.row_lines(table, own).to_list()],
        (CHART_ROWS + 1) * ROW_POINTS if has_foot else 0.0,
    )


def of_text(text: str, rooms: Sequence[float]) -> float:
    """Return the height of a row with text over all of these columns."""
    return _of_lines(max(1, widths.lines(text, sum(rooms) * 0.92)))


def of_paper(rooms: Sequence[float], beside: int) -> float:
    """Return the points of rows that a sheet of paper takes for sure when a page is made as wide as it."""
    wide = sum(rooms) * _POINTS_OF_A_CHARACTER
    if beside:
        left = sum(rooms[: CHART_COLUMN - 1]) * _POINTS_OF_A_CHARACTER
        wide = max(wide, left + CHART_GAP / _EMU_A_POINT + CHART_WIDTH / POINTS_TO_CM)
    return max(wide, _PAPER_WIDTH) * _PAPER_HEIGHT / _PAPER_WIDTH


def charts_beside(blocks: Sequence[Block]) -> int:
    """Return how many charts stand beside the key figures that a page begins with; 0: it begins with something else."""
    charts = [block.chart for block in blocks if isinstance(block, Grid) and block.chart is not None]
    return sum(chart.is_beside for chart in charts if isinstance(blocks[0], KeyFigures))


def marked(block: Prose) -> list[str]:
    """Return the paragraphs of a block as they are shown."""
    mark = "• " if len(block.lines) > 1 else ""
    return [mark + line for line in block.lines]


def _of_lines(lines: int) -> float:
    return min(MOST_POINTS, ROW_POINTS + LINE_POINTS * (lines - 1))
