"""One parser for each kind of value that vendors send, and `Problems`, which keeps what did not parse.

Each parser takes what JSON can hold and returns the value, or None where the vendor says nothing
(null, "", "-"); it raises `ValueError` for what it cannot read. `Problems.take` turns that into null and
an issue that names the reply and row: no value is lost in silence, and no row is lost at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeVar

import orjson

from reporter.model import Issue, Text

if TYPE_CHECKING:
    from reporter.model import Level, Pull, Reply
    from reporter.vendors.base import Body

T = TypeVar("T")

_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:\.\d+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING = (None, "", "-")
#: an instant outside these years is milliseconds taken for seconds, or worse
_YEARS = range(2010, 2051)
_YES = {"Y", "y", "是", "1", "true", "True"}
_NO = {"N", "n", "否", "0", "false", "False"}


def text(value: object) -> str | None:
    """Return text as it stands; a number (an id) as its digits. "" is nothing, "-" is text here."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError("neither text nor a whole number")


def dashed(value: object) -> str | None:
    """Return text where "-" is the vendor's null."""
    return None if value == "-" else text(value)


def count(value: object) -> int | None:
    """Return a whole number, also from text ("12") or a float without a fraction (5.0)."""
    if value in _NOTHING:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no whole number")
    number = Decimal(str(value))
    if not number.is_finite() or number != int(number):
        raise ValueError("no whole number")
    return int(number)


def seconds(value: object) -> float | None:
    """Return seconds from a number of seconds, "HH:MM:SS" (hours may pass 24) or "MM:SS"."""
    if value in _NOTHING:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no duration")
    if isinstance(value, str) and (found := _CLOCK.fullmatch(value.strip())):
        hours, minutes, rest = (int(part or 0) for part in found.groups())
        return float(hours * 3600 + minutes * 60 + rest)
    return _not_negative(float(value))


def ratio(value: object) -> float | None:
    """Return a part of one from "6%", "6.5%" or 0.06; above one is kept, since vendors say 104%."""
    if value in _NOTHING:
        return None
    if isinstance(value, str) and value.strip().endswith("%"):
        return _not_negative(float(value.strip()[:-1]) / 100)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no percentage")
    return _not_negative(float(value))


def flag(value: object) -> bool | None:
    """Return a yes or no from Y/N, 是/否, 0/1 or a JSON boolean."""
    if value in _NOTHING:
        return None
    if str(value) in _YES:
        return True
    if str(value) in _NO:
        return False
    raise ValueError("neither yes nor no")


def instant(value: object) -> datetime | None:
    """Return a UTC instant from Unix seconds; 0 is nothing, as vendors write it for "not yet"."""
    number = count(value)
    if not number:
        return None
    moment = datetime.fromtimestamp(number, UTC) if number < 2**33 else None
    if moment is None or moment.year not in _YEARS:
        raise ValueError("not within 2010 to 2050 as Unix seconds")
    return moment


def money(value: object) -> Decimal | None:
    """Return an amount from text ("2", "2.50") or a number, to two places as the tables keep it."""
    if value in _NOTHING:
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise ValueError("no amount with at most two places")
    return amount.quantize(Decimal("0.01"))


def _not_negative(number: float) -> float:
    if not 0 <= number < float("inf"):
        raise ValueError("negative or not finite")
    return number


def decode(data: bytes) -> Body:
    """Return a JSON reply decoded strictly; lone surrogates become U+FFFD.

    Raises `ValueError` for what is no JSON, NaN and infinities included.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(_SURROGATE.sub("\ufffd", _unescaped(data)), parse_constant=_refuse)


def _unescaped(data: bytes) -> str:
    """Return the reply's text with each lone surrogate that is written as an escape made U+FFFD."""
    pair_or_lone = re.compile(
        r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
    )
    return pair_or_lone.sub(lambda found: found.group(1) or "\\ufffd", data.decode("utf-8-sig"))


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON number")


@dataclass(slots=True)
class _Kind:
    level: Level
    message: Text
    first: str
    times: int = 0


@dataclass(slots=True)
class Problems:
    """What a `read` could not take as it stood, one issue a field and kind, with the count and first row.

    Messages never hold the value: it may be a phone or a name.
    """

    pull: Pull
    _kinds: dict[tuple[str, str], _Kind] = field(default_factory=dict)

    def take(
        self, parser: Callable[[object], T | None], value: object, *, name: str, reply: Reply, row: int
    ) -> T | None:
        """Return the parsed value, or None and an issue that names the field, reply and row."""
        try:
            return parser(value)
        except (ValueError, ArithmeticError):
            self.note(
                f"bad-{parser.__name__}",
                name,
                Text(
                    f"字段 {name} 的值无法解析，按空值处理", f"{name} holds a value that cannot be read; taken as null"
                ),
                where=f"{reply.reply_id} row {row}",
            )
            return None

    def unknown_fields(self, row: Mapping[str, object], known: Collection[str], *, reply: Reply, row_no: int) -> None:
        """Note each field that the vendor has added since (drift); nothing is dropped by it."""
        for name in row.keys() - set(known):
            self.note(
                "new-field",
                name,
                Text(f"厂商新增了字段 {name}，未使用", f"the vendor sends a new field {name}, not used"),
                where=f"{reply.reply_id} row {row_no}",
                level="info",
            )

    def note(self, code: str, name: str, message: Text, *, where: str, level: Level = "warning") -> None:
        """Count one problem of a kind; the first `where` of a kind is kept."""
        self._kinds.setdefault((code, name), _Kind(level, message, where)).times += 1

    def issues(self) -> list[Issue]:
        """Return one issue a kind, in the order in which they first came."""
        room = f" room {self.pull.room}" if self.pull.room else ""
        place = f"{self.pull.vendor}:{self.pull.account} {self.pull.endpoint}{room}"
        return [
            Issue(
                kind.level,
                code,
                Text(f"{kind.message.zh}（{kind.times} 处）", f"{kind.message.en} ({kind.times} times)"),
                f"{place} reply {kind.first}",
            )
            for (code, _), kind in self._kinds.items()
        ]
