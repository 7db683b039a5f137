"""Walks: begun, carried on, finished, found again.

Only a finished walk has a generation, and a walk that is read again before its run is done keeps it. So a
run that was stopped and resumed ends with the ids of an unbroken one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, select, update

from reporter.model import Issue, Text, Verdict
from reporter.store import replies
from reporter.store.replies import Page
from reporter.store.schema import RUN_WALKS, RUNS, WALKS


@dataclass(frozen=True, slots=True)
class OpenWalk:
    """A walk that is being read; `pages` are those that came before this process began, in order."""

    walk_id: int
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a walk ended; `oldest_at` is when its first reply came (None where it has no reply)."""

    verdict: Verdict
    rows: int
    claimed: int | None = None
    issues: tuple[Issue, ...] = ()
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredWalk:
    """A finished walk."""

    walk_id: int
    generation: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class WalkKey:
    """Which walks are the same question: one scope, one first request.

    `account` and `room` are what people call it; `topic` is the question less its period, and finds walks
    of other periods to estimate by. They tell no two questions apart.
    """

    scope: str
    pull_key: str
    vendor: str
    endpoint: str
    account: str = field(default="", compare=False)
    room: str | None = field(default=None, compare=False)
    topic: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class WalkKnown:
    """What is known of a question: its newest complete walk, and the pages of one like it, be it of another period."""

    newest: StoredWalk | None
    expected_pages: int | None


def begin(connection: Connection, run_id: str, key: WalkKey) -> OpenWalk:
    """Return this run's unfinished or short walk to go on with, or a new one."""
    row = connection.execute(
        select(WALKS.c.walk_id)
        .where(_same(key), WALKS.c.run_id == run_id)
        .where(WALKS.c.verdict.is_(None) | (WALKS.c.verdict == "short"), WALKS.c.pruned_at.is_(None))
        .order_by(WALKS.c.walk_id.desc())
        .limit(1)
    ).first()
    if row is not None:
        connection.execute(update(WALKS).where(WALKS.c.walk_id == row.walk_id).values(verdict=None))
        return OpenWalk(row.walk_id, replies.pages(connection, row.walk_id))
    made = connection.execute(
        insert(WALKS).values(
            scope=key.scope,
            pull_key=key.pull_key,
            vendor=key.vendor,
            endpoint=key.endpoint,
            run_id=run_id,
            account=key.account,
            room=key.room,
            topic=key.topic,
        )
    )
    return OpenWalk(int(made.inserted_primary_key[0]), ())  # type: ignore[index] # an insert of one row has a key


def finish(connection: Connection, walk_id: int, outcome: Outcome) -> StoredWalk:
    """Close a walk with its verdict, give it its generation, and link it to its run."""
    row = connection.execute(select(WALKS).where(WALKS.c.walk_id == walk_id)).one()
    newest = select(func.max(WALKS.c.generation)).where(WALKS.c.scope == row.scope, WALKS.c.pull_key == row.pull_key)
    generation = row.generation or (connection.execute(newest).scalar() or 0) + 1
    connection.execute(
        update(WALKS)
        .where(WALKS.c.walk_id == walk_id)
        .values(
            generation=generation,
            verdict=outcome.verdict,
            row_count=outcome.rows,
            claimed=outcome.claimed,
            issues=_issues_to_text(outcome.issues),
            oldest_at=outcome.oldest_at,
            page_count=replies.how_many(connection, walk_id),
        )
    )
    link(connection, row.run_id, WalkKey(row.scope, row.pull_key, row.vendor, row.endpoint), walk_id)
    return StoredWalk(walk_id, generation, outcome)


def link(connection: Connection, run_id: str, key: WalkKey, walk_id: int) -> None:
    """Say that a run used this walk for this pull."""
    mine = and_(RUN_WALKS.c.run_id == run_id, RUN_WALKS.c.scope == key.scope, RUN_WALKS.c.pull_key == key.pull_key)
    if connection.execute(update(RUN_WALKS).where(mine).values(walk_id=walk_id)).rowcount == 0:
        connection.execute(
            insert(RUN_WALKS).values(run_id=run_id, scope=key.scope, pull_key=key.pull_key, walk_id=walk_id)
        )


def of_run(connection: Connection, run_id: str, key: WalkKey) -> StoredWalk | None:
    """Return the finished walk that this run used for this pull."""
    return _first(
        connection,
        select(WALKS)
        .join(RUN_WALKS, RUN_WALKS.c.walk_id == WALKS.c.walk_id)
        .where(_linked(key), RUN_WALKS.c.run_id == run_id, _is_finished()),
    )


def of_earlier_run(connection: Connection, run_id: str, key: WalkKey) -> StoredWalk | None:
    """Return the walk that the newest finished run of the same client and period used for this pull."""
    this = connection.execute(select(RUNS).where(RUNS.c.run_id == run_id)).one()
    return _first(
        connection,
        select(WALKS)
        .join(RUN_WALKS, RUN_WALKS.c.walk_id == WALKS.c.walk_id)
        .join(RUNS, RUNS.c.run_id == RUN_WALKS.c.run_id)
        .where(_linked(key), _is_finished(), RUNS.c.finished_at.is_not(None))
        .where(RUNS.c.client == this.client, RUNS.c.label == this.label, RUNS.c.run_id != run_id)
        .order_by(RUNS.c.finished_at.desc()),
    )


def newest(connection: Connection, key: WalkKey, verdicts: tuple[Verdict, ...]) -> StoredWalk | None:
    """Return the newest finished walk of this question that ended in one of `verdicts`."""
    return _first(
        connection,
        select(WALKS)
        .where(_same(key), WALKS.c.verdict.in_(verdicts), WALKS.c.pruned_at.is_(None))
        .order_by(WALKS.c.generation.desc()),
    )


def expected_pages(connection: Connection, key: WalkKey) -> int | None:
    """Return how many pages the newest whole walk of this question had, pruned or not, in this period or another."""
    for same in (_same(key), and_(WALKS.c.scope == key.scope, WALKS.c.topic == key.topic, WALKS.c.topic != "")):
        found: int | None = connection.execute(
            select(WALKS.c.page_count)
            .where(same, WALKS.c.verdict.in_(("complete", "drifted")), WALKS.c.page_count > 0)
            .order_by(WALKS.c.walk_id.desc())
            .limit(1)
        ).scalar()
        if found is not None:
            return found
    return None


def _same(key: WalkKey) -> ColumnElement[bool]:
    return and_(WALKS.c.scope == key.scope, WALKS.c.pull_key == key.pull_key)


def _linked(key: WalkKey) -> ColumnElement[bool]:
    return and_(RUN_WALKS.c.scope == key.scope, RUN_WALKS.c.pull_key == key.pull_key)


def _is_finished() -> ColumnElement[bool]:
    return and_(WALKS.c.verdict.is_not(None), WALKS.c.pruned_at.is_(None))


def _first(connection: Connection, query: Select[tuple[object, ...]]) -> StoredWalk | None:
    row = connection.execute(query.limit(1)).first()
    if row is None:
        return None
    outcome = Outcome(row.verdict, row.row_count, row.claimed, _issues_from_text(row.issues), row.oldest_at)
    return StoredWalk(row.walk_id, row.generation, outcome)


def _issues_to_text(issues: tuple[Issue, ...]) -> str:
    return json.dumps(
        [[one.level, one.code, one.message.zh, one.message.en, one.where] for one in issues], ensure_ascii=False
    )


def _issues_from_text(text: str) -> tuple[Issue, ...]:
    return tuple(Issue(level, code, Text(zh, en), where) for level, code, zh, en, where in json.loads(text))
