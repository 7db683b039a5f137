"""Lines beside a table, bound to runs of its rows, with their points cached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

import polars as pl
from openpyxl.chart import ScatterChart
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, StrRef
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel import charts
from reporter.excel.cells import Cells
from reporter.excel.content import Plot, Run
from reporter.excel.heights import ROW_POINTS
from reporter.excel.shortened import told_apart
from reporter.excel.text import escape
from reporter.excel.theme import Theme

_WIDTH, _HEIGHT = 22, 11
#: the first row that is not printed again on every sheet of paper, with one between
_TOP = 3
#: rows from the top of one chart to the top of the next, and EMU of a line (12,700 a point)
_ROWS, _LINE = 18, 19_050
#: characters of a line's name: six of them leave room for the lines
_MOST_NAME = 32


def draw(
    sheet: Worksheet, table: Sequence[Cells], plots: Sequence[Plot], theme: Theme, *, heights: pl.Series | None
) -> None:
    """Put the plots one beneath the other, to the right of a table whose header is row 1, its rows `heights` tall."""
    corner = get_column_letter(len(table) + 2)
    for at, plot in enumerate(plots):
        drawn = lines(plot, sheet.title, table, theme)
        drawn.width, drawn.height = _WIDTH, _HEIGHT
        sheet.add_chart(drawn, f"{corner}{_row(at, heights)}")


def _row(at: int, heights: pl.Series | None) -> int:
    """Return the row in which a plot begins: as far down whatever the rows beside it take."""
    points = at * _ROWS * ROW_POINTS
    tall = [] if heights is None else heights.slice(_TOP - 2, at * _ROWS).fill_null(ROW_POINTS).to_list()
    used = [*accumulate(tall, initial=0.0)]
    row = next((row for row, above in enumerate(used) if above >= points), None)
    return _TOP + (len(tall) + math.ceil((points - used[-1]) / ROW_POINTS) if row is None else row)


def lines(plot: Plot, sheet: str, table: Sequence[Cells], theme: Theme) -> ScatterChart:
    """Return one line a run, named by its event, over a scale of its own units."""
    drawn = ScatterChart(scatterStyle="lineMarker")
    drawn.title = charts.title(plot.title, theme)
    drawn.legend = Legend(legendPos="b", overlay=False)
    names = _names(plot, table)
    for order, (run, name, color) in enumerate(zip(plot.runs, names, theme.palette, strict=False)):
        drawn.series.append(_series(plot, run, sheet, table, name=name, order=order, color=color))
    charts.style_axes(drawn, theme, ("#,##0", plot.number_format))
    drawn.x_axis.title = charts.title(plot.x_title, theme, size=charts.SMALL)
    drawn.x_axis.majorGridlines = None
    drawn.x_axis.scaling.min = drawn.y_axis.scaling.min = 0
    if plot.number_format.endswith("%"):
        drawn.y_axis.scaling.max = 1
    return drawn


def _names(plot: Plot, table: Sequence[Cells]) -> list[SeriesLabel | None]:
    """Return the names of lines that have more text than a legend has room for, shortened; None: its cell says it."""
    (named,) = (cells for cells in table if cells.column.name == plot.columns[0])
    whole = [named.texts[run.first] or "" for run in plot.runs]
    short = told_apart(whole, _MOST_NAME)
    return [None if one == name else SeriesLabel(v=escape(one)) for one, name in zip(short, whole, strict=True)]


def _series(
    plot: Plot, run: Run, sheet: str, table: Sequence[Cells], *, name: SeriesLabel | None, order: int, color: str
) -> XYSeries:
    names = [cells.column.name for cells in table]
    named, across, upward = (names.index(one) for one in plot.columns)
    label = f"{quote_sheetname(sheet)}!${get_column_letter(named + 1)}${run.first + 2}"
    line = XYSeries(
        idx=order,
        order=order,
        tx=name or SeriesLabel(strRef=StrRef(f=label, strCache=charts.texts([table[named].texts[run.first] or ""]))),
        xVal=AxDataSource(numRef=_numbers(sheet, table, across, run)),
        yVal=NumDataSource(numRef=_numbers(sheet, table, upward, run)),
        smooth=False,
    )
    line.marker = Marker(symbol="none")
    line.spPr = GraphicalProperties(ln=LineProperties(solidFill=color, w=_LINE))
    return line


def _numbers(sheet: str, table: Sequence[Cells], at: int, run: Run) -> NumRef:
    values = table[at].values.slice(run.first, run.last - run.first + 1)
    letter = get_column_letter(at + 1)
    return NumRef(
        f=f"{quote_sheetname(sheet)}!${letter}${run.first + 2}:${letter}${run.last + 2}",
        numCache=NumData(formatCode="General", ptCount=len(values), pt=charts.points(values)),
    )
