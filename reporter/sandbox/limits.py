"""The vendors' rate limits, on a clock that is given.

A limit is what the vendors write: so many calls in so many seconds, for one account and call. Their
windows are not documented; a sliding one is the fair reading, with 5 % less than the written span
so that the jitter of a network is no offence.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

TOLERANCE = 0.05


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in so many seconds."""

    calls: int
    seconds: float


@dataclass(slots=True)
class Limiter:
    """Counts the admitted calls of each account and call; `on=False` admits everything."""

    clock: Callable[[], float]
    on: bool = True
    _admitted: dict[tuple[str, str, str], deque[float]] = field(default_factory=dict)

    def take(self, limit: Limit, vendor: str, key: str, call: str) -> float:
        """Admit a call and return 0, or return the seconds until one would be admitted."""
        if not self.on:
            return 0.0
        now, span = self.clock(), limit.seconds * (1 - TOLERANCE)
        recent = self._admitted.setdefault((vendor, key, call), deque())
        while recent and now - recent[0] >= span:
            recent.popleft()
        if len(recent) >= limit.calls:
            return recent[0] + span - now
        recent.append(now)
        return 0.0
