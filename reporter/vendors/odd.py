"""Rows that are not as the vendor's page has them, one by one: what is odd about each, and their text all the same."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from reporter.model import Level, Text
from reporter.vendors.grammar import Column, Kinds, Shape
from reporter.vendors.parse import added, listed, record, retyped, unreadable
from reporter.vendors.plain import LISTED

#: letters of `grammar.Kinds` that one text column holds without saying which of them a value was
_LEARNABLE = {"t", "w"}
#: the code of the issue about rows that are no object
NO_OBJECT = "no-object"
NOT_AN_OBJECT = Text(
    "行不是对象，无法读取，其各列为空值", "rows are no objects and cannot be read; their columns are null"
)
#: names that are learned, and how many: they become part of a regular expression
_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_MOST_LEARNED = 40
#: digits that a number of 64 bits may not hold; orjson would make a float of it
_LONG = re.compile(r"[0-9]{19}")


@dataclass(slots=True)
class Oddity:
    """One kind of thing that some rows have; `rows` are their places among those that were read."""

    level: Level
    code: str
    name: str
    message: Text
    rows: list[int] = field(default_factory=list)


class _Found:
    """Oddities by kind, in the order in which they first came."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], Oddity] = {}

    def note(self, row: int, code: str, name: str, message: Text, level: Level = "warning") -> None:
        self._kinds.setdefault((code, name), Oddity(level, code, name, message)).rows.append(row)

    def all(self) -> list[Oddity]:
        return list(self._kinds.values())


def read_lines(lines: Sequence[str], shape: Shape) -> tuple[pl.DataFrame, list[Oddity]]:
    """Return rows as the columns of a shape, not parsed yet, and what is odd about which of them.

    A row that is no object is an empty one, so that it is still counted. A value of another JSON type than the
    vendor's page says is told, and read all the same where its parser can.
    """
    found = _Found()
    texts: dict[str, list[Any]] = {column.name: [] for column in shape.columns}
    by_field = {column.field: column for column in shape.columns}
    for number, line in enumerate(lines):
        row = _row(line, number, found)
        told = dict(_fields(row, shape, number, found))
        for path, column in by_field.items():
            texts[column.name].append(_text(told.get(path), column, number, found, _kinds(shape, path)))
        for path, value in told.items():
            if path not in by_field and not is_of(value, _kinds(shape, path)):
                found.note(number, "changed-type", path, retyped(path), "info")
    columns = [pl.Series(column.name, texts[column.name], column.dtype, strict=True) for column in shape.columns]
    return pl.DataFrame(columns), found.all()


def learn(lines: pl.Series, shape: Shape) -> Mapping[str, Kinds]:
    """Return fields that are new in these lines, and types that fields of the page have here, by letter.

    Only text and whole numbers are learned: any other type would not be told from them in a column of text. Rows
    with ever other fields teach nothing.
    """
    seen: dict[str, set[str]] = {}
    for line in lines.to_list():
        for name, value in _object(line).items():
            seen.setdefault(name, set()).update({_kind(value)} & _LEARNABLE)
    wider: dict[str, Kinds] = {}
    for name, kinds in seen.items():
        known = _kinds(shape, name)
        if known is None and _NAME.fullmatch(name):
            wider[name] = "".join(sorted(kinds)) or "t"
        elif known is not None and "l" not in known and kinds - set(known):
            wider[name] = known + "".join(sorted(kinds - set(known)))
    return wider if len(wider) <= _MOST_LEARNED else {}


def drift(name: str, expected: Kinds | None) -> tuple[str, Text, Level, str]:
    """Return code, message and level of what was learned of a field, and the expression of the rows that have it."""
    key = rf'"{re.escape(name)}"[ \t]*:[ \t]*'
    if expected is None:
        return "new-field", added(name), "info", key
    return "changed-type", retyped(name), "info", key + ("[-0-9]" if "t" in expected else r'"(?:[^"-]|-[^"])')


def _row(line: str, number: int, found: _Found) -> Mapping[str, Any]:
    row = _decoded(line)
    if isinstance(row, dict):
        return row
    found.note(number, NO_OBJECT, "", NOT_AN_OBJECT)
    return {}


def _object(line: str) -> Mapping[str, Any]:
    row = _decoded(line)
    return row if isinstance(row, dict) else {}


def _decoded(line: str) -> object:
    try:
        return json.loads(line) if _LONG.search(line) else orjson.loads(line)
    except orjson.JSONDecodeError:  # 1e400 is beyond its floats
        return json.loads(line)


def _fields(row: Mapping[str, Any], shape: Shape, number: int, found: _Found) -> Iterator[tuple[str, Any]]:
    """Yield path and value of each field that the vendor's page has, and note each that it has not."""
    for name, value in row.items():
        kinds = shape.fields.get(name)
        if kinds is None:
            found.note(number, "new-field", name, added(name), "info")
        elif isinstance(kinds, str):
            yield name, value
        else:
            yield from _part(name, value, kinds, number, found)


def _part(
    part: str, value: object, known: Mapping[str, Kinds], number: int, found: _Found
) -> Iterator[tuple[str, Any]]:
    try:
        inner = record(value) or {}
    except ValueError:
        found.note(number, "bad-record", part, unreadable(part))
        return
    for name, each in inner.items():
        if name in known:
            yield f"{part}.{name}", each
        else:
            found.note(number, "new-field", name, added(name), "info")


def _kinds(shape: Shape, path: str) -> Kinds | None:
    part, _, name = path.rpartition(".")
    fields: Any = shape.fields if not part else shape.fields[part]
    kinds = fields.get(name) or dict(shape.learned).get(path)
    return kinds if isinstance(kinds, str) else None


def is_of(value: object, kinds: Kinds | None) -> bool:
    """Say whether a value is of one of the JSON types that the vendor's page gives its field."""
    if value is None or kinds is None:
        return True
    kind = _kind(value)
    return kind in kinds or (kind == "w" and "n" in kinds)


def _kind(value: object) -> str:
    """Return the letter of a value's JSON type; o is an object."""
    if isinstance(value, bool):
        return "b"
    if isinstance(value, float):
        return "n" if math.isfinite(value) else "o"
    return {str: "t", int: "w", list: "l"}.get(type(value), "o")


def _text(value: object, column: Column, number: int, found: _Found, kinds: Kinds | None) -> Any:  # noqa: ANN401 - text, or a list of it
    """Return a value as polars' JSON reader would have it as text; null, and noted, where its parser refuses it."""
    is_plain = isinstance(value, str | int | float) and not isinstance(value, bool) and column.parser is not LISTED
    if value is None or (is_plain and is_of(value, kinds)):
        return None if value is None else str(value)
    return _changed(value, column, number, found, kinds)


def _changed(value: object, column: Column, number: int, found: _Found, kinds: Kinds | None) -> Any:  # noqa: ANN401 - text, or a list of it
    name = column.label
    try:
        read = column.parser.of(value)
    except (ValueError, ArithmeticError):
        found.note(number, column.parser.code, name, unreadable(name))
        return None
    if column.parser is LISTED:
        return [_element(one) for one in listed(value)]
    if read is None:
        return None
    if not is_of(value, kinds):
        found.note(number, "changed-type", name, retyped(name), "info")
    return str(value)


def _element(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return (
        str(value) if isinstance(value, int | float) and not isinstance(value, bool) else orjson.dumps(value).decode()
    )
