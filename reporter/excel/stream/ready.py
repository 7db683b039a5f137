"""A plain chunk made ready for XML: each column the text that stands in its cells, and what had to change for that.

Where a chunk holds nothing that a cell cannot take, all is done in expressions; else the columns concerned go
through `reporter.excel.safe` first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import polars as pl

from reporter.excel import safe, times
from reporter.excel.safe import Change
from reporter.excel.stream import screen
from reporter.excel.stream.markup import NUMBER, Lane, Variant
from reporter.excel.stream.screen import Facts
from reporter.excel.stream.shapes import Shape, Source
from reporter.excel.text import LOOKS_ESCAPED


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column goes: the letters of its column in the sheet, the style of its values and that of its texts."""

    source: Source
    letters: str
    style: int
    text_style: int


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """Rows that are ready, how their columns are written, the changes by column (from 0), the size of their texts."""

    rows: pl.DataFrame
    lanes: tuple[Lane, ...]
    changes: tuple[tuple[int, Change], ...] = ()
    text_bytes: int = 0


@dataclass(frozen=True, slots=True)
class TooLong:
    """Columns (from 0) with numbers that Excel would cut, found where they were to be written as numbers."""

    columns: frozenset[int]


def make(chunk: pl.DataFrame, targets: tuple[Target, ...], as_text: frozenset[int], *, row: int) -> Ready | TooLong:
    """Return a plain chunk ready to be written from sheet row `row` (from 1) on.

    `as_text` are columns (from 0) of numbers that are written as text from top to bottom.
    """
    sources = tuple(one.source for one in targets)
    found = screen.facts(chunk, sources)
    if long := _too_long(chunk, sources, found) - as_text:
        return TooLong(long)
    chunk, found, mended = _mended(chunk, sources, found, as_text)
    found = screen.settled(chunk, sources, found)
    changes = tuple((at, change) for at, (_, made) in mended.items() for change in made)
    return lay_out(chunk, targets, found, as_text, row=row, mended=frozenset(mended), changes=changes)


def too_long(chunk: pl.DataFrame, sources: Sequence[Source]) -> frozenset[int]:
    """Return those columns of a plain chunk with numbers that Excel would cut; nothing else is looked at."""
    numbers = tuple(one for one in sources if one.shape in _CUT)
    return _too_long(chunk, numbers, screen.facts(chunk, numbers)) if numbers else frozenset()


def lay_out(
    chunk: pl.DataFrame,
    targets: Sequence[Target],
    found: Sequence[Facts],
    as_text: frozenset[int] = frozenset(),
    *,
    row: int,
    mended: frozenset[int] = frozenset(),
    changes: tuple[tuple[int, Change], ...] = (),
) -> Ready:
    """Return a chunk whose facts are settled, each column as text; `mended` may have texts beside their values."""
    columns: list[pl.Expr] = []
    lanes = []
    for target, fact in zip(targets, found, strict=True):
        at = target.source.at
        lane, exprs = _lane(target, fact, is_text=at in as_text, has_texts=at in mended)
        lanes.append(lane)
        columns += exprs
    number = pl.int_range(row, row + chunk.height, eager=True).cast(pl.String).alias(NUMBER)
    rows = _with_days(chunk, [one.source for one in targets]).select(*columns, number)
    return Ready(rows, tuple(lanes), changes, sum(one.size for one in found))


def _too_long(chunk: pl.DataFrame, sources: Sequence[Source], found: Sequence[Facts]) -> frozenset[int]:
    return frozenset(
        one.at
        for one, fact in zip(sources, found, strict=True)
        if _may_be_long(one, fact) and safe.long_numbers(chunk[one.key]).any()
    )


#: the forms whose digits Excel cuts past the fifteenth
_CUT = frozenset({"integer", "decimal"})


def _may_be_long(source: Source, fact: Facts) -> bool:
    return source.shape in _CUT and safe.may_be_long(source.dtype, fact.low, fact.high)


Mended = dict[int, tuple[list[pl.Series], list[Change]]]  # by column: what replaces or joins it, and why


def _mended(
    chunk: pl.DataFrame, sources: Sequence[Source], found: Sequence[Facts], as_text: frozenset[int]
) -> tuple[pl.DataFrame, list[Facts], Mended]:
    """Send through the rules what a cell cannot hold; a column of values may get one of texts beside it."""
    facts, mended = [*found], Mended()
    for place, (one, fact) in enumerate(zip(sources, found, strict=True)):
        if (rule := _rule(one, fact, is_text=one.at in as_text)) is None:
            continue
        series, changes = rule(chunk[one.key], one)
        mended[one.at] = (
            [part.alias(one.key + mark) for part, mark in zip(series, ("", " text"), strict=False)],
            changes,
        )
        facts[place] = replace(fact, has_gaps=True, has_empty=False)
    return chunk.with_columns(part for parts, _ in mended.values() for part in parts), facts, mended


Rule = Callable[[pl.Series, Source], tuple[list[pl.Series], list[Change]]]


