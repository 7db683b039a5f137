"""Pacing: the vendor's rate, the account's ceiling, and a gate that one call's requests pass one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from reporter.fetch.clock import Clock
from reporter.store import Store
from reporter.vendors.base import Account, Endpoint
from reporter.vendors.rates import allowed

#: a hundredth slower than allowed, so that no jitter of the line puts two sends too close at the server
_MARGIN = 1.01


def interval(endpoint: Endpoint, account: Account) -> float:
    """Return the seconds between two sends of a call: the vendor's limit, or the account's where that is lower."""
    return _MARGIN / allowed(endpoint, account)


@dataclass(slots=True)
class Gate:
    """Where the requests of one call of one account wait for their slots, first come first served.

    A slot counts from the send on an open connection: it is taken when the request's headers are about
    to go. Before that a request waits, unsigned, until a slot is near, so that no signature grows old.
    """

    store: Store
    scope: str
    call: str
    interval: float
    clock: Clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[Callable[[], Awaitable[float]]]:
        """Wait until a slot is near; the function that is given takes it, waits the rest and returns how long."""
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._turn)
            await self._sleep(self.store.slot_wait(self.scope, self.call, self.interval, self.clock.now()))

            async def take() -> float:
                wait = self.store.take_slot(self.scope, self.call, self.interval, self.clock.now())
                await self._sleep(wait)
                await held.aclose()
                return wait

            yield take

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            await self.clock.sleep(seconds)
