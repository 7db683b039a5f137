"""Native charts bound to the ranges of their own sheet, with the values cached for viewers that do not calculate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from openpyxl.chart import BarChart, ScatterChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.legend import Legend
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.utils import get_column_letter, quote_sheetname

from reporter.excel.cells import Cells
from reporter.excel.content import Chart
from reporter.excel.shortened import told_apart
from reporter.excel.text import escape, number
from reporter.excel.theme import Theme
from reporter.excel.widths import width

#: sizes in hundredths of a point
_TITLE, SMALL = 1100, 900
#: characters that labels beneath a chart have side by side, and bars that can lie above each other
_LABEL_ROOM, _MOST_LYING = 64, 8
#: characters of one label beside bars that lie, and beneath many that stand, where it may be tilted
_LYING_LABEL, _STANDING_LABEL = 26, 20


@dataclass(frozen=True, slots=True)
class Range:
    """Where a grid stands: its sheet, the rows (from 1) of its parts with a header above each, its columns as cells.

    `labels` stand for the first column where its texts are too long for a chart, in column `label_column` (from 0).
    """

    sheet: str
    parts: Sequence[range]
    table: Sequence[Cells]
    labels: Sequence[str] = ()
    label_column: int = 0

    def cells(self, at: int) -> str:
        """Return the reference of the rows of column `at` (from 0)."""
        letter, sheet = get_column_letter(at + 1), quote_sheetname(self.sheet)
        areas = [f"{sheet}!${letter}${part.start}:${letter}${part.stop - 1}" for part in self.parts]
        return areas[0] if len(areas) == 1 else f"({','.join(areas)})"

    def header(self, at: int) -> str:
        """Return the reference of the header of column `at` (from 0)."""
        return f"{quote_sheetname(self.sheet)}!${get_column_letter(at + 1)}${self.parts[0].start - 1}"


def bars(chart: Chart, place: Range, theme: Theme) -> BarChart:
    """Return grouped bars of the chart's series over the grid's first column; where it stands decides its size."""
    drawn = BarChart()
    is_lying = _has_long_labels(place)
    drawn.type, drawn.grouping = "bar" if is_lying else "col", "clustered"
    drawn.gapWidth, drawn.overlap = 60, 0
    names = [cells.column.name for cells in place.table]
    for name, color in zip(chart.series, theme.palette, strict=False):
        drawn.series.append(_series(place, names.index(name), color, order=len(drawn.series)))
    # or programs would draw none of the labels of a column that is hidden
    drawn.visible_cells_only = not place.labels
    drawn.title = title(chart.title, theme)
    drawn.legend = Legend(legendPos="b", overlay=False)
    style_axes(drawn, theme, ("yyyy-mm-dd", "#,##0"))
    if is_lying:
        # the first category on top, and the values' axis beneath all of them
        drawn.x_axis.scaling.orientation, drawn.y_axis.crosses = "maxMin", "max"
    return drawn


def _has_long_labels(place: Range) -> bool:
    """Tell whether labels side by side would have to be tilted; many bars stand all the same."""
    labels = place.labels or place.table[0].texts.drop_nulls().to_list()
    return len(labels) <= _MOST_LYING and sum(map(width, labels)) > _LABEL_ROOM


def short_labels(names: pl.Series) -> list[str]:
    """Return the names of bars, shortened where one has more text than a chart has room for; none where all are short.

    A name of hundreds of characters leaves the bars a sliver of the chart.
    """
    whole = names.fill_null("").to_list()
    labels = told_apart(whole, _LYING_LABEL if len(whole) <= _MOST_LYING else _STANDING_LABEL)
    return labels if labels != whole else []


def _series(place: Range, at: int, color: str, *, order: int) -> Series:
    column = place.table[at]
    values = points(column.values)
    series = Series(
        idx=order,
        order=order,
        tx=SeriesLabel(strRef=StrRef(f=place.header(at), strCache=texts([column.column.header]))),
        val=NumDataSource(
            numRef=NumRef(
                f=place.cells(at),
                numCache=NumData(formatCode="General", ptCount=len(column.values), pt=values),
            )
        ),
        cat=_categories(place),
        invertIfNegative=False,
    )
    series.spPr = GraphicalProperties(solidFill=color, ln=LineProperties(noFill=True))
    return series


def _categories(place: Range) -> AxDataSource:
    """Return the first column: text as it is, days by their serials."""
    first = place.table[0]
    if first.column.kind == "date":
        cache = NumData(formatCode="yyyy-mm-dd", ptCount=len(first.values), pt=points(first.values))
        return AxDataSource(numRef=NumRef(f=place.cells(0), numCache=cache))
    shown = place.labels or first.texts.fill_null("").to_list()
    return AxDataSource(strRef=StrRef(f=place.cells(place.label_column), strCache=texts(shown)))


def points(values: pl.Series) -> list[NumVal]:
    """Return numbers as a chart keeps them, those that are null left out: each is the cell's own, to the last digit."""
    made = []
    for at, value in enumerate(values.to_list()):
        if value is not None:
            point = NumVal(idx=at, v=value)
            point.__dict__["v"] = number(value).removesuffix(".0")  # openpyxl would round it to 16 digits
            made.append(point)
    return made


def texts(words: Sequence[str]) -> StrData:
    """Return words as a chart keeps them."""
    return StrData(ptCount=len(words), pt=[StrVal(idx=at, v=escape(word)) for at, word in enumerate(words)])


def title(text: str, theme: Theme, *, size: int = _TITLE) -> Title:
    """Return a title of a chart or of an axis, `size` in hundredths of a point."""
    look = CharacterProperties(sz=size, b=size == _TITLE, solidFill=theme.ink, latin=Font(typeface=theme.font))
    run = RegularTextRun(rPr=look, t=escape(text))
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def style_axes(drawn: BarChart | ScatterChart, theme: Theme, formats: tuple[str, str]) -> None:
    """Give the axes of a chart their lines, their small print and their number formats."""
    # openpyxl leaves `delete` unset, which Excel takes for "no axis"
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.x_axis.majorTickMark = drawn.y_axis.majorTickMark = "none"
    drawn.x_axis.number_format, drawn.y_axis.number_format = formats
    drawn.y_axis.majorGridlines = ChartLines(spPr=_line(theme.line))
    drawn.x_axis.spPr = _line(theme.line)
    drawn.y_axis.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    small = CharacterProperties(sz=SMALL, solidFill=theme.ink, latin=Font(typeface=theme.font))
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.txPr = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=small), endParaRPr=small)])


def _line(color: str) -> GraphicalProperties:
    return GraphicalProperties(ln=LineProperties(solidFill=color))
