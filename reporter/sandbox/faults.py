"""Faults of vendors and of the line, as data: what a sandbox does to some of its replies on purpose.

    faults_http   statuses, Retry-After, bodies that are none, the line    \
    faults_pages  pages that lack, repeat, shift, or count wrongly          -> FAULTS -> Plan -> Sandbox

A fault of layer `reply` is another reply. One of layer `wire` is what the line does to a reply: `serve` does it
to the socket; in process `as_client_sees` raises what httpx would. A fault that has nothing to bite on (a total
where the call has none) leaves the reply alone, and that reply does not count towards `nth`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import httpx

from reporter.sandbox import faults_http, faults_pages
from reporter.sandbox.calls import Body, Call
from reporter.sandbox.faults_base import Fault, Met, bare
from reporter.sandbox.faults_wire import WIRE, as_client_sees

__all__ = ["FAULTS", "Fault", "Plan", "Strike", "as_client_sees"]

#: every fault, by name
FAULTS: Mapping[str, Fault] = MappingProxyType(
    {fault.name: fault for fault in (*faults_http.FAULTS, *faults_pages.FAULTS, *WIRE)}
)
_FIRST_PAGES = {"", "1", "init"}


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault, and which replies it meets: the `nth` that fits (from 1) and what follows, `times` in all.

    An empty `vendor` or `call` fits any; `times` None is for ever.
    """

    fault: str
    vendor: str = ""
    call: str = ""
    nth: int = 1
    times: int | None = 1

    def fits(self, call: Call) -> bool:
        """Say whether a call is one of those that are counted."""
        return self.vendor in ("", call.vendor) and self.call in ("", call.call)


@dataclass(slots=True)
class Plan:
    """The faults of one sandbox.

    `fitting` counts the replies that each strike could have met, in their order, `struck` those that it hit.
    """

    strikes: Sequence[Strike] = ()
    struck: list[int] = field(init=False)
    fitting: list[int] = field(init=False)
    _walks: dict[tuple[str, str, str], dict[str, Body]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to count; `KeyError` for a fault that is none."""
        for strike in self.strikes:
            FAULTS[strike.fault]
        self.struck, self.fitting = [0] * len(self.strikes), [0] * len(self.strikes)

    def meet(self, request: httpx.Request, call: Call, reply: httpx.Response, now: datetime) -> httpx.Response:
        """Return a reply as it is to go out. Refusals pass as they are: only what went well can be spoilt."""
        if not self.strikes or call.code or not call.vendor:
            return reply
        was_asked = faults_pages.page_of(request) in self._walks.get((call.vendor, call.call, call.room), {})
        met = Met(request, call, reply, now, self._page_before(request, call, reply), was_asked)
        for place in self._due(call):
            changed = FAULTS[self.strikes[place].fault].change(met)
            if changed is None:
                continue
            self.fitting[place] += 1
            if self._is_hit(place):
                self.struck[place] += 1
                return changed
        return reply

    def _due(self, call: Call) -> Iterator[int]:
        return (place for place, strike in enumerate(self.strikes) if strike.fits(call))

    def _is_hit(self, place: int) -> bool:
        strike, number = self.strikes[place], self.fitting[place]
        return number >= strike.nth and (strike.times is None or number < strike.nth + strike.times)

    def _page_before(self, request: httpx.Request, call: Call, reply: httpx.Response) -> Body | None:
        """Return the page before this one in its walk, and remember this one."""
        page, walk = faults_pages.page_of(request), (call.vendor, call.call, call.room)
        if page in _FIRST_PAGES:
            self._walks[walk] = {}
        pages = self._walks.setdefault(walk, {})
        names = list(pages)
        earlier = names[: names.index(page)] if page in pages else names
        pages[page] = json.loads(bare(reply))
        return pages[earlier[-1]] if earlier else None
