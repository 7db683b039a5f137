"""What a cell cannot hold as it is, and what stands there instead: the one set of rules, on columns of any length.

Each rule returns what is written and a `Change` for each kind of thing that it changed; whoever calls it says
where, in an `Issue`. Those for days, moments and durations are in `reporter.excel.times`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from reporter.excel.text import MOST_UNITS, UNSAFE, clean
from reporter.excel.wording import WORDS
from reporter.model import Issue, Text

#: digits beyond which Excel loses some, whatever the file says
MOST_DIGITS = 15
MOST = 10**MOST_DIGITS
#: text that is a number of more digits
_LONG = rf"^-?[0-9]{{{MOST_DIGITS + 1},}}(\.[0-9]+)?$"
#: the least byte that is no control character, and what is unsafe above it
_LEAST_PLAIN = 0x20
_ODD = "\\x7f|\ufffe|\uffff"
#: bytes of text that are put end to end at most
_MOST_JOINED = 2**26

Change = tuple[str, int, int]  # code, how often, first row of data (from 0)


def texts(series: pl.Series) -> tuple[pl.Series, list[Change]]:
    """Return text as cells show it (`reporter.excel.text.clean`); the empty text is null."""
    sizes = series.str.len_bytes()
    is_empty, is_long = (sizes == 0).fill_null(value=False), sizes > MOST_UNITS
    if is_empty.any():
        series = series.set(is_empty, None)
    if not is_long.any() and not _may_be_unsafe(series):
        return series, []
    unsafe = series.str.contains(f"{UNSAFE}|\r") | is_long
    places = unsafe.fill_null(value=False).arg_true()
    changes: dict[str, list[int]] = {}
    shown = []
    for place in places:
        text, codes = clean(series[place])
        shown.append(text)
        for code in codes:
            changes.setdefault(code, []).append(place)
    if shown:
        series = series.scatter(places, shown)
    return series, [(code, len(rows), rows[0]) for code, rows in changes.items()]


def _may_be_unsafe(series: pl.Series) -> bool:
    """Tell whether texts may hold what cells cannot show: sure of no, tabs and newlines are suspects too."""
    if (one := joined(series)) is None:
        return True
    least = one.cast(pl.Binary).cast(pl.List(pl.UInt8)).list.min().item()
    return (least is not None and least < _LEAST_PLAIN) or bool(one.str.contains(_ODD).item())


def joined(series: pl.Series) -> pl.Series | None:
    """Return the texts of a column as one, to search it in a fourth of the time of each; None: it would be too long."""
    return series.str.join("") if series.str.len_bytes().sum() <= _MOST_JOINED else None


def long_numbers(series: pl.Series) -> pl.Series:
    """Tell of each integer or decimal whether it has more significant digits than Excel keeps."""
    if not may_be_long(series.dtype, series.min(), series.max()):
        return repeated(value=False, length=len(series), dtype=pl.Boolean)
    digits = series.cast(pl.String).str.replace(r"(\.\d*?)0*$", "${1}").str.replace_all(r"\D", "")
    return (digits.str.strip_chars_start("0").str.len_chars() > MOST_DIGITS).fill_null(value=False)


def long_texts(series: pl.Series) -> list[Change]:
    """Tell of the numbers that are too long for any type, and come as text."""
    long = series.str.contains(_LONG).fill_null(value=False)
    return [change("cell-long-number", long)] if long.any() else []


def may_be_long(dtype: pl.DataType, low: Any, high: Any) -> bool:  # noqa: ANN401 - as polars gives the ends of a column
    """Tell whether integers or decimals between two ends, None where there are none, can have too many digits."""
    if low is None:
        return False
    scale = dtype.scale if isinstance(dtype, pl.Decimal) else 0
    return bool(max(abs(low), abs(high)) * 10**scale >= MOST)


def finite(series: pl.Series) -> tuple[pl.Series, list[Change]]:
    """Return floats, null where they are no finite number."""
    endless = (~series.is_finite()).fill_null(value=False)
    return series.set(endless, None), [change("cell-not-finite", endless)] if endless.any() else []


def divided(values: pl.Series, divisor: int) -> pl.Series:
    """Return exact quotients; by a literal, polars multiplies with its inverse (60 / 86400 is one ulp off)."""
    return values.cast(pl.Float64) / pl.repeat(float(divisor), len(values), dtype=pl.Float64, eager=True)


def no_text(length: int) -> pl.Series:
    """Return a column of text without any."""
    return repeated(None, length, pl.String)


def repeated(value: str | bool | None, length: int, dtype: type[pl.DataType]) -> pl.Series:
    """Return a column that holds one value over and over; to make it of a list takes a thousand times as long."""
    return pl.Series([value], dtype=dtype).new_from_index(0, length)


def either(texts: pl.Series, chosen: pl.Series, others: pl.Series) -> pl.Series:
    """Return `others` where chosen, `texts` elsewhere."""
    return others.zip_with(chosen, texts)


def change(code: str, rows: pl.Series) -> Change:
    """Return the change that befell the rows that are true; there is one at least."""
    return code, int(rows.sum()), int(rows.arg_true()[0])


_SAID = {
    "cell-characters": Text(
        "含不可显示的字符，已用可见符号代替", "characters that cannot be shown became visible signs"
    ),
    "cell-cut": Text("文本超过 Excel 单元格上限，已截断并标出", "text longer than a cell takes was cut, with a mark"),
    "cell-long-number": Text("数字超过 15 位，整列按文本写入", "numbers of more than 15 digits: the column is text"),
    "cell-not-finite": Text("不是有限数，单元格留空", "not a finite number: the cell is empty"),
    "cell-early-date": Text("早于 1900 年，按文本写入", "before 1900: written as text"),
    "cell-late-date": Text(
        "晚于 Excel 的最后时刻（9999 年末），按文本写入", "past Excel's last moment, the end of 9999: written as text"
    ),
    "cell-long-duration": Text(
        "时长超出 Excel 可显示的范围，按文本写入", "a duration longer than Excel shows: written as text"
    ),
    "cell-negative-duration": Text("时长为负，按文本写入", "a negative duration: written as text"),
}


def column_issue(made: Change, where: str) -> Issue:
    """Return the issue of a change in a column; `where` is `sheet!column`."""
    code, count, first = made
    said = _SAID[code]
    return Issue(
        "warning",
        code,
        Text(
            f"{said.zh}：{count} 处，首处在数据第 {first + 1} 行", f"{said.en}: {count}, first in data row {first + 1}"
        ),
        where,
    )


def text_issue(code: str, where: str) -> Issue:
    """Return the issue of one text that `clean` changed."""
    return Issue("warning", code, _SAID[code], where)


def continued_issue(names: Sequence[str]) -> Issue:
    """Return the issue of rows that took more than one sheet; `names` are all of them, in order."""
    said, facts = WORDS["continued"], {"name": ", ".join(names[1:])}
    return Issue("warning", "sheet-continued", Text(said.zh.format(**facts), said.en.format(**facts)), f"{names[0]}!A1")
