"""What a row of a reply looks like where the vendor sends what its page says: fields, JSON types, and the columns read.

From it comes one regular expression that a row fits, whole, where it has no field and no type beyond these:
drift and types are checked for all rows at once by a scan of their text, at the speed of the regex engine.
A row that does not fit is looked at by itself (`odd`), so the expression may be narrow but never too wide:
whatever fits it is JSON, reads as UTF-8 and has numbers of 64 bits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from reporter.vendors.plain import LISTED, Parser

#: the JSON types that a field may have, beside null, a letter each: t(ext), w(hole number), n(umber),
#: b(oolean), l(ist of texts and whole numbers); whole numbers from 9 * 10**18 on are read one by one
Kinds = str
#: an object within a row
Part = Mapping[str, Kinds]
Fields = Mapping[str, "Kinds | Part"]

_BLANK = r"[ \t]*"
_TEXT = (
    r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u(?:[0-9a-ce-fA-CE-F][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2})'
    r'|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})*"'
)
#: a whole number, as far as 64 bits hold all of its length
WHOLE = r"(?:0|-?(?:[1-9][0-9]{0,17}|[1-8][0-9]{18}))"
_NUMBER = r"(?:0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15})"
_LIST = rf"\[{_BLANK}(?:(?:{_TEXT}|{WHOLE})(?:{_BLANK},{_BLANK}(?:{_TEXT}|{WHOLE}))*{_BLANK})?\]"
_VALUES = {"t": _TEXT, "w": WHOLE, "n": _NUMBER, "b": "true|false", "l": _LIST}


@dataclass(frozen=True, slots=True)
class Column:
    """A column read from a field, or from a field of a part (`BasicData.UserId`)."""

    name: str
    field: str
    parser: Parser

    @property
    def label(self) -> str:
        """The field's own name, as issues say it."""
        return self.field.rpartition(".")[2]

    @property
    def dtype(self) -> pl.DataType:
        """The type of the column before it is parsed."""
        return pl.List(pl.String()) if self.parser is LISTED else pl.String()


@dataclass(frozen=True)
class Shape:
    """The rows of one list: every field that the vendor's page gives them, and what is read of it.

    `learned` are fields and types beyond the page that this reply is full of.
    """

    fields: Fields
    columns: tuple[Column, ...]
    learned: tuple[tuple[str, Kinds], ...] = ()

    def knowing(self, more: Mapping[str, Kinds]) -> Shape:
        """Return the shape with fields, or types of fields, that a reply was found to be full of."""
        return replace(self, learned=tuple(sorted({**dict(self.learned), **more}.items())))

    @property
    def is_flat(self) -> bool:
        """Whether no row holds an object that is read."""
        return all(isinstance(kinds, str) for kinds in self.fields.values())

    @cached_property
    def pattern(self) -> str:
        """The expression that a row fits as a whole."""
        return f"^{_object({**self.fields, **dict(self.learned)})}$"

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """What polars' JSON reader is asked for: text, lists of text, and parts of text."""
        flat = {column.field: self.dtype(column) for column in self.columns if "." not in column.field}
        parts: dict[str, dict[str, pl.DataType]] = {}
        for column in self.columns:
            part, _, name = column.field.rpartition(".")
            if part:
                parts.setdefault(part, {})[name] = self.dtype(column)
        return flat | {name: pl.Struct(inner) for name, inner in parts.items()}

    def dtype(self, column: Column) -> pl.DataType:
        """Return how a column is read: whole numbers as such where they are all that there can be."""
        part, _, name = column.field.rpartition(".")
        fields = self.fields[part] if part else {**self.fields, **dict(self.learned)}
        is_whole = isinstance(fields, Mapping) and fields[name] == "w"
        return pl.Int64() if is_whole and column.parser.whole is not None else column.dtype

    @cached_property
    def raw(self) -> list[pl.Expr]:
        """The columns, not parsed yet, out of a frame of `schema`."""
        return [_out_of(column) for column in self.columns]


def _out_of(column: Column) -> pl.Expr:
    part, _, name = column.field.rpartition(".")
    field = pl.col(part).struct.field(name) if part else pl.col(name)
    return field.alias(column.name)


def _object(fields: Mapping[str, Kinds | Part]) -> str:
    by_value: dict[str, list[str]] = {}
    for name, kinds in fields.items():
        by_value.setdefault(_value(kinds), []).append(re.escape(name))
    pairs = "|".join(rf'"(?:{"|".join(names)})"{_BLANK}:{_BLANK}(?:{value}|null)' for value, names in by_value.items())
    return rf"\{{{_BLANK}(?:(?:{pairs})(?:{_BLANK},{_BLANK}(?:{pairs}))*{_BLANK})?\}}"


def _value(kinds: Kinds | Part) -> str:
    return "|".join(_VALUES[kind] for kind in kinds) if isinstance(kinds, str) else _object(kinds)
