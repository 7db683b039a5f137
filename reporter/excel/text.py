"""Text that a cell, a sheet name and a chart can hold: what is replaced, what is cut, and what is said of it.

XML 1.0 cannot hold most control characters and Excel cannot hold more than 32,767 UTF-16 units in a cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from functools import lru_cache

#: UTF-16 units that a cell takes
MOST_UNITS = 32_767
#: UTF-16 units that a sheet name takes
MOST_NAME_UNITS = 31
#: what `clean` changes, in the regex dialect that Python and polars share
UNSAFE = "[\\x00-\\x08\\x0b-\\x1f\\x7f\ufffe\uffff]"

_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?")
#: what Excel reads as an escaped character, in the regex dialect that Python and polars share
LOOKS_ESCAPED = "_x[0-9A-Fa-f]{4}_"

_ESCAPED = re.compile(LOOKS_ESCAPED)
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"}
_SHOWN = _PICTURES | {0x7F: "\u2421", 0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\n\t]")


def units(text: str) -> int:
    """Return the length in UTF-16 units: an emoji counts two."""
    return len(text) + sum(char > "\uffff" for char in text)


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Return what a cell shows of `text`, and the codes of the issues that this makes, if any.

    Control characters become their pictures (U+2400 and on), what cannot be a character U+FFFD, CR and
    CRLF become LF (`cell-characters`); what is beyond 32,767 UTF-16 units is cut with the mark
    `…[cut n]`, n the units left out (`cell-cut`). All else is unchanged, blanks at the edges included.
    """
    shown = _SURROGATES.sub("\ufffd", _LINE_ENDS.sub("\n", text)).translate(_SHOWN)
    found = () if shown == text else ("cell-characters",)
    if units(shown) > MOST_UNITS:
        return _cut(shown), (*found, "cell-cut")
    return shown, found


def number(value: float | Decimal) -> str:
    """Return a finite number in its shortest exact form."""
    return format(value, "f") if isinstance(value, Decimal) else repr(value)


def escape(text: str) -> str:
    """Return text as the XML must spell it so that Excel reads it back: `_x0041_` would become `A`.

    Matches can overlap (`_x0041_x0042_`), so every `_x` of such a text is escaped.
    """
    return text.replace("_x", "_x005F_x") if _ESCAPED.search(text) else text


def is_sheet_name(name: str, taken: Collection[str] = ()) -> bool:
    """Tell whether Excel takes a name as it is beside those taken: at most 31 UTF-16 units, case-blind unique."""
    is_shown = clean(name)[0] == name and not _NOT_IN_NAMES.search(name) and units(name) <= MOST_NAME_UNITS
    is_free = _folded(name) not in {"history", *map(_folded, taken)}
    return bool(name) and is_shown and is_free and not (name.startswith("'") or name.endswith("'"))


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """Return `wanted` where Excel takes it, else a name like it that none of `taken` is, case-blind."""
    if is_sheet_name(wanted, taken):
        return wanted
    name = _NOT_IN_NAMES.sub("_", clean(wanted)[0].replace("\n", " ").replace("\t", " ")).strip("' ")
    if not name or _folded(name) == "history":
        name = f"{name}_"
    others, chosen, number = {*map(_folded, taken)}, _name_head(name, MOST_NAME_UNITS), 1
    while _folded(chosen) in others:
        number += 1
        tail = f" ({number})"
        chosen = _name_head(name, MOST_NAME_UNITS - len(tail)) + tail
    return chosen


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    """Return a name as Excel compares sheets: case-blind, in any locale.

    https://learn.microsoft.com/en-us/openspecs/office_standards/ms-oi29500/ebf12ea5-2bb4-4af5-ab26-563f22d3f895
    Each character stands for one: `ß` is no `ss`, but `İ` and `ı` are `i`, as they are in Turkish.
    """
    return name.lower() if name.isascii() else "".join(map(_folded_character, name))


def _folded_character(char: str) -> str:
    upper = char.upper()
    return (upper if len(upper) == 1 else char).lower()[0]


def _cut(text: str) -> str:
    left_out = units(text) - MOST_UNITS
    while True:
        mark = f"…[cut {left_out}]"
        head = _head(text, MOST_UNITS - len(mark))
        if units(text) - units(head) == left_out:
            return head + mark
        left_out = units(text) - units(head)


def _head(text: str, most: int) -> str:
    """Return the longest beginning of at most `most` UTF-16 units; a pair is never split."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")


def _name_head(name: str, most: int) -> str:
    """Return a beginning that may end a sheet name: Excel refuses an apostrophe there."""
    return _head(name, most).rstrip("' ")
