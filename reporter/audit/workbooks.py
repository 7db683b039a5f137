"""A workbook and a page against the same made again: at which places their texts differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from xml.parsers import expat

from reporter.mail import reading

#: where, what it should say, what it says
Place = tuple[str, str, str]


#: two numbers that are nearer are one, written with fewer digits by a program that saved the workbook again
_NEAR = 1e-6


def cells_apart(data: bytes, made: bytes) -> list[Place]:
    """Return the cells (`场次!D2`), or else the parts in which a workbook differs, first those that say other things.

    A program that saves a workbook again writes thousands of numbers, formulas and parts in its own way; the one
    cell that somebody changed stands before them. Raises `HeldError` for what is no workbook.
    """
    mine, theirs = reading.parts_of(data), reading.parts_of(made)
    apart = [part for part in dict.fromkeys((*theirs, *mine)) if mine.get(part) != theirs.get(part)]
    places, titles = list[Place](), _titles(theirs)
    for part in apart:
        is_on_both = part in titles and part in mine
        cells = list(_cells(data, made, part, titles[part])) if is_on_both else []
        places += cells or [(part, _size(theirs.get(part)), _size(mine.get(part)))]
    return sorted(places, key=_weight)


def texts_apart(data: bytes, made: bytes) -> list[Place]:
    """Return the texts of a page that only one side says, by their lines."""
    mine, theirs = ([(one.where, one.text) for one in reading.page(each)] for each in (data, made))
    here, there = set(mine), set(theirs)
    more = [(where, "", text) for where, text in mine if (where, text) not in there]
    less = [(where, text, "") for where, text in theirs if (where, text) not in here]
    return [*more, *less]


def _titles(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the names of a workbook's sheets by their parts: what a reader of it sees."""
    links = _elements(parts["xl/_rels/workbook.xml.rels"], "Relationship")
    # a target is beside the workbook's own part, or is named from the root on
    targets = {one["Id"]: str(PurePosixPath("/xl", one["Target"])).lstrip("/") for one in links}
    return {targets[one["r:id"]]: one["name"] for one in _elements(parts["xl/workbook.xml"], "sheet")}


def _elements(part: bytes, tag: str) -> list[dict[str, str]]:
    """Return the attributes of all elements of a name in a part that we made ourselves."""
    found = list[dict[str, str]]()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == tag:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(part, True)  # noqa: FBT003 - expat's own signature
    return found


def _cells(data: bytes, made: bytes, part: str, title: str) -> Iterator[Place]:
    mine, theirs = reading.cells(data, part), reading.cells(made, part)
    for cell in dict.fromkeys((*theirs, *mine)):
        if mine.get(cell) != theirs.get(cell):
            yield f"{title}!{cell}", theirs.get(cell, ""), mine.get(cell, "")


def _weight(place: Place) -> int:
    """Return how little a difference says: 0 another value, 1 a formula for one, 2 fewer digits, 3 a part."""
    where, expected, found = place
    if "!" not in where:
        return 3
    if expected.startswith("=") != found.startswith("="):
        return 1
    try:
        one, other = float(expected), float(found)
    except ValueError:
        return 0
    return 2 if abs(one - other) <= _NEAR * max(abs(one), abs(other)) else 0


def _size(part: bytes | None) -> str:
    return "-" if part is None else f"{len(part)} bytes"
