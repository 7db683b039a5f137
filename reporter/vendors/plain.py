"""Each parser of `parse` with the polars expression of the spellings that vendors really use.

The expression reads plain text and gives null for anything else; what it leaves is read once a distinct
spelling by the parser itself, which alone decides what a value means. Tests hold both equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import polars as pl

from reporter.tables import COUNT, FLAG, INSTANT, MONEY, SECONDS, TEXT, TEXTS
from reporter.vendors import parse

#: years of `parse.instant` as Unix seconds
_FIRST, _AFTER = 1_262_304_000, 2_556_144_000
_MOST = 10**15
_CLOCK = r"^[0-9]{1,6}:[0-5][0-9]:[0-5][0-9]$"
_PERCENT = r"^[0-9]{1,9}%$"
_AMOUNT = r"^[0-9]{1,18}(?:\.[0-9]{1,2})?$"


@dataclass(frozen=True, slots=True)
class Parser:
    """One kind of value: what decides it, the expression of its plain spellings, and the column's type.

    `of` raises `ValueError` for what cannot be read; its name is that of the issue (`bad-count`). `nothing`
    are the spellings that it reads as null. `whole` is the expression for a column of whole numbers, of a field
    that the vendor sends as nothing else; None where such a column is read as text too.
    """

    of: Callable[[object], object]
    plain: Callable[[pl.Expr], pl.Expr]
    dtype: pl.DataType
    nothing: tuple[str, ...] = ("", "-")
    whole: Callable[[pl.Expr], pl.Expr] | None = None

    def of_column(self, name: str, dtype: pl.DataType) -> pl.Expr:
        """Return the expression for a column of text or of whole numbers, under the column's name."""
        return _expression(self.whole if dtype == pl.Int64 and self.whole is not None else self.plain, name)

    @property
    def code(self) -> str:
        """The code of the issue about a value that it cannot read."""
        return f"bad-{self.of.__name__.replace('_', '-')}"


@cache
def _expression(read: Callable[[pl.Expr], pl.Expr], name: str) -> pl.Expr:
    """Return what a parser makes of a column; kept, since a long reply is read in many portions."""
    return read(pl.col(name)).alias(name)


