"""One person in a vendor's JSON: the rows that are theirs, and those rows without them. Pure.

A row is the outermost item of a list, else the object in which the person is named. It is theirs where its phone, or
an id in it, is (`whose` finds which ids are). All that is not known
to be harmless is blanked; numbers of an ordinary size stay, so that sums and counts hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reporter.vendors.personal import Personal

#: times, dates, percentages and amounts: text that says nothing about who it is
_HARMLESS = re.compile(r"\d{4}-\d\d-\d\d([ T][\d:.+Z-]*)?|\d+:\d\d(:\d\d)?|-?\d{1,6}(\.\d+)?%?|\d{10}")
#: longer whole numbers may be phones, cookies and ids; ten digits are Unix seconds
_LONGEST_NUMBER = 10**10
_SPACING = re.compile(r"[\s().-]")
#: how a number of the mainland is spelled before its own digits
_PREFIXES = ("", "86", "+86", "0086", "0")
#: floats keep their spelling on the way through
_FLOAT = re.compile(r'"\\u0000f:([^"]*)"')
#: ids shorter than this are no ids, but "-" and the like
_SHORTEST_ID = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to look for: a phone's own digits, and ids that they go by in one account."""

    digits: str = ""
    ids: frozenset[str] = frozenset()

    def is_named_by(self, value: object) -> bool:
        """Say whether a value is the person's phone, however it is spelled."""
        if not self.digits or isinstance(value, bool | float) or not isinstance(value, str | int):
            return False
        bare = _SPACING.sub("", str(value))
        return bare.endswith(self.digits) and bare.removesuffix(self.digits) in _PREFIXES


def is_id(value: str) -> bool:
    """Say whether a value is long enough to tell anybody: "-" and "0" are not."""
    return len(value) >= _SHORTEST_ID


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says of whose it is: (field, value) of its ids, the values that tell people apart, and of its phone.

    `is_named`: the person's phone stands in it, and no other phone says that it is somebody else's.
    """

    known: frozenset[tuple[str, str]]
    telling: frozenset[str]
    is_named: bool

    @classmethod
    def of(cls, node: Any, person: Person, fields: Personal) -> Row:  # noqa: ANN401 - any JSON
        """Read a row."""
        scalars = list(_scalars("", node))
        said = [(name, str(value)) for name, value in scalars if value is not None]
        phones = [value for name, value in said if name in fields.phones and is_id(value)]
        is_named = any(map(person.is_named_by, phones)) or (
            not phones and any(person.is_named_by(value) for _name, value in scalars)
        )
        known = frozenset(pair for pair in said if pair[0] in fields.viewer | fields.also)
        telling = frozenset(value for name, value in said if name in fields.telling and is_id(value))
        return cls(known, telling, is_named)

    def is_of(self, person: Person) -> bool:
        """Say whether it is a person's row."""
        return self.is_named or any(value in person.ids for _name, value in self.known)


@dataclass(slots=True)
class Rewriting:
    """One body being rewritten; `rows` counts those that were the person's."""

    person: Person
    fields: Personal
    stand_in: str
    rows: int = 0

    def visit(self, node: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return the body with the person's rows blanked."""
        if isinstance(node, list):
            return [self._row(item) for item in node]
        if not isinstance(node, dict):
            return node
        if self._is_theirs(_flat(node)):
            return self._theirs(node)
        return {name: self.visit(value) for name, value in node.items()}

    def _row(self, item: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(item, dict) and self._is_theirs(item):
            return self._theirs(item)
        return self._referring(item)

    def _is_theirs(self, node: Any) -> bool:  # noqa: ANN401 - any JSON
        return Row.of(node, self.person, self.fields).is_of(self.person)

    def _theirs(self, node: Any) -> Any:  # noqa: ANN401 - any JSON
        self.rows += 1
        return _mapped("", node, self._blank)

    def _blank(self, name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if name in self.fields.stand_in:
            return self.stand_in
        if name in self.fields.harmless and not self.person.is_named_by(value):
            return value
        if isinstance(value, str):
            is_harmless = _HARMLESS.fullmatch(value) or value.startswith("\x00f:")
            return value if is_harmless and not self.person.is_named_by(value) else ""
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return None if is_number and (abs(value) >= _LONGEST_NUMBER or self.person.is_named_by(value)) else value

    def _referring(self, node: Any) -> Any:  # noqa: ANN401 - any JSON
        """Blank what another's row says about the person."""
        if not isinstance(node, dict):
            return node
        for name, beside in self.fields.referred:
            if str(node.get(name)) in self.person.ids:
                node = {key: ("" if key in beside else value) for key, value in node.items()}
        return {key: self._referring(value) for key, value in node.items()}


def rewritten(body: bytes, person: Person, fields: Personal, stand_in: str) -> tuple[bytes, int] | None:
    """Return a body without the person and how many rows were theirs; None where they are not in it."""
    tree, text = _decoded(body)
    if tree is None:
        return (changed.encode(), 0) if (changed := without_digits(text, person.digits)) != text else None
    work = Rewriting(person, fields, stand_in)
    cleaned = _mapped("", work.visit(tree), lambda _name, value: _swept(value, person))
    return None if cleaned == tree else (_encoded(cleaned), work.rows)


def rows_in(body: bytes, person: Person, fields: Personal) -> Iterator[Row]:
    """Yield what each row of a body says of whose it is, of those that say anything."""
    tree, _text = _decoded(body)
    found = (Row.of(node, person, fields) for node in _rows(tree))
    return (row for row in found if row.known or row.is_named)


def without_digits(text: str, digits: str) -> str:
    """Return a text without a phone's own digits, wherever they stand as a number of their own."""
    return re.sub(rf"(?<!\d)(?:\+?(?:00)?86[ -]?)?{digits}(?!\d)", "", text) if digits else text


def _swept(value: Any, person: Person) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return without_digits(value, person.digits)
    return None if person.is_named_by(value) else value


def _rows(node: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Yield the outermost items of lists, and what objects around them say themselves."""
    if isinstance(node, list):
        yield from (item for item in node if isinstance(item, dict))
    elif isinstance(node, dict):
        yield _flat(node)
        for value in node.values():
            yield from _rows(value)


def _flat(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if not isinstance(value, list | dict)}


def _scalars(name: str, node: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _scalars(key, value)
    elif isinstance(node, list):
        for item in node:
            yield from _scalars(name, item)
    else:
        yield name, node


def _mapped(name: str, node: Any, change: Callable[[str, Any], Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return a tree with every scalar changed; items of a list go by the list's name."""
    if isinstance(node, dict):
        return {key: _mapped(key, value, change) for key, value in node.items()}
    if isinstance(node, list):
        return [_mapped(name, item, change) for item in node]
    return change(name, node)


def _decoded(body: bytes) -> tuple[Any, str]:
    text = body.decode("utf-8", errors="surrogateescape")
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_float=lambda spelled: f"\x00f:{spelled}"), text
    except (ValueError, RecursionError):
        return None, text


def _encoded(tree: Any) -> bytes:  # noqa: ANN401 - any JSON
    try:
        text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
        return _FLOAT.sub(r"\1", text).encode()
    except UnicodeEncodeError:  # a lone surrogate, which only an escape can spell
        return _FLOAT.sub(r"\1", json.dumps(tree, separators=(",", ":"))).encode()
