"""Names as short as a chart has room for, each still told from the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reporter.excel.widths import width

_MARK = "…"


def told_apart(names: Sequence[str], room: int) -> list[str]:
    """Return names of `room` columns at most, and a number behind where nothing else tells them apart.

    One that is too long is cut at its end, those that begin alike in their middle; equal names stay equal.
    """
    plain = {name: name if width(name) <= room else " ".join(name.split()) for name in dict.fromkeys(names)}
    heads = Counter(_cut(one, room) for one in plain.values())
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name, whole in plain.items():
        head = _cut(whole, room)
        shown = short = head if heads[head] == 1 else _cut(whole, room, tail=room // 2)
        number = 2
        while shown in taken:
            shown, number = f"{short} ({number})", number + 1
        taken.add(shown)
        found[name] = shown
    return [found[name] for name in names]


def _cut(text: str, room: int, tail: int = 0) -> str:
    """Return text as it fits, with `tail` columns of its end."""
    if width(text) <= room:
        return text
    end = _head(text[::-1], tail)[::-1]
    return f"{_head(text, room - width(_MARK) - width(end)).rstrip()}{_MARK}{end.lstrip()}"


def _head(text: str, room: int) -> str:
    """Return the longest beginning that takes so many columns at most."""
    used = 0
    for at, char in enumerate(text):
        used += width(char)
        if used > room:
            return text[:at]
    return text
