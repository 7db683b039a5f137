"""One row of a reply with where it stands: every `read` takes its values through this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from reporter.model import Level, Pull, Reply, Text
from reporter.tables import Row
from reporter.vendors.grammar import Kinds
from reporter.vendors.odd import NO_OBJECT, NOT_AN_OBJECT, is_of
from reporter.vendors.parse import Problems, retyped

T = TypeVar("T")

#: what stands for nothing in a field of any type
_NOTHING: tuple[object, ...] = ("", [])


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a reply; `row_no` counts the reply's own rows from 1, None is the reply as a whole."""

    reply: Reply
    row_no: int
    body: Mapping[str, Any]
    problems: Problems

    def take(self, parser: Callable[[object], T | None], name: str) -> T | None:
        """Return a parsed field, or None and an issue."""
        return self.problems.take(parser, self.body.get(name), name=name, reply=self.reply, row=self.row_no)

    def expect(self, known: Mapping[str, Kinds | None]) -> Item:
        """Note each field that the vendor has added since, and each of another JSON type than its page says.

        `known` are fields with their types as in `grammar`, None where whoever reads a field tells of its type.
        """
        self.problems.unknown_fields(self.body, known, reply=self.reply, row_no=self.row_no)
        for name, value in self.body.items():
            if value not in _NOTHING and not is_of(value, known.get(name)):
                where = f"{self.reply.reply_id} row {self.row_no}"
                self.problems.note("changed-type", name, retyped(name), where=where, level="info")
        return self

    def note(self, code: str, message: Text, *, level: Level = "warning") -> None:
        """Count one problem of this row."""
        self.problems.note(code, "", message, where=f"{self.reply.reply_id} row {self.row_no}", level=level)

    def source(self, *, room_id: str | None) -> Row:
        """Return the columns that say where a row came from."""
        return source(self.problems.pull, self.reply, self.row_no, room_id=room_id)


def source(pull: Pull, reply: Reply, row_no: int | None, *, room_id: str | None) -> Row:
    """Return the columns that say where a row came from; `row_no` None stands for the reply as a whole."""
    return {
        "vendor": pull.vendor,
        "account": pull.account,
        "room_id": room_id,
        "reply_id": reply.reply_id,
        "row_no": row_no,
    }


def items(rows: list[Any], reply: Reply, problems: Problems, *, before: int = 0) -> list[Item]:
    """Return the rows of a list of a reply; `before` rows of the same reply were counted already.

    A row that is no object is told of and left out.
    """
    numbered = list(enumerate(rows, start=before + 1))
    for row_no, row in numbered:
        if not isinstance(row, dict):
            problems.note(NO_OBJECT, "", NOT_AN_OBJECT, where=f"{reply.reply_id} row {row_no}")
    return [Item(reply, row_no, row, problems) for row_no, row in numbered if isinstance(row, dict)]
