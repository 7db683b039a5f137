"""The rows of the report's tables, made ready for the stream: numbers, texts, and 不可得 in a style of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reporter.excel.cells import Cells
from reporter.excel.stream import screen
from reporter.excel.stream.body import chunk_rows
from reporter.excel.stream.markup import HEIGHT, NUMBER, Lane, Variant, letters_of
from reporter.excel.stream.ready import Ready, spelled
from reporter.excel.stream.screen import Facts
from reporter.excel.stream.shapes import Source

#: the row of a sheet that holds the first row of data
_TOP = 2


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A table beneath its header: `styles` are those of a column's cells and of what it says where it has nothing.

    `heights` are points, by row of data (from 0), where a row is taller than the sheet's rows are.
    """

    cells: tuple[Cells, ...]
    styles: tuple[tuple[int, int], ...]
    heights: Mapping[int, float]

    @property
    def height(self) -> int:
        """The number of rows of data."""
        return len(self.cells[0].texts) if self.cells else 0


def chunks(body: Body) -> Iterator[Ready]:
    """Yield the rows, as many at a time as are screened together."""
    rows = chunk_rows(len(body.cells))
    for start in range(0, body.height, rows):
        cells = [one.slice(start, rows) for one in body.cells]
        yield _ready(cells, body, start, min(rows, body.height - start))


def _ready(cells: Sequence[Cells], body: Body, start: int, rows: int) -> Ready:
    sources = tuple(
        Source(at, one.column.name, pl.String(), "text")
        for at, one in enumerate(cells)
        if one.texts.null_count() < rows
    )
    texts = pl.DataFrame([cells[one.at].texts.alias(one.key) for one in sources])
    facts = screen.settled(texts, sources, screen.facts(texts, sources)) if sources else []
    by_column = {one.at: fact for one, fact in zip(sources, facts, strict=True)}
    columns: list[pl.Series] = []
    lanes = []
    for at, (one, letters) in enumerate(zip(cells, letters_of(len(cells)), strict=True)):
        variants = []
        for variant, column in _variants(at, one, by_column.get(at), *body.styles[at]):
            variants.append(variant)
            columns.append(column.alias(variant.column))
        lanes.append(Lane(letters, tuple(variants), _has_gaps(one), blank=body.styles[at][0]))
    number = pl.int_range(start + _TOP, start + _TOP + rows, eager=True).cast(pl.String).alias(NUMBER)
    return Ready(pl.DataFrame([number, *columns, *_heights(body.heights, start, rows)]), tuple(lanes))


def _variants(at: int, cells: Cells, fact: Facts | None, plain: int, muted: int) -> Iterator[tuple[Variant, pl.Series]]:
    """Yield the forms that a column's cells take, with the columns that they come from."""
    if fact is not None:
        shown = pl.select(spelled(pl.lit(cells.texts), fact).alias("")).to_series()
        absent = (cells.texts == cells.column.absent).fill_null(value=False)
        if not absent.all():
            yield Variant(f"{at}", "text", plain, keeps_blanks=fact.has_edges), shown.set(absent, None)
        if absent.any():
            yield Variant(f"{at} absent", "text", muted), shown.set(~absent, None)
    if cells.values.null_count() < len(cells.values):
        yield Variant(f"{at} value", "number", plain), cells.values.cast(pl.String)


def _has_gaps(cells: Cells) -> bool:
    return bool((cells.values.is_null() & cells.texts.is_null()).any())


def _heights(heights: Mapping[int, float], start: int, rows: int) -> list[pl.Series]:
    """Return the attributes of rows that are taller than others, if any of these are."""
    found = [heights.get(row) for row in range(start, start + rows)] if heights else []
    if not any(found):
        return []
    said = ["" if points is None else f' ht="{points:g}" customHeight="1"' for points in found]
    return [pl.Series(HEIGHT, said, dtype=pl.String)]
