"""What a column of a frame becomes in a sheet: one shape for each family of dtypes, one plain dtype for each shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from reporter.excel import times

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

    @property
    def a_day(self) -> int:
        """How many units of a date, moment, clock or span make a day in plain chunks."""
        return _PLAIN_DAYS.get(self.shape) or times.DAY_SECONDS * times.plain_unit(self.dtype)


def shape_of(dtype: pl.DataType) -> Shape | None:
    """Return what a column of this dtype becomes; None: nothing that a cell can show."""
    kind = dtype.base_type()
    if kind in _LISTS:
        inner = dtype.inner  # type: ignore[attr-defined] # lists and arrays have it
        return None if inner.base_type() in _REFUSED or shape_of(inner) is None else "text"
    if dtype.is_integer():
        return "integer"
    return "float" if dtype.is_float() else _SHAPES.get(kind)


def plain(sources: Sequence[Source], timezone: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return what makes chunks plain: each column in the one dtype of its shape, named by its key.

    Times keep their units, but for moments finer than us. Moments become wall clock of `timezone` where they have a
    zone; lists are joined with ", ", nulls left out.
    """
    columns = [_plain(one, timezone, may_be_far=False).alias(one.key) for one in sources]
    zoned = [one for one in sources if isinstance(one.dtype, pl.Datetime) and one.dtype.time_zone is not None]
    are_far = [times.is_far(pl.col(one.name), one.dtype).alias(one.key) for one in zoned]

    def made(chunk: pl.DataFrame) -> pl.DataFrame:
        if are_far and any(chunk.select(are_far).row(0)):
            return chunk.select(_plain(one, timezone, may_be_far=True).alias(one.key) for one in sources)
        return chunk.select(columns)

    return made


def _plain(source: Source, timezone: str, *, may_be_far: bool) -> pl.Expr:
    column, dtype = pl.col(source.name), source.dtype
    if dtype.base_type() in _LISTS:
        return _joined(source, timezone)
    if source.shape == "moment":
        return times.wall_clock(column, dtype, timezone, may_be_far=may_be_far)
    return column.cast(_CASTS[source.shape]) if source.shape in _CASTS else column


_CASTS: dict[Shape, type[pl.DataType]] = {"text": pl.String, "float": pl.Float64}
#: what a day holds where the column's dtype does not tell
_PLAIN_DAYS: dict[Shape, int] = {"date": 1, "clock": times.a_day(pl.Duration("ns"))}


def _joined(source: Source, timezone: str) -> pl.Expr:
    column, inner = pl.col(source.name), source.dtype.inner  # type: ignore[attr-defined] # lists and arrays have it
    lists = column.arr.to_list() if source.dtype.base_type() is pl.Array else column
    return lists.list.eval(_spelled(inner, timezone)).list.drop_nulls().list.join(", ")


def _spelled(dtype: pl.DataType, timezone: str) -> pl.Expr:
    """Return the elements of a list as text."""
    element, shape = pl.element(), shape_of(dtype)
    if shape == "moment":
        wall = times.wall_clock(element, dtype, timezone, may_be_far=True)
        return times.moment_text(wall, times.plain_unit(dtype))
    if shape == "date":
        return times.day_text(element.to_physical().cast(pl.Int64))
    if shape == "span":
        return element.dt.to_string("iso")
    if shape == "clock":
        return element.dt.to_string("%H:%M:%S%.f")
    return element.cast(pl.Float64).cast(pl.String) if shape == "float" else element.cast(pl.String)
