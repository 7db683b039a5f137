"""The store as the other rooms see it: each method is one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from reporter.model import Period, Verdict
from reporter.store import database, pace, replies, runs, walks
from reporter.store.replies import Page
from reporter.store.runs import Beginning, PastRun, Run, RunRecord, Sources, Totals
from reporter.store.walks import OpenWalk, Outcome, StoredWalk, WalkKey


class Store:
    """One database. Any method raises `StoreError`, one line, when the database fails; nothing is then half done."""

    def __init__(self, engine: Engine) -> None:
        """Keep an engine on a database that `open` has made ready."""
        self._engine = engine
        self._reading = engine.execution_options(reads=True)

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

    def begin_run(
        self,
        *,
        client: str,
        period: Period,
        config_sha256: str,
        as_of: datetime,
        sources: Sources,
        now: datetime,
        pinned: bool = False,
    ) -> Run:
        """Resume the unfinished run of the same client, period and config begun in the 24 hours before `now`.

        Where there is none a new run begins, as of `as_of`, and keeps `sources` ((name, bytes) of its
        config and the files that it names). `pinned`: the user gave `as_of`, so only a run with that one is
        resumed.
        """
        wanted = Beginning(client, period, config_sha256, as_of, pinned)
        with self._writes() as connection:
            return runs.begin(connection, wanted, sources, now)

    def finish_run(
        self, run_id: str, status: str, manifest_json: str, totals: Totals, now: datetime | None = None
    ) -> None:
        """Close a run (`complete` or `partial`) with its run.json and its total figures by metric code.

        `now` stands in for the clock; of the runs of one period, the one that finished last is the past.
        """
        with self._writes() as connection:
            runs.finish(connection, run_id, status, manifest_json, totals, now or datetime.now(UTC))

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

    def sources(self, run_id: str) -> tuple[tuple[str, bytes], ...]:
        """Return the files that a run was made from, as (name, bytes), its config first."""
        with self._reads() as connection:
            return runs.sources(connection, run_id)

    def begin_walk(self, run_id: str, key: WalkKey) -> OpenWalk:
        """Return this run's unfinished or short walk with its pages, to go on from there, or a new one."""
        with self._writes() as connection:
            return walks.begin(connection, run_id, key)

    def add_page(self, walk_id: int, page: Page) -> None:
        """Keep one accepted page; it is durable when this returns."""
        with self._writes() as connection:
            replies.add(connection, walk_id, page)

    def restart_walk(self, walk_id: int) -> None:
        """Forget an open walk's pages: it is read again from the first."""
        with self._writes() as connection:
            replies.discard(connection, walk_id)

    def finish_walk(self, walk_id: int, outcome: Outcome) -> StoredWalk:
        """Close a walk as `outcome` says, and return it with its generation; it is linked to its run."""
        with self._writes() as connection:
            return walks.finish(connection, walk_id, outcome)

    def use_walk(self, run_id: str, key: WalkKey, walk: StoredWalk) -> None:
        """Link a stored walk to the run that uses it."""
        with self._writes() as connection:
            walks.link(connection, run_id, key, walk.walk_id)

    def walk_of_run(self, run_id: str, key: WalkKey) -> StoredWalk | None:
        """Return the finished walk that this run has already made or used for this pull."""
        with self._reads() as connection:
            return walks.of_run(connection, run_id, key)

    def walk_of_earlier_run(self, run_id: str, key: WalkKey) -> StoredWalk | None:
        """Return the walk that the newest finished run of the same client and period used for this pull."""
        with self._reads() as connection:
            return walks.of_earlier_run(connection, run_id, key)

    def newest_walk(self, key: WalkKey, verdicts: tuple[Verdict, ...] = ("complete",)) -> StoredWalk | None:
        """Return the newest finished walk of this question, whichever run made it."""
        with self._reads() as connection:
            return walks.newest(connection, key, verdicts)

    def pages(self, walk_id: int) -> tuple[Page, ...]:
        """Return a walk's pages in order; raises `StoreError` for one whose bytes have changed."""
        with self._reads() as connection:
            return replies.pages(connection, walk_id)

    def slot_wait(self, scope: str, call: str, interval: float, now: datetime) -> float:
        """Return the seconds until a call's next slot is free; takes nothing."""
        with self._reads() as connection:
            return pace.wait(connection, scope, call, interval, now)

    def take_slot(self, scope: str, call: str, interval: float, now: datetime) -> float:
        """Take a call's next slot and return the seconds to wait for it; slots are `interval` seconds apart."""
        with self._writes() as connection:
            return pace.take(connection, scope, call, interval, now)

    @contextmanager
    def _writes(self) -> Iterator[Connection]:
        with self._faults_told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reads(self) -> Iterator[Connection]:
        with self._faults_told(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as fault:
            raise database.cannot(self._engine.url, fault) from fault
