"""Columns of data made safe for cells: text, finite numbers and serial dates, and nothing else.

What comes out needs no more judgement: whoever writes the rows (openpyxl, or polars straight to XML)
writes `texts` as string cells and `values` as numbers. Every change of a value is an `Issue`, one a
column and kind, with the count and the first row. Date serials are days since 1899-12-30, durations
parts of a day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import polars as pl

from reporter import labels
from reporter.excel.content import Column, Kind, Table
from reporter.excel.text import MOST_UNITS, UNSAFE, clean
from reporter.model import Issue, Language, Text

#: digits beyond which Excel loses some, whatever the file says
MOST_DIGITS = 15

_DAY_SECONDS = 86_400
_DAY_MICROSECONDS = 86_400_000_000
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - serials count wall-clock days, without a zone
_FIRST = datetime(1900, 1, 1)  # noqa: DTZ001 - likewise
#: Excel believes in 1900-02-29, so the days before it are one lower
_LEAP = datetime(1900, 3, 1)  # noqa: DTZ001 - likewise
_TEXTUAL: tuple[Kind, ...] = ("text", "prose", "id")
_NUMERIC: tuple[Kind, ...] = ("count", "seconds", "ratio", "change", "points", "money", "number", "value")

Change = tuple[str, int, int]  # code, how often, first row of data (from 0)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A column ready to write: `values` are numbers or all null, `texts` stand where they are not null."""

    column: Column
    values: pl.Series
    texts: pl.Series

    def slice(self, start: int, length: int) -> Cells:
        """Return the cells of some rows."""
        return Cells(self.column, self.values.slice(start, length), self.texts.slice(start, length))


def prepare(table: Table, sheet: str, *, timezone: str, language: Language) -> tuple[list[Cells], list[Issue]]:
    """Return the table's columns as cells, instants in `timezone`; `sheet` is named in the issues."""
    made, issues = [], []
    for column in table.columns:
        cells, changes = _column(column, table.rows[column.name], timezone, language)
        made.append(cells)
        header, codes = clean(column.header)
        issues += [text_issue(code, f"{sheet}!{header}") for code in codes]
        issues += [_issue(change, f"{sheet}!{header}") for change in changes]
    return made, issues


def _column(column: Column, series: pl.Series, timezone: str, language: Language) -> tuple[Cells, list[Change]]:
    kind = _kind(column.kind, series.dtype)
    values, texts, changes = _BY_FORM[_form(kind)](series, kind, timezone)
    if kind == "flag":
        words = {True: labels.flag(value=True, language=language), False: labels.flag(value=False, language=language)}
        texts = series.replace_strict(words, default=None, return_dtype=pl.String)
    if column.absent:
        texts = _either(texts, values.is_null() & texts.is_null(), pl.Series([column.absent] * len(texts)))
    return Cells(replace(column, header=clean(column.header)[0]), values, texts), changes


Form = Literal["text", "number", "time", "flag"]


def _kind(kind: Kind, dtype: pl.DataType) -> Kind:
    """Return the column's kind, or text where its values can be no such thing: text is never read as a number."""
    return "text" if kind not in _TEXTUAL and dtype in (pl.String, pl.List) else kind


def _form(kind: Kind) -> Form:
    if kind in _NUMERIC:
        return "number"
    if kind in _TEXTUAL:
        return "text"
    return "flag" if kind == "flag" else "time"


def _of_text(series: pl.Series, _kind: Kind, _timezone: str) -> tuple[pl.Series, pl.Series, list[Change]]:
    """Return text as cells; lists are joined with ", ", nulls in them left out."""
    if series.dtype == pl.List:
        series = series.list.eval(pl.element().cast(pl.String)).list.drop_nulls().list.join(", ")
    texts = series.cast(pl.String)
    texts = texts.set((texts == "").fill_null(value=False), None)
    unsafe = texts.str.contains(f"{UNSAFE}|\r") | (texts.str.len_bytes() > MOST_UNITS)
    places = unsafe.fill_null(value=False).arg_true()
    changes: dict[str, list[int]] = {}
    shown = []
    for place in places:
        text, codes = clean(texts[place])
        shown.append(text)
        for code in codes:
            changes.setdefault(code, []).append(place)
    if shown:
        texts = texts.scatter(places, shown)
    return _nothing(len(texts)), texts, [(code, len(rows), rows[0]) for code, rows in changes.items()]


