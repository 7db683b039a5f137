"""All pulls of a run: which go side by side, what follows from which, and in which order they are handed on.

Calls of one account, and accounts, go side by side; a call has a few walks under way at a time, so that
slow answers do not hold up its slots. The order of what is handed on is that of the plan, then of what
followed, breadth first, whatever came in first.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import overload
from weakref import WeakValueDictionary

import httpx

from reporter.errors import ProtocolError, VendorError
from reporter.fetch import issues, walk
from reporter.fetch.clock import Clock
from reporter.fetch.limits import Limits
from reporter.fetch.line import Line, open_line
from reporter.fetch.reuse import Archive
from reporter.model import Progress, Pull, Pulled, Reply
from reporter.store import WalkKey
from reporter.vendors.base import Body, Endpoint, nothing_follows
from reporter.vendors.parse import decode

#: walks of one call that are under way at a time
_WIDTH = 4
#: what following a reply of another shape than documented runs into
_SHAPE_FAULTS = (KeyError, IndexError, TypeError, ValueError, AttributeError)


@dataclass(slots=True)
class _Lane:
    """The pulls of one call of one account that wait, and how many walks are under way.

    A run that is gone on with has walked its first pulls already, and looking through thousands of them takes
    seconds: the first walker does that, while the others go on with what is `new` (unless it is stored after all).
    """

    made: int = 0
    old: deque[Pull] = field(default_factory=deque)
    new: deque[Pull] = field(default_factory=deque)
    walkers: int = 0
    done: int = 0
    total: int = 0

    def add(self, pull: Pull) -> None:
        """Let a pull wait; the first ones to come are those that were `made`."""
        (self.old if self.total < self.made else self.new).append(pull)
        self.total += 1

    def next(self, *, is_first: bool) -> Pull | None:
        """Return the pull that a walker is to take, None where nothing waits."""
        queues = (self.old, self.new) if is_first else (self.new, self.old)
        return next((queue.popleft() for queue in queues if queue), None)


@dataclass(frozen=True, slots=True)
class _Bodies(Sequence[Body]):
    """What a pull's replies say, each decoded when it is looked at: most pulls lead nowhere, whatever came."""

    replies: tuple[Reply, ...]

    def __len__(self) -> int:
        return len(self.replies)

    @overload
    def __getitem__(self, place: int) -> Body: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Body]: ...

    def __getitem__(self, place: int | slice) -> Body | Sequence[Body]:
        if isinstance(place, slice):
            return _Bodies(self.replies[place])
        return decode(self.replies[place].body)


