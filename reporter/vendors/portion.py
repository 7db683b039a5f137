"""Some thousand rows of one list, from their bytes to parsed columns: a function of the bytes and the shape alone.

So portions can be read beside each other, on all processors, and what is told of them is gathered in their order.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import polars as pl

from reporter.model import Level, Text
from reporter.tables import COUNT
from reporter.vendors import odd
from reporter.vendors.alike import read_alike
from reporter.vendors.grammar import Shape
from reporter.vendors.parse import unreadable
from reporter.vendors.plain import LISTED, parse_text

#: which walk, and which of all its replies, a row is of; `row_no` counts within the reply, from 1
WALK, REPLY, ROW = "_walk", "_reply", "row_no"
PLACES = (WALK, REPLY, ROW)
#: (walk, reply, first row_no, the one after the last)
Span = tuple[int, int, int, int]
_LINE, _INDEX = "_line", "_index"
_NEVER_IN_JSON = "\x01"
#: so many rows that are odd in one way are no accident: the rest are read with what these show
_TOO_MANY_ODD = 200


@dataclass(frozen=True, slots=True)
class Told:
    """Something to tell of some rows, which have `PLACES`."""

    rows: pl.DataFrame
    level: Level
    code: str
    message: Text
    name: str


def read_portion(rows: Sequence[Any], spans: Sequence[Span], shape: Shape) -> tuple[pl.DataFrame, list[Told]]:
    """Return the bytes of rows as `PLACES` and the columns of their shape, and what there is to tell of them."""
    told: list[Told] = []
    places = _places(spans)
    texts = _texts(rows, shape, places, told)
    return pl.concat([places, _parsed(texts, shape, places, told)], how="horizontal"), _told_once(told)


def _told_once(told: Sequence[Told]) -> list[Told]:
    """Return what is told without a value's other type where the value could not be read at all, which says more."""
    bad = {one.name: one.rows for one in told if one.code.startswith("bad-")}
    return [
        replace(one, rows=one.rows.join(bad[one.name], on=PLACES, how="anti", maintain_order="left"))
        if one.code == "changed-type" and one.name in bad
        else one
        for one in told
    ]


def no_rows(shape: Shape) -> pl.DataFrame:
    """Return what `read_portion` returns of no rows."""
    columns: dict[str, pl.DataType] = {column.name: column.parser.dtype for column in shape.columns}
    return pl.DataFrame(schema={WALK: pl.UInt32(), REPLY: pl.UInt32(), ROW: COUNT, **columns})


