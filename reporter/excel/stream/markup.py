"""The XML of rows as one polars expression over columns that are ready to stand in it.

A ready column is text without anything to escape (or a number in words), null where its cell is another's
turn. Every cell has its reference, since some readers take cells without one for the wrong column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import polars as pl

#: the ready column of the row's number in the sheet (from 1), and that of its height as an attribute
NUMBER, HEIGHT = "#", "#height"

_CLOSING = {"text": "</t></is></c>", "number": "</v></c>", "flag": "</v></c>", "end": ""}


@dataclass(frozen=True, slots=True)
class Variant:
    """One form that a cell may take: the ready column it comes from, and a style of the workbook (0: its plain one).

    Of an `end` the column holds all of the cell that comes behind the row's number, its style too.
    """

    column: str
    kind: Literal["text", "number", "flag", "end"]
    style: int = 0
    keeps_blanks: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """The cells of one column: the first variant that is not null stands, else a cell of style `blank` with `said`.

    `has_gaps` says whether some row has none of the variants; `blank` None: such a cell is left out. `said` is text
    as XML spells it, "" for an empty cell.
    """

    letters: str
    variants: tuple[Variant, ...]
    has_gaps: bool
    blank: int | None = None
    said: str = ""


@lru_cache(maxsize=64)
def rows(lanes: tuple[Lane, ...], *, has_heights: bool = False) -> pl.Expr:
    """Return the expression that makes one binary value of all rows of a ready frame.

    Building it takes as long as filling in a thousand rows, so it is kept for chunks of the same lanes.
    """
    parts = _Parts()
    parts.say('<row r="').take(pl.col(NUMBER)).say('"')
    if has_heights:
        parts.take(pl.col(HEIGHT))
    parts.say(">")
    for lane in lanes:
        _add(parts, lane)
    parts.say("</row>")
    return pl.concat_str(parts.ended(), ignore_nulls=True).str.join("").cast(pl.Binary)


@dataclass(slots=True)
class _Parts:
    """What is to be put end to end; neighbouring literals are one."""

    made: list[pl.Expr] = field(default_factory=list)
    said: str = ""

    def say(self, text: str) -> _Parts:
        self.said += text
        return self

    def take(self, column: pl.Expr) -> _Parts:
        self.made += [*self.ended_literal(), column]
        return self

    def ended_literal(self) -> list[pl.Expr]:
        text, self.said = self.said, ""
        return [pl.lit(text)] if text else []

    def ended(self) -> list[pl.Expr]:
        return [*self.made, *self.ended_literal()]


def _add(parts: _Parts, lane: Lane) -> None:
    if lane.has_gaps and lane.blank is None:
        cells = [_cell(lane.letters, variant) for variant in lane.variants]
        if cells:
            parts.take(pl.coalesce(cells) if len(cells) > 1 else cells[0])
        return
    parts.say(f'<c r="{lane.letters}').take(pl.col(NUMBER))
    if not lane.variants:
        parts.say(gap(lane.blank or 0, lane.said))
    elif len(lane.variants) == 1 and not lane.has_gaps:
        _spell(parts, lane.variants[0])
    else:
        # what comes behind the number alone: the number put into each form first would be copied twice
        ends = [pl.concat_str(_spell(_Parts(), variant).ended()) for variant in lane.variants]
        rest = [pl.lit(gap(lane.blank or 0, lane.said))] if lane.has_gaps else []
        parts.take(pl.coalesce(*ends, *rest))


def _cell(letters: str, variant: Variant) -> pl.Expr:
    """Return the cell, null where its value is."""
    parts = _Parts().say(f'<c r="{letters}').take(pl.col(NUMBER))
    return pl.concat_str(_spell(parts, variant).ended())


def _spell(parts: _Parts, variant: Variant) -> _Parts:
    """Say what comes behind the row's number."""
    return parts.say(_opening(variant)).take(pl.col(variant.column)).say(_CLOSING[variant.kind])


def _opening(variant: Variant) -> str:
    if variant.kind == "end":
        return ""
    opening = f'"{_style(variant.style)}'
    if variant.kind == "text":
        kept = ' xml:space="preserve"' if variant.keeps_blanks else ""
        return f'{opening} t="inlineStr"><is><t{kept}>'
    return f'{opening} t="b"><v>' if variant.kind == "flag" else f"{opening}><v>"


def _style(style: int) -> str:
    return f' s="{style}"' if style else ""


def gap(style: int, said: str) -> str:
    """Return what comes behind the row's number in a cell that is empty, or says that there is nothing."""
    return f'" s="{style}" t="inlineStr"><is><t>{said}</t></is></c>' if said else f'" s="{style}"/>'


def number_end(style: int, value: str) -> str:
    """Return what comes behind the row's number in the cell of a number."""
    return _opening(Variant("", "number", style)) + value + _CLOSING["number"]


def letters_of(count: int) -> Sequence[str]:
    """Return the letters of the first `count` columns: A to XFD."""
    return [_letters(at) for at in range(1, count + 1)]


def _letters(at: int) -> str:
    text = ""
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text