def _rule(source: Source, fact: Facts, *, is_text: bool) -> Rule | None:
    """Return the rule that a column of a chunk needs, if any."""
    if is_text:
        return _long if _may_be_long(source, fact) else None
    needed = fact.is_unsafe or (fact.low is not None and _is_outside(source, fact))
    return _RULES[source.shape] if needed else None


def _is_outside(source: Source, fact: Facts) -> bool:
    if source.shape == "span":
        return bool(fact.low < 0)
    if source.shape not in {"date", "moment"}:
        return False
    return bool(fact.low < times.LEAP_DAY * source.a_day or times.is_late(fact.high, source.a_day))


def _texts(series: pl.Series, _source: Source) -> tuple[list[pl.Series], list[Change]]:
    shown, changes = safe.texts(series)
    return [shown], changes


def _finite(series: pl.Series, _source: Source) -> tuple[list[pl.Series], list[Change]]:
    shown, changes = safe.finite(series)
    return [shown], changes


def _days_of(series: pl.Series, _source: Source) -> tuple[list[pl.Series], list[Change]]:
    serials, texts, changes = times.days(series)
    return [serials, texts], changes


def _moments(series: pl.Series, _source: Source) -> tuple[list[pl.Series], list[Change]]:
    serials, texts, changes = times.moments(series)
    return [serials, texts], changes


def _spans(series: pl.Series, _source: Source) -> tuple[list[pl.Series], list[Change]]:
    serials, texts, changes = times.spans(series)
    return [serials, texts], changes


def _long(series: pl.Series, _source: Source) -> tuple[list[pl.Series], list[Change]]:
    long = safe.long_numbers(series)
    return [series], [safe.change("cell-long-number", long)] if long.any() else []


_RULES: dict[Shape, Rule] = {"text": _texts, "float": _finite, "date": _days_of, "moment": _moments, "span": _spans}


def _lane(target: Target, fact: Facts, *, is_text: bool, has_texts: bool) -> tuple[Lane, list[pl.Expr]]:
    """Return how a column is written, and the ready columns that this takes."""
    source = target.source
    if source.shape == "nothing":
        return Lane(target.letters, (), has_gaps=True), []
    if source.shape == "text" or is_text:
        column = spelled(pl.col(source.key), fact) if source.shape == "text" else pl.col(source.key).cast(pl.String)
        variant = Variant(source.key, "text", target.text_style, keeps_blanks=fact.has_edges)
        return Lane(target.letters, (variant,), fact.has_gaps), [column.alias(source.key)]
    is_serial = has_texts and source.shape in _SERIALS
    value = pl.col(source.key).cast(pl.String) if is_serial else _VALUES[source.shape](pl.col(source.key), source)
    variants = [Variant(source.key, "flag" if source.shape == "flag" else "number", target.style)]
    ready = [value.alias(source.key)]
    if is_serial:
        variants.append(Variant(f"{source.key} text", "text", target.text_style))
        ready.append(pl.col(f"{source.key} text"))
    return Lane(target.letters, tuple(variants), fact.has_gaps), ready


def spelled(column: pl.Expr, fact: Facts) -> pl.Expr:
    """Return text as XML spells it, and null where it is empty."""
    if fact.has_escapes:
        looks = column.str.contains(LOOKS_ESCAPED)
        column = pl.when(looks).then(column.str.replace_all("_x", "_x005F_x", literal=True)).otherwise(column)
    if fact.has_markup:
        for sign, escape in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            column = column.str.replace_all(sign, escape, literal=True)
    return pl.when(column != "").then(column) if fact.has_empty else column


_SERIALS = frozenset({"date", "moment", "span"})


def _part_of(count: pl.Expr, a_day: int) -> pl.Expr:
    # by a literal, polars multiplies with its inverse, which is one ulp off; a column it divides by
    return (count / pl.col(_WHOLE[a_day])).cast(pl.String)


#: what a day holds of each unit -> a column of it, for exact quotients
_WHOLE = {times.a_day(pl.Duration(unit)): f"#{unit}" for unit in ("ms", "us", "ns")}


def _with_days(chunk: pl.DataFrame, sources: Sequence[Source]) -> pl.DataFrame:
    """Add the divisors of moments, clocks and spans where there are such columns."""
    if not any(one.shape in {"moment", "clock", "span"} for one in sources):
        return chunk
    return chunk.hstack(_days(chunk.height))


@lru_cache(maxsize=2)
def _days(height: int) -> list[pl.Series]:
    return [pl.repeat(float(whole), height, eager=True).alias(name) for whole, name in _WHOLE.items()]


_VALUES: dict[Shape, Callable[[pl.Expr, Source], pl.Expr]] = {
    "integer": lambda column, _: column.cast(pl.String),
    "decimal": lambda column, _: column.cast(pl.String),
    "float": lambda column, _: column.cast(pl.String),
    "flag": lambda column, _: column.cast(pl.UInt8).cast(pl.String),
    "date": lambda column, _: (column.to_physical() + times.EPOCH_DAYS).cast(pl.String),
    "moment": lambda column, one: _part_of(column.to_physical() + times.EPOCH_DAYS * one.a_day, one.a_day),
    "clock": lambda column, one: _part_of(column.to_physical(), one.a_day),
    "span": lambda column, one: _part_of(column.to_physical(), one.a_day),
}
