"""Rows that have the same fields in the same order, as a vendor's program writes them: cut into columns at commas.

What is read so is as the vendor's page has it, with no field and no type beyond it (`grammar`). It is told of all
rows together, by counting, for half the price of an expression and a JSON reader; these take whatever is not.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import orjson
import polars as pl

from reporter.vendors.cell import KINDS, MET, Cell, beyond_text, counts_of, is_fit, value_of
from reporter.vendors.grammar import Fields, Shape
from reporter.vendors.odd import is_of

#: what takes the place of a comma between two fields; JSON holds it nowhere
_BETWEEN = "\x01"
_PRINTED, _END, _QUOTE, _COMMA, _ESCAPE = 0x20, ord("\n"), ord('"'), ord(","), ord("\\")
#: bytes that are looked at together: they and what is made of them fit the processor's caches
_CACHED = 2**18
#: rows that are looked at to find out what most are like
_SAMPLE = 8
#: the column of what a row has beyond the cells of most
_BEYOND = "#"


@dataclass(frozen=True, slots=True)
class _Signs:
    """How often signs stand in lines: quotes, commas before one, what is not printed; and which have a backslash."""

    quotes: int
    cuts: int
    unprinted: int
    escaped: Sequence[int]

    def less(self, lines: bytes) -> _Signs:
        """Return the signs of the others where these lines, all with a backslash among them, are left out."""
        return _Signs(self.quotes - lines.count(b'"'), self.cuts - lines.count(b',"'), self.unprinted, ())


@dataclass(frozen=True, slots=True)
class Alike:
    """The columns of some rows, not parsed yet, and which of the rows these are; None: all."""

    texts: pl.DataFrame
    which: pl.Series | None = None


def read_alike(rows: Sequence[Any], shape: Shape) -> Alike | None:
    """Return the rows, the bytes of JSON each, that are like most; None where most are not alike, or it cannot be told.

    Where no backslash is, each quote begins or ends a text. A cell that begins as its field does, and ends as a value
    does, has the quotes of both; where all cells together have no more than these, no text holds what looks like a
    field, and the rows are what their cells say. Else the rows with a backslash, or a cell that ends in another way,
    are left out, and the others are counted again.
    """
    cells = _usual_cells(rows, shape)
    if cells is None:
        return None
    lines = io.BytesIO(b"\n".join(rows))
    signs = _cut(lines)
    if 2 * len(signs.escaped) >= len(rows) or signs.unprinted != len(rows) - 1:
        return None
    split = _split(lines, [cell.path for cell in cells])
    frame = split.hstack(split.select(beyond_text(cell) for cell in cells if cell.kinds != "t"))
    counts = _counts(frame, cells)
    if _are_all(frame, cells, counts, signs):
        return Alike(_columns(frame, cells, shape, counts))
    which = _fitting(frame, cells, counts, signs)
    kept = frame.filter(which)
    counts, signs = _counts(kept, cells), signs.less(b"\n".join(compress(rows, ~which)))
    if 2 * kept.height <= len(rows) or not _are_all(kept, cells, counts, signs):
        return None
    return Alike(_columns(kept, cells, shape, counts), which)


def _split(lines: io.BytesIO, names: Sequence[str]) -> pl.DataFrame:
    """Return lines as columns of text, null where a line is shorter, and in `_BEYOND` how a longer one goes on."""
    return pl.read_csv(
        lines,
        has_header=False,
        separator=_BETWEEN,
        quote_char=None,
        schema=dict.fromkeys((*names, _BEYOND), pl.String()),
        truncate_ragged_lines=True,
        missing_columns="insert",
        extra_columns="ignore",
    )


def _usual_cells(rows: Sequence[Any], shape: Shape) -> tuple[Cell, ...] | None:
    """Return the cells of most rows of a sample."""
    sample = rows[:: max(1, len(rows) // _SAMPLE)]
    seen = Counter(_cells_of(bytes(row), shape) for row in sample)
    cells, times = seen.most_common(1)[0]
    return cells if 2 * times > len(sample) else None


def _cells_of(row: bytes, shape: Shape) -> tuple[Cell, ...] | None:
    """Return the cells of a row; None where it is not as the page has it, or written with blanks."""
    try:
        cells = _cells(orjson.loads(row), shape.fields)
    except orjson.JSONDecodeError:
        return None
    if cells is None:
        return None
    first, *parts = row.decode(errors="replace").split(',"')
    told = [first, *(f'"{part}' for part in parts)]
    is_compact = len(told) == len(cells) and all(
        part.startswith(cell.before) for part, cell in zip(told, cells, strict=True)
    )
    return tuple(cells) if is_compact else None


def _cells(row: object, fields: Fields, path: str = "") -> list[Cell] | None:
    """Return the cells of an object, those of its parts among them; None where it is not as the page has it."""
    if not row or not isinstance(row, dict):
        return None
    cells: list[Cell] = []
    for name, value in row.items():
        kinds, inner = fields.get(name), None
        if isinstance(kinds, Mapping):
            inner = _cells(value, kinds, f"{path}{name}.")
        elif kinds in KINDS and is_of(value, kinds):
            inner = [Cell(f"{path}{name}", kinds, "")]
        if inner is None:
            return None
        cells += [replace(inner[0], before=f'"{name}":{inner[0].before}'), *inner[1:]]
    cells[0] = replace(cells[0], before="{" + cells[0].before)
    cells[-1] = replace(cells[-1], after=cells[-1].after + "}")
    return cells


def _cut(lines: io.BytesIO) -> _Signs:
    """Put `_BETWEEN` for each comma before a quote, in place, and return what signs the lines had."""
    import numpy as np  # noqa: PLC0415 - loading it takes longer than most commands, which read no rows

    codes = np.frombuffer(lines.getbuffer(), np.uint8)
    signs = np.zeros(4, np.int64)
    for start in range(0, len(codes), _CACHED):
        after = codes[start + 1 : start + 1 + _CACHED]
        block = codes[start : start + len(after)]
        is_quote = after == _QUOTE
        is_cut = (block == _COMMA) & is_quote
        signs += [np.count_nonzero(which) for which in (is_quote, is_cut, block < _PRINTED, block == _ESCAPE)]
        block -= is_cut.view(np.uint8) * np.uint8(_COMMA - ord(_BETWEEN))
    quotes, cuts, unprinted, escapes = signs.tolist()
    if escapes == 0:
        return _Signs(quotes, cuts, unprinted, ())
    starts = range(0, len(codes), _CACHED)
    ends, places = (
        np.concatenate([start + np.flatnonzero(codes[start : start + _CACHED] == sign) for start in starts])
        for sign in (_END, _ESCAPE)
    )
    return _Signs(quotes, cuts, unprinted, np.unique(np.searchsorted(ends, places)).tolist())


def _counts(frame: pl.DataFrame, cells: Sequence[Cell]) -> Mapping[str, int]:
    """Return how many rows of each cell are of each of `MET`, as far as it may be these."""
    return frame.select(count for cell in cells for count in counts_of(cell)).row(0, named=True)


def _told(cell: Cell, counts: Mapping[str, int]) -> int:
    """Return how many rows of a cell are what its field may be."""
    return sum(counts.get(f"{kind} {cell.path}", 0) for kind in MET)


def _are_all(frame: pl.DataFrame, cells: Sequence[Cell], counts: Mapping[str, int], signs: _Signs) -> bool:
    """Say whether every cell of all rows is what its field may be, and all signs are accounted for."""
    rows = frame.height
    quotes = rows * sum(cell.before.count('"') for cell in cells)
    texts = sum(counts.get(f"text {cell.path}", 0) for cell in cells)
    has_signs = not signs.escaped and signs.cuts == rows * (len(cells) - 1) and signs.quotes == quotes + 2 * texts
    return has_signs and all(_told(cell, counts) == rows for cell in cells)


def _fitting(frame: pl.DataFrame, cells: Sequence[Cell], counts: Mapping[str, int], signs: _Signs) -> pl.Series:
    """Say which rows have no backslash and nothing but cells that are what their fields may be."""
    odd = [is_fit(cell) for cell in cells if _told(cell, counts) < frame.height]
    fits = pl.all_horizontal(pl.col(_BEYOND).is_null(), *odd).fill_null(value=False)
    return frame.select(fits & ~pl.int_range(pl.len()).is_in(signs.escaped)).to_series()


def _columns(frame: pl.DataFrame, cells: Sequence[Cell], shape: Shape, counts: Mapping[str, int]) -> pl.DataFrame:
    """Return the columns of a shape out of rows that are what their cells say."""
    by_path = {cell.path: cell for cell in cells}
    values = []
    for column in shape.columns:
        cell, dtype = by_path.get(column.field), shape.dtype(column)
        if cell is None:
            values.append(pl.repeat(None, pl.len(), dtype=dtype).alias(column.name))
        else:
            met = frozenset(kind for kind in MET if counts.get(f"{kind} {cell.path}"))
            values.append(value_of(cell, dtype, met).alias(column.name))
    return frame.select(values)
