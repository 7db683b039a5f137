"""What is known of pulls before any is sent: by the store, by an earlier walk like it, by a probe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from reporter.errors import VendorError
from reporter.fetch.reuse import Archive
from reporter.model import Pull
from reporter.store import Store, WalkKey, WalkKnown
from reporter.vendors.base import Access, Body, nothing_follows
from reporter.vendors.parse import decode
from reporter.vendors.reach import lost_days


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one pull.

    is_at_hand     it is stored and settled: a run would not send it
    calls          how many calls it takes (or took), None where only asking tells
    rows           rows of the whole walk, None where nobody has said
    bodies         replies that say what follows; `is_whole`: of the whole walk
    likely_calls   calls of a walk like it, settled or not, of this period or another
    likely_rows    rows of the newest walk of the same question
    lost           days that what is at hand does not reach, and no call will
    """

    is_at_hand: bool = False
    calls: int | None = None
    rows: int | None = None
    bodies: tuple[Body, ...] = field(default=(), repr=False)
    is_whole: bool = False
    likely_calls: int | None = None
    likely_rows: int | None = None
    lost: tuple[date, ...] = ()


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the store knows, and `found`: what a probe has asked for, by question."""

    access: Mapping[str, Access]
    store: Store
    found: Mapping[WalkKey, Known] = field(default_factory=dict)

    def look(self, pulls: Sequence[Pull]) -> list[Known]:
        """Return what is known of each pull; nothing of one that the vendor cannot even write a request for."""
        keys = {pull: key for pull in pulls if (key := self.key(pull)) is not None}
        stored = dict(zip(keys, self.store.walks_known(list(keys.values())), strict=True))
        return [self._known(pull, keys[pull], stored[pull]) if pull in keys else NOTHING for pull in pulls]

    def key(self, pull: Pull) -> WalkKey | None:
        """Return which question a pull is, None where it cannot be asked."""
        try:
            return Archive(self.store, self.access, "", pull.period).key(pull)
        except VendorError:
            return None

    def _known(self, pull: Pull, key: WalkKey, stored: WalkKnown) -> Known:
        endpoint = self.access[pull.account].vendor.endpoints[pull.endpoint]
        newest, expected = stored.newest, stored.expected_pages
        archive = Archive(self.store, self.access, "", pull.period)
        walk = archive.settled(pull, key, newest) if endpoint.grants is None else None
        if walk is not None:
            pages = self.store.pages(walk.walk_id) if endpoint.follow is not nothing_follows else ()
            bodies = tuple(decode(page.body) for page in pages)
            lost = lost_days(endpoint, pull, walk.outcome.oldest_at) if walk.outcome.oldest_at else ()
            return Known(
                is_at_hand=True, calls=expected, rows=walk.outcome.rows, bodies=bodies, is_whole=True, lost=lost
            )
        likely_rows = newest.outcome.rows if newest is not None else None
        return replace(self.found.get(key, NOTHING), likely_calls=expected, likely_rows=likely_rows)
