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

    `heights` are points, null where a row is as tall as the sheet's rows are; None: all are. `share` is the style of
    numbers that are parts of one, where a column has some.
    """

    cells: tuple[Cells, ...]
    styles: tuple[tuple[int, int], ...]
    heights: pl.Series | None
    share: int = 0

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
    """Return some rows ready to be written; columns are asked all at once, and made all at once."""
    given = pl.DataFrame([series for at, one in enumerate(cells) for series in _given(at, one)])
    told = given.select(expr for at, one in enumerate(cells) for expr in _asked(at, one)).row(0, named=True)
    sources = tuple(
        Source(at, one.column.name, pl.String(), "text") for at, one in enumerate(cells) if told[f"{at} texts"]
    )
    facts = screen.settled(given, sources, screen.facts(given, sources)) if sources else []
    by_column = {one.at: fact for one, fact in zip(sources, facts, strict=True)}
    columns: list[pl.Expr] = []
    lanes = []
    for at, (one, letters) in enumerate(zip(cells, letters_of(len(cells)), strict=True)):
        variants = []
        for variant, column in _variants(at, one, told, by_column.get(at), (*body.styles[at], body.share)):
            variants.append(variant)
            columns.append(column.alias(variant.column))
        lanes.append(Lane(letters, tuple(variants), told[f"{at} gaps"], blank=body.styles[at][0]))
    number = pl.int_range(start + _TOP, start + _TOP + rows, eager=True).cast(pl.String).alias(NUMBER)
    ready = given.select(columns).get_columns() if columns else []
    return Ready(pl.DataFrame([number, *ready, *_heights(body.heights, start, rows)]), tuple(lanes))


def _given(at: int, cells: Cells) -> Iterator[pl.Series]:
    yield cells.texts.alias(f"{at}")
    yield cells.values.alias(f"{at} value")
    if cells.shares is not None:
        yield cells.shares.alias(f"{at} share")


def _asked(at: int, cells: Cells) -> Iterator[pl.Expr]:
    """Yield what must be known of a column: texts, values, texts for what it does not have, rows without anything."""
    text, value = pl.col(f"{at}"), pl.col(f"{at} value")
    yield text.is_not_null().sum().alias(f"{at} texts")
    yield value.is_not_null().any().alias(f"{at} values")
    yield _is_absent(at, cells).sum().alias(f"{at} absent")
    yield (text.is_null() & value.is_null()).any().alias(f"{at} gaps")


def _is_absent(at: int, cells: Cells) -> pl.Expr:
    return (pl.col(f"{at}") == pl.lit(cells.column.absent, pl.String)).fill_null(value=False)


def _variants(
    at: int, cells: Cells, told: Mapping[str, int], fact: Facts | None, styles: tuple[int, int, int]
) -> Iterator[tuple[Variant, pl.Expr]]:
    """Yield the forms that a column's cells take, with the columns that they come from; styles: plain, muted, share."""
    plain, muted, share = styles
    if fact is not None:
        shown, absent, count = spelled(pl.col(f"{at}"), fact), _is_absent(at, cells), told[f"{at} absent"]
        if count < told[f"{at} texts"]:
            said = pl.when(~absent).then(shown) if count else shown
            yield Variant(f"{at}", "text", plain, keeps_blanks=fact.has_edges), said
        if count:
            yield Variant(f"{at} absent", "text", muted), pl.when(absent).then(shown)
    if told[f"{at} values"]:
        number = pl.col(f"{at} value").cast(pl.String)
        if cells.shares is None:
            yield Variant(f"{at} value", "number", plain), number
        else:
            is_share = pl.col(f"{at} share")
            yield Variant(f"{at} value", "number", plain), pl.when(~is_share).then(number)
            yield Variant(f"{at} share", "number", share), pl.when(is_share).then(number)


def _heights(heights: pl.Series | None, start: int, rows: int) -> list[pl.Series]:
    """Return the attributes of rows that are taller than others, if any of these are."""
    found = None if heights is None else heights.slice(start, rows)
    if found is None or not found.count():
        return []
    said = {points: f' ht="{points:g}" customHeight="1"' for points in found.drop_nulls().unique().to_list()}
    return [found.replace_strict(said, default="", return_dtype=pl.String).alias(HEIGHT)]
