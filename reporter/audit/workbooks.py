"""A workbook and a page against the same made again: at which places their texts differ."""

from __future__ import annotations

from collections.abc import Iterator

from reporter.mail import reading

#: where, what it should say, what it says
Place = tuple[str, str, str]


def cells_apart(data: bytes, made: bytes) -> list[Place]:
    """Return the cells, or else the parts, in which a workbook differs; raises `HeldError` for what is none."""
    mine, theirs = reading.parts_of(data), reading.parts_of(made)
    apart = [part for part in dict.fromkeys((*theirs, *mine)) if mine.get(part) != theirs.get(part)]
    places = list[Place]()
    for part in apart:
        is_sheet = part.startswith("xl/worksheets/") and part in mine and part in theirs
        cells = list(_cells(data, made, part)) if is_sheet else []
        places += cells or [(part, _size(theirs.get(part)), _size(mine.get(part)))]
    return places


def texts_apart(data: bytes, made: bytes) -> list[Place]:
    """Return the texts of a page that only one side says, by their lines."""
    mine, theirs = ([(one.where, one.text) for one in reading.page(each)] for each in (data, made))
    here, there = set(mine), set(theirs)
    more = [(where, "", text) for where, text in mine if (where, text) not in there]
    less = [(where, text, "") for where, text in theirs if (where, text) not in here]
    return [*more, *less]


def _cells(data: bytes, made: bytes, part: str) -> Iterator[Place]:
    mine, theirs = reading.cells(data, part), reading.cells(made, part)
    name = part.rpartition("/")[2].removesuffix(".xml")
    for cell in dict.fromkeys((*theirs, *mine)):
        if mine.get(cell) != theirs.get(cell):
            yield f"{name}!{cell}", theirs.get(cell, ""), mine.get(cell, "")


def _size(part: bytes | None) -> str:
    return "-" if part is None else f"{len(part)} bytes"
