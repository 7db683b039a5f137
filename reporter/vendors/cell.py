"""A field of rows that have the same fields in the same order: which of its cells are what, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from reporter.vendors.grammar import WHOLE, Kinds

#: kinds of fields whose cells are cut from each other by commas before a quote
KINDS = ("t", "w", "tw", "l")
#: what a cell may be: a text, or a list of one; a whole number, or a list of such or of nothing
MET = ("null", "text", "whole")
_WHOLES = rf"\[(?:{WHOLE}(?:,{WHOLE})*)?\]"
#: what no text holds, so that it splits none
_NOWHERE = "\x01"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of every row: where it is, what stands before its value, and after it up to a comma."""

    path: str
    kinds: Kinds
    before: str
    after: str = ""

    @property
    def opening(self) -> str:
        """What stands before a text."""
        return f'{self.before}["' if self.kinds == "l" else f'{self.before}"'

    @property
    def closing(self) -> str:
        """What stands after a text."""
        return f'"]{self.after}' if self.kinds == "l" else f'"{self.after}'

    @property
    def is_edge(self) -> bool:
        """Whether its row begins, or its row or part ends with it."""
        return self.before.startswith("{") or self.after != ""

    @property
    def told(self) -> pl.Expr:
        """What stands there, from the field's name on."""
        return pl.col(self.path)

    @property
    def beyond(self) -> pl.Expr:
        """What `beyond_text` makes of it."""
        return pl.col(f"{self.path}#")


@cache
def beyond_text(cell: Cell) -> pl.Expr:
    """Return the whole number that a cell is, null for anything else; of a list, whether it has these alone."""
    if cell.kinds == "l":
        whole = cell.told.str.contains(f"^{re.escape(cell.before)}{_WHOLES}{re.escape(cell.after)}$")
    else:
        whole = _number(cell)
    return whole.alias(cell.beyond.meta.output_name())


@cache
def counts_of(cell: Cell) -> Sequence[pl.Expr]:
    """Return how many rows of a cell are of each of `MET` that it may be."""
    return [is_met.sum().alias(f"{kind} {cell.path}") for kind, is_met in _met(cell).items()]


@cache
def is_fit(cell: Cell) -> pl.Expr:
    """Say whether a cell is what its field may be."""
    return pl.any_horizontal(_met(cell).values())


@cache
def value_of(cell: Cell, dtype: pl.DataType, met: frozenset[str]) -> pl.Expr:
    """Return what a cell holds as polars' JSON reader has it, where it is nothing but what is `met`."""
    if cell.kinds == "w":
        return cell.beyond.cast(dtype)
    text, whole = _text(cell), _wholes(cell) if cell.kinds == "l" else cell.beyond.cast(dtype)
    known = text if "whole" not in met else whole
    if met >= {"text", "whole"}:
        known = pl.when(_is_text(cell)).then(text).otherwise(whole)
    return pl.when(~_is_null(cell)).then(known) if "null" in met else known


def _met(cell: Cell) -> dict[str, pl.Expr]:
    met = {"null": _is_null(cell)}
    if cell.kinds != "w":
        met["text"] = _is_text(cell)
    if cell.kinds != "t":
        met["whole"] = cell.beyond if cell.kinds == "l" else cell.beyond.is_not_null()
    return met


def _is_null(cell: Cell) -> pl.Expr:
    return cell.told == f"{cell.before}null{cell.after}"


def _is_text(cell: Cell) -> pl.Expr:
    """Say whether a cell begins and ends as a text does."""
    shortest = len(cell.opening.encode()) + len(cell.closing)
    is_long = cell.told.str.len_bytes() >= shortest
    return cell.told.str.starts_with(cell.opening) & cell.told.str.ends_with(cell.closing) & is_long


def _text(cell: Cell) -> pl.Expr:
    """Return what a cell holds that is a text, or a list of one."""
    text = _within(cell, cell.opening, cell.closing)
    return text.str.split(_NOWHERE) if cell.kinds == "l" else text


def _wholes(cell: Cell) -> pl.Expr:
    """Return what a cell holds that is a list of whole numbers, as text."""
    told = _within(cell, f"{cell.before}[", f"]{cell.after}")
    return pl.when(told != "").then(told.str.split(",")).otherwise(pl.lit([], pl.List(pl.String())))


def _number(cell: Cell) -> pl.Expr:
    whole = cell.told.str.strip_prefix(cell.before)
    if cell.is_edge:  # any other begins with a quote, which no number has
        is_whole = cell.told.str.starts_with(cell.before) & cell.told.str.ends_with(cell.after)
        whole = pl.when(is_whole).then(whole.str.strip_suffix(cell.after))
    return whole.cast(pl.Int64, strict=False)


def _within(cell: Cell, opening: str, closing: str) -> pl.Expr:
    return cell.told.str.strip_prefix(opening).str.strip_suffix(closing)
