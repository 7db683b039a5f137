"""Texts as short as there is room for, each still told from the others. A leaf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

_MARK = "…"

#: how much room a text takes: columns of a sheet, pixels of a chart; a text takes as much as its letters together
Measure = Callable[[str], int]


def told_apart(plain: Mapping[str, str], room: int, measure: Measure) -> dict[str, str]:
    """Return what is shown of each text, by the text: what `plain` has for it, within `room`.

    One that is too long is cut at its end, those that begin alike in their middle; where nothing else tells them
    apart, a number stands behind, for which there need not be room.
    """
    heads = Counter(_cut(one, room, measure) for one in plain.values())
    found: dict[str, str] = {}
    taken: set[str] = set()
    for text, whole in plain.items():
        head = _cut(whole, room, measure)
        shown = short = head if heads[head] == 1 else _cut(whole, room, measure, tail=room // 2)
        number = 2
        while shown in taken:
            shown, number = f"{short} ({number})", number + 1
        taken.add(shown)
        found[text] = shown
    return found


def _cut(text: str, room: int, measure: Measure, tail: int = 0) -> str:
    """Return text as it fits, with `tail` of its end."""
    if measure(text) <= room:
        return text
    end = _head(text[::-1], tail, measure)[::-1]
    return f"{_head(text, room - measure(_MARK) - measure(end), measure).rstrip()}{_MARK}{end.lstrip()}"


def _head(text: str, room: int, measure: Measure) -> str:
    """Return the longest beginning that takes `room` at most."""
    used = 0
    for at, letter in enumerate(text):
        used += measure(letter)
        if used > room:
            return text[:at]
    return text
