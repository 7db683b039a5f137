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
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from reporter.model import Count, Issue, Text

if TYPE_CHECKING:
    from reporter.model import Level, Pull, Reply
    from reporter.vendors.base import Body

T = TypeVar("T")

_CLOCK = re.compile(r"(?:(\d{1,9}):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)", re.ASCII)
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)
#: a pair of escapes or an escaped backslash stays; what else looks like a surrogate's escape stands alone
_LONE = re.compile(r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
#: orjson's word for nesting beyond 1024
_DEEP = "depth limit"
_LOOSE_COLON = re.compile(rb'"\s+:')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: no count of a vendor's comes near; sums of thousands of them fit 64 bits
_MOST = 10**15
_NOTHING = (None, "", "-")
#: an instant outside these years is milliseconds taken for seconds, or worse
_YEARS = range(2010, 2051)
#: seconds that one person can have watched, or a media can last: no report covers more than a year. What is beyond
#: was an instant, or another unit
LONGEST = 366 * 86_400
#: seconds that all viewers of a media together watched on a day: five million of them half an hour each. Sums of
#: hundreds of either fit 64 bits as microseconds
LONGEST_TOGETHER = 10**10
_SIXTY = 60
#: whole and cents of `tables.MONEY` fit 28 digits, the precision of `decimal`
_DEAREST = Decimal(10) ** 26
_HALF = Text("文本含有被截断的半个字符，已替换为 U+FFFD", "text holds half of a letter that was cut; it became U+FFFD")
YES = frozenset({"Y", "y", "是", "1", "true", "True"})
NO = frozenset({"N", "n", "否", "0", "false", "False"})


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
    """Return a whole number from 0 to 10**15, also from text ("12") or a float without a fraction (5.0)."""
    if value in _NOTHING:
        return None
    amount = _number(value, "no whole number")
    if not 0 <= amount <= _MOST or amount != int(amount):
        raise ValueError("no whole number from 0 on")
    return int(amount)


def number(value: object) -> float | None:
    """Return a number that is not negative, with a fraction or without: the vendor's own average of something."""
    return None if value in _NOTHING else _not_negative(float(_number(value, "no number")))


def seconds(value: object) -> float | None:
    """Return seconds, up to `LONGEST`, from a number of seconds, "HH:MM:SS" (hours may pass 24) or "MM:SS"."""
    return _duration(value, Decimal(1))


def seconds_together(value: object) -> float | None:
    """Return seconds, up to `LONGEST_TOGETHER`, that all viewers of a media watched, from what `seconds` takes."""
    return _duration(value, Decimal(1), LONGEST_TOGETHER)


def milliseconds(value: object) -> float | None:
    """Return seconds from a number of milliseconds, or from what a clock shows.

    No duration of the calls that we make comes so; instants do (`instant_of_milliseconds`).
    """
    return _duration(value, Decimal("0.001"))


def minutes(value: object) -> float | None:
    """Return seconds from a number of minutes, or from what a clock shows.

    No field of the calls that we make comes so. It is here for those that do: Volcengine's GetPageWatchDataAPIV2
    (TotalTime, AvgTime), Quanshi's event/info (length) and event/report/stats (viewTime, rounded up).
    """
    return _duration(value, Decimal(_SIXTY))


def _duration(value: object, unit: Decimal, most: int = LONGEST) -> float | None:
    """Return seconds, up to `most`; a number counts `unit` seconds each, a clock shows what it shows."""
    if value in _NOTHING:
        return None
    if isinstance(value, str) and (found := _CLOCK.fullmatch(value.strip())):
        hours, sixtieths, rest = int(found[1] or 0), int(found[2]), float(found[3])
        if rest >= _SIXTY or (found[1] and sixtieths >= _SIXTY):
            raise ValueError("no time of a clock")
        return _within(float(hours * 3600 + sixtieths * _SIXTY) + rest, most)
    return _within(float(_number(value, "no duration") * unit), most)


def _within(seconds: float, most: int) -> float:
    if not 0 <= seconds <= most:
        raise ValueError("negative, or longer than anybody watches")
    return seconds


def ratio(value: object) -> float | None:
    """Return a part of one from "6%", "6.5%" or 0.06; above one is kept where it is said in percent, as in 104%.

    A bare 6 may be 6 % or six times the whole, and a bare 1 is 1 % or all of it: neither is guessed.
    """
    if value in _NOTHING:
        return None
    if isinstance(value, str) and value.strip().endswith("%"):
        return _not_negative(float(_number(value.strip()[:-1], "no percentage") / 100))
    part = _number(value, "no percentage")
    if part >= 1:
        raise ValueError("a percentage without its sign, or a part of more than one")
    return _not_negative(float(part))


def flag(value: object) -> bool | None:
    """Return a yes or no from Y/N, 是/否, 0/1 or a JSON boolean."""
    if value in _NOTHING:
        return None
    if str(value) in YES:
        return True
    if str(value) in NO:
        return False
    raise ValueError("neither yes nor no")


def instant(value: object) -> datetime | None:
    """Return a UTC instant from Unix seconds; 0 is nothing, as vendors write it for "not yet"."""
    number = count(value)
    if not number:
        return None
    moment = _EPOCH + timedelta(seconds=number) if 0 < number < 2**33 else _EPOCH
    if moment.year not in _YEARS:
        raise ValueError("not within 2010 to 2050 as Unix seconds")
    return moment


def instant_of_milliseconds(value: object) -> datetime | None:
    """Return a UTC instant from whole Unix milliseconds, of any year; 0 is nothing.

    Quanshi's replies tell their own time (timeStamp) and that of a token (createTime) so. Raises `OverflowError`
    beyond the calendar.
    """
    elapsed = count(value)
    return _EPOCH + timedelta(milliseconds=elapsed) if elapsed else None


def money(value: object) -> Decimal | None:
    """Return an amount from text ("2", "2.50") or a number, to two places as the tables keep it."""
    if value in _NOTHING:
        return None
    amount = _number(value, "no amount")
    if abs(amount) >= _DEAREST or amount != amount.quantize(Decimal("0.01")):
        raise ValueError("no amount with at most two places")
    return amount.quantize(Decimal("0.01"))


def listed(value: object) -> list[object]:
    """Return a list's values; null, "", [] and [""] are alike, and empty."""
    if value in (None, "", [], [""]):
        return []
    if not isinstance(value, list):
        raise ValueError("no list")
    return value


def record(value: object) -> Mapping[str, Any] | None:
    """Return an object; null, "" and [] are none."""
    if value in (None, "", []):
        return None
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def named_no_list(body: Mapping[str, Any], *names: str) -> list[str]:
    """Return which of an object's fields are there and are no list; a missing one is not said to be anything."""
    return [name for name in names if not isinstance(body.get(name, []), list)]


def _number(value: object, complaint: str) -> Decimal:
    """Return a JSON number, or text that is one, exactly; raises `ValueError` with the complaint."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError(complaint)
    written = str(value).strip()
    if not _PLAIN.fullmatch(written):
        raise ValueError(complaint)
    return Decimal(written)


def _not_negative(number: float) -> float:
    if not 0 <= number < float("inf"):
        raise ValueError("negative or not finite")
    return number


class NestedError(ValueError):
    """JSON that is nested deeper than any parser follows; `decode` raises it."""


def decode(data: bytes) -> Body:
    """Return a JSON reply decoded strictly; lone surrogates become U+FFFD.

    Raises `ValueError` for what is no JSON, NaN, infinities and a key said twice included, and its `NestedError`
    for bottomless nesting.
    """
    try:
        body = orjson.loads(data)
        if _has_each_key_once(data, body):
            return body
    except orjson.JSONDecodeError as fault:
        if _DEEP in fault.msg:  # told at once: the slow way would copy the whole reply to find out the same
            raise NestedError("nested too deeply for a reply") from None
    except orjson.JSONEncodeError:  # nested deeper than it writes, though it reads that
        pass
    try:
        return json.loads(_unescaped(data), parse_constant=_refuse, object_pairs_hook=_object_of)
    except RecursionError:
        raise NestedError("nested too deeply for a reply") from None


def _unescaped(data: bytes) -> str:
    """Return the reply's text with each lone surrogate that is written as an escape made U+FFFD."""
    return _LONE.sub(lambda found: found.group(1) or "\\ufffd", data.decode("utf-8-sig"))


def lone_surrogates(data: bytes) -> int:
    """Return how many lone surrogates a reply writes as escapes: each is half of a letter that was cut."""
    return sum(found.group(1) is None for found in _LONE.finditer(data.decode("utf-8-sig")))


def _has_each_key_once(data: bytes, body: Body) -> bool:
    """Say whether nothing fell out as `data` became `body`; false also where only the slow way can tell.

    What ends a key comes as often in the reply as in the body written anew, unless a key was said twice.
    """
    if b"\\u0022" in data or _LOOSE_COLON.search(data):
        return False
    return data.count(b'":') == orjson.dumps(body).count(b'":')


def _object_of(pairs: list[tuple[str, Body]]) -> dict[str, Body]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON number")


def unreadable(name: str) -> Text:
    """Say that a field holds what its parser cannot read."""
    return Text(f"字段 {name} 的值无法解析，按空值处理", f"{name} holds a value that cannot be read; taken as null")


def added(name: str) -> Text:
    """Say that the vendor has added a field."""
    return Text(f"厂商新增了字段 {name}，未使用", f"the vendor sends a new field {name}, not used")


def absent(name: str) -> Text:
    """Say that a reply has no list where its rows should be."""
    return Text(f"列表 {name} 为空值，按没有行处理", f"{name} is null or no list; taken as one without rows")


def retyped(name: str) -> Text:
    """Say that a field came as another JSON type than the vendor's page says."""
    return Text(f"字段 {name} 的类型与厂商文档不同", f"{name} came as another type than the vendor's page says")


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

    def decode(self, reply: Reply) -> Body:
        """Return a stored reply's JSON, with an issue where lone surrogates became U+FFFD."""
        try:
            return orjson.loads(reply.body)
        except orjson.JSONDecodeError:
            for _ in range(lone_surrogates(reply.body)):
                self.note("lone-surrogate", "", _HALF, where=reply.reply_id)
            return decode(reply.body)

    def take(
        self, parser: Callable[[object], T | None], value: object, *, name: str, reply: Reply, row: int
    ) -> T | None:
        """Return the parsed value, or None and an issue that names the field, reply and row."""
        try:
            return parser(value)
        except (ValueError, ArithmeticError):
            code = f"bad-{parser.__name__.replace('_', '-')}"
            self.note(code, name, unreadable(name), where=f"{reply.reply_id} row {row}")
            return None

    def unknown_fields(self, row: Mapping[str, object], known: Collection[str], *, reply: Reply, row_no: int) -> None:
        """Note each field that the vendor has added since (drift); nothing is dropped by it."""
        for name in (name for name in row if name not in known):
            self.note("new-field", name, added(name), where=f"{reply.reply_id} row {row_no}", level="info")

    def absent_lists(self, names: Collection[str], *, reply: Reply) -> None:
        """Note each list of rows that came as null: nothing says that it is none because there is nothing."""
        for name in names:
            self.note("null-list", name, absent(name), where=reply.reply_id, level="info")

    def note(
        self, code: str, name: str, message: Text, *, where: str, level: Level = "warning", times: int = 1
    ) -> None:
        """Count problems of a kind; the first `where` of a kind is kept."""
        self._kinds.setdefault((code, name), _Kind(level, message, where)).times += times

    def issues(self) -> list[Issue]:
        """Return one issue a kind, in the order in which they first came."""
        room = f" room {self.pull.room}" if self.pull.room else ""
        place = f"{self.pull.vendor}:{self.pull.account} {self.pull.endpoint}{room}"
        return [
            Issue(
                kind.level,
                code,
                Text(
                    f"{kind.message.zh}（{kind.times:,} 处）",
                    f"{kind.message.en} ({Count(f'{kind.times:,}'):time|times})",
                ),
                f"{place} reply {kind.first}",
            )
            for (code, _), kind in self._kinds.items()
        ]
