"""The parameters of a Volcengine action: text in a GET's query, typed JSON in a POST's body.

A number that is out of its bounds is refused as `InvalidParameter.<Name>Invalid` with HTTP 500, which is
what the vendor's table says, though the fault is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reporter.sandbox.calls import Asked, Body, RefusalError

#: PageNo times page size reaches no further than this without a cursor
REACH = 10_000
_INT64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters, and whether they came as text."""

    values: Mapping[str, Body]
    as_text: bool

    @classmethod
    def of(cls, asked: Asked) -> Params:
        """Read the parameters of a request."""
        if asked.request.method == "GET":
            common = {"Action", "Version"}
            return cls({name: value for name, value in asked.query.items() if name not in common}, as_text=True)
        try:
            return cls(asked.json(), as_text=False)
        except ValueError:
            raise invalid("Body") from None

    def named(self, name: str) -> str:
        """Return a parameter as the journal writes it, "" where it is absent."""
        return str(self.values.get(name) or "")

    def whole(self, name: str, default: int, *, least: int = 0, most: int = _INT64) -> int:
        """Return a whole number: digits in a GET, a JSON number (never text) in a POST."""
        value = self.values.get(name, default)
        if self.as_text and isinstance(value, str) and value.lstrip("-").isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise invalid(name)
        return value

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise invalid(name)
        return value

    def page(self, number: str, size: str, *, default: int, most: int = _INT64) -> tuple[int, int]:
        """Return page number and size within their bounds and within reach."""
        page, items = self.whole(number, 1, least=1), self.whole(size, default, least=1, most=most)
        if page * items > REACH:
            raise invalid(number)
        return page, items

    def room_id(self) -> str:
        """Return the room asked for."""
        try:
            return str(self.whole("ActivityId", 0, least=1))
        except RefusalError:
            message = "The specified parameter ActivityId is invalid."
            raise RefusalError(400, "InvalidParameter.ActivityIdInvalid", message) from None


def invalid(name: str) -> RefusalError:
    """Return the refusal of one parameter."""
    return RefusalError(500, f"InvalidParameter.{name}Invalid", f"The specified parameter {name} is invalid.")


def no_room() -> RefusalError:
    """Return the refusal of a room that is not there."""
    return RefusalError(400, "InvalidParameter.ActivityNotExist", "The specified activity does not exist.")
