"""One look at a chunk: what its columns need before they can stand in XML, so that most need nothing.

Texts are looked at joined: a search for a few characters in a megabyte costs less than one in each of ten
thousand cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import polars as pl

from reporter.excel.stream.shapes import SHORT, Source
from reporter.excel.text import LOOKS_ESCAPED, MOST_UNITS

_LEAST_PLAIN = 0x20
#: what tabs and newlines are not among, but a search for bytes below a blank finds
_CONTROLS = "[\\x00-\\x08\\x0b-\\x1f]"
_ODD = "\\x7f|\ufffe|\uffff"
_BLANKS = (" ", "\t", "\n")
#: the forms whose lowest and highest values decide how they are written
_RANGED = frozenset({"integer", "decimal", "date", "moment", "span"})
_COUNTED = frozenset({"date", "moment", "span"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a column of a chunk holds. `low` and `high` are None where all is null or nothing depends on them.

    Days and moments count from 1970, in days and in microseconds, durations in their own units. `size` is that of
    texts, in bytes.
    """

    has_gaps: bool
    has_empty: bool = False
    is_unsafe: bool = False
    has_markup: bool = False
    has_escapes: bool = False
    has_edges: bool = False
    low: Any = None
    high: Any = None
    size: int = field(default=0, compare=False)


def facts(chunk: pl.DataFrame, sources: tuple[Source, ...]) -> list[Facts]:
    """Return what each column of a plain chunk holds, as far as writing depends on it."""
    found = chunk.select(_questions(sources))
    texts = tuple(one for one in sources if one.shape == "text")
    answers = found[[name for name in found.columns if not name.endswith(" all")]].row(0, named=True)
    said = found.select(_searches(texts)).row(0, named=True) if texts else {}
    return [_text(one, answers, said, found) if one.shape == "text" else _other(one, answers) for one in sources]


@lru_cache(maxsize=64)
def _questions(sources: tuple[Source, ...]) -> list[pl.Expr]:
    return [expr.alias(f"{one.key} {name}") for one in sources for name, expr in _asked(one).items()]


def _asked(source: Source) -> dict[str, pl.Expr]:
    column = pl.col(source.key)
    asked = {"nulls": column.null_count()}
    if source.shape == "text":
        length = column.str.len_bytes()
        asked |= {"least": length.min(), "most": length.max(), "all": column.str.join("")}
    elif source.shape == "float":
        asked |= {"finite": column.is_finite().all()}
    elif source.shape in _RANGED and source.dtype.base_type() not in SHORT:
        # days and microseconds as they are counted: Python has no date beyond the year 9999
        ranged = column.to_physical() if source.shape in _COUNTED else column
        asked |= {"low": ranged.min(), "high": ranged.max()}
    return asked


@lru_cache(maxsize=64)
def _searches(texts: tuple[Source, ...]) -> list[pl.Expr]:
    made = []
    for one in texts:
        joined = pl.col(f"{one.key} all")
        bytes_of = joined.cast(pl.Binary).cast(pl.List(pl.UInt8))
        tests = {
            "low": bytes_of.list.min() < _LEAST_PLAIN,
            "odd": joined.str.contains(_ODD),
            "markup": joined.str.contains("[&<>]"),
            "marks": joined.str.contains("_x", literal=True),
            "blank": joined.str.contains(" ", literal=True),
            "size": joined.str.len_bytes(),
        }
        made += [test.alias(f"{one.key} {name}") for name, test in tests.items()]
    return made


def _text(source: Source, answers: dict[str, Any], said: dict[str, Any], found: pl.DataFrame) -> Facts:
    key = source.key
    has_low = bool(said[f"{key} low"])
    has_controls = has_low and bool(found[f"{key} all"].str.contains(_CONTROLS)[0])
    return Facts(
        has_gaps=answers[f"{key} nulls"] > 0 or answers[f"{key} least"] == 0,
        has_empty=answers[f"{key} least"] == 0,
        is_unsafe=has_controls or bool(said[f"{key} odd"]) or (answers[f"{key} most"] or 0) > MOST_UNITS,
        has_markup=bool(said[f"{key} markup"]),
        has_escapes=bool(said[f"{key} marks"]),
        has_edges=has_low or bool(said[f"{key} blank"]),
        size=said[f"{key} size"],
    )


def _other(source: Source, answers: dict[str, Any]) -> Facts:
    key = source.key
    return Facts(
        has_gaps=answers[f"{key} nulls"] > 0,
        is_unsafe=answers.get(f"{key} finite") is False,
        low=answers.get(f"{key} low"),
        high=answers.get(f"{key} high"),
    )


def settled(chunk: pl.DataFrame, sources: Sequence[Source], found: Sequence[Facts]) -> list[Facts]:
    """Return facts whose suspicions are looked into, cell by cell: edges are blank, texts do look escaped."""
    pairs = list(zip(sources, found, strict=True))
    asked = [_has_edges(one.key) for one, fact in pairs if fact.has_edges]
    asked += [_has_escapes(one.key) for one, fact in pairs if fact.has_escapes]
    if not asked:
        return [*found]
    said = chunk.select(asked).row(0, named=True)
    return [
        replace(
            fact,
            has_edges=bool(said.get(f"{one.key} edges")),
            has_escapes=bool(said.get(f"{one.key} escapes")),
        )
        for one, fact in pairs
    ]


@lru_cache(maxsize=1024)
def _has_edges(key: str) -> pl.Expr:
    column = pl.col(key).str
    tests = (test(blank).any() for blank in _BLANKS for test in (column.starts_with, column.ends_with))
    return pl.any_horizontal(tests).alias(f"{key} edges")


@lru_cache(maxsize=1024)
def _has_escapes(key: str) -> pl.Expr:
    return pl.col(key).str.contains(LOOKS_ESCAPED).any().alias(f"{key} escapes")
