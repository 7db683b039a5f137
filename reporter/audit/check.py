"""What an integrity check is: rows of the evidence are judged, and a finding a place says how many are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from reporter.audit.evidence import Evidence
from reporter.checks.rule import EQUAL, room_of
from reporter.model import Finding, Outcome, Text
from reporter.tables import PLACE

#: columns in which a check says how it judged a row
BAD, ODD = "bad", "odd"
#: columns that say where a row came from, last on every list of offending rows
SOURCE = ("reply_id", "row_no")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A finding, and the rows that it is about where it is not that both sides agree."""

    finding: Finding
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the evidence; `find` gets the check itself."""

    code: str
    label: Text
    find: Callable[[Check, Evidence], Iterator[Found]]

    def found(
        self, where: str, expected: str, found: str, verdict: Outcome, why: Text, rows: pl.DataFrame | None = None
    ) -> Found:
        """Return how this check ended at `where`."""
        finding = Finding(self.code, self.label, where, expected, found, verdict, why)
        return Found(finding, pl.DataFrame() if rows is None else rows)


def of_rows(
    code: str, label: Text, judge: Callable[[Evidence], pl.DataFrame], *, bad: Text, odd: Text = EQUAL
) -> Check:
    """Return a check of rows one by one.

    `judge` returns every row that can be judged, with `PLACE`, `BAD` (nothing known explains it) and, where a row
    may be strange for a known reason, `ODD`. Expected are the rows judged, found are those that are right.
    """
    return Check(code, label, partial(_by_place, judge=judge, bad=bad, odd=odd))


def _by_place(
    check: Check, evidence: Evidence, *, judge: Callable[[Evidence], pl.DataFrame], bad: Text, odd: Text
) -> Iterator[Found]:
    judged = judge(evidence)
    if ODD not in judged.columns:
        judged = judged.with_columns(pl.lit(value=False).alias(ODD))
    flags = judged.with_columns(pl.col(BAD, ODD).fill_null(value=False))
    for place, rows in flags.group_by(PLACE, maintain_order=True):
        where = where_of(*place)
        unexplained, explained = rows.filter(BAD), rows.filter(ODD, ~pl.col(BAD))
        total, right = str(rows.height), str(rows.height - unexplained.height - explained.height)
        if unexplained.height:
            yield check.found(where, total, right, "unexplained", bad, unexplained.drop(BAD, ODD))
        elif explained.height:
            yield check.found(where, total, right, "explained", odd, explained.drop(BAD, ODD))
        else:
            yield check.found(where, total, right, "agrees", EQUAL)


def where_of(vendor: object, account: object, room: object) -> str:
    """Return how findings name a place; rows may belong to no room."""
    return f"{vendor}:{account}" if room is None else room_of(str(vendor), str(account), str(room))


def plain(value: float) -> str:
    """Return a number to the last digit that matters: `1234567`, `0.5`, three digits behind the point at most."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
