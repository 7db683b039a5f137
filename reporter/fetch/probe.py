"""The calls that find things out before a run: searches whole, of other walks that lead on the first page alone.

Paced, signed and retried as in a run; nothing is stored but the slots and what was refused.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx

from reporter.errors import VendorError
from reporter.fetch import issues
from reporter.fetch.ask import GivenUp, ask
from reporter.fetch.clock import Clock
from reporter.fetch.known import Knowledge, Known
from reporter.fetch.limits import Limits
from reporter.fetch.line import Line, open_line
from reporter.model import Issue, Pull
from reporter.store import Run, Store, WalkKey
from reporter.vendors.base import Access, Body, Cursor, Endpoint, nothing_follows
from reporter.vendors.parse import decode

#: what following a reply of another shape than documented runs into
_SHAPE_FAULTS = (VendorError, KeyError, IndexError, TypeError, ValueError, AttributeError)


@dataclass(slots=True)
class Probe:
    """What was found, by question; the requests that went out, and what could not be found out."""

    found: dict[WalkKey, Known] = field(default_factory=dict)
    requests: int = 0
    issues: list[Issue] = field(default_factory=list)


def probe(  # noqa: PLR0913 - what to find, what is known, and what stands in for the world in tests
    pulls: Sequence[Pull],
    access: Mapping[str, Access],
    *,
    store: Store,
    run: Run | None = None,
    found: Mapping[WalkKey, Known] | None = None,
    clock: Clock | None = None,
    limits: Limits | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Probe:
    """Make the finding calls of `pulls` and of the rooms that they find; what is stored and settled is not asked.

    `store` keeps the pace, `run` is the unfinished one that a run would go on with, `found` what a probe before this
    one has asked, which is not asked again. Errors of vendors are issues;
    raised are `StoreError` and `UsageError`.
    """
    made = Probe(dict(found or {}))
    knowledge = Knowledge(access, store, made.found, run)

    async def every() -> None:
        async with AsyncExitStack() as connections:
            for name in dict.fromkeys(pull.account for pull in pulls):
                line = open_line(
                    access[name], store=store, clock=clock or Clock(), limits=limits or Limits(), transport=transport
                )
                connections.push_async_callback(line.client.aclose)
                await _account(line, [pull for pull in pulls if pull.account == name], knowledge, made)

    asyncio.run(every())
    return made


def follows(endpoint: Endpoint, pull: Pull, bodies: Sequence[Body]) -> tuple[Pull, ...]:
    """Return what a pull's replies lead to, nothing where they cannot be read."""
    try:
        return tuple(endpoint.follow(pull, bodies)) if bodies else ()
    except _SHAPE_FAULTS:
        return ()


async def _account(line: Line, pulls: Sequence[Pull], knowledge: Knowledge, made: Probe) -> None:
    waiting, seen = deque(pulls), set[Pull]()
    while waiting:
        pull = waiting.popleft()
        if pull in seen:
            continue
        seen.add(pull)
        endpoint = line.access.vendor.endpoints[pull.endpoint]
        if endpoint.follow is nothing_follows or endpoint.grants is not None or pull.then:
            continue
        key, known = knowledge.key(pull), knowledge.look([pull])[0]
        if key is not None and known.calls is None:
            known = made.found[key] = await _found(line, pull, made)
        if pull.match is not None:
            waiting.extend(follows(endpoint, pull, known.bodies))


async def _found(line: Line, pull: Pull, made: Probe) -> Known:
    bodies, rows, claimed = list[Body](), 0, None
    cursor: Cursor | None = Cursor()
    while cursor is not None and (not bodies or pull.match is not None) and len(bodies) < line.limits.pages:
        asked = await ask(line, pull, cursor, len(bodies) + 1)
        made.requests += asked.requests
        got = asked.outcome
        if isinstance(got, GivenUp):
            if got.was_asked:
                line.note_given_up(got.error, got.action)
            made.issues.append(issues.of_error(got.error) if got.was_asked else issues.not_asked(pull, got.error))
            return Known()
        bodies.append(decode(got.data))
        rows, claimed, cursor = rows + got.told.rows - got.told.doubled, got.told.claimed, got.told.following
    if cursor is not None:
        calls = -(-claimed // rows) if claimed and rows else None
        return Known(calls=calls, rows=claimed, bodies=tuple(bodies))
    is_whole = claimed in {None, rows}
    if not is_whole:
        made.issues.append(_unproved(line.access.vendor.endpoints[pull.endpoint], pull, rows, claimed or 0))
    # a run reads page 1 of such a walk again at its end
    calls = len(bodies) + (line.access.vendor.endpoints[pull.endpoint].rereads_first and len(bodies) > 1)
    return Known(calls=calls, rows=rows if is_whole else claimed, bodies=tuple(bodies), is_whole=is_whole)


def _unproved(endpoint: Endpoint, pull: Pull, rows: int, claimed: int) -> Issue:
    """Return the issue of a search that has ended without as many rows as the vendor counts."""
    if endpoint.reaches is not None and claimed > endpoint.reaches:
        return issues.out_of_reach(pull, rows, claimed)
    return issues.rows_short(pull, rows, claimed) if rows < claimed else issues.rows_over(pull, rows, claimed)
