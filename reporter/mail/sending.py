"""Drafts handed to their server, by the ledger: nothing twice, nothing lost without a row.

For each draft: rows planned, the server asked, those about to be sent claimed (`sending`, durable) before DATA,
and how it ended written down at once. A copy to ourselves (`to_me`) leaves no trace in the ledger.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from reporter.mail.draft import Draft
from reporter.mail.parcel import Parcel
from reporter.mail.server import Server
from reporter.mail.session import Ended, Session, SessionError, open_session
from reporter.mail.wire import Deadlines
from reporter.store import Delivery, Pace, Store
from reporter.store.ledger import Verdict
from reporter.trust import Context, trusted
from reporter.vendors.rates import per_second

#: how long a deferred mail waits after its first try; it doubles with each, up to the second
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
#: seconds between two looks at a slot that another process holds
_LOOK_AGAIN = 0.2


def _now() -> datetime:
    return datetime.now(UTC)


def _nobody(_: str) -> None:
    """Take a sentence that nobody wants to hear."""


@dataclass(frozen=True, slots=True)
class World:
    """What sending takes from outside; tests bring their own."""

    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    context: Callable[[], Context] = trusted
    deadlines: Deadlines = field(default_factory=Deadlines)
    #: takes a sentence for whoever sends
    tell: Callable[[str], None] = _nobody


@dataclass(slots=True)
class Post:
    """Sends drafts of one command, on one connection for as many as one server takes."""

    store: Store
    world: World = field(default_factory=World)
    only_failed: bool = False
    to_me: bool = False
    _session: Session | None = None

    def send(self, draft: Draft, server: Server) -> list[Delivery]:
        """Send one draft to those who are due, each tried once, and return all its rows as they stand then.

        Raises `LockedError` where another process has begun to send the same, and `StoreError`.
        """
        if draft.reasons:
            return self._held(draft, "; ".join(draft.reasons))
        rows = self._planned(draft)
        due = [row for row in rows if self._is_due(row)]
        if not due:
            return rows
        self._keep_pace(draft, server)
        try:
            session = self._talking_to(server)
        except SessionError as fault:
            nobody = {row.key: Ended("deferred", str(fault)) for row in due}
            self._settle(due, nobody, {})
            return self._after(draft, due, nobody)
        fitting = draft.fitting(self.world.now(), session.most_bytes)
        if fitting is None:
            return self._held(draft, _too_large(draft, self.world.now(), session.most_bytes))
        made_smaller = _made_smaller(draft, fitting[0], session.most_bytes)
        if made_smaller:
            self.world.tell(f"{draft.run.record.client} {draft.run.record.label}: {made_smaller}")
        return self._hand_over(draft, due, session, fitting[1], made_smaller)

    def close(self) -> None:
        """End the conversation, if there is one."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _planned(self, draft: Draft) -> list[Delivery]:
        """Return the rows of a draft, those put into the ledger that may be tried now for the first time."""
        if self.to_me:
            return list(draft.rows)
        if self.only_failed:  # what was held back stays so, with its reason: it is not tried
            return standing(self.store, draft)
        return self.store.ledger.plan(draft.rows, self.world.now())

    def _hand_over(
        self, draft: Draft, due: Sequence[Delivery], session: Session, data: bytes, made_smaller: str
    ) -> list[Delivery]:
        keys = {draft.recipients[row.key].wire: row.key for row in due}
        attempts: dict[str, str] = {}

        def claim(taken: Sequence[str]) -> None:
            claimed = [keys[one] for one in taken]
            if not self.to_me:
                attempts.update(dict.fromkeys(claimed, self.store.ledger.claim(claimed, self.world.now())))

        ended = session.send(draft.envelope.sender.wire, list(keys), data, claim)
        by_key = {keys[address]: _with(one, made_smaller) for address, one in ended.items()}
        self._settle(due, by_key, attempts)
        return self._after(draft, due, by_key)

    def _settle(self, due: Sequence[Delivery], ended: dict[str, Ended], attempts: dict[str, str]) -> None:
        """Write down how a try ended, what was claimed first: it is what must not be lost."""
        if self.to_me:
            return
        now = self.world.now()
        verdicts = {row.key: _verdict(row, ended[row.key], now) for row in due}
        for attempt in dict.fromkeys(attempts.values()):
            mine = [verdicts[key] for key, one in attempts.items() if one == attempt]
            self.store.ledger.settle(mine, now, attempt)
        self.store.ledger.settle([one for key, one in verdicts.items() if key not in attempts], now)

    def _after(self, draft: Draft, due: Sequence[Delivery], ended: dict[str, Ended]) -> list[Delivery]:
        if self.to_me:
            return [replace(row, state=ended[row.key].ending, reason=ended[row.key].reason) for row in due]
        return standing(self.store, draft)

    def _held(self, draft: Draft, reason: str) -> list[Delivery]:
        if self.to_me:
            return [replace(row, state="held", reason=reason) for row in draft.rows]
        return self.store.ledger.hold(draft.rows, reason, self.world.now())

    def _is_due(self, row: Delivery) -> bool:
        if self.only_failed and not self.to_me:
            return row.state in {"deferred", "refused"}
        if row.state == "deferred":
            return row.due_at is None or row.due_at <= self.world.now()
        return row.state == "planned"

    def _talking_to(self, server: Server) -> Session:
        """Return a conversation with a server: the one that stands, or a new one."""
        if self._session is not None and (self._session.server != server or not self._session.is_alive()):
            self.close()
        if self._session is None:
            self._session = open_session(server, self.world.context, self.world.deadlines)
        return self._session

    def _keep_pace(self, draft: Draft, server: Server) -> None:
        """Wait until the next mail may go, by the config's `rate`, over all processes of this store."""
        if draft.mail.rate is None:
            return
        interval = float(1 / per_second(draft.mail.rate))
        scope = hashlib.sha256(f"{server.name} {server.user}".encode()).hexdigest()[:16]
        pace = Pace(scope, "mail", interval, interval)
        while (slot := self.store.hold_slot(pace, self.world.now())) is None:
            self.world.sleep(_LOOK_AGAIN)
        self.world.sleep(max(0.0, slot.due - self.world.now().timestamp()))
        self.store.slot_sent(pace, slot, self.world.now())


