"""The kinds of text that a config holds, each parsed from the raw scalar and complained about in our words.

Each kind is an `Annotated` type: pydantic runs its check, the JSON Schema for editors stands beside it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Hashable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from reporter import addresses, columns, oneline
from reporter.config.complaints import choice, near, none_of, quoted
from reporter.config.periods import EXAMPLES, EXPLICIT, advice, is_explicit, syntax_ok
from reporter.config.references import LITERAL_SECRET, SYNTAX
from reporter.vendors.rates import per_second

#: the type of an error whose message is ours already
OURS: Final = "ours"

T = TypeVar("T", bound=Hashable)

#: what the system lists among its zones: the machine's own, and none at all
_NO_ZONES = {"localtime", "Factory"}
_NUMBER = re.compile(r"\d+(\.\d+)?")
_AS_AFTER_THE_AT = "write it as it stands after the @, such as example.com"
#: what subject and attach_name may hold
PLACEHOLDERS = ("client", "title", "period")


def wrong(message: str) -> PydanticCustomError:
    """Return an error whose message reaches the reader as it is."""
    return PydanticCustomError(OURS, "{message}", {"message": message})


def need_text(value: object) -> str:
    """Return a scalar's text; raises for lists, mappings and blanks."""
    if not isinstance(value, str):
        raise wrong("write one value here, not a list or a mapping")
    if not value.strip():
        raise wrong("is empty; write a value, or delete the key")
    return value


def _one_line(text: str) -> str:
    found = oneline.fault(text)
    if found:
        raise wrong(f"{found}; take it out")
    return text


