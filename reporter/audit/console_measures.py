"""One column of a console's export against the report's: which values are the same, and which nobody can compare."""

from __future__ import annotations

import math

import polars as pl

from reporter.audit.check import SOURCE, Check, Found, plain
from reporter.audit.console_columns import Column
from reporter.audit.console_file import IS_WHOLE, ROW, STEP, UNREAD
from reporter.checks.rule import EQUAL
from reporter.model import Count, Text

#: times are whole seconds on our side, rounded or cut; counts and amounts are the same to the last digit
_HALF_SECOND, _CENT = 0.5, 0.005
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
_TOGETHER = Text(
    "每个值都在所示位数之内，合计却相差 {} 秒，超过四舍五入所能造成的",
    "each value is within the digits shown, and together they are {} s off: more than rounding makes",
)
#: the words in it
OTHER, NO_NUMBER, ALONE, ONE_WAY = "another value", "no number", "on one side alone", "off with all others"
#: what the report's value is where a console shows it with so many digits
_SHOWN = "as shown"


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
    ways = [
        (name, is_cut) for name in names for is_cut in ((False, True) if _may_be_cut(column, matched) else (False,))
    ]
    judged = [(name, _judged(column, matched, name, is_cut=is_cut)) for name, is_cut in ways]
    name, rows = min(judged, key=lambda one: (one[1][WHAT].count(), _off(one[1])))
    apart, off = rows.drop_nulls(WHAT), _off(rows)
    sides = _total(rows["expected"]), _total(rows["found"])
    if not apart.is_empty():
        return check.found(place, *sides, "unexplained", _why(apart), apart.drop(_SHOWN, STEP))
    if off:
        why = Text(_TOGETHER.zh.format(plain(off)), _TOGETHER.en.format(plain(off)))
        all_off = rows.filter(pl.col("expected") != pl.col(_SHOWN)).with_columns(pl.lit(ONE_WAY).alias(WHAT))
        return check.found(place, *sides, "unexplained", why, all_off.drop(_SHOWN, STEP))
    return check.found(place, *sides, "agrees", EQUAL if name == column.name else _SAME_OF_PERIOD)


def _may_be_cut(column: Column, matched: pl.DataFrame) -> bool:
    return column.is_time and bool(matched[IS_WHOLE + column.name].any())


def _judged(column: Column, matched: pl.DataFrame, name: str, *, is_cut: bool) -> pl.DataFrame:
    """Return the rows that have met, `WHAT` saying how the two sides differ: null where they do not.

    A console that rounds is within half of what its last digit is worth, and one that cuts whole minutes or hours
    (`is_cut`) is below by less than all of it.
    """
    ours = f"{name}_ours" if name == column.name else name
    file, found, cell = pl.col(column.name), pl.col(ours), pl.col(UNREAD + column.name)
    step, shown = pl.col(STEP + column.name), found
    is_apart = (file - found).abs() > _CENT
    if column.is_time:
        is_apart = (file - found).abs() > step / 2 + _HALF_SECOND
        # what lies between two digits may be shown as either
        is_between = ((file - found).abs() - step / 2).abs() < _CENT
        shown = pl.when(is_between).then(file).otherwise((found / step).round() * step)
    if is_cut:
        whole, is_cut_away = (
            pl.col(IS_WHOLE + column.name),
            (found - file).is_between(-_HALF_SECOND, step, closed="left"),
        )
        is_apart = pl.when(whole).then(~is_cut_away).otherwise(is_apart)
        shown = pl.when(whole).then((found / step).floor() * step).otherwise(shown)
    what = (
        pl.when(cell.is_not_null())
        .then(pl.lit(NO_NUMBER))
        .when(file.is_null() != found.is_null())
        .then(pl.lit(ALONE))
        .when(is_apart)
        .then(pl.lit(OTHER))
    )
    who = "viewer" if "viewer" in matched.columns else "key"
    sides = {"expected": file, "cell": cell, "found": found, _SHOWN: shown, STEP: step}
    return matched.select(ROW, who, what.alias(WHAT), *(one.alias(side) for side, one in sides.items()), *SOURCE)


def _off(rows: pl.DataFrame) -> float:
    """Return by how many seconds all values together are off beyond what may be, 0 where they are not.

    Ours are taken as the console would show them, so that whom it shows with 0 makes no difference. What is left are
    our half seconds, and the few that these take over an edge: by chance to both sides, so that the root counts.
    """
    both = rows.drop_nulls(["expected", "found", STEP])
    off = abs(float((both["expected"] - both[_SHOWN]).sum()))
    allowed = _HALF_SECOND * both.height + math.sqrt(float((both[STEP] ** 2).sum()))
    return off if off > allowed else 0.0


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
