"""What is known of pulls before any is sent: by the store, by an earlier walk like it, by a probe."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from reporter.errors import VendorError
from reporter.fetch.reuse import WHOLE, Archive, settled_at
from reporter.fetch.walk import resumed
from reporter.model import Pull
from reporter.store import Page, Run, Store, StoredWalk, WalkKey, WalkKnown
from reporter.vendors.base import Access, Body, Endpoint, nothing_follows
from reporter.vendors.parse import decode
from reporter.vendors.reach import lost_days


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one pull.

    is_at_hand     it is stored and settled, or of the run that would be gone on with: it would not be sent
    calls          how many calls it takes (or took), None where only asking tells
    held           pages of it that a run which is gone on with has already, not among `calls`
    rows           rows of the whole walk, None where nobody has said
    bodies         replies that say what follows; `is_whole`: of the whole walk
    likely_calls   calls of a walk like it, settled or not, of this period or another
    likely_rows    rows of the newest walk of the same question
    lost           days that what is at hand does not reach, and no call will
    question       which question it is, None where it cannot even be asked
    is_shared      a run that is planned before this one asks it, and its answer will be final
    """

    is_at_hand: bool = False
    calls: int | None = None
    rows: int | None = None
    bodies: tuple[Body, ...] = field(default=(), repr=False)
    is_whole: bool = False
    likely_calls: int | None = None
    likely_rows: int | None = None
    lost: tuple[date, ...] = ()
    held: int = 0
    question: WalkKey | None = None
    is_shared: bool = False


NOTHING = Known()
#: of a pull that the vendor cannot even write a request for: it fails unsent, and leads nowhere
_UNASKABLE = Known(calls=0, is_whole=True)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the store knows, and `found`: what a probe has asked for, by question.

    `run` is the unfinished one that a run of the config would go on with, where there is one; `asked` are the
    questions of runs that go before it, from `now` on.
    """

    access: Mapping[str, Access]
    store: Store
    found: Mapping[WalkKey, Known] = field(default_factory=dict)
    run: Run | None = None
    asked: Collection[Hashable] = frozenset()
    now: datetime | None = None

    def look(self, pulls: Sequence[Pull]) -> list[Known]:
        """Return what is known of each pull."""
        keys = {pull: key for pull in pulls if (key := self.key(pull)) is not None}
        stored = dict(zip(keys, self.store.walks_known(list(keys.values())), strict=True))
        return [self._told(pull, keys[pull], stored[pull]) if pull in keys else _UNASKABLE for pull in pulls]

    def key(self, pull: Pull) -> WalkKey | None:
        """Return which question a pull is, None where it cannot be asked."""
        try:
            return self._archive(pull).key(pull)
        except VendorError:
            return None

    def _told(self, pull: Pull, key: WalkKey, stored: WalkKnown) -> Known:
        return replace(self._known(pull, key, stored), question=key, is_shared=self._is_shared(pull, key))

    def _is_shared(self, pull: Pull, key: WalkKey) -> bool:
        """Say whether an earlier run's answer will be taken: a final one, of no token, where all is not asked anew."""
        one = self.access[pull.account]
        if key not in self.asked or self.now is None or one.vendor.endpoints[pull.endpoint].grants is not None:
            return False
        return settled_at(one.vendor, pull) <= self.now and not self._archive(pull).refreshes

    def _known(self, pull: Pull, key: WalkKey, stored: WalkKnown) -> Known:
        endpoint = self.access[pull.account].vendor.endpoints[pull.endpoint]
        newest, expected = stored.newest, stored.expected_pages
        walk = self._usable(pull, key, newest) if endpoint.grants is None else None
        if walk is not None:
            pages = self.store.pages(walk.walk_id) if endpoint.follow is not nothing_follows else ()
            bodies = tuple(decode(page.body) for page in pages)
            lost = lost_days(endpoint, pull, walk.outcome.oldest_at) if walk.outcome.oldest_at else ()
            return Known(
                is_at_hand=True, calls=expected, rows=walk.outcome.rows, bodies=bodies, is_whole=True, lost=lost
            )
        likely_rows = newest.outcome.rows if newest is not None else None
        known = replace(self.found.get(key, NOTHING), likely_calls=expected, likely_rows=likely_rows)
        pages = self.store.pages_held(self.run.run_id, key) if self.run and endpoint.grants is None else ()
        return _gone_on(known, endpoint, pages) if pages else known

    def _archive(self, pull: Pull) -> Archive:
        refreshes = self.run is not None and self.run.refreshes
        return Archive(self.store, self.access, self.run.run_id if self.run else "", pull.period, refreshes=refreshes)

    def _usable(self, pull: Pull, key: WalkKey, newest: StoredWalk | None) -> StoredWalk | None:
        """Return the walk that a run would use: what it made itself, else one that is settled."""
        own = self.store.walk_of_run(self.run.run_id, key) if self.run else None
        if own is not None and own.outcome.verdict in WHOLE:
            return own
        archive = self._archive(pull)
        return None if archive.refreshes else archive.settled(pull, key, newest)


def _gone_on(known: Known, endpoint: Endpoint, pages: tuple[Page, ...]) -> Known:
    """Return what is known of a walk of which some pages are held: how many are left, where they tell."""
    reading = resumed(endpoint, pages)
    if not reading.pages:
        return known
    held, bodies = len(pages), tuple(decode(page.body) for page in pages)
    if reading.cursor is None:
        again = endpoint.rereads_first and held > 1
        return replace(known, calls=int(again), rows=reading.rows, bodies=bodies, is_whole=True, held=held)
    whole = known.calls or known.likely_calls
    left = None if whole is None else max(1, whole - held)
    if known.calls is not None:  # the vendor has just counted, and told what its first pages lead to
        return replace(known, calls=left, held=held)
    return replace(known, likely_calls=left, rows=reading.claimed, bodies=bodies, held=held)