def parse_text(spelled: pl.Series, parser: Parser, plain: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Return the values of a column of text or whole numbers, and which of them could not be read (None: all could).

    `plain` is what the parser's expression made of it.
    """
    if plain.null_count() == spelled.null_count():
        return plain, None
    spelled = spelled.cast(pl.String)
    left = spelled.is_not_null() & plain.is_null() & ~spelled.is_in(parser.nothing)
    if not left.any():
        return plain, None
    read = _read_each(spelled.filter(left).unique(maintain_order=True), parser)
    joined = spelled.alias("spelled").to_frame().join(read, on="spelled", how="left", maintain_order="left")
    values = pl.select(pl.coalesce(plain, joined["value"])).to_series().alias(plain.name)
    bad = joined["bad"].fill_null(value=False) & left
    return values, bad if bad.any() else None


def _read_each(spelled: pl.Series, parser: Parser) -> pl.DataFrame:
    values: list[object] = []
    bad: list[bool] = []
    for one in spelled.to_list():
        try:
            values.append(parser.of(one))
            bad.append(False)
        except (ValueError, ArithmeticError):
            values.append(None)
            bad.append(True)
    return pl.DataFrame({"spelled": spelled, "value": pl.Series(values, dtype=parser.dtype, strict=True), "bad": bad})


def words(parser: Callable[[object], str | None], meanings: dict[str, str]) -> Parser:
    """Return the parser of a few known words; `meanings` says what each stands for."""
    return Parser(
        parser, lambda spelled: spelled.replace_strict(meanings, default=None, return_dtype=pl.String()), TEXT
    )


def _whole(spelled: pl.Expr) -> pl.Expr:
    return spelled.cast(pl.Int64, strict=False)


def _text(spelled: pl.Expr) -> pl.Expr:
    return pl.when(spelled != "").then(spelled)


def _dashed(spelled: pl.Expr) -> pl.Expr:
    return pl.when((spelled != "") & (spelled != "-")).then(spelled)


def _count(spelled: pl.Expr) -> pl.Expr:
    whole = _whole(spelled)
    return pl.when(whole.is_between(0, _MOST)).then(whole)


def _seconds(spelled: pl.Expr, most: int = parse.LONGEST) -> pl.Expr:
    told = pl.when(spelled.str.contains(_CLOCK)).then(_shown(spelled)).otherwise(_whole(spelled))
    return _within(told.cast(pl.Float64), most)


def _seconds_together(spelled: pl.Expr) -> pl.Expr:
    return _seconds(spelled, parse.LONGEST_TOGETHER)


def _within(seconds: pl.Expr, most: int = parse.LONGEST) -> pl.Expr:
    return pl.when(seconds.is_between(0, most)).then(seconds)


def _scaled(whole: pl.Expr, exponent: int) -> pl.Expr:
    """Return the nearest float to `whole` times a power of ten: polars divides by reciprocals, and 35 / 100 is off."""
    return pl.format(f"{{}}e{exponent}", whole).cast(pl.Float64, strict=False)


def _shown(spelled: pl.Expr) -> pl.Expr:
    """Return the seconds that a clock shows, of text that is one."""
    hours, sixtieths, rest = (
        _whole(part) for part in (spelled.str.head(-6), spelled.str.slice(-5, 2), spelled.str.tail(2))
    )
    return hours * 3600 + sixtieths * 60 + rest


def _milliseconds(spelled: pl.Expr) -> pl.Expr:
    shown = _shown(spelled).cast(pl.Float64)
    return _within(pl.when(spelled.str.contains(_CLOCK)).then(shown).otherwise(_scaled(_count(spelled), -3)))


def _minutes(spelled: pl.Expr) -> pl.Expr:
    shown = pl.when(spelled.str.contains(_CLOCK)).then(_shown(spelled)).otherwise(_count(spelled) * 60)
    return _within(shown.cast(pl.Float64))


def _whole_seconds(number: pl.Expr) -> pl.Expr:
    return _within(number).cast(pl.Float64)


def _ratio(spelled: pl.Expr) -> pl.Expr:
    percent = _scaled(_whole(spelled.str.strip_suffix("%")), -2)
    return pl.when(spelled.str.contains(_PERCENT)).then(percent)


def _number(spelled: pl.Expr) -> pl.Expr:
    whole = _whole(spelled)
    return pl.when(whole >= 0).then(whole.cast(pl.Float64))


def _flag(spelled: pl.Expr) -> pl.Expr:
    return pl.when(spelled.is_in(sorted(parse.YES))).then(True).when(spelled.is_in(sorted(parse.NO))).then(False)  # noqa: FBT003 - values of a column


def _instant(spelled: pl.Expr) -> pl.Expr:
    at = _whole(spelled)
    inside = pl.when((at >= _FIRST) & (at < _AFTER)).then(at)
    return (inside * 1_000_000).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _money(spelled: pl.Expr) -> pl.Expr:
    return pl.when(spelled.str.contains(_AMOUNT)).then(spelled).cast(MONEY, strict=False)


def _listed(told: pl.Expr) -> pl.Expr:
    is_empty = (told.list.len() == 1) & (told.list.first() == "").fill_null(value=False)
    return pl.when(is_empty).then(pl.lit([], TEXTS)).otherwise(told)


TEXT_AS_IT_STANDS = Parser(parse.text, _text, TEXT, ("",))
DASHED = Parser(parse.dashed, _dashed, TEXT)
WHOLE = Parser(parse.count, _count, COUNT, whole=_count)
DURATION = Parser(parse.seconds, _seconds, SECONDS, whole=_whole_seconds)
DURATION_TOGETHER = Parser(parse.seconds_together, _seconds_together, SECONDS)
MILLISECONDS = Parser(parse.milliseconds, _milliseconds, SECONDS)
MINUTES = Parser(parse.minutes, _minutes, SECONDS)
NUMBER = Parser(parse.number, _number, pl.Float64())
RATIO = Parser(parse.ratio, _ratio, pl.Float64())
YES_NO = Parser(parse.flag, _flag, FLAG)
MOMENT = Parser(parse.instant, _instant, INSTANT, ("", "-", "0"), whole=_instant)
AMOUNT = Parser(parse.money, _money, MONEY)
#: a list of texts and whole numbers, as texts; what is in it is parsed by whoever takes it apart
LISTED = Parser(parse.listed, _listed, TEXTS)
