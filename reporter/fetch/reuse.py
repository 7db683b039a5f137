"""What the store holds already and need not be asked again.

A walk is used again where this run made it (a resumed run), where it is settled (its oldest reply came
after the vendor's settle time for the pull's period), or where the run is offline. Where a call reaches back only
so far, it is used for the days that it reached. A token call is never
used again for its token, but need not be made when nothing waits for one. What failed has no walk: offline it fails
as it did when its period was reported, and in a run that is made again as it did in that run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from reporter.fetch.issues import not_stored
from reporter.fetch.walk import pulled_from, with_gaps, within_reach
from reporter.model import Issue, Period, Pull, Pulled
from reporter.store import Store, StoredWalk, WalkKey, pull_key
from reporter.vendors.base import SETTLE, Access, Cursor, Endpoint, Vendor
from reporter.vendors.reach import asked_days, lost_days

#: verdicts of a walk that is not asked again
WHOLE = {"complete", "drifted"}


@dataclass(frozen=True, slots=True)
class Found:
    """A pull that need not be sent: what it comes to, and pulls that may now be looked at without it."""

    pulled: Pulled
    released: tuple[Pull, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    """A stored walk that answers a pull; `is_linked` to this run already, as what it made itself is."""

    walk: StoredWalk
    is_linked: bool = False


@dataclass(frozen=True)
class Archive:
    """What the store can give to one run, which reports on `period`.

    `is_replay`: only what the run itself used counts, and nothing is written down: the run is made again.
    """

    store: Store
    access: Mapping[str, Access]
    run_id: str
    period: Period
    is_offline: bool = False
    refreshes: bool = False
    is_replay: bool = False

    @cached_property
    def made(self) -> Mapping[tuple[str, str], int]:
        """How many walks this run has had from the start, by (scope, call)."""
        return self.store.walks_made(self.run_id)

    def key(self, pull: Pull) -> WalkKey:
        """Return which walks answer a pull: those whose first request is the same, byte for byte.

        Raises `VendorError` where the vendor cannot even write the request.
        """
        access = self.access[pull.account]
        request = access.vendor.endpoints[pull.endpoint].request(pull, Cursor())
        key = pull_key(access.vendor.name, pull.endpoint, request.method, request.url.raw_path, request.content)
        wanted = "" if pull.match is None else repr((pull.match.name, pull.match.tags, pull.match.status))
        topic = pull_key(access.vendor.name, pull.endpoint, pull.room or "", wanted)
        days = tuple(asked_days(pull))
        asked = (days[0], days[-1]) if days else None
        return WalkKey(access.scope, key, access.vendor.name, pull.endpoint, pull.account, pull.room, topic, asked)

    def find(self, pull: Pull, key: WalkKey) -> Found | None:
        """Return what a pull comes to without being sent, or None where it has to be."""
        hit = self._usable(pull, key)
        if hit is not None:
            return Found(self._pulled(pull, key, hit))
        if not pull.then or not all(self.is_at_hand(later) for later in pull.then):
            return None
        own, newest = self.store.walks_at_hand(self.run_id, key)
        hit = _hit(own, None if self.is_replay else newest)
        if hit is None:
            return Found(Pulled(pull, (), "complete"), released=pull.then)
        return Found(self._pulled(pull, key, hit), released=pull.then if self.grants(pull) else ())

    def ended(self, pull: Pull, key: WalkKey) -> Pulled | None:
        """Return how this run's asking has ended, whole or not; None where it has not asked."""
        told = self.store.failure_of_run(self.run_id, key)
        return self.begun(pull, key) if told is None else Pulled(pull, (), "failed", issues=told)

    def begun(self, pull: Pull, key: WalkKey) -> Pulled | None:
        """Return what this run has of a pull, whole or not; None where it has nothing."""
        own = self.store.walk_of_run(self.run_id, key)
        return None if own is None else self._pulled(pull, key, _Hit(own, is_linked=True))

    def failed(self, pull: Pull, key: WalkKey) -> Pulled:
        """Return a pull of which the store holds nothing: as it failed when the period was reported, if it did."""
        told = self.store.failure_of_run(self.run_id, key)
        if told is None and not self.is_replay:
            told = self.store.failure_of_earlier_run(self.run_id, key)
            if told is not None:
                self.note_failed(key, told)
        return Pulled(pull, (), "failed", issues=told or (not_stored(pull, self.period.label),))

    def note_failed(self, key: WalkKey, told: tuple[Issue, ...]) -> None:
        """Keep with the run why a pull of it failed."""
        self.store.fail(self.run_id, key, told)

    def note_found(self, pull: Pull, following: Sequence[Pull]) -> None:
        """Put the rooms that a search led to into the run's record."""
        rooms = [later.room for later in following if later.room is not None]
        if pull.match is not None and rooms and not self.is_replay:
            self.store.add_rooms(self.run_id, pull.vendor, pull.account, rooms)

    def is_at_hand(self, pull: Pull) -> bool:
        """Say whether a pull need not be sent."""
        return self._usable(pull, self.key(pull)) is not None

    def _usable(self, pull: Pull, key: WalkKey) -> _Hit | None:
        if self.is_offline:
            return self._any(pull, key)
        if self.grants(pull):
            return None
        own, newest = self.store.walks_at_hand(self.run_id, key)
        if own is not None and own.outcome.verdict in WHOLE:
            return _Hit(own, is_linked=True)
        return _hit(None, None if self.refreshes else self.settled(pull, key, newest))

    def _any(self, pull: Pull, key: WalkKey) -> _Hit | None:
        """Return what this run or an earlier one of its period used, else the newest whole walk, else a short one."""
        own = self.store.walk_of_run(self.run_id, key)
        if self.is_replay:
            return _hit(own, None)
        newest = own or self.store.walk_of_earlier_run(self.run_id, key)
        if newest is None and (whole := self.store.newest_walk(key, ("complete", "drifted"))) is not None:
            newest = self.settled(pull, key, whole) or whole
        return _hit(own, newest or self.store.newest_walk(key, ("short",)))

    def settled(self, pull: Pull, key: WalkKey, newest: StoredWalk | None) -> StoredWalk | None:
        """Return the stored walk that is final for a pull, None where even the `newest` whole one is not.

        Where days of the pull had left the call's window before the newest one was made, it is the earliest that is
        final: it has the most of them, and asking again would bring less.
        """
        final_at = settled_at(self.access[pull.account].vendor, pull)
        oldest_at = newest.outcome.oldest_at if newest is not None else None
        if newest is None or oldest_at is None or oldest_at < final_at:
            return None
        if not lost_days(self._endpoint(pull), pull, oldest_at):
            return newest
        return self.store.earliest_walk(key, final_at) or newest

    def _endpoint(self, pull: Pull) -> Endpoint:
        return self.access[pull.account].vendor.endpoints[pull.endpoint]

    def grants(self, pull: Pull) -> bool:
        """Say whether a pull is for a token."""
        return self._endpoint(pull).grants is not None

    def _pulled(self, pull: Pull, key: WalkKey, hit: _Hit) -> Pulled:
        if not hit.is_linked and not self.is_replay:
            self.store.use_walk(self.run_id, key, hit.walk)
        pulled = pulled_from(self.store, pull, key, hit.walk, self.store.heads(hit.walk.walk_id))
        return with_gaps(within_reach(pulled, self._endpoint(pull), hit.walk), hit.walk)


def _hit(own: StoredWalk | None, other: StoredWalk | None) -> _Hit | None:
    """Return the run's own walk, else the other one."""
    if own is not None:
        return _Hit(own, is_linked=True)
    return None if other is None else _Hit(other)


def settled_at(vendor: Vendor, pull: Pull) -> datetime:
    """Return the instant from which a reply to a pull is final (UTC)."""
    if vendor.settled_at is None:
        return pull.period.end_utc + SETTLE
    return vendor.settled_at(pull.period, pull.param("PlayDate") or None)
