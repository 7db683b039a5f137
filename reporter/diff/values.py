"""Columns of two tables made comparable, and where they differ.

A number is a number whatever its type; moments are instants, or wall clock where neither side has a zone; what cannot
be of one type is compared as text. Null differs from every value, and NaN is equal to NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reporter.diff.spelling import alike

#: of a column, at most so many changes are listed, the largest; all are counted
MOST_LISTED = 100_000
#: the last digits of a sum of floats depend on the order of its rows
_SLACK = 1e-12
_SECOND = 1_000_000
#: a spreadsheet that saves a workbook again keeps 15 digits of a number, the last of them one off at times
_CELL_SLACK = 2e-14
#: a number that a column of numbers and words has as text; shorter ones have all their digits
_FRACTION = r"^-?\d+\.\d+(?:e[+-]?\d+)?$"
_LONG = 16


@dataclass(frozen=True, slots=True, eq=False)
class ColumnDiff:
    """Where a column differs: how often, and of the largest changes the place among the pairs, both values, the change.

    `listed` has columns place, before, after, change (Float64: after less before; seconds where the column is one of
    moments, days or lengths of time; null where there is no such thing), the largest first.
    """

    name: str
    count: int
    listed: pl.DataFrame

    @property
    def rank(self) -> int:
        """What its changes are beside those of other columns: 0 of quantities, 1 of moments, 2 of words and flags."""
        dtype = self.listed.schema["before"]
        if dtype.is_numeric() or dtype == pl.Duration:
            return 0
        return 1 if dtype.is_temporal() else 2


class Column:
    """A column that both tables have, in one type; `dtypes` are those of the two sides."""

    def __init__(self, name: str, dtypes: tuple[pl.DataType, pl.DataType]) -> None:
        """Find the type that both sides can be compared in."""
        self.name = name
        self.dtypes = dtypes
        self.dtype = _common(*dtypes)

    def read(self, frame: pl.LazyFrame, side: int) -> pl.Series:
        """Return the column of one side (0 or 1), all rows in their order."""
        column, dtype = pl.col(self.name), self.dtypes[side]
        return frame.select(_in_type(column, dtype, self.dtype).alias(self.name)).collect().to_series()


def differing(before: pl.Series, after: pl.Series, tolerance: float | None, *, are_cells: bool = False) -> pl.Series:
    """Return a mask of where two columns of one type differ by more than the tolerance.

    `are_cells`: one side is a sheet, whose numbers may have been cut to the digits that a spreadsheet keeps.
    """
    differs = before.ne_missing(after)
    if are_cells and differs.any():
        differs &= ~_same_cells(before, after)
    if tolerance is None or not differs.any():
        return differs
    by = change(before, after) if before.dtype != pl.String else change(_number(before), _number(after))
    sizes = (
        pl.DataFrame([before.alias("a"), after.alias("b")]).select(_size("a", before) + _size("b", after)).to_series()
    )
    return differs & ~(by.abs() <= tolerance + sizes * _SLACK).fill_null(value=False)


def change(before: pl.Series, after: pl.Series) -> pl.Series:
    """Return after less before as Float64, seconds for times; null where either is null or nothing can be taken off."""
    dtype = before.dtype
    pair = pl.DataFrame([before.alias("a"), after.alias("b")])
    if dtype.is_numeric():
        return pair.select(pl.col("b").cast(pl.Float64) - pl.col("a").cast(pl.Float64)).to_series()
    if dtype.is_temporal() and dtype != pl.Time:
        return pair.select((pl.col("b") - pl.col("a")).dt.total_microseconds() / _SECOND).to_series()
    return pl.Series([None], dtype=pl.Float64).new_from_index(0, len(before))


def listed(name: str, before: pl.Series, after: pl.Series, differs: pl.Series) -> ColumnDiff:
    """Return where a column differs, the largest changes first, those of no size after them in their order."""
    places = differs.arg_true()
    found = pl.DataFrame({"place": places, "before": before.gather(places), "after": after.gather(places)})
    found = found.with_columns(change(found["before"], found["after"]).alias("change"))
    by_size = found.sort(pl.col("change").abs(), descending=True, nulls_last=True, maintain_order=True)
    return ColumnDiff(name, len(places), by_size.head(MOST_LISTED))


def _same_cells(before: pl.Series, after: pl.Series) -> pl.Series:
    """Return a mask of where both are one number but for the digits that a spreadsheet cuts."""
    pair = pl.DataFrame([before.alias("a"), after.alias("b")])
    a, b = pl.col("a"), pl.col("b")
    is_near = (a - b).is_finite() & ((a - b).abs() <= pl.max_horizontal(a.abs(), b.abs()) * _CELL_SLACK)
    if before.dtype.is_float():
        return pair.select(is_near.fill_null(value=False)).to_series()
    if before.dtype != pl.String:
        return pl.repeat(value=False, n=len(before), dtype=pl.Boolean, eager=True)
    is_long = pl.max_horizontal(a.str.len_chars(), b.str.len_chars()) >= _LONG
    is_number = is_long & a.str.contains(_FRACTION) & b.str.contains(_FRACTION)
    numbers = pair.with_columns(pl.when(is_number).then(pl.all()).cast(pl.Float64, strict=False))
    return numbers.select(is_near.fill_null(value=False)).to_series()


def _number(texts: pl.Series) -> pl.Series:
    return texts.cast(pl.Float64, strict=False)


def _size(name: str, values: pl.Series) -> pl.Expr:
    """Return how large values are, of which the slack is a part; times are exact."""
    return pl.col(name).cast(pl.Float64, strict=False).abs() if not values.dtype.is_temporal() else pl.lit(0.0)


def _common(a: pl.DataType, b: pl.DataType) -> pl.DataType:
    """Return the type that values of both can be compared in."""
    if pl.Null in {a, b}:
        return _comparable(b if a == pl.Null else a)
    if a.is_numeric() and b.is_numeric():
        if a.is_integer() and b.is_integer():
            return pl.Int64() if pl.UInt64 not in {a, b} else pl.Int128()
        return a if a == b and a.is_decimal() else pl.Float64()
    if isinstance(a, pl.Datetime) and isinstance(b, pl.Datetime) and bool(a.time_zone) != bool(b.time_zone):
        return pl.String()
    if {a.base_type(), b.base_type()} == {pl.Date, pl.Datetime}:
        moment = a if isinstance(a, pl.Datetime) else b
        return pl.Datetime("us") if isinstance(moment, pl.Datetime) and not moment.time_zone else pl.String()
    return _comparable(a) if a.base_type() is b.base_type() else pl.String()


def _comparable(dtype: pl.DataType) -> pl.DataType:
    """Return the type in which values of one type are compared."""
    if dtype.base_type() in {pl.Boolean, pl.Date, pl.Time, pl.Null} or dtype.is_decimal():
        return dtype
    if isinstance(dtype, pl.Datetime):
        return pl.Datetime("us", "UTC" if dtype.time_zone else None)
    if dtype.is_integer():
        return pl.Int64() if dtype != pl.UInt64 else pl.Int128()
    return pl.Float64() if dtype.is_float() else pl.Duration("us") if dtype == pl.Duration else pl.String()


def _in_type(column: pl.Expr, dtype: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    if wanted == pl.String:
        return alike(column, dtype)
    if isinstance(wanted, pl.Datetime) and isinstance(dtype, pl.Datetime) and dtype.time_zone:
        return column.dt.convert_time_zone("UTC").cast(wanted)
    # so that 0.0 and -0.0 are one key
    return column.cast(wanted) + 0.0 if wanted == pl.Float64 else column.cast(wanted)
