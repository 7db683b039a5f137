"""What the cells of a console's export say, and how finely: two sides may differ by what the digits leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?")
_CLOCK = re.compile(r"(?:(\d+) days? )?(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?")
_WORDS = re.compile(
    r"(?:(\d+)(?:小时|时|h))?(?:(\d+)(?:分钟|分|min|m))?(?:(\d+(?:\.\d+)?)(?:秒|sec|s))?", re.IGNORECASE
)
#: what consoles write, in small letters, where they say nothing
_BLANK = {"", "-", "--", "—", "——", "/", "n/a", "null", "none", "无"}
_MINUTE, _HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Step:
    """How finely a cell shows a time: `seconds` are those of its last digit.

    `is_whole`: minutes or hours without any decimals, which consoles may have cut instead of rounded.
    """

    seconds: float
    is_whole: bool = False


def number(text: str, factor: float) -> float | None:
    """Return a cell as a number, lengths of time in seconds (`1:02:03`, `1小时2分`, a number of `factor`).

    None is a cell that says nothing. Raises `ValueError` for one that says what is no number, such as `1.2万`.
    """
    bare = _bare(text)
    if bare.lower() in _BLANK:
        return None
    if found := _CLOCK.fullmatch(bare):
        days, first, second, third = found.groups()
        parts = (first, second, third) if third is not None else ("0", first, second)
        return int(days or 0) * 86_400 + int(parts[0]) * 3600 + int(parts[1]) * 60 + float(parts[2])
    if _PLAIN_NUMBER.fullmatch(bare):
        return float(bare) * factor
    found = _WORDS.fullmatch(bare.replace(" ", ""))
    if found is None or not any(found.groups()):
        raise ValueError(text)
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def steps(cells: Sequence[str], factor: float) -> list[Step]:
    """Return what the last digit of each cell of a column of times is worth: 360 s for `1.5` hours.

    Spreadsheets leave zeros at the end out (`2` for `2.00`), so numbers show as many digits as the longest of their
    column. A clock (`1:02:03`) shows seconds; words (`1小时2分`) what they end in, and `2小时` minutes where others do.
    """
    bare = [_bare(cell) for cell in cells]
    places = max((_places(one) for one in bare if _PLAIN_NUMBER.fullmatch(one)), default=0)
    words = [_words_step(one) for one in bare]
    has_minutes = any(step is not None and step < _HOUR for step in words)
    found = []
    for cell, step in zip(bare, words, strict=True):
        if step is not None:
            found.append(Step(min(step, _MINUTE) if has_minutes else step, is_whole=step >= _MINUTE))
        elif clock := _CLOCK.fullmatch(cell):
            found.append(Step(float(10.0 ** -_places(clock[4] or "0"))))
        else:
            found.append(Step(factor * 10.0**-places, is_whole=not places and factor > 1))
    return found


def _bare(cell: str) -> str:
    return cell.strip().replace(",", "").replace("，", "").lstrip("¥￥$")


def _places(number: str) -> int:
    """Return how many digits stand behind the point; `1.5E+04` has none, and is no less exact than others."""
    exponent = Decimal(number).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _words_step(cell: str) -> float | None:
    found = _WORDS.fullmatch(cell.replace(" ", ""))
    if found is None or not any(found.groups()):
        return None
    _hours, minutes, seconds = found.groups()
    if seconds:
        return float(10.0 ** -_places(seconds))
    return _MINUTE if minutes else _HOUR
