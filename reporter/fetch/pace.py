"""Pacing: the vendor's rate, the account's ceiling, and a gate that one call's requests pass one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from reporter.fetch.clock import Clock
from reporter.store import Pace, Slot, Store
from reporter.vendors.base import Account, Endpoint
from reporter.vendors.rates import allowed

#: slower than allowed by so much, so that no jitter of the line puts too many sends into a window at the server
_MARGIN = 1.015
#: a send may be late by so many seconds and put nothing off. Of N calls a second the one N later is due 1.015 s after
#: this one was, so that a second never sees N + 1 of them; beyond it all that follows is put off by the rest
_LATE = 0.009
#: but a late send brings the next no nearer than this share of the vendor's interval
_NEAREST = 0.97
#: a slot is held from this long before it (in intervals, at most as many seconds): time to sign and to connect.
#: Chance adds up to as much again as the second number, so that of several processes none is always first
_LEAD, _SPREAD = 0.4, 0.3
#: clocks and sleeps are no finer than this
_TICK = 0.0001
#: a hold of which more than this is left beyond an interval is one from before the clock was set back
_MOST_LEFT = 10.0


def interval(endpoint: Endpoint, account: Account) -> float:
    """Return the seconds between two sends of a call: the vendor's limit, or the account's where that is lower."""
    return _MARGIN / allowed(endpoint, account)


def pace(scope: str, endpoint: Endpoint, account: Account) -> Pace:
    """Return how a call of an account is paced; `scope` names the account in the store."""
    seconds = 1 / allowed(endpoint, account)
    nearest = max(_NEAREST * seconds, _MARGIN * seconds - _LATE)
    return Pace(scope, endpoint.name, _MARGIN * seconds, min(seconds, nearest))


@dataclass(slots=True)
class Gate:
    """Where the requests of one call of one account wait for their slots, first come first served.

    One request at a time is between its slot and its send, here and in every other process. Before that it
    waits unsigned, so that no signature grows old; the next slot counts from the moment at which it went.
    """

    store: Store
    pace: Pace
    clock: Clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _next_at: float = 0.0

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[Passing]:
        """Wait until a slot is near and hold it; the sender then waits the rest, and says when it has sent."""
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(self._turn)
            passing = Passing(self, turn, await self.near(_nothing))
            try:
                yield passing
            finally:
                passing.close()

    async def near(self, told: Callable[[float], None]) -> Slot:
        """Wait until the next slot is near and return it, held; `told` hears of each wait before it begins.

        Nobody makes a slot come sooner than it was last seen to be, but for a clock that is set back.
        """
        lead = self._lead()
        await self.sleep(min(self._next_at - self._now() - lead, self.pace.interval), told)
        while not (slot := self.store.hold_slot(self.pace, self.clock.now(), lead + _TICK)).is_ours:
            if slot.held_until:
                lead = self._lead()
            wait = slot.due - self._now() - lead + (self.pace.interval if slot.held_until else 0.0)
            await self.sleep(max(wait, lead / 8), told)
        return slot

    def sent(self, slot: Slot) -> None:
        """Count the next slot from now."""
        self._next_at = self.store.slot_sent(self.pace, slot, self.clock.now())

    async def sleep(self, seconds: float, told: Callable[[float], None]) -> None:
        """Sleep, and tell how long first."""
        if seconds > 0:
            told(seconds)
            await self.clock.sleep(seconds)

    def _now(self) -> float:
        return self.clock.now().timestamp()

    def _lead(self) -> float:
        return min(1.0, self.pace.interval) * (_LEAD + _SPREAD * self.clock.chance())


@dataclass(slots=True)
class Passing:
    """One request on its way through a gate, with the slot that it holds."""

    gate: Gate
    turn: AsyncExitStack
    slot: Slot
    is_going: bool = False
    is_over: bool = False

    async def wait(self, told: Callable[[float], None]) -> None:
        """Wait for the slot on the open connection; send at once when this returns.

        Of its hold an interval is left then, so that whoever comes after it is far enough from a send that was
        never recorded.
        """
        while True:
            now = self._now()
            if not 0 <= self.slot.held_until - now - self.gate.pace.interval <= _MOST_LEFT:
                self.gate.store.free_slot(self.gate.pace, self.slot)
                self.slot = await self.gate.near(told)
            elif self.slot.due - now > _TICK:
                await self.gate.sleep(self.slot.due - now, told)
            else:
                break
        self.is_going = True

    async def sent(self) -> None:
        """Count the next slot from now, and let the next request in."""
        self.close()
        await self.turn.aclose()

    def close(self) -> None:
        """Give the slot up, as sent where the request may have gone out."""
        if self.is_over:
            return
        self.is_over = True
        if self.is_going:
            self.gate.sent(self.slot)
        else:
            self.gate.store.free_slot(self.gate.pace, self.slot)

    def _now(self) -> float:
        return self.gate.clock.now().timestamp()


def _nothing(_seconds: float) -> None:
    """Hear of a wait that delays nobody."""
