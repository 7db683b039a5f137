"""Numbers, durations and dates in the reader's style. Pure; locale data is babel's."""

from __future__ import annotations

from datetime import datetime
from decimal import Context, Decimal, localcontext
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal, format_percent

from reporter import labels
from reporter.html.wording import WORDS
from reporter.model import Language, Period
from reporter.report import Unit

Number = float | int | Decimal

_LOCALES = {"zh": "zh_CN", "en": "en_US"}
_HOUR, _TENTH_OF_A_MINUTE = 3600, 6
#: digits of the largest float, and to spare: babel rounds within the thread's context, whose 28 are too few
_ROOM = Context(prec=400)


def shown(value: Number | None, unit: Unit, language: Language) -> str:
    """Return a figure as its reader expects it; None is 不可得, never 0."""
    if value is None:
        return labels.unavailable(language)
    if unit == "seconds":
        return span(float(value), language)
    if unit == "ratio":
        return _percent(value, "#,##0.0%", language)
    pattern = {"money": "#,##0.00", "score": "0.00"}.get(unit, "#,##0.##")
    number = _decimal(value, pattern, language)
    return f"{number} {labels.UNITS[unit].in_(language)}" if unit == "money" else number


def span(seconds: float, language: Language) -> str:
    """Return a length of time: hours with one place from an hour on, else minutes."""
    # 59.95 minutes and more would round to 60.0
    unit, part = ("hours", seconds / _HOUR) if seconds >= _HOUR - _TENTH_OF_A_MINUTE / 2 else ("minutes", seconds / 60)
    length = _decimal(part, "#,##0.0", language)
    return f"{length} {WORDS[unit].in_(language)}"


def change(part: float | None, unit: Unit, language: Language) -> str:
    """Return a `Figure.change` with its sign: of a ratio in points, else as a percentage; None is empty."""
    if part is None:
        return ""
    if unit == "ratio":
        points = _decimal(part * 100, "+#,##0.0;-#,##0.0", language)
        return f"{points} {labels.POINTS.in_(language)}"
    return _percent(part, "+#,##0.0%;-#,##0.0%", language)


def is_nothing(shown: str) -> bool:
    """Say whether a number as it is shown is 0: a change too small to be seen goes neither up nor down."""
    return not any(digit in "123456789" for digit in shown)


def _decimal(value: Number, pattern: str, language: Language) -> str:
    with localcontext(_ROOM):
        return _signed(format_decimal(value, format=pattern, locale=_LOCALES[language]))


def _percent(value: Number, pattern: str, language: Language) -> str:
    with localcontext(_ROOM):
        return _signed(format_percent(value, format=pattern, locale=_LOCALES[language]))


def _signed(shown: str) -> str:
    """Return a number as it is shown, its sign left out where all that is shown is 0: never `-0.00` or `+0.0%`."""
    return shown.lstrip("+-") if is_nothing(shown) else shown


def moment(instant: datetime, timezone: str) -> str:
    """Return wall clock of the report's zone, to the minute."""
    return f"{instant.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def days(period: Period) -> str:
    """Return the first and last day, both inclusive."""
    covered = list(period.days())
    first, last = covered[0].isoformat(), covered[-1].isoformat()
    return first if first == last else f"{first} – {last}"
