"""One row of a reply with where it stands: every `read` takes its values through this."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from reporter.model import Level, Pull, Reply, Text
from reporter.tables import Row
from reporter.vendors.parse import Problems

T = TypeVar("T")


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

    def expect(self, known: Collection[str]) -> Item:
        """Note each field that the vendor has added since."""
        self.problems.unknown_fields(self.body, known, reply=self.reply, row_no=self.row_no)
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

    A row that is no object is an empty one, so that its fields are null and it is still counted.
    """
    return [
        Item(reply, row_no, row if isinstance(row, dict) else {}, problems)
        for row_no, row in enumerate(rows, start=before + 1)
    ]
