"""What a metric is: its definition, and how to compute it in every scope; and the expressions they share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from reporter.model import Text
from reporter.report import Definition
from reporter.tables import MICRO

Number = float | int | Decimal
SourceName = Literal[
    "presence",
    "arrivals",
    "visits",
    "stretches",
    "watchers",
    "online",
    "stays",
    "attendance",
    "actions",
    "roster",
    "plays",
    "popularity",
]

#: vendors that tell persons, those of them that go live, and those that have videos on demand
PERSONS = ("volcengine", "quanshi", "talkcloud")
LIVE = ("volcengine", "quanshi")
ON_DEMAND = ("talkcloud",)
MEDIA = ("aliyun",)
#: the vendor whose rooms can be pulled as a list of viewers without visits (`detail: list`)
LISTING = "volcengine"


@dataclass(frozen=True, slots=True, eq=False)
class Only:
    """Which rows of a source a figure is about, and what is said of the others."""

    rows: pl.Expr
    otherwise: Text


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """An aggregate over the rows of one source (`reporter.metrics.sources`), run for each scope's rows.

    `zero` is the value where a vendor that can give it was asked and no row came (None: there is none).
    `modes` (none: any), `needs` (a column that must say something) and `only` tell which of the source's rows go
    into the value, for whoever has to show them: without the others the value is the same.
    """

    source: SourceName
    value: pl.Expr
    zero: Number | None = 0
    modes: tuple[str, ...] = ()
    needs: str = ""
    only: Only | None = None

    @property
    def counted(self) -> pl.Expr:
        """Whether a row of the source goes into the value."""
        found = pl.lit(value=True)
        if self.modes:
            found &= in_modes(*self.modes)
        if self.needs:
            found &= pl.col(self.needs).is_not_null()
        if self.only is not None:
            found &= self.only.rows
        return found.fill_null(value=False)


@dataclass(frozen=True, slots=True)
class Ratio:
    """One metric over another, each of the same scope; None where the lower one is 0 or not known."""

    top: str
    bottom: str


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """A definition for the reader, and how to compute it."""

    definition: Definition
    how: Measure | Ratio

    @property
    def code(self) -> str:
        """The metric's name in figures, files and commands."""
        return self.definition.code


def total(column: str, where: pl.Expr | None = None) -> pl.Expr:
    """Return the sum of a column: 0 for no rows, null where there are rows and not one says a value.

    A row of which `where` is null may be one of them: it says no value.
    """
    kept = pl.col(column) if where is None else pl.when(where).then(column)
    is_none = pl.len() == 0 if where is None else ~where.fill_null(value=True).any()
    return pl.when(is_none | (kept.count() > 0)).then(kept.sum())


def seconds(column: str, where: pl.Expr | None = None) -> pl.Expr:
    """Return the sum of a column of whole microseconds as seconds, null as in `total`."""
    return total(column, where) / MICRO


def distinct(column: str, where: pl.Expr | None = None) -> pl.Expr:
    """Return how many different values a column has; null is none.

    Null where no row is known to be one of `where`, and of some it is not known whether they are.
    """
    kept = pl.col(column) if where is None else pl.when(where).then(column)
    number = kept.n_unique() - kept.is_null().any().cast(pl.UInt32)
    return number if where is None else pl.when(where.any() | ~where.is_null().any()).then(number)


def in_modes(*modes: str) -> pl.Expr:
    """Say whether a visit is of one of `modes`; null where its mode is not known."""
    return pl.col("mode").is_in(modes)


def on_demand() -> pl.Expr:
    """Say whether a visit is on demand: where such are, there is no other mode, and none is ever unknown."""
    return pl.col("mode").eq_missing("vod")
