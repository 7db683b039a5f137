"""Conditional formats: bars behind shares of a whole, colours for what is well and what is not.

The rules look at cells, so they hold when a reader changes, sorts or filters them.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.formatting.rule import DataBar, FormatObject, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reporter.columns import Tone
from reporter.excel.cells import Cells
from reporter.excel.theme import Theme


def draw(sheet: Worksheet, table: Sequence[Cells], theme: Theme) -> None:
    """Put the rules of each column on its rows, beneath a header in row 1."""
    for at, cells in enumerate(table, start=1):
        letter, last = get_column_letter(at), len(cells.texts) + 1
        for rule in _rules(cells, theme) if last > 1 else ():
            sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


def _rules(cells: Cells, theme: Theme) -> list[Rule]:
    if cells.column.kind == "ratio":
        ends = [FormatObject("num", 0), FormatObject("num", 1)]
        # unless told otherwise Excel draws 0 as a tenth of the cell, and 1 as nine tenths
        bar = DataBar(cfvo=ends, color=theme.bar, showValue=True, minLength=0, maxLength=100)
        return [Rule("dataBar", dataBar=bar)]
    return [
        Rule("cellIs", operator="equal", formula=[_quoted(word)], dxf=_look(tone, theme))
        for word, tone in cells.column.tones.items()
    ]


def _look(tone: Tone, theme: Theme) -> DifferentialStyle:
    if tone == "bad":
        fill = PatternFill(bgColor=theme.warn_fill, fill_type="solid")
        return DifferentialStyle(font=Font(color=theme.warn_ink), fill=fill)
    return DifferentialStyle(font=Font(color=theme.good_ink if tone == "good" else theme.muted))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
