"""The rows of the report's tables, made ready for the stream: numbers, texts, and 不可得 in a style of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import polars as pl

from reporter.excel import counts, safe
from reporter.excel.cells import Cells
from reporter.excel.stream import screen
from reporter.excel.stream.body import chunk_rows
from reporter.excel.stream.markup import HEIGHT, NUMBER, Lane, Variant, gap, letters_of
from reporter.excel.stream.ready import Ready, spelled
from reporter.excel.stream.screen import Facts
from reporter.excel.stream.shapes import Source

#: the row of a sheet that holds the first row of data
_TOP = 2
#: what is looked for in texts: markup, blanks that may stand at an edge, escapes of Excel's own
_SIGNS = ("[&<>]", r"[ \t\n]", "_x")


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
    are_plain = [_is_plain(one.texts) for one in body.cells]
    for start in range(0, body.height, rows):
        cells = [one.slice(start, rows) for one in body.cells]
        yield _ready(cells, body, are_plain, start)


def _is_plain(texts: pl.Series) -> bool:
    """Tell whether no text of a column needs a look: nothing to escape, no blank that may stand at an edge."""
    if texts.null_count() == len(texts):
        return True
    joined = safe.joined(texts)
    return joined is not None and not any(joined.str.contains(signs).item() for signs in _SIGNS)


def _ready(cells: Sequence[Cells], body: Body, are_plain: Sequence[bool], start: int) -> Ready:
    """Return some rows ready to be written; columns are made all at once."""
    given = pl.DataFrame([series for at, one in enumerate(cells) for series in _given(at, one)])
    facts = _facts(given, cells, are_plain)
    columns: list[pl.Expr] = []
    lanes = []
    for at, (one, letters) in enumerate(zip(cells, letters_of(len(cells)), strict=True)):
        lane, made = _lane(at, one, facts[at], body, letters)
        lanes.append(lane)
        columns += made
    number = pl.int_range(start + _TOP, start + _TOP + given.height, eager=True).cast(pl.String).alias(NUMBER)
    ready = given.select(columns).get_columns() if columns else []
    return Ready(pl.DataFrame([number, *ready, *_heights(body.heights, start, given.height)]), tuple(lanes))


def _lane(at: int, cells: Cells, fact: Facts, body: Body, letters: str) -> tuple[Lane, list[pl.Expr]]:
    """Return how a column is written, and the ready columns that this takes."""
    (plain, muted), absent = body.styles[at], escape(cells.column.absent)
    blank = muted if absent else plain
    if counts.are_small(cells):
        column = counts.ends(pl.col(f"{at} value"), plain, gap(blank, absent)).alias(f"{at} value")
        return Lane(letters, (Variant(f"{at} value", "end"),), has_gaps=False), [column]
    made = [*_variants(at, cells, fact, (plain, muted, body.share))]
    lane = Lane(letters, tuple(variant for variant, _ in made), cells.has_gaps, blank, absent)
    return lane, [column.alias(variant.column) for variant, column in made]


def _given(at: int, cells: Cells) -> Iterator[pl.Series]:
    yield cells.texts.alias(f"{at}")
    yield cells.values.alias(f"{at} value")
    if cells.shares is not None:
        yield cells.shares.alias(f"{at} share")


def _facts(given: pl.DataFrame, cells: Sequence[Cells], are_plain: Sequence[bool]) -> list[Facts]:
    """Return what the texts of each column need; the plain ones need not be asked."""
    asked = tuple(
        Source(at, one.column.name, pl.String(), "text")
        for at, (one, is_plain) in enumerate(zip(cells, are_plain, strict=True))
        if not is_plain
    )
    found = screen.settled(given, asked, screen.facts(given, asked)) if asked else []
    by_column = {one.at: fact for one, fact in zip(asked, found, strict=True)}
    return [by_column.get(at, Facts(has_gaps=True)) for at in range(len(cells))]


def _variants(at: int, cells: Cells, fact: Facts, styles: tuple[int, int, int]) -> Iterator[tuple[Variant, pl.Expr]]:
    """Yield the forms that a column's cells take, with the columns that they come from; styles: plain, muted, share."""
    plain, muted, share = styles
    if cells.texts.count():
        shown, absent = spelled(pl.col(f"{at}"), fact), cells.column.absent
        # a text that says the same as a gap looks the same
        if absent and (cells.texts == absent).any():
            yield Variant(f"{at} absent", "text", muted), pl.when(pl.col(f"{at}") == absent).then(shown)
            shown = pl.when(pl.col(f"{at}") != absent).then(shown)
        yield Variant(f"{at}", "text", plain, keeps_blanks=fact.has_edges), shown
    if cells.values.count():
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
