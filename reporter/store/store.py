"""The store as the other rooms see it: each method is one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from reporter.errors import DamageError
from reporter.model import Issue, Period, Verdict
from reporter.store import database, erasing, failures, keeping, rejected, replies, runs, verify, walks
from reporter.store import pace as pacing
from reporter.store.erasing import Eraser, Erasure, StoredReply, Tombstone
from reporter.store.keeping import Coverage, Holding, Pruning
from reporter.store.ledger import Ledger
from reporter.store.pace import Pace, Slot
from reporter.store.rejected import Rejection
from reporter.store.replies import Page, PageHead
from reporter.store.runs import Beginning, Ending, FinishedRun, Origin, PastRun, Run, RunRecord, Sources, Totals
from reporter.store.schema import DamagedError
from reporter.store.verify import Verification
from reporter.store.walks import OpenWalk, Outcome, StoredWalk, WalkKey, WalkKnown

#: no machine that lost its power sends again within so many seconds
_SOONEST_RESTART = 5.0


class Store:
    """One database. Any method raises `StoreError`, one line, when the database fails; nothing is then half done."""

    def __init__(self, engine: Engine) -> None:
        """Keep an engine on a database that `open` has made ready."""
        self._engine = engine
        self._reading = engine.execution_options(reads=True)
        self._noting = engine.execution_options(notes=True)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database at `url` (`sqlite:///path`), making it where there is none.

        Raises `StoreError` for a place that cannot be written, what is no database of ours, or a newer one.
        """
        return cls(database.open_engine(url))

    @property
    def file(self) -> Path | None:
        """The file of a SQLite store, None where the database is no file."""
        url = self._engine.url
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    @property
    def folder(self) -> Path:
        """Where the paths of an `Origin` are seen from: the folder of a SQLite store, else the working folder."""
        return (self.file.parent if self.file else Path()).absolute()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def begin_run(  # noqa: PLR0913 - all that tells one run from another
        self,
        *,
        client: str,
        period: Period,
        config_sha256: str,
        as_of: datetime,
        sources: Sources,
        now: datetime,
        pinned: bool = False,
        refresh: bool = False,
        origin: Origin | None = None,
    ) -> Run:
        """Resume the unfinished run of the same client, period and config begun in the 24 hours before `now`.

        One that began before a finished run of them is not resumed. Where there is none a new run begins, as of
        `as_of`, and keeps `sources` ((name, bytes) of its config and the files that it names). `pinned`: the user
        gave `as_of`, so only a run with that one is resumed. `refresh`: all is to be asked anew, so only a run that
        was begun for that is resumed. `origin` says where its folder, its config and its accounts are.
        """
        wanted = Beginning(client, period, config_sha256, as_of, pinned, refresh, origin or Origin())
        with self._writes() as connection:
            return runs.begin(connection, wanted, sources, now)

    def unfinished_run(
        self, *, client: str, period: Period, config_sha256: str, as_of: datetime, now: datetime, pinned: bool = False
    ) -> Run | None:
        """Return the run that `begin_run` would resume, None where it would begin one."""
        with self._reads() as connection:
            return runs.unfinished(connection, Beginning(client, period, config_sha256, as_of, pinned), now)

    def finish_run(
        self,
        run_id: str,
        status: str,
        manifest_json: str,
        totals: Totals,
        now: datetime | None = None,
        *,
        seen: bytes | None = None,
    ) -> None:
        """Close a run (`complete` or `partial`) with its run.json and its total figures by metric code.

        `now` stands in for the clock; of the runs of one period, the one with the newest `as_of` is the past. `seen`
        are the keys of its persons, as `reporter.seen` packs them.
        """
        ending = Ending(status, manifest_json, totals, seen)
        with self._writes() as connection:
            runs.finish(connection, run_id, ending, now or datetime.now(UTC))

    def past(self, client: str, run_id: str, limit: int = 12) -> list[PastRun]:
        """Return the newest complete run of each earlier period of the client, of the run's kind, oldest first.

        Week with week, month with month; the first answer is pinned to the run.
        """
        with self._writes() as connection:
            return runs.past(connection, client, run_id, limit)

    def runs(self) -> list[RunRecord]:
        """Return all runs, in the order in which they began."""
        with self._reads() as connection:
            return runs.every(connection)

    def finished(self, run_id: str) -> FinishedRun | None:
        """Return a finished run with its run.json, None where there is none of this id."""
        with self._reads() as connection:
            return runs.finished(connection, run_id)

    @property
    def ledger(self) -> Ledger:
        """The mail ledger."""
        return Ledger(self._reads, self._writes)

    def sources(self, run_id: str) -> tuple[tuple[str, bytes], ...]:
        """Return the files that a run was made from, as (name, bytes), its config first."""
        with self._reads() as connection:
            return runs.sources(connection, run_id)

    def add_rooms(self, run_id: str, vendor: str, account: str, rooms: Sequence[str]) -> None:
        """Put the rooms that a search found into the run's record, where they stay when replies are pruned."""
        with self._writes() as connection:
            runs.add_rooms(connection, run_id, vendor, account, rooms)

    def rooms_found(self, run_id: str) -> tuple[tuple[str, str, str], ...]:
        """Return the rooms that a run's searches found, as (vendor, account, room), in the order found."""
        with self._reads() as connection:
            return runs.rooms_found(connection, run_id)

    def begin_walk(self, run_id: str, key: WalkKey) -> OpenWalk:
        """Return this run's unfinished or short walk with its pages, to go on from there, or a new one."""
        with self._notes() as connection:
            return walks.begin(connection, run_id, key)

    def add_page(self, walk_id: int, page: Page) -> None:
        """Keep one accepted page; it is durable when this returns."""
        with self._writes() as connection:
            replies.add(connection, walk_id, page)

    def restart_walk(self, walk_id: int) -> None:
        """Forget an open walk's pages: it is read again from the first."""
        with self._notes() as connection:
            replies.discard(connection, walk_id)

    def finish_walk(self, walk_id: int, outcome: Outcome) -> StoredWalk:
        """Close a walk as `outcome` says, and return it with its generation; it is linked to its run."""
        with self._notes() as connection:
            return walks.finish(connection, walk_id, outcome)

    def use_walk(self, run_id: str, key: WalkKey, walk: StoredWalk) -> None:
        """Link a stored walk to the run that uses it."""
        with self._notes() as connection:
            walks.link(connection, run_id, key, walk.walk_id)

    def fail(self, run_id: str, key: WalkKey, issues: tuple[Issue, ...]) -> None:
        """Keep why a pull of a run failed: it has no walk that would say so."""
        with self._notes() as connection:
            failures.keep(connection, run_id, key, issues)

    def failure_of_run(self, run_id: str, key: WalkKey) -> tuple[Issue, ...] | None:
        """Return why this pull failed in a run, None where it did not."""
        with self._reads() as connection:
            return failures.of_run(connection, run_id, key)

    def failure_of_earlier_run(self, run_id: str, key: WalkKey) -> tuple[Issue, ...] | None:
        """Return why this pull failed in the newest finished run of the same client and period in which it did."""
        with self._reads() as connection:
            return failures.of_earlier_run(connection, run_id, key)

    def walk_of_run(self, run_id: str, key: WalkKey) -> StoredWalk | None:
        """Return the finished walk that this run has already made or used for this pull."""
        with self._reads() as connection:
            return walks.of_run(connection, run_id, key)

    def walks_at_hand(self, run_id: str, key: WalkKey) -> tuple[StoredWalk | None, StoredWalk | None]:
        """Return the finished walk that this run has for a pull; where it is not whole, the newest complete one too."""
        with self._reads() as connection:
            own = walks.of_run(connection, run_id, key)
            has_whole = own is not None and own.outcome.verdict in {"complete", "drifted"}
            return own, None if has_whole else walks.newest(connection, key, ("complete",))

    def pages_held(self, run_id: str, key: WalkKey) -> tuple[Page, ...]:
        """Return the pages of a walk that this run has begun and not ended whole, in order."""
        with self._reads() as connection:
            return walks.held(connection, run_id, key)

    def walks_made(self, run_id: str) -> dict[tuple[str, str], int]:
        """Return how many walks a run has by (scope, endpoint), its own and those that it found stored."""
        with self._reads() as connection:
            return walks.made(connection, run_id)

    def walk_of_earlier_run(self, run_id: str, key: WalkKey) -> StoredWalk | None:
        """Return the walk that the newest finished run of the same client and period used for this pull."""
        with self._reads() as connection:
            return walks.of_earlier_run(connection, run_id, key)

    def newest_walk(self, key: WalkKey, verdicts: tuple[Verdict, ...] = ("complete",)) -> StoredWalk | None:
        """Return the newest finished walk of this question, whichever run made it."""
        with self._reads() as connection:
            return walks.newest(connection, key, verdicts)

    def earliest_walk(self, key: WalkKey, final_at: datetime) -> StoredWalk | None:
        """Return the first complete walk of this question whose replies all came at or after an instant."""
        with self._reads() as connection:
            return walks.earliest(connection, key, final_at)

    def walks_known(self, keys: Sequence[WalkKey]) -> list[WalkKnown]:
        """Return what is known of each question: its newest whole walk, and how many pages to expect."""
        with self._reads() as connection:
            return [
                WalkKnown(walks.newest(connection, key, ("complete",)), walks.expected_pages(connection, key))
                for key in keys
            ]

    def reject(self, rejection: Rejection) -> None:
        """Keep a reply that was refused, cut to size; old ones, and all but the newest few, go."""
        with self._writes() as connection:
            rejected.add(connection, rejection)

    def rejections(self) -> list[Rejection]:
        """Return the refused replies that are kept, the newest first."""
        with self._reads() as connection:
            return rejected.every(connection)

    def verify(self, run_id: str | None = None) -> Verification:
        """Hash every stored reply and file again, or those that one run used, and say which are not what was stored."""
        with self._reads() as connection:
            return verify.verify(connection, run_id)

    def holdings(self) -> list[Holding]:
        """Return what is kept of each account."""
        with self._reads() as connection:
            return keeping.holdings(connection)

    def coverages(self, calls: Collection[tuple[str, str]]) -> list[Coverage]:
        """Return which days were asked for and which are told, of each room of these calls, (vendor, endpoint)."""
        with self._reads() as connection:
            return keeping.coverages(connection, calls)

    def prune(self, run_ids: Collection[str], now: datetime, *, is_rehearsal: bool) -> Pruning:
        """Drop the replies that only `run_ids` used (`is_rehearsal`: only say which), and give the room back."""
        if is_rehearsal:
            with self._reads() as connection:
                return keeping.prunable(connection, run_ids)
        with self._writes() as connection:
            pruned = keeping.prune(connection, run_ids, now)
        self._compact()
        return pruned

    def scan(self) -> Iterator[StoredReply]:
        """Yield every stored reply with its place; the store is read as it stood at the beginning."""
        with self._reads() as connection:
            yield from erasing.scan(connection)

    def erase(self, eraser: Eraser, tombstone: Tombstone) -> Erasure:
        """Rewrite replies, files and records as `eraser` says, leave the tombstone, and give the room back, all zeroed.

        One transaction: a person is erased everywhere or nowhere.
        """
        with self._faults_told(), self._engine.begin() as connection:
            database.zero_what_is_deleted(connection)
            erased = erasing.erase(connection, eraser, tombstone)
        self._compact()
        return erased

    def tombstones(self) -> list[Tombstone]:
        """Return who was erased, as hashes, in the order of erasing."""
        with self._reads() as connection:
            return erasing.tombstones(connection)

    def erasure_changed(self, run_id: str, since: datetime) -> bool:
        """Say whether somebody was erased later than `since` from a reply that a run used."""
        with self._reads() as connection:
            return erasing.has_changed(connection, run_id, since)

    def _compact(self) -> None:
        with self._faults_told():
            database.compact(self._engine)

    def pages(self, walk_id: int) -> tuple[Page, ...]:
        """Return a walk's pages in order; raises `StoreError` for one whose bytes have changed."""
        with self._reads() as connection:
            return replies.pages(connection, walk_id)

    def heads(self, walk_id: int) -> tuple[PageHead, ...]:
        """Return a walk's pages in order, but for their bodies."""
        with self._reads() as connection:
            return replies.heads(connection, walk_id)

    def bodies(self, walk_id: int, first: int) -> dict[int, bytes]:
        """Return the body of one page of a walk, and of those after it as far as they are small, by their numbers.

        Raises `StoreError` where the first has changed or is gone.
        """
        with self._reads() as connection:
            return replies.bodies(connection, walk_id, first)

    def slot(self, pace: Pace, now: datetime) -> Slot:
        """Return a call's next slot as it stands; takes nothing."""
        with self._reads() as connection:
            return pacing.look(connection, pace, now)

    def hold_slot(self, pace: Pace, now: datetime, within: float = inf) -> Slot:
        """Hold a call's next slot if it is free and at most `within` seconds off; return it as it then stands."""
        with self._paces(pace) as connection:
            return pacing.hold(connection, pace, now, within)

    def slot_sent(self, pace: Pace, slot: Slot, sent_at: datetime) -> float:
        """Give up a held slot whose request went out at `sent_at`; return when the next is, in Unix seconds."""
        with self._paces(pace) as connection:
            return pacing.sent(connection, pace, slot, sent_at)

    def free_slot(self, pace: Pace, slot: Slot) -> None:
        """Let go of a held slot whose request never went out."""
        with self._paces(pace) as connection:
            pacing.free(connection, pace, slot)

    @contextmanager
    def _writes(self) -> Iterator[Connection]:
        with self._faults_told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _notes(self) -> Iterator[Connection]:
        """Write what a power cut may undo until the next durable transaction, which keeps all before it.

        Killing the process undoes nothing. So may be written what a resumed run finds out again without a call.
        """
        with self._faults_told(), self._noting.begin() as connection:
            yield connection

    @contextmanager
    def _paces(self, pace: Pace) -> Iterator[Connection]:
        """Write a slot: as a note where no machine is up again within the interval that the slot guards."""
        with self._notes() if pace.interval < _SOONEST_RESTART else self._writes() as connection:
            yield connection

    @contextmanager
    def _reads(self) -> Iterator[Connection]:
        with self._faults_told(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as fault:
            raise database.cannot(self._engine.url, fault) from fault
        except DamagedError as fault:
            raise DamageError(
                f"the database {database.named(self._engine.url)} is damaged: {fault}; `reporter archive verify` "
                "names what is, put a copy of the file in its place, or begin a new one with --store"
            ) from fault
