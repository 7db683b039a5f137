"""Fetch: every vendor call, from a pull to a verdict. The one room that opens connections.

    pulls -> schedule -> reuse (what the store holds) -> walk (pages to the proven end) -> ask (tries)
                                                                                       -> send (one try)

Nothing counts before it is durable in the store; nothing that went wrong is silent: each pull ends with
a verdict, and each verdict but `complete` with an issue that says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from reporter.fetch.clock import Clock
from reporter.fetch.limits import Limits
from reporter.fetch.reuse import Archive
from reporter.fetch.schedule import Schedule
from reporter.model import Period, Progress, Pull, Pulled
from reporter.store import Store
from reporter.vendors.base import Access

__all__ = ["Clock", "Limits", "fetch"]


def fetch(  # noqa: PLR0913 - the run, how it is to be made, and what stands in for the world in tests
    pulls: Sequence[Pull],
    access: Mapping[str, Access],
    *,
    store: Store,
    run_id: str,
    period: Period,
    offline: bool = False,
    refresh: bool = False,
    replay: bool = False,
    progress: Callable[[Progress], None] | None = None,
    clock: Clock | None = None,
    limits: Limits | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> list[Pulled]:
    """Walk `pulls` and what follows from them, and return how each ended: plan order, then breadth first.

    `access` is keyed by account name. Equal pulls are walked once. What this run has made already (it was
    resumed), and what is stored and settled, is not asked again, unless `refresh`; `offline` sends nothing
    and takes what the store has, `replay` what this run used, with nothing written down. `progress` hears of
    each pull that is found and done.

    Vendors' errors are verdicts with issues. Raised are `StoreError`, and `UsageError` for a proxy or
    certificate file that cannot be used; a stop (Ctrl-C) leaves a run that goes on where it was.
    """
    archive = Archive(store, access, run_id, period, is_offline=offline or replay, refreshes=refresh, is_replay=replay)
    schedule = Schedule(archive, clock or Clock(), limits or Limits(), transport, progress)
    try:
        return asyncio.run(_quietly(schedule, pulls))
    except BaseExceptionGroup as group:
        raise _first(group) from group


async def _quietly(schedule: Schedule, pulls: Sequence[Pull]) -> list[Pulled]:
    """Run a schedule; when a signal ends the process, the tasks that it ends have nothing to add."""

    def tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if isinstance(context.get("exception", Exception()), Exception):
            loop.default_exception_handler(context)

    asyncio.get_running_loop().set_exception_handler(tell)
    return await schedule.run(pulls)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first real fault of tasks that were at work side by side."""
    fault = group.exceptions[0]
    return _first(fault) if isinstance(fault, BaseExceptionGroup) else fault
