"""The rows of totals of a console's export, against the rows that they add up."""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from reporter.audit.check import Check, Found, plain
from reporter.audit.console_columns import Column
from reporter.audit.console_file import IS_WHOLE, ROW, STEP, UNREAD, Export
from reporter.checks.rule import EQUAL
from reporter.model import Text

_LABEL = Text("控制台导出文件的合计行与各行之和：{}", "Row of totals of the console's export against its rows: {}")
_OTHER = Text(
    "文件自己的合计与各行之和不同：导出可能缺行",
    "the file's own total is not what its rows come to: rows may be missing from the export",
)
_NO_NUMBER = Text("合计行的单元格不能读作数", "the cell in the row of totals cannot be read as a number")
_HALF_SECOND, _CENT = 0.5, 0.005
#: who came on several days is counted on each of them, and once in a total
_NOT_ADDED = "viewers"


def totalled(export: Export) -> Iterator[Found]:
    """Yield a finding for each figure of each row of totals: what it says, and what the rows come to.

    These are all rows, or for a subtotal those since the one before.
    """
    before = 0
    for place in range(export.totals.height):
        total = export.totals.slice(place, 1)
        at = total.item(0, ROW)
        since = export.rows.filter(pl.col(ROW).is_between(before, at, closed="none"))
        for column in export.measures:
            if column.name != _NOT_ADDED:
                yield from _compared(export, column, total, [export.rows, since])
        before = at


def _compared(export: Export, column: Column, total: pl.DataFrame, parts: list[pl.DataFrame]) -> Iterator[Found]:
    label = Text(_LABEL.zh.format(column.header), _LABEL.en.format(column.header))
    check = Check(f"console-total-{column.name.replace('_', '-')}", label, lambda *_: iter(()))
    told, cell = total.item(0, column.name), total.item(0, UNREAD + column.name)
    where = f"{export.name} {column.header}"
    shown = total.select(ROW, pl.col(column.name).alias("expected"), pl.col(UNREAD + column.name).alias("cell"))
    if cell is not None:
        yield check.found(where, "-", plain(float(parts[0][column.name].sum())), "unexplained", _NO_NUMBER, shown)
    elif told is not None:
        sums = [float(part[column.name].sum()) for part in parts]
        near = [abs(told - one) <= _allowed(column, part, total) for one, part in zip(sums, parts, strict=True)]
        if any(near):
            yield check.found(where, plain(told), plain(sums[near.index(True)]), "agrees", EQUAL)
        else:
            yield check.found(where, plain(told), plain(sums[0]), "unexplained", _OTHER, shown)


def _allowed(column: Column, rows: pl.DataFrame, total: pl.DataFrame) -> float:
    """Return how far a total may be from the sum of its rows, each of which is rounded; or cut, where it is whole."""
    if not column.is_time:
        return _CENT
    step, is_whole = rows[STEP + column.name], rows[IS_WHOLE + column.name]
    cut = float(step.filter(is_whole).sum())
    rounded = math.sqrt(float((step.filter(~is_whole) ** 2).sum()))
    own = float(total.item(0, STEP + column.name)) / 2
    return cut + rounded + _HALF_SECOND * rows.height + own
