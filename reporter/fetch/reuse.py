"""What the store holds already and need not be asked again.

A walk is used again where this run made it (a resumed run), where it is settled (its oldest reply came
after the vendor's settle time for the pull's period), or where the run is offline. A token call is never
used again for its token, but need not be made when nothing waits for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reporter.fetch.walk import pulled_from
from reporter.model import Period, Pull, Pulled
from reporter.store import Store, StoredWalk, WalkKey, pull_key
from reporter.vendors.base import SETTLE, Access, Cursor, Vendor

_WHOLE = {"complete", "drifted"}


@dataclass(frozen=True, slots=True)
class Found:
    """A pull that need not be sent: what it comes to, and pulls that may now be looked at without it."""

    pulled: Pulled
    released: tuple[Pull, ...] = ()


@dataclass(frozen=True, slots=True)
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

    def key(self, pull: Pull) -> WalkKey:
        """Return which walks answer a pull: those whose first request is the same, byte for byte.

        Raises `VendorError` where the vendor cannot even write the request.
        """
        access = self.access[pull.account]
        request = access.vendor.endpoints[pull.endpoint].request(pull, Cursor())
        key = pull_key(access.vendor.name, pull.endpoint, request.method, request.url.raw_path, request.content)
        wanted = "" if pull.match is None else repr((pull.match.name, pull.match.tags, pull.match.status))
        topic = pull_key(access.vendor.name, pull.endpoint, pull.room or "", wanted)
        return WalkKey(access.scope, key, access.vendor.name, pull.endpoint, pull.account, pull.room, topic)

    def find(self, pull: Pull) -> Found | None:
        """Return what a pull comes to without being sent, or None where it has to be."""
        key = self.key(pull)
        walk = self._usable(pull, key)
        if walk is not None:
            return Found(self._pulled(pull, key, walk))
        if not pull.then or not all(self.is_at_hand(later) for later in pull.then):
            return None
        walk = self.store.walk_of_run(self.run_id, key)
        walk = walk if walk or self.is_replay else self.store.newest_walk(key)
        if walk is None:
            return Found(Pulled(pull, (), "complete"), released=pull.then)
        return Found(self._pulled(pull, key, walk), released=pull.then if self._grants(pull) else ())

    def note_found(self, pull: Pull, following: Sequence[Pull]) -> None:
        """Put the rooms that a search led to into the run's record."""
        rooms = [later.room for later in following if later.room is not None]
        if pull.match is not None and rooms and not self.is_replay:
            self.store.add_rooms(self.run_id, pull.vendor, pull.account, rooms)

    def is_at_hand(self, pull: Pull) -> bool:
        """Say whether a pull need not be sent."""
        return self._usable(pull, self.key(pull)) is not None

    def _usable(self, pull: Pull, key: WalkKey) -> StoredWalk | None:
        if self.is_offline:
            return self._any(key)
        if self._grants(pull):
            return None
        own = self.store.walk_of_run(self.run_id, key)
        if own is not None and own.outcome.verdict in _WHOLE:
            return own
        newest = None if self.refreshes else self.store.newest_walk(key)
        return newest if newest is not None and self._is_settled(pull, newest) else None

    def _any(self, key: WalkKey) -> StoredWalk | None:
        """Return what an earlier run of this period used, else the newest whole walk, else a short one."""
        if self.is_replay:
            return self.store.walk_of_run(self.run_id, key)
        return (
            self.store.walk_of_run(self.run_id, key)
            or self.store.walk_of_earlier_run(self.run_id, key)
            or self.store.newest_walk(key, ("complete", "drifted"))
            or self.store.newest_walk(key, ("short",))
        )

    def _is_settled(self, pull: Pull, walk: StoredWalk) -> bool:
        oldest_at = walk.outcome.oldest_at
        return oldest_at is not None and oldest_at >= settled_at(self.access[pull.account].vendor, pull)

    def _grants(self, pull: Pull) -> bool:
        return self.access[pull.account].vendor.endpoints[pull.endpoint].grants is not None

    def _pulled(self, pull: Pull, key: WalkKey, walk: StoredWalk) -> Pulled:
        if not self.is_replay:
            self.store.use_walk(self.run_id, key, walk)
        return pulled_from(pull, key, walk, self.store.pages(walk.walk_id))


def settled_at(vendor: Vendor, pull: Pull) -> datetime:
    """Return the instant from which a reply to a pull is final (UTC)."""
    if vendor.settled_at is None:
        return pull.period.end_utc + SETTLE
    return vendor.settled_at(pull.period, pull.param("PlayDate") or None)
