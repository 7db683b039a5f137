"""What a rule is, and the words that findings share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from reporter.model import Finding, Outcome, Pulled, Text
from reporter.tables import MICRO, Tables

#: columns of a rule's rows: the `where` of their finding, and whether nothing known explains them
WHERE, UNEXPLAINED = "where", "unexplained"
EQUAL = Text("两边相同", "both sides are the same")


@dataclass(frozen=True, slots=True)
class Held:
    """What rules compare: all tables, how each pull ended, and what one rule has made of them for the next."""

    tables: Tables
    pulled: Sequence[Pulled]
    made: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """Return what `make` makes, made by whoever asks first."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]


@dataclass(frozen=True, slots=True)
class Rule:
    """One comparison: `find` gets the rule itself and what it may compare.

    `rows` says of which rows a finding is that is not that both sides agree: a frame with `WHERE`, `UNEXPLAINED` and
    what there is to see, `reply_id` and `row_no` where a row has them. None where a rule is about no rows.
    """

    code: str
    label: Text
    find: Callable[[Rule, Held], Iterator[Finding]]
    rows: Callable[[Held], pl.DataFrame] | None = None

    def finding(self, where: str, expected: str, found: str, verdict: Outcome, why: Text) -> Finding:
        """Return how this rule ended at `where`."""
        return Finding(self.code, self.label, where, expected, found, verdict, why)


def worst(verdicts: Sequence[Outcome]) -> Outcome:
    """Return the verdict that the others cannot make up for."""
    order: tuple[Outcome, ...] = ("unexplained", "explained", "agrees")
    return min(verdicts, key=order.index)


def seconds(whole: int | None) -> str:
    """Return a length of time, in whole microseconds, as a finding shows it: `5400 s`, at most three decimals.

    One that nobody knows is `-`, never 0.
    """
    return "-" if whole is None else f"{whole / MICRO:.3f}".rstrip("0").rstrip(".") + " s"


def room_of(vendor: str, account: str, room: str) -> str:
    """Return how findings name a room."""
    return f"{vendor}:{account} room {room}"


def room_column() -> pl.Expr:
    """Return `room_of` for the rows of a frame, as `WHERE`."""
    return pl.format("{}:{} room {}", "vendor", "account", "room_id").alias(WHERE)
