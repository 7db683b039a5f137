"""Small whole numbers, whose cells are made once and looked up: to spell one and close it takes ten times as long."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from reporter.excel.cells import Cells
from reporter.excel.stream.markup import number_end

#: the numbers that have cells, from 0; behind them stands the cell of none
_COUNT = 1_000


def are_small(cells: Cells) -> bool:
    """Tell whether a column has whole numbers that are looked up, and nothing else."""
    values = cells.values
    if not values.dtype.is_integer() or cells.shares is not None or cells.texts.count():
        return False
    low, high = values.min(), values.max()
    return isinstance(low, int) and isinstance(high, int) and low >= 0 and high < _COUNT


def ends(values: pl.Expr, style: int, gap: str) -> pl.Expr:
    """Return what comes behind the row's number in cells of small numbers; `gap` is that where there is none."""
    return pl.lit(_made(style, gap)).gather(values.cast(pl.UInt32).fill_null(_COUNT))


@lru_cache(maxsize=64)
def _made(style: int, gap: str) -> pl.Series:
    return pl.Series([*(number_end(style, str(value)) for value in range(_COUNT)), gap], dtype=pl.String)
