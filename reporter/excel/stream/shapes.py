"""What a column of a frame becomes in a sheet: one shape for each family of dtypes, one plain dtype for each shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

Shape = Literal["text", "integer", "decimal", "float", "flag", "date", "moment", "clock", "span", "nothing"]

_LISTS = (pl.List, pl.Array)
_REFUSED = (*_LISTS, pl.Struct, pl.Binary, pl.Object)
_SHAPES: dict[type[pl.DataType], Shape] = {
    pl.String: "text",
    pl.Categorical: "text",
    pl.Enum: "text",
    pl.Decimal: "decimal",
    pl.Boolean: "flag",
    pl.Date: "date",
    pl.Datetime: "moment",
    pl.Time: "clock",
    pl.Duration: "span",
    pl.Null: "nothing",
}
#: integers that no value takes past 15 digits
SHORT = frozenset({pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32})


@dataclass(frozen=True, slots=True)
class Source:
    """A column as it comes: its place in the frame (from 0), name and dtype, and what it becomes."""

    at: int
    name: str
    dtype: pl.DataType
    shape: Shape

    @property
    def key(self) -> str:
        """The column's name in plain chunks."""
        return str(self.at)


def shape_of(dtype: pl.DataType) -> Shape | None:
    """Return what a column of this dtype becomes; None: nothing that a cell can show."""
    kind = dtype.base_type()
    if kind in _LISTS:
        inner = dtype.inner  # type: ignore[attr-defined] # lists and arrays have it
        return None if inner.base_type() in _REFUSED or shape_of(inner) is None else "text"
    if dtype.is_integer():
        return "integer"
    return "float" if dtype.is_float() else _SHAPES.get(kind)


def plain(source: Source, timezone: str) -> pl.Expr:
    """Return the column in the one dtype of its shape, named by its key.

    Moments become wall clock of `timezone` where they have a zone; lists are joined with ", ", nulls left out.
    """
    column = pl.col(source.name)
    if source.dtype.base_type() in _LISTS:
        return _joined(source, timezone).alias(source.key)
    return _PLAIN.get(source.shape, _as_it_is)(column, source.dtype, timezone).alias(source.key)


def _as_it_is(column: pl.Expr, _dtype: pl.DataType, _timezone: str) -> pl.Expr:
    return column


def _wall_clock(column: pl.Expr, dtype: pl.DataType, timezone: str) -> pl.Expr:
    if dtype.time_zone is not None:  # type: ignore[attr-defined] # moments have it
        column = column.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    return column.cast(pl.Datetime("us"))


_PLAIN: dict[Shape, Callable[[pl.Expr, pl.DataType, str], pl.Expr]] = {
    "text": lambda column, _dtype, _timezone: column.cast(pl.String),
    "float": lambda column, _dtype, _timezone: column.cast(pl.Float64),
    "span": lambda column, _dtype, _timezone: column.cast(pl.Duration("us")),
    "moment": _wall_clock,
}


def _joined(source: Source, timezone: str) -> pl.Expr:
    column, inner = pl.col(source.name), source.dtype.inner  # type: ignore[attr-defined] # lists and arrays have it
    lists = column.arr.to_list() if source.dtype.base_type() is pl.Array else column
    return lists.list.eval(_spelled(inner, timezone)).list.drop_nulls().list.join(", ")


def _spelled(dtype: pl.DataType, timezone: str) -> pl.Expr:
    """Return the elements of a list as text."""
    element, shape = pl.element(), shape_of(dtype)
    if shape == "moment":
        return _wall_clock(element, dtype, timezone).dt.to_string("%Y-%m-%d %H:%M:%S%.f")
    if shape == "span":
        return element.dt.to_string("iso")
    return element.cast(pl.Float64).cast(pl.String) if shape == "float" else element.cast(pl.String)
