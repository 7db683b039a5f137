"""Texts as short as there is room for, each still told from the others. A leaf."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

_MARK = "…"

#: how much room a text takes: columns of a sheet, pixels of a chart; a text takes as much as its letters together
Measure = Callable[[str], int]


def told_apart(plain: Mapping[str, str], room: int, measure: Measure) -> dict[str, str]:
    """Return what is shown of each text, by the text: what `plain` has for it, within `room`.

    One that is too long is cut at its end; of those that begin alike, what they share is left out: their middle where
    the ends differ, else what stands around the place where they do. Where nothing else tells two apart, a number
    stands behind, for which there need not be room.
    """
    cuts = _cuts(list(dict.fromkeys(plain.values())), room, measure)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for text, whole in plain.items():
        shown = short = cuts[whole]
        number = 2
        while shown in taken:
            shown, number = f"{short} ({number})", number + 1
        taken.add(shown)
        found[text] = shown
    return found


def _cuts(texts: Sequence[str], room: int, measure: Measure) -> dict[str, str]:
    """Return different texts as they are cut; those that are cut alike are cut anew, by what differs among them."""
    cuts = {text: _cut(text, room, measure) for text in texts}
    waiting = _alike(texts, cuts)
    while waiting:
        group = waiting.pop()
        cuts |= _told(group, room, measure)
        waiting += [part for part in _alike(group, cuts) if len(part) < len(group)]
    return cuts


def _alike(texts: Sequence[str], cuts: Mapping[str, str]) -> list[list[str]]:
    """Return the texts of which several are cut alike, in groups."""
    groups: dict[str, list[str]] = {}
    for text in texts:
        groups.setdefault(cuts[text], []).append(text)
    return [group for group in groups.values() if len(group) > 1]


def _told(group: Sequence[str], room: int, measure: Measure) -> dict[str, str]:
    """Return texts that begin alike with their ends, if those tell them apart, else with where they first differ."""
    ends = {text: _cut(text, room, measure, tail=room // 2) for text in group}
    if len(set(ends.values())) == len(group):
        return ends
    shared = _shared(group)
    return {text: _around(text, shared, room, measure) for text in group}


def _shared(texts: Sequence[str]) -> int:
    """Return how many letters all texts begin with alike: as many as the first and the last of them in order."""
    first, last = min(texts), max(texts)
    apart = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return next(apart, len(first))


def _around(text: str, place: int, room: int, measure: Measure) -> str:
    """Return the beginning of a text and what stands around `place`: two thirds of the room are for that."""
    window = room * 2 // 3
    context = _head(text[:place][::-1], window // 3, measure)
    rest = text[place - len(context) :]
    if measure(rest) <= window:
        return _cut(text, room, measure, tail=measure(rest))
    shown = _head(rest, window - measure(_MARK), measure).strip()
    return f"{_head(text, room - window - measure(_MARK), measure).rstrip()}{_MARK}{shown}{_MARK}"


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