def _places(spans: Sequence[Span]) -> pl.DataFrame:
    schema = {WALK: pl.UInt32(), REPLY: pl.UInt32(), "first": COUNT, "after": COUNT}
    firsts = pl.DataFrame(spans, schema=schema, orient="row")
    return firsts.select(WALK, REPLY, pl.int_ranges("first", "after").alias(ROW)).explode(ROW)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rows as JSON lines: their bytes, and a column of their text."""

    data: bytes
    text: pl.Series


def _lines(rows: Sequence[Any]) -> _Lines:
    """Return a row a line."""
    data = b"\n".join(rows)
    read = pl.read_csv(
        io.BytesIO(data), has_header=False, separator=_NEVER_IN_JSON, quote_char=None, schema={_LINE: pl.String}
    )
    return _Lines(data, read[_LINE])


def _texts(rows: Sequence[Any], shape: Shape, places: pl.DataFrame, told: list[Told]) -> pl.DataFrame:
    """Return the columns of a shape, not parsed yet: of rows that are alike, then of the others, in their order."""
    alike = read_alike(rows, shape)
    if alike is None:
        return _texts_of_lines(_lines(rows), shape, places, told)
    if alike.which is None:
        return alike.texts
    others = list(compress(rows, ~alike.which))
    rest = _texts_of_lines(_lines(others), shape, places.filter(~alike.which), told)
    numbers = pl.int_range(len(rows), eager=True, dtype=pl.UInt32)
    return _together(alike.texts, numbers.filter(alike.which), rest, numbers.filter(~alike.which))


def _together(one: pl.DataFrame, of_one: pl.Series, other: pl.DataFrame, of_other: pl.Series) -> pl.DataFrame:
    """Return rows of two frames in the order of their numbers; whole numbers are text where those of one are."""
    if one.schema != other.schema:
        one, other = (frame.cast({pl.Int64: pl.String}) for frame in (one, other))
    return pl.concat([one, other])[pl.concat([of_one, of_other]).arg_sort()]


def _texts_of_lines(rows: _Lines, shape: Shape, places: pl.DataFrame, told: list[Told]) -> pl.DataFrame:
    """Return the columns of a shape, not parsed yet; a wider shape is tried where the rows are full of odd ones."""
    lines = rows.text
    fits = _fits(lines, shape)
    while shape.is_flat and (~fits).sum() > _TOO_MANY_ODD:
        wider = shape.knowing(odd.learn(lines.filter(~fits).head(_TOO_MANY_ODD), shape))
        if wider == shape:
            break
        shape, fits = wider, _fits(lines, wider)
    _tell_learned(lines, fits, shape, places, told)
    if fits.all():
        return _columns(rows.data, shape)
    return _mended(lines, fits, shape, places, told)


def _fits(lines: pl.Series, shape: Shape) -> pl.Series:
    """Say of each line whether it is as the vendor's page has it; all processors look."""
    step = max(1, -(-len(lines) // pl.thread_pool_size()))
    parts = [lines[start : start + step].to_frame() for start in range(0, len(lines), step)]
    fits = pl.collect_all([part.lazy().select(pl.col(_LINE).str.contains(shape.pattern)) for part in parts])
    return pl.concat(fits)[_LINE]


def _columns(data: bytes, shape: Shape) -> pl.DataFrame:
    """Return lines that fit their shape as columns of text."""
    if not data:
        return pl.DataFrame(schema={column.name: column.dtype for column in shape.columns})
    return pl.read_ndjson(io.BytesIO(data), schema=shape.schema).select(shape.raw)


def _mended(lines: pl.Series, fits: pl.Series, shape: Shape, places: pl.DataFrame, told: list[Told]) -> pl.DataFrame:
    """Return all lines as columns of text, in their order: those that fit at once, the others by themselves."""
    numbered = lines.to_frame().with_row_index(_INDEX)
    plain, others = numbered.filter(fits), numbered.filter(~fits)
    texts, found = odd.read_lines(others[_LINE].to_list(), shape)
    of_others = places[others[_INDEX]]
    told += [Told(of_others[one.rows], one.level, one.code, one.message, one.name) for one in found]
    data = (plain[_LINE].str.join("\n").item() or "").encode()
    return _together(_columns(data, shape), plain[_INDEX], texts, others[_INDEX])


def _tell_learned(lines: pl.Series, fits: pl.Series, shape: Shape, places: pl.DataFrame, told: list[Told]) -> None:
    """Count what a wider shape let pass: fields that are new, and fields of another type than the page's."""
    for name, _ in shape.learned:
        expected = shape.fields.get(name)
        code, message, level, pattern = odd.drift(name, expected if isinstance(expected, str) else None)
        told.append(Told(places.filter(fits & lines.str.contains(pattern)), level, code, message, name))


def _parsed(texts: pl.DataFrame, shape: Shape, places: pl.DataFrame, told: list[Told]) -> pl.DataFrame:
    """Return columns of values, with an issue for each column that holds what cannot be read."""
    dtypes = texts.schema
    read = (column.parser.of_column(column.name, dtypes[column.name]) for column in shape.columns)
    plain = texts.lazy().select(read).collect()  # so that what an expression says twice is done once
    values = []
    for column in shape.columns:
        value, bad = plain[column.name], None
        if column.parser is not LISTED:
            value, bad = parse_text(texts[column.name], column.parser, value)
        if bad is not None:
            told.append(Told(places.filter(bad), "warning", column.parser.code, unreadable(column.label), column.label))
        values.append(value)
    return pl.DataFrame(values)
