"""Columns of data made safe for cells: text, finite numbers and serial dates, and nothing else.

What comes out needs no more judgement: whoever writes the rows (openpyxl, or polars straight to XML)
writes `texts` as string cells and `values` as numbers. Every change of a value is an `Issue`, one a
column and kind, with the count and the first row. Date serials are days since 1899-12-30, durations
parts of a day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from reporter import labels
from reporter.columns import Kind
from reporter.excel import safe, times
from reporter.excel.content import Column, Table
from reporter.excel.safe import Change
from reporter.excel.text import clean
from reporter.model import Issue, Language

_DAY_SECONDS = 86_400
_TEXTUAL: tuple[Kind, ...] = ("text", "prose", "name", "id")
_NUMERIC: tuple[Kind, ...] = ("count", "seconds", "ratio", "change", "points", "money", "number", "value")


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A column ready to write: `values` are numbers or all null, `texts` stand where they are not null.

    Where neither is, the column's `absent` stands.
    `shares` are flags, true where a number is a part of one and its cell a percentage; None: nowhere.
    """

    column: Column
    values: pl.Series
    texts: pl.Series
    shares: pl.Series | None = None

    def slice(self, start: int, length: int) -> Cells:
        """Return the cells of some rows."""
        shares = None if self.shares is None else self.shares.slice(start, length)
        return Cells(self.column, self.values.slice(start, length), self.texts.slice(start, length), shares)

    @property
    def has_gaps(self) -> bool:
        """Whether some row has neither a value nor a text."""
        if not self.texts.null_count() or not self.values.null_count():
            return False
        return bool((self.texts.is_null() & self.values.is_null()).any())


def prepare(table: Table, sheet: str, *, timezone: str, language: Language) -> tuple[list[Cells], list[Issue]]:
    """Return the table's columns as cells, instants in `timezone`; `sheet` is named in the issues."""
    made, issues = [], []
    for column in table.columns:
        cells, changes = _column(column, table.rows[column.name], timezone, language)
        made.append(replace(cells, shares=table.rows[column.shares]) if column.shares else cells)
        header, codes = clean(column.header)
        issues += [safe.text_issue(code, f"{sheet}!{header}") for code in codes]
        issues += [safe.column_issue(change, f"{sheet}!{header}") for change in changes]
    return made, issues


def _column(column: Column, series: pl.Series, timezone: str, language: Language) -> tuple[Cells, list[Change]]:
    kind = _kind(column.kind, series.dtype)
    values, texts, changes = _BY_FORM[_form(kind)](series, kind, timezone)
    if column.kind in _NUMERIC and series.dtype == pl.String:
        changes += safe.long_texts(series)
    if kind == "flag":
        words = {True: labels.flag(value=True, language=language), False: labels.flag(value=False, language=language)}
        texts = series.replace_strict(words, default=None, return_dtype=pl.String)
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
    texts, changes = safe.texts(series.cast(pl.String))
    return _nothing(len(texts)), texts, changes


def _of_number(series: pl.Series, kind: Kind, _timezone: str) -> tuple[pl.Series, pl.Series, list[Change]]:
    """Return numbers that Excel holds whole; a column with longer ones is text from top to bottom."""
    if series.dtype.is_float():
        return _of_float(series, kind)
    if series.dtype == pl.Null:
        return _nothing(len(series)), safe.no_text(len(series)), []
    long = safe.long_numbers(series)
    if long.any():
        return _nothing(len(series)), series.cast(pl.String), [safe.change("cell-long-number", long)]
    if kind == "seconds":
        return _of_float(series.cast(pl.Float64), kind)
    return series, safe.no_text(len(series)), []


def _of_float(series: pl.Series, kind: Kind) -> tuple[pl.Series, pl.Series, list[Change]]:
    values, changes = safe.finite(series)
    texts = safe.no_text(len(series))
    if kind != "seconds":
        return values, texts, changes
    outside = {
        "cell-negative-duration": (values < 0).fill_null(value=False),
        "cell-long-duration": (values >= times.END_SERIAL * _DAY_SECONDS).fill_null(value=False),
    }
    for code, rows in outside.items():
        if rows.any():
            changes.append(safe.change(code, rows))
            texts = safe.either(texts, rows, values.map_elements(labels.clock, return_dtype=pl.String))
            values = values.set(rows, None)
    return safe.divided(values, _DAY_SECONDS), texts, changes


def _of_time(series: pl.Series, _kind: Kind, timezone: str) -> tuple[pl.Series, pl.Series, list[Change]]:
    """Return serials; what is outside of Excel's days is text."""
    if series.dtype == pl.Null:
        return _nothing(len(series)), safe.no_text(len(series)), []
    if series.dtype == pl.Date:
        return times.days(series)
    return times.moments(_wall_clock(series, timezone), clock="%H:%M:%S")


def _of_flag(series: pl.Series, _kind: Kind, _timezone: str) -> tuple[pl.Series, pl.Series, list[Change]]:
    return _nothing(len(series)), safe.no_text(len(series)), []


_BY_FORM: dict[Form, Callable[[pl.Series, Kind, str], tuple[pl.Series, pl.Series, list[Change]]]] = {
    "text": _of_text,
    "number": _of_number,
    "time": _of_time,
    "flag": _of_flag,
}


def _wall_clock(series: pl.Series, timezone: str) -> pl.Series:
    frame, column = series.to_frame(), pl.col(series.name)
    may_be_far = bool(frame.select(times.is_far(column, series.dtype)).item())
    return frame.select(times.wall_clock(column, series.dtype, timezone, may_be_far=may_be_far)).to_series()


def _nothing(length: int) -> pl.Series:
    return safe.repeated(None, length, pl.Float64)
