"""What fits on a sheet of A4: how wide a table is at the least, and which rows of a long one are printed.

Browsers and fonts differ, so widths are reckoned on the safe side, in letters' heights (em) of a table's print
(`style.css` has the same sizes); a table that may not fit is printed as blocks, and nothing is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: the sheet without its margins is 63.7 em wide; the rest is for fonts wider than ours
WIDTH = 58.0
#: letters of a word that is not broken in a head
LONGEST_WORD = 14
#: a run of letters that is broken nowhere; a line may end after any ideograph
_WORD = re.compile(r"[^\s\u2e80-\uffff]+")
#: room beside a column's text, and what a column, and one of text, has at the least: `style.css` has the same
_PADDING, _LEAST, _TEXT = 0.7, 2.3, 6.0
_WIDE, _CAPITAL, _SMALL = 1.0, 0.8, 0.62
#: steps in which minutes are told
_STEPS = (1, 2, 5, 10, 15, 20, 30, 60)


def least_width(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> float:
    """Return the least width of a table in em: numbers and words of heads are not broken, other texts are."""
    cells = list(zip(*rows, strict=True)) or [()] * len(head)
    return sum(
        max(_LEAST, _longest_word(name), _longest(column) if is_number else _TEXT) + _PADDING
        for name, column, is_number in zip(head, cells, numeric, strict=True)
    )


def is_broken(name: str) -> bool:
    """Say whether a head has a word that is too long to stand whole."""
    return any(len(word) > LONGEST_WORD for word in _WORD.findall(name))


def every(rows: int, most: int) -> int:
    """Return the step, one in which minutes are told, that leaves at most `most` of so many rows."""
    return next((step for step in _STEPS if rows <= most * step), -(-rows // most))


def _longest_word(name: str) -> float:
    return _longest([word for word in _WORD.findall(name) if len(word) <= LONGEST_WORD])


def _longest(texts: Iterable[str]) -> float:
    return max(map(_width, texts), default=_LEAST)


def _width(text: str) -> float:
    return sum(_WIDE if not letter.isascii() else _CAPITAL if letter.isupper() else _SMALL for letter in text)
