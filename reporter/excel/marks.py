"""Conditional formats: bars behind shares of a whole, colours for what is well and what is not.

The rules look at cells, so they hold when a reader changes, sorts or filters them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.formatting.rule import CellIsRule, DataBarRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reporter.excel.cells import Cells
from reporter.excel.content import Tone
from reporter.excel.theme import Theme


def draw(sheet: Worksheet, table: Sequence[Cells], theme: Theme) -> None:
    """Put the rules of each column on its rows, beneath a header in row 1."""
    for at, cells in enumerate(table, start=1):
        letter, last = get_column_letter(at), len(cells.texts) + 1
        for rule in _rules(cells, theme) if last > 1 else ():
            sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


def _rules(cells: Cells, theme: Theme) -> list[Rule]:
    if cells.column.kind == "ratio":
        return [DataBarRule("num", 0, "num", 1, color=theme.bar, showValue=True)]
    return _toned(cells.column.tones, theme)


def _toned(tones: Mapping[str, Tone], theme: Theme) -> list[Rule]:
    looks = {
        "good": {"font": Font(color=theme.good_ink)},
        "bad": {"font": Font(color=theme.warn_ink), "fill": PatternFill(bgColor=theme.warn_fill, fill_type="solid")},
        "muted": {"font": Font(color=theme.muted)},
    }
    return [CellIsRule(operator="equal", formula=[_quoted(word)], **looks[tone]) for word, tone in tones.items()]


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