def _of_number(series: pl.Series, kind: Kind, _timezone: str) -> tuple[pl.Series, pl.Series, list[Change]]:
    """Return numbers that Excel holds whole; a column with longer ones is text from top to bottom."""
    if series.dtype.is_float():
        return _of_float(series, kind)
    if series.dtype == pl.Null:
        return _nothing(len(series)), _no_text(len(series)), []
    digits = series.cast(pl.String).str.replace(r"\.0*$", "").str.replace_all(r"\D", "").str.strip_chars_start("0")
    long = (digits.str.len_chars() > MOST_DIGITS).fill_null(value=False)
    if long.any():
        return _nothing(len(series)), series.cast(pl.String), [_change("cell-long-number", long)]
    if kind == "seconds":
        return _of_float(series.cast(pl.Float64), kind)
    return series, _no_text(len(series)), []


def _of_float(series: pl.Series, kind: Kind) -> tuple[pl.Series, pl.Series, list[Change]]:
    endless = (~series.is_finite()).fill_null(value=False)
    changes = [_change("cell-not-finite", endless)] if endless.any() else []
    values, texts = series.set(endless, None), _no_text(len(series))
    if kind == "seconds":
        negative = (values < 0).fill_null(value=False)
        if negative.any():
            changes.append(_change("cell-negative-duration", negative))
            texts = _either(texts, negative, values.map_elements(labels.clock, return_dtype=pl.String))
        values = _divided(values.set(negative, None), _DAY_SECONDS)
    return values, texts, changes


def _of_time(series: pl.Series, kind: Kind, timezone: str) -> tuple[pl.Series, pl.Series, list[Change]]:
    """Return serials; what is before Excel's first day is text."""
    if series.dtype == pl.Null:
        return _nothing(len(series)), _no_text(len(series)), []
    local = series.cast(pl.Datetime("us")) if kind == "date" else _wall_clock(series, timezone)
    early = (local < _FIRST).fill_null(value=False)
    micros = (local - _EPOCH).dt.total_microseconds()
    serials = _divided(micros, _DAY_MICROSECONDS) - (local < _LEAP).cast(pl.Float64)
    if not early.any():
        return serials, _no_text(len(series)), []
    written = local.dt.to_string("%Y-%m-%d" if kind == "date" else "%Y-%m-%d %H:%M:%S")
    return serials.set(early, None), _either(_no_text(len(series)), early, written), [_change("cell-early-date", early)]


def _of_flag(series: pl.Series, _kind: Kind, _timezone: str) -> tuple[pl.Series, pl.Series, list[Change]]:
    return _nothing(len(series)), _no_text(len(series)), []


_BY_FORM: dict[Form, Callable[[pl.Series, Kind, str], tuple[pl.Series, pl.Series, list[Change]]]] = {
    "text": _of_text,
    "number": _of_number,
    "time": _of_time,
    "flag": _of_flag,
}


def _wall_clock(series: pl.Series, timezone: str) -> pl.Series:
    zoned = isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is not None
    shown = series.dt.convert_time_zone(timezone).dt.replace_time_zone(None) if zoned else series
    return shown.cast(pl.Datetime("us"))


def _divided(values: pl.Series, divisor: int) -> pl.Series:
    """Return exact quotients; by a literal, polars multiplies with its inverse (60 / 86400 is one ulp off)."""
    return values.cast(pl.Float64) / pl.repeat(float(divisor), len(values), dtype=pl.Float64, eager=True)


def _nothing(length: int) -> pl.Series:
    return pl.Series([None] * length, dtype=pl.Float64)


def _no_text(length: int) -> pl.Series:
    return pl.Series([None] * length, dtype=pl.String)


def _either(texts: pl.Series, chosen: pl.Series, others: pl.Series) -> pl.Series:
    return others.zip_with(chosen, texts)


def _change(code: str, rows: pl.Series) -> Change:
    return code, int(rows.sum()), int(rows.arg_true()[0])


_SAID = {
    "cell-characters": Text(
        "含不可显示的字符，已用可见符号代替", "characters that cannot be shown became visible signs"
    ),
    "cell-cut": Text("文本超过 Excel 单元格上限，已截断并标出", "text longer than a cell takes was cut, with a mark"),
    "cell-long-number": Text("数字超过 15 位，整列按文本写入", "numbers of more than 15 digits: the column is text"),
    "cell-not-finite": Text("不是有限数，单元格留空", "not a finite number: the cell is empty"),
    "cell-early-date": Text("早于 1900 年，按文本写入", "before 1900: written as text"),
    "cell-negative-duration": Text("时长为负，按文本写入", "a negative duration: written as text"),
}


def _issue(change: Change, where: str) -> Issue:
    code, count, first = change
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
    """Return the issue of one text of a page that `clean` changed."""
    return Issue("warning", code, _SAID[code], where)
