"""One table of two sides: rows paired by key, columns held against each other one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reporter.diff.align import Aligned, align
from reporter.diff.keys import SOURCE, is_source, shared
from reporter.diff.side import Sided
from reporter.diff.values import Column, ColumnDiff, differing, listed


@dataclass(frozen=True, slots=True, eq=False)
class TableDiff:
    """How a table of side a differs from that of side b.

    `columns` are those that differ; `changed` counts the rows with any. `only_a` and `only_b` are columns that the
    other side lacks. `fresh` counts the differing rows that stand on a reply which the other side's table has not
    (None: the table does not say where its rows came from).
    """

    name: str
    key: tuple[str, ...]
    frames: tuple[pl.LazyFrame, pl.LazyFrame]
    aligned: Aligned
    columns: tuple[ColumnDiff, ...]
    changed: int
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()
    fresh: int | None = None

    @property
    def added(self) -> int:
        """How many rows b has that a has not."""
        return len(self.aligned.added)

    @property
    def removed(self) -> int:
        """How many rows a has that b has not."""
        return len(self.aligned.removed)

    @property
    def duplicate_keys(self) -> int:
        """How many distinct keys stand on several rows of a side."""
        return self.aligned.duplicates.height

    @property
    def differs(self) -> bool:
        """Whether anything but duplicate keys is to be told."""
        return bool(self.added or self.removed or self.changed or self.only_a or self.only_b)

    def rows(self, kind: str, most: int) -> pl.DataFrame:
        """Return the first rows that are `added` or `removed`, with all their columns."""
        frame, rows = (
            (self.frames[1], self.aligned.added) if kind == "added" else (self.frames[0], self.aligned.removed)
        )
        wanted = rows.head(most)
        if not len(wanted):
            return frame.head(0).collect()
        return (
            frame.with_row_index("row of the table")
            .filter(pl.col("row of the table").is_in(wanted.implode()))
            .drop("row of the table")
            .collect()
        )


def compare(
    name: str,
    sides: tuple[Sided, Sided],
    key: tuple[str, ...],
    tolerances: Mapping[str, float],
) -> TableDiff:
    """Hold the tables of two sides against each other; `key` columns are in both.

    Tolerances are absolute, by column: of numbers, and of times in seconds.
    """
    frames, code = (sides[0].frame, sides[1].frame), sides[0].code
    schemas = [frame.collect_schema() for frame in frames]
    columns = {one: Column(one, (schemas[0][one], schemas[1][one])) for one in shared(schemas, code)}
    values = [column for column in columns if column not in key]
    keys = [pl.DataFrame([columns[one].read(frame, side) for one in key]) for side, frame in enumerate(frames)]

    def chosen(a: pl.Series, b: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        read = [
            pl.DataFrame([columns[one].read(frame, side)[rows] for one in values])
            for side, (frame, rows) in enumerate(zip(frames, (a, b), strict=True))
        ]
        return read[0], read[1]

    aligned = align(keys[0], keys[1], chosen)
    del keys
    are_cells = any(side.is_sheet for side in sides)
    found, differs = _columns(frames, aligned, [columns[one] for one in values], tolerances, are_cells=are_cells)
    return TableDiff(
        name,
        key,
        frames,
        aligned,
        found,
        int(differs.sum()),
        tuple(one for one in schemas[0] if one not in schemas[1] and not is_source(one, code)),
        tuple(one for one in schemas[1] if one not in schemas[0] and not is_source(one, code)),
        _fresh(frames, aligned, differs) if all(SOURCE[0] in schema for schema in schemas) else None,
    )


def _columns(
    frames: tuple[pl.LazyFrame, pl.LazyFrame],
    aligned: Aligned,
    columns: list[Column],
    tolerances: Mapping[str, float],
    *,
    are_cells: bool,
) -> tuple[tuple[ColumnDiff, ...], pl.Series]:
    """Return the columns that differ, and which pairs do; one column of each side is in memory at a time."""
    pairs = aligned.pairs
    found, any_differs = [], pl.repeat(value=False, n=pairs.height, dtype=pl.Boolean, eager=True)
    for column in columns:
        before = column.read(frames[0], 0).gather(pairs["a"])
        after = column.read(frames[1], 1).gather(pairs["b"])
        differs = differing(before, after, tolerances.get(column.name), are_cells=are_cells)
        if differs.any():
            found.append(listed(column.name, before, after, differs))
            any_differs |= differs
    return tuple(found), any_differs


def _fresh(frames: tuple[pl.LazyFrame, pl.LazyFrame], aligned: Aligned, differs: pl.Series) -> int | None:
    """Count the differing rows whose reply the other side's table has not; None where no row names a reply."""
    a, b = (frame.select(SOURCE[0]).collect().to_series().cast(pl.String) for frame in frames)
    if a.null_count() == len(a) and b.null_count() == len(b):
        return None
    known_a, known_b = a.unique().implode(), b.unique().implode()
    changed = aligned.pairs.filter(differs)
    new = pl.concat([b[changed["b"]], b[aligned.added]])
    gone = a[aligned.removed]
    return int((~new.is_in(known_a)).sum()) + int((~gone.is_in(known_b)).sum())