@contextmanager
def posting(post: Post) -> Iterator[Post]:
    """Yield a post, and end its conversation."""
    try:
        yield post
    finally:
        post.close()


def standing(store: Store, draft: Draft) -> list[Delivery]:
    """Return a draft's rows as the ledger has them, those that are not in it yet as they would be planned."""
    record = draft.run.record
    known = {row.key: row for row in store.ledger.rows(record.client, record.label)}
    return [known.get(row.key, row) for row in draft.rows]


def _made_smaller(draft: Draft, one: Parcel, server_takes: int | None) -> str:
    """Return what was done with files that are too large, and for whom; "" where they go as they are."""
    if one.step == "whole":
        return ""
    if server_takes is not None and server_takes < draft.most_bytes:
        return f"{one.said} (the server takes {server_takes:,} bytes)"
    return f"{one.said} (mail.max_mb is {draft.mail.max_mb.normalize():f})"


def _too_large(draft: Draft, now: datetime, server_takes: int | None) -> str:
    """Return why a mail cannot go even without its files: each limit that it is beyond, whose that is, what to do."""
    size = len(draft.compose(draft.parcels[-1], now))
    limits = []
    if server_takes is not None and server_takes < size:
        limits.append(
            f"the mail server takes {server_takes:,} bytes (its SIZE): have its keeper raise that, or name another "
            "server in mail.smtp"
        )
    if draft.most_bytes < size:
        most = f"{draft.mail.max_mb.normalize():f}"
        limits.append(f"mail.max_mb is {most} ({draft.most_bytes:,} bytes): raise it and run again")
    return f"too large for mail even without its files, {size:,} bytes; {'; '.join(limits)}"


def _with(ended: Ended, made_smaller: str) -> Ended:
    """Return how a try ended, with what it took along where that was less than the files, and may have arrived."""
    is_out = ended.ending in {"accepted", "unknown"} and bool(made_smaller)
    return replace(ended, reason=f"{ended.reason}; {made_smaller}") if is_out else ended


def _verdict(row: Delivery, ended: Ended, now: datetime) -> Verdict:
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(row.tries, 10))
    return Verdict(row.key, ended.ending, ended.reason, now + wait if ended.ending == "deferred" else None)