def _matching(pattern: str, advice: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise wrong(f"{quoted(text)} {advice}")
        return text

    return AfterValidator(check)


def _number(low: float, high: float, what: str) -> BeforeValidator:
    def check(value: object) -> float:
        text = need_text(value)
        if not _NUMBER.fullmatch(text) or not low <= float(text) <= high:
            raise wrong(f"{quoted(text)} is not {what}")
        return float(text)

    return BeforeValidator(check)


def _whole(low: int, what: str) -> BeforeValidator:
    def check(value: object) -> int:
        text = need_text(value)
        if not text.isdecimal() or not text.isascii() or int(text[:10]) < low:
            raise wrong(f"{quoted(text)} is not {what}")
        return int(text[:10])

    return BeforeValidator(check)


def _megabytes(value: object) -> Decimal:
    text = need_text(value)
    if not _NUMBER.fullmatch(text) or not 0 < float(text) <= 1000:  # noqa: PLR2004 - a gigabyte is no mail
        raise wrong(f"{quoted(text)} is not a size in megabytes; write a number such as 20 or 7.5")
    return Decimal(text)


def _timezone(text: str) -> str:
    known = available_timezones() - _NO_ZONES
    if text not in known:
        match = near(text, sorted(known), 0.76)
        raise wrong(
            f"{quoted(text)} is no time zone; write {quoted(match or 'Asia/Shanghai')}"
            + ("" if match else " or another IANA name")
        )
    return text


def _period(text: str) -> str:
    if not syntax_ok(text):
        raise wrong(advice(text))
    return text


def _days(text: str) -> str:
    if not is_explicit(text):
        named = f"{quoted(text)} moves with the clock; write its days, such as 2026-11-01..2026-11-07"
        raise wrong(named if syntax_ok(text) else advice(text, EXPLICIT))
    return text


def _rate(text: str) -> str:
    try:
        per_second(text)
    except ValueError as fault:
        raise wrong(str(fault)) from None
    return text


def _address(text: str) -> str:
    try:
        addresses.parse(text)
    except ValueError as fault:
        raise wrong(f"{quoted(text)} {fault}; write name@example.com, or 名字 <name@example.com>") from None
    return text


def _domain(text: str) -> str:
    try:
        addresses.ascii_domain(text)
    except ValueError as fault:
        raise wrong(f"{quoted(text)} {fault}; {_AS_AFTER_THE_AT}") from None
    if "." not in text:
        raise wrong(f"{quoted(text)} is no domain; {_AS_AFTER_THE_AT}")
    return text.lower()


def _placeholders(text: str) -> str:
    allowed = [f"{{{name}}}" for name in PLACEHOLDERS]
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        raise wrong(f"a brace has no partner; write {choice(allowed)}, and {{{{ for a brace itself") from None
    for _, name, spec, conversion in parts:
        if name not in PLACEHOLDERS or spec or conversion:
            raise wrong(none_of(f"{{{name}}}", allowed, "placeholders"))
    return text


def _reference(value: object) -> str:
    # the value may be a secret: it is never quoted
    text = need_text(value)
    if not (SYNTAX["env"].fullmatch(text) or SYNTAX["file"].fullmatch(text)):
        raise wrong(LITERAL_SECRET)
    return text


def one_of(words: Collection[str], what: str = "") -> AfterValidator:
    """Return a check that a word is in a list, with the near match where it is not."""

    def check(text: str) -> str:
        if text not in words:
            raise wrong(none_of(text, words, what))
        return text

    return AfterValidator(check)


def each_once(values: Sequence[T]) -> Sequence[T]:
    """Refuse a list that says something twice."""
    twice = [value for index, value in enumerate(values) if value in values[:index]]
    if twice:
        raise wrong(f"{quoted(str(twice[0]))} stands twice in the list; keep one")
    return values


def not_empty(values: Sequence[T]) -> Sequence[T]:
    """Refuse an empty list."""
    if not values:
        raise wrong("is empty; write at least one entry")
    return values


def some_weight(weights: dict[str, float]) -> dict[str, float]:
    """Refuse weights that are all 0."""
    if not any(weights.values()):
        raise wrong("every weight is 0; write at least one above 0, such as watch: 1")
    return weights


def text_like(value: object) -> object:
    """Let `title: Acme` stand for one wording in both languages."""
    if isinstance(value, list):
        raise wrong("write one title here, or {zh: …, en: …}, not a list")
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _label(text: str) -> str:
    table, _, column = text.partition(".")
    if not column:
        raise wrong(f"{quoted(text)} is no column; write its table too, as in people.name")
    if table not in columns.OFFERED:
        raise wrong(none_of(table, columns.OFFERED, "tables of the workbook"))
    if column not in columns.names(table):
        raise wrong(none_of(column, columns.names(table), f"columns of {table}"))
    return text


def _schema(**said: Any) -> WithJsonSchema:  # noqa: ANN401 - JSON Schema is any JSON
    return WithJsonSchema(said)


_text = BeforeValidator(need_text)

Plain = Annotated[str, _text, AfterValidator(_one_line), _schema(type="string")]
Id = Annotated[
    str,
    _text,
    _matching(r"\S+", "is no id; an id has no blanks in it"),
    AfterValidator(_one_line),
    _schema(type=["string", "integer"], description="Taken from the text as it stands, never through a number."),
]
Client = Annotated[
    str,
    _text,
    _matching(r"[a-z0-9-]{1,100}", "is no client; write a-z, 0-9 and -, such as acme"),
    _schema(type="string", pattern="^[a-z0-9-]+$"),
]
AccountName = Annotated[str, _matching(r"[\w-]+", "is no name of an account; use letters, digits, _ and -")]
Color = Annotated[
    str,
    _text,
    _matching(r"#[0-9a-fA-F]{6}", 'is no colour; write "#1664ff" in quotes, since a bare # begins a comment'),
    _schema(type="string", pattern="^#[0-9a-fA-F]{6}$"),
]
Timezone = Annotated[str, _text, AfterValidator(_timezone), _schema(type="string")]
PeriodText = Annotated[str, _text, AfterValidator(_period), _schema(type="string", examples=list(EXAMPLES))]
Days = Annotated[str, _text, AfterValidator(_days), _schema(type="string", examples=["2026-11-01..2026-11-07"])]
Rate = Annotated[str, _text, AfterValidator(_rate), _schema(type="string", pattern=r"^\d+(\.\d+)?/(s|min)$")]
Address = Annotated[str, _text, AfterValidator(_one_line), AfterValidator(_address), _schema(type="string")]
Domain = Annotated[str, _text, AfterValidator(_domain), _schema(type="string")]
Pattern = Annotated[str, _text, AfterValidator(_one_line), AfterValidator(_placeholders), _schema(type="string")]
Secret = Annotated[str, BeforeValidator(_reference), _schema(type="string", pattern="^(env|file):.+")]
Label = Annotated[str, AfterValidator(_label)]
#: what editors offer for the choice of columns by table, and for headers by table.column
CHOICE = _schema(
    type="object",
    properties={
        table: {"type": "array", "items": {"enum": [*columns.names(table)]}, "minItems": 1, "uniqueItems": True}
        for table in columns.OFFERED
    },
    additionalProperties=False,
)
HEADERS = _schema(
    type="object",
    properties={f"{table}.{name}": {"type": "string"} for table in columns.OFFERED for name in columns.names(table)},
    additionalProperties=False,
)
Ratio = Annotated[
    float,
    _number(0, 1, "a part of one; write a number from 0 to 1, such as 0.8"),
    _schema(type="number", minimum=0, maximum=1),
]
Minutes = Annotated[
    float, _number(0, 100_000, "a number of minutes; write a number such as 10"), _schema(type="number", minimum=0)
]
Weight = Annotated[
    float, _number(0, 1_000_000, "a weight; write 0 or a positive number"), _schema(type="number", minimum=0)
]
Count = Annotated[int, _whole(1, "a whole number from 1 on"), _schema(type="integer", minimum=1)]
Megabytes = Annotated[Decimal, BeforeValidator(_megabytes), _schema(type="number", exclusiveMinimum=0)]
