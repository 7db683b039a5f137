"""What there is to ask about: every table and column with its type, its unit and what readers call it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reporter import labels
from reporter.model import Text
from reporter.query.stored import CLIENT, PERIOD, Stored
from reporter.tables import SCHEMAS

_UNITS = {
    "row_no": "row of the reply, from 1",
    "engagement": "score, 0 to 1",
    "vendor_seconds_per_viewer": "seconds a viewer",
    "vendor_plays_per_viewer": "plays a viewer",
    "online_real": "people",
    "online_virtual": "people",
    "plays.viewers": "people",
    "day": "day (UTC+8)",
}
_OWN = {CLIENT: Text("报告的客户", "Client of the report"), PERIOD: Text("报告的周期", "Period of the report")}


@dataclass(frozen=True, slots=True)
class Described:
    """A column: its table, its type in words, its unit ("" where it has none), and its label."""

    table: str
    column: str
    type: str
    unit: str
    label: Text


def describe(stored: Stored | None = None) -> list[Described]:
    """Return every column of every table, of what is stored, or of what runs store."""
    if stored is not None:
        schemas = {name: dict(frame.collect_schema()) for name, frame in stored.tables.items()}
    else:
        schemas = {name: {**schema, **dict.fromkeys(_OWN, pl.String())} for name, schema in SCHEMAS.items()}
    return [
        Described(table, column, _type(dtype), _unit(table, column, dtype), _label(table, column))
        for table, schema in schemas.items()
        for column, dtype in schema.items()
    ]


def _type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Datetime):
        return "instant"
    words = {pl.String: "text", pl.Boolean: "flag", pl.Date: "date", pl.Decimal: "decimal", pl.List: "list of text"}
    if dtype.base_type() in words:
        return words[dtype.base_type()]
    return "integer" if dtype.is_integer() else "float" if dtype.is_float() else str(dtype)


def _unit(table: str, column: str, dtype: pl.DataType) -> str:
    own = _UNITS.get(f"{table}.{column}") or _UNITS.get(column)
    if own:
        return own
    if column.endswith("_seconds"):
        return "seconds"
    if column.endswith("_ratio"):
        return "part of 1"
    if isinstance(dtype, pl.Datetime):
        return "ISO 8601 with offset"
    if dtype.is_decimal():
        return "CNY"
    return "count" if dtype.is_integer() else ""


def _label(table: str, column: str) -> Text:
    return _OWN.get(column) or Text(labels.column(table, column, "zh"), labels.column(table, column, "en"))
