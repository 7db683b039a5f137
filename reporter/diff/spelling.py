"""Values of any type as text in one spelling, so that the same value of two types is the same text."""

from __future__ import annotations

import polars as pl

#: what stands between the items of a list, and for one that is null: neither is in any text of a vendor
_BETWEEN, _NONE = "\x1f", "\x00"
#: floats beyond this are not exact as integers
_EXACT = 2**53


def spelled(values: pl.Series) -> pl.Series:
    """Return values as text: 5.0 is `5`, moments are ISO 8601 (UTC where they have a zone), null stays null."""
    return pl.select(alike(pl.lit(values), values.dtype).alias(values.name)).to_series()


def alike(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return a column as text in that spelling, wall clock at midnight as its day: cells do not tell them apart."""
    text = text_of(column, dtype)
    is_wall = isinstance(dtype, pl.Datetime) and dtype.time_zone is None
    return text.str.strip_suffix("T00:00:00") if is_wall else text


def text_of(column: pl.Expr, dtype: pl.DataType, timezone: str = "UTC") -> pl.Expr:
    """Return a column as text in that spelling, moments with a zone in `timezone`."""
    if dtype.is_numeric():
        return _number(column, dtype)
    if dtype.is_temporal():
        return _time(column, dtype, timezone)
    kind = dtype.base_type()
    if kind in {pl.List, pl.Array}:
        inner = dtype.inner  # type: ignore[attr-defined] # lists and arrays have it
        items = column.cast(pl.List(inner)).list.eval(text_of(pl.element(), inner, timezone).fill_null(_NONE))
        return items.list.join(_BETWEEN)
    if kind is pl.Struct:
        return column.struct.json_encode()
    return column.bin.encode("hex") if kind is pl.Binary else column.cast(pl.String)


def _number(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    text = column.cast(pl.String)
    if dtype.is_decimal():
        return text.str.replace(r"(\.\d*?)0+$", "${1}").str.strip_suffix(".")
    if not dtype.is_float():
        return text
    is_whole = (column == column.round()) & (column.abs() < _EXACT)
    return pl.when(is_whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(text)


def _time(column: pl.Expr, dtype: pl.DataType, timezone: str) -> pl.Expr:
    if not isinstance(dtype, pl.Datetime):
        return column.dt.to_string("iso")
    if dtype.time_zone is None:
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    return column.dt.convert_time_zone(timezone).dt.to_string("%+")


def shown(values: pl.Series) -> pl.Series:
    """Return a column in that spelling as readers see it: lists joined with ", "."""
    return values.str.replace_all(_BETWEEN, ", ", literal=True).str.replace_all(_NONE, "", literal=True)
