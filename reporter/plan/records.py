"""What a plan says, and what it is told of a pull before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from reporter.model import Detail, Pull, Text
from reporter.vendors.base import Body

DETAILS: tuple[Detail, ...] = ("list", "visits", "tracks")


class Known(Protocol):
    """What is known of a pull before it is sent (`reporter.fetch.known` says what each means)."""

    @property
    def question(self) -> Hashable | None:
        """Which question it is: pulls that ask the same one are sent once. None: one of its own."""

    @property
    def is_at_hand(self) -> bool:
        """Whether it need not be sent."""

    @property
    def is_shared(self) -> bool:
        """Whether a run that is planned before this one asks it, and for good."""

    @property
    def calls(self) -> int | None:
        """How many calls it takes, or took."""

    @property
    def rows(self) -> int | None:
        """How many rows it has."""

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Replies that say what follows."""

    @property
    def is_whole(self) -> bool:
        """Whether `bodies` are the whole walk's."""

    @property
    def likely_calls(self) -> int | None:
        """How many calls a walk like it took."""

    @property
    def likely_rows(self) -> int | None:
        """How many rows the newest walk of the same question had."""

    @property
    def held(self) -> int:
        """How many pages of it a run that is gone on with has already."""

    @property
    def lost(self) -> tuple[date, ...]:
        """Days that what is at hand does not reach."""


Look = Callable[[Sequence[Pull]], Sequence[Known]]


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """The calls of one endpoint for one room (None: of the account).

    `calls` are those to be made, a floor unless `exact`; `minutes` is their time at the limits, `stored` are
    calls that need not be made again. `likely` is what an earlier walk or the vendor's count lets expect where the
    floor is not exact, `depends_on` what decides.
    """

    vendor: str
    account: str
    endpoint: str
    room: str | None
    calls: int
    exact: bool
    minutes: float
    stored: int
    likely: int | None = None
    depends_on: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a call no longer tells, or soon will not."""

    vendor: str
    account: str
    endpoint: str
    day: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would ask; `lost_soon` are days that are out of reach by the next weekly run.

    `asked` are the questions that it would ask.
    """

    calls: tuple[PlannedCall, ...]
    out_of_reach: tuple[Day, ...]
    lost_soon: tuple[Day, ...]
    notes: tuple[Text, ...]
    asked: frozenset[Hashable] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Pole:
    """One call of one account over all that is planned; those of a plan go side by side, so the longest decides.

    `likely` is at least `calls`: what may be expected where these are a floor.
    """

    account: str
    endpoint: str
    calls: int
    exact: bool
    minutes: float
    per_second: float
    likely: int = 0