@dataclass(slots=True)
class Schedule:
    """The pulls of one run at work. `transport` stands in for the network in tests."""

    archive: Archive
    clock: Clock
    limits: Limits
    transport: httpx.AsyncBaseTransport | None
    progress: Callable[[Progress], None] | None
    _lanes: dict[tuple[str, str], _Lane] = field(default_factory=dict)
    _lines: dict[str, Line] = field(default_factory=dict)
    _known: set[Pull] = field(default_factory=set)
    _results: dict[Pull, Pulled] = field(default_factory=dict)
    _children: dict[Pull, tuple[Pull, ...]] = field(default_factory=dict)
    _asked: set[WalkKey] = field(default_factory=set)
    _questions: WeakValueDictionary[WalkKey, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def run(self, pulls: Sequence[Pull]) -> list[Pulled]:
        """Walk `pulls` and all that follows; return how each ended, in the plan's order, breadth first."""
        async with AsyncExitStack() as connections, asyncio.TaskGroup() as group:
            self._open_lines(pulls, connections)
            self._add(pulls, group)
        self._list_unreached()
        self._count_regrants()
        return [self._results[pull] for pull in self._in_order(pulls)]

    def _open_lines(self, pulls: Sequence[Pull], connections: AsyncExitStack) -> None:
        if self.archive.is_offline:
            return
        for name in dict.fromkeys(pull.account for pull in pulls):
            access = self.archive.access[name]
            line = open_line(
                access, store=self.archive.store, clock=self.clock, limits=self.limits, transport=self.transport
            )
            connections.push_async_callback(line.client.aclose)
            line.run_id = self.archive.run_id
            self._lines[name] = line

    def _add(self, pulls: Sequence[Pull], group: asyncio.TaskGroup) -> None:
        for pull in pulls:
            if pull in self._known:
                continue
            self._known.add(pull)
            lane = self._lane(pull)
            lane.add(pull)
            self._tell(pull, lane)
            if lane.walkers < _WIDTH:
                lane.walkers += 1
                group.create_task(self._work(lane, group, is_first=lane.walkers == 1))

    def _lane(self, pull: Pull) -> _Lane:
        place = (pull.account, pull.endpoint)
        if place not in self._lanes:
            scope = self.archive.access[pull.account].scope
            self._lanes[place] = _Lane(self.archive.made.get((scope, pull.endpoint), 0))
        return self._lanes[place]

    async def _work(self, lane: _Lane, group: asyncio.TaskGroup, *, is_first: bool) -> None:
        while (pull := lane.next(is_first=is_first)) is not None:
            self._results[pull], self._children[pull] = await self._one(pull)
            lane.done += 1
            self._tell(pull, lane)
            self._add(self._children[pull], group)
            # what comes from the store alone never waits: let the others, and a stop, have their turn
            await asyncio.sleep(0)
        lane.walkers -= 1

    async def _one(self, pull: Pull) -> tuple[Pulled, tuple[Pull, ...]]:
        """Return how one pull ended, and what follows from it."""
        try:
            key = self.archive.key(pull)
        except VendorError as error:
            told = issues.of_error(error.at(issues.where(pull)))
            return Pulled(pull, (), "failed", issues=(told,)), ()
        # two pulls may ask the same question (two searches that differ only in what is kept): one asks, both read
        async with self._questions.setdefault(key, asyncio.Lock()):
            found = self.archive.find(pull, key)
            if found is not None:
                return self._followed(found.pulled, found.released)
            if self.archive.is_offline:
                return self.archive.failed(pull, key), ()
            # what fell short is not asked a second time: a question has one outcome in a run, whoever asks
            if key in self._asked and (ended := self.archive.ended(pull, key)) is not None:
                return self._followed(ended, ())
            pulled, following = await self._walked(pull, key)
            self._asked |= set() if self.archive.grants(pull) else {key}
            if pulled.verdict == "failed":
                self.archive.note_failed(key, pulled.issues)
            return self._followed(pulled, following)

    async def _walked(self, pull: Pull, key: WalkKey) -> tuple[Pulled, tuple[Pull, ...]]:
        line = self._lines[pull.account]
        if line.stopped is not None:
            told = issues.not_asked(pull, line.stopped)
            return self.archive.begun(pull, key) or Pulled(pull, (), "failed", issues=(told,)), ()
        walking = walk.begin(line, pull, key, self.archive.run_id)
        pulled = await walking.read()
        if walking.token is None:
            return pulled, ()
        line.put_token(walking.token, pull)
        return pulled, pull.then

    def _followed(self, pulled: Pulled, released: tuple[Pull, ...]) -> tuple[Pulled, tuple[Pull, ...]]:
        """Return a pull that has ended and what its replies lead to; `released` waited for it."""
        follow = self._endpoint(pulled.pull).follow
        if not pulled.replies or follow is nothing_follows:
            return pulled, released
        try:
            following = follow(pulled.pull, _Bodies(pulled.replies))
            self.archive.note_found(pulled.pull, following)
            return pulled, tuple(dict.fromkeys((*following, *released)))
        except (VendorError, *_SHAPE_FAULTS) as fault:
            error = fault if isinstance(fault, VendorError) else ProtocolError("what follows cannot be told from it")
            told = issues.of_error(error.at(issues.where(pulled.pull)))
            return replace(pulled, verdict="failed", issues=(*pulled.issues, told)), released

    def _endpoint(self, pull: Pull) -> Endpoint:
        return self.archive.access[pull.account].vendor.endpoints[pull.endpoint]

    def _tell(self, pull: Pull, lane: _Lane) -> None:
        if self.progress is not None:
            self.progress(Progress(pull.vendor, pull.account, pull.endpoint, lane.done, lane.total))

    def _list_unreached(self) -> None:
        """List the pulls whose token never came: each has failed, after the pull that they waited for."""
        for pull in list(self._results):
            missing = tuple(later for later in pull.then if later not in self._results)
            self._children[pull] += missing
            for later in missing:
                self._results[later] = Pulled(later, (), "failed", issues=(issues.not_reached(later),))
                self._children[later] = ()

    def _count_regrants(self) -> None:
        """Put what was sent for further tokens to the call that granted the first, with a word on it."""
        for grant in (line.grant for line in self._lines.values()):
            if grant.pull is None or not grant.requests:
                continue
            first = self._results[grant.pull]
            told = issues.token_renewed(grant.pull, grant.number - 1)
            self._results[grant.pull] = replace(first, requests=first.requests + grant.requests, notes=(told,))

    def _in_order(self, pulls: Sequence[Pull]) -> Iterator[Pull]:
        waiting, seen = deque(pulls), set[Pull]()
        while waiting:
            pull = waiting.popleft()
            if pull in seen:
                continue
            seen.add(pull)
            yield pull
            waiting.extend(self._children[pull])
