"""Rows of two tables put side by side by key: which are pairs, which stand alone, which keys are there twice.

Rows are named by their number (from 0). A key of several rows is no error: rows that are the same in all are each
other's, the rest are paired in the order of their values, and what is left over is added or removed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

#: of chosen rows of both sides (each a Series of row numbers), all columns but the key's
Values = Callable[[pl.Series, pl.Series], tuple[pl.DataFrame, pl.DataFrame]]

_SEED = 9
_SIDE, _ROW, _GROUP, _NTH = "side", "row", "group", "nth"


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """`pairs` has columns a and b; `removed` are rows of a alone, `added` of b; `duplicates` are keys with counts.

    The counts of `duplicates`, its last two columns, are `rows_a` and `rows_b`.
    """

    pairs: pl.DataFrame
    removed: pl.Series
    added: pl.Series
    duplicates: pl.DataFrame


def align(a: pl.DataFrame, b: pl.DataFrame, values: Values) -> Aligned:
    """Pair the rows of two tables by their keys, `a` and `b`, frames of the same columns; null is equal to null.

    `values` is asked only for the rows of keys that are there twice.
    """
    names = a.columns
    a, b = (one.rename({name: str(at) for at, name in enumerate(names)}) for one in (a, b))
    # of what is the same the hash is: who is alone with his, is alone with his key
    hashes = [one.select(pl.struct(pl.all()).hash(seed=_SEED)).to_series() for one in (a, b)]
    shared = pl.concat([one.filter(one.is_duplicated()) for one in hashes]).unique()
    numbered = [one.with_row_index(_ROW) for one in (a, b)]
    if not len(shared):
        return _aligned([_full(numbered, a.columns)], _counted(a.clear(), [one.clear() for one in numbered]), names)
    is_shared = [one.is_in(shared.implode()) for one in hashes]
    single = [one.filter(~mask) for one, mask in zip(numbered, is_shared, strict=True)]
    several = [one.filter(mask) for one, mask in zip(numbered, is_shared, strict=True)]
    keys = [one.drop(_ROW) for one in several]
    twice = pl.concat([one.filter(pl.struct(pl.all()).is_duplicated()).unique() for one in keys]).unique()
    parts = values(several[0][_ROW], several[1][_ROW])
    counts = _counted(twice, several)
    return _aligned([_full(single, a.columns), _several(several, parts)], counts, names)


def _full(sides: list[pl.DataFrame], on: list[str]) -> pl.DataFrame:
    """Return a row for each pair and each row alone, with columns a and b."""
    left, right = sides[0].rename({_ROW: "a"}), sides[1].rename({_ROW: "b"})
    return left.join(right, on=on, how="full", coalesce=True, nulls_equal=True).select("a", "b")


def _aligned(found: list[pl.DataFrame], duplicates: pl.DataFrame, names: list[str]) -> Aligned:
    rows = pl.concat(found)
    return Aligned(
        rows.drop_nulls().sort("a"),
        rows.filter(pl.col("b").is_null())["a"].sort(),
        rows.filter(pl.col("a").is_null())["b"].sort(),
        duplicates.rename({str(at): name for at, name in enumerate(names)}),
    )


def _counted(twice: pl.DataFrame, several: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the keys that are there twice, with how often on each side."""
    keys = twice.columns
    for name, one in zip(("rows_a", "rows_b"), several, strict=True):
        counts = one.group_by(keys).agg(pl.len().cast(pl.Int64).alias(name))
        twice = twice.join(counts, on=keys, how="left", nulls_equal=True)
    return twice.with_columns(pl.col("rows_a", "rows_b").fill_null(0)).sort(keys)


def _several(keys: list[pl.DataFrame], values: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Return the pairs among rows whose keys are there twice."""
    on = [name for name in keys[0].columns if name != _ROW]
    sides = []
    for side, (key, value) in enumerate(zip(keys, values, strict=True)):
        renamed = value.rename({name: f"value {at}" for at, name in enumerate(value.columns)})
        sides.append(pl.concat([key, renamed], how="horizontal").with_columns(pl.lit(side).alias(_SIDE)))
    everything = [name for name in sides[0].columns if name not in {_ROW, _SIDE}]
    rows = pl.concat(sides).sort(*everything, _SIDE, _ROW)
    same = _matched(rows, everything, how="inner")
    left = _matched(_without(rows, same), on, how="full")
    return pl.concat([same, left])


def _matched(rows: pl.DataFrame, on: list[str], *, how: Literal["inner", "full"]) -> pl.DataFrame:
    """Pair the nth row of one side with the nth of the other, among rows that are the same `on` these columns."""
    grouped = rows.select(_SIDE, _ROW, pl.struct(on).rle_id().alias(_GROUP))
    counted = grouped.with_columns(pl.int_range(pl.len()).over(_GROUP, _SIDE).alias(_NTH))
    a, b = (
        counted.filter(pl.col(_SIDE) == side).select(_GROUP, _NTH, pl.col(_ROW).alias(name))
        for side, name in enumerate(("a", "b"))
    )
    return a.join(b, on=[_GROUP, _NTH], how=how, coalesce=True).select("a", "b")


def _without(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    paired = pl.concat(
        [pairs.select(pl.lit(side).alias(_SIDE), pl.col(name).alias(_ROW)) for side, name in enumerate(("a", "b"))]
    )
    return rows.join(paired, on=[_SIDE, _ROW], how="anti", maintain_order="left")
