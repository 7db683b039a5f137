"""One column of a console's export against the report's: which values are the same, and which nobody can compare."""

from __future__ import annotations

import polars as pl

from reporter.audit.check import SOURCE, Check, Found, plain
from reporter.audit.console_columns import Column
from reporter.checks.rule import EQUAL
from reporter.model import Count, Text

#: the number of a row in its file
ROW = "file_row"
#: before a column's name: its cells that are no numbers, as they are written
UNREAD = "cell of "
#: the column that says how two sides of a row differ
WHAT = "difference"
#: before a column's name: what the visits of the period come to
OF_PERIOD = "of_period_"

_LABEL = Text("控制台导出文件与报告：{}", "Export of the console against the report: {}")
_APART = Text(
    "{} 个值不同，{} 个单元格不能读作数，{} 个只有一边有值",
    "{:value is|values are| not the same}, {:cell|cells} cannot be read as a number, "
    "{:value stands|values stand} on one side alone",
)
_SAME_OF_PERIOD = Text(
    "与本期的观看相同（控制台按日期筛选过）", "the same as the period's visits: the console was asked for its days"
)
_NOT_OURS = Text(
    "报告没有这一列：平台的接口没有给出，没有比较",
    "the report has no such figure here: the platform's interface does not give it, and nothing was compared",
)
#: the words in it
OTHER, NO_NUMBER, ALONE = "another value", "no number", "on one side alone"


def measured(where: str, column: Column, matched: pl.DataFrame, own: pl.DataFrame) -> Found | None:
    """Return how one column compares: with the platform's sums, or where they are nearer, with the period's visits.

    `matched` are the file's rows with ours beside them, `own` all of ours; None where no row has met. What one side
    alone says is no agreement, nor is a cell that is no number; that both say nothing is one.
    """
    label = Text(_LABEL.zh.format(column.header), _LABEL.en.format(column.header))
    check = Check(f"console-{column.name.replace('_', '-')}", label, lambda *_: iter(()))
    place = f"{where} {column.header}"
    if matched.is_empty():
        return None
    names = [name for name in (column.name, OF_PERIOD + column.name) if name in own.columns and own[name].count()]
    if not names:
        return _without_ours(check, place, column, matched)
    judged = {name: _judged(column, matched, name) for name in names}
    name = min(names, key=lambda one: judged[one][WHAT].count())
    rows, apart = judged[name], judged[name].drop_nulls(WHAT)
    sides = _total(rows["expected"]), _total(rows["found"])
    if apart.is_empty():
        return check.found(place, *sides, "agrees", EQUAL if name == column.name else _SAME_OF_PERIOD)
    return check.found(place, *sides, "unexplained", _why(apart), apart)


def _judged(column: Column, matched: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows that have met, `WHAT` saying how the two sides differ: null where they do not."""
    ours = f"{name}_ours" if name == column.name else name
    file, found, cell = pl.col(column.name), pl.col(ours), pl.col(UNREAD + column.name)
    what = (
        pl.when(cell.is_not_null())
        .then(pl.lit(NO_NUMBER))
        .when(file.is_null() != found.is_null())
        .then(pl.lit(ALONE))
        .when((file - found).abs() > column.tolerance)
        .then(pl.lit(OTHER))
    )
    who = "viewer" if "viewer" in matched.columns else "key"
    return matched.select(
        ROW, who, what.alias(WHAT), file.alias("expected"), cell.alias("cell"), found.alias("found"), *SOURCE
    )


def _without_ours(check: Check, place: str, column: Column, matched: pl.DataFrame) -> Found:
    """Tell of a column of which the report says nothing at all; cells that are no numbers stay unexplained."""
    rows = matched.select(ROW, expected=pl.col(column.name), cell=pl.col(UNREAD + column.name))
    sides = _total(rows["expected"]), "-"
    if rows["cell"].count():
        apart = rows.drop_nulls("cell").with_columns(pl.lit(NO_NUMBER).alias(WHAT))
        return check.found(place, *sides, "unexplained", _why(apart), apart)
    if not rows["expected"].count():
        return check.found(place, *sides, "agrees", EQUAL)
    return check.found(place, *sides, "explained", _NOT_OURS, rows)


def _why(apart: pl.DataFrame) -> Text:
    counts = [Count(str(apart.filter(pl.col(WHAT) == what).height)) for what in (OTHER, NO_NUMBER, ALONE)]
    return Text(_APART.zh.format(*counts), _APART.en.format(*counts))


def _total(values: pl.Series) -> str:
    return plain(float(values.sum())) if values.count() else "-"
