"""Walks: begun, carried on, finished, found again.

Only a finished walk has a generation, and a walk that is read again before its run is done keeps it. So a
run that was stopped and resumed ends with the ids of an unbroken one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from reporter.model import Issue, Text, Verdict
from reporter.store import replies, statements
from reporter.store.replies import Page
from reporter.store.schema import RUN_WALKS, RUNS, WALKS, DamagedError, json_of


@dataclass(frozen=True, slots=True)
class OpenWalk:
    """A walk that is being read; `pages` are those that came before this process began, in order."""

    walk_id: int
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a walk ended; `oldest_at` is when its first reply came (None where it has no reply).

    `days` are those that it holds, one after the other; they are kept, and never come back with a stored walk.
    """

    verdict: Verdict
    rows: int
    claimed: int | None = None
    issues: tuple[Issue, ...] = ()
    oldest_at: datetime | None = None
    days: tuple[date, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class StoredWalk:
    """A finished walk; `page_count` are the pages that it had when it ended, None where nobody wrote that down."""

    walk_id: int
    generation: int
    outcome: Outcome
    page_count: int | None = None


@dataclass(frozen=True, slots=True)
class WalkKey:
    """Which walks are the same question: one scope, one first request.

    `account` and `room` are what people call it; `topic` is the question less its period, and finds walks
    of other periods to estimate by; `days` are the first and the last that it asks for. They tell no two questions
    apart.
    """

    scope: str
    pull_key: str
    vendor: str
    endpoint: str
    account: str = field(default="", compare=False)
    room: str | None = field(default=None, compare=False)
    topic: str = field(default="", compare=False)
    days: tuple[date, date] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class WalkKnown:
    """What is known of a question: its newest complete walk, and the pages of one like it, be it of another period."""

    newest: StoredWalk | None
    expected_pages: int | None


def begin(connection: Connection, run_id: str, key: WalkKey) -> OpenWalk:
    """Return this run's unfinished or short walk to go on with, or a new one."""
    walk_id = connection.execute(statements.UNFINISHED, {**_question(key), "of_run": run_id}).scalar()
    if walk_id is not None:
        connection.execute(update(WALKS).where(WALKS.c.walk_id == walk_id).values(verdict=None))
        return OpenWalk(walk_id, replies.pages(connection, walk_id))
    walk = {
        "scope": key.scope,
        "pull_key": key.pull_key,
        "vendor": key.vendor,
        "endpoint": key.endpoint,
        "run_id": run_id,
        "account": key.account,
        "room": key.room,
        "topic": key.topic,
        **asked_to_text(key),
    }
    made = connection.execute(insert(WALKS), walk)
    return OpenWalk(int(made.inserted_primary_key[0]), ())  # type: ignore[index] # an insert of one row has a key


def held(connection: Connection, run_id: str, key: WalkKey) -> tuple[Page, ...]:
    """Return the pages of this run's unfinished or short walk, with which it is gone on with."""
    walk_id = connection.execute(statements.UNFINISHED, {**_question(key), "of_run": run_id}).scalar()
    return () if walk_id is None else replies.pages(connection, walk_id)


def finish(connection: Connection, walk_id: int, outcome: Outcome) -> StoredWalk:
    """Close a walk with its verdict, give it its generation, and link it to its run."""
    ended = {
        "verdict": outcome.verdict,
        "row_count": outcome.rows,
        "claimed": outcome.claimed,
        "issues": issues_to_text(outcome.issues),
        "oldest_at": outcome.oldest_at,
        "first_day": str(outcome.days[0]) if outcome.days else None,
        "last_day": str(outcome.days[-1]) if outcome.days else None,
    }
    connection.execute(statements.FINISH, {**ended, "of_walk": walk_id})
    row = connection.execute(statements.FINISHED, {"of_walk": walk_id}).one()
    link(connection, row.run_id, WalkKey(row.scope, row.pull_key, row.vendor, row.endpoint), walk_id)
    return StoredWalk(walk_id, row.generation, outcome, row.page_count)


def link(connection: Connection, run_id: str, key: WalkKey, walk_id: int) -> None:
    """Say that a run used this walk for this pull."""
    values = {**_question(key), "of_run": run_id, "of_walk": walk_id}
    if connection.execute(statements.LINK, values).rowcount == 0:
        connection.execute(statements.RELINK, values)
    connection.execute(statements.NO_FAILURE, {**_question(key), "of_run": run_id})


def of_run(connection: Connection, run_id: str, key: WalkKey) -> StoredWalk | None:
    """Return the finished walk that this run used for this pull."""
    return _first(connection, statements.OF_RUN, {**_question(key), "of_run": run_id})


def of_earlier_run(connection: Connection, run_id: str, key: WalkKey) -> StoredWalk | None:
    """Return the walk that the newest finished run of the same client and period used for this pull."""
    this = connection.execute(select(RUNS).where(RUNS.c.run_id == run_id)).one()
    values = {"of_run": run_id, "of_client": this.client, "of_label": this.label}
    return _first(connection, statements.OF_EARLIER_RUN, {**_question(key), **values})


def newest(connection: Connection, key: WalkKey, verdicts: tuple[Verdict, ...]) -> StoredWalk | None:
    """Return the newest finished walk of this question that ended in one of `verdicts`."""
    return _first(connection, statements.newest(verdicts), _question(key))


def earliest(connection: Connection, key: WalkKey, final_at: datetime) -> StoredWalk | None:
    """Return the first complete walk of this question whose replies all came at or after an instant."""
    return _first(connection, statements.EARLIEST, {**_question(key), "final_at": final_at})


def made(connection: Connection, run_id: str) -> dict[tuple[str, str], int]:
    """Return how many walks a run has by (scope, endpoint)."""
    call = (WALKS.c.scope, WALKS.c.endpoint)
    linked = select(*call, func.count()).join(RUN_WALKS, RUN_WALKS.c.walk_id == WALKS.c.walk_id)
    rows = connection.execute(linked.where(RUN_WALKS.c.run_id == run_id).group_by(*call))
    return {(scope, endpoint): count for scope, endpoint, count in rows}


def expected_pages(connection: Connection, key: WalkKey) -> int | None:
    """Return how many pages the newest whole walk of this question had, pruned or not, in this period or another."""
    for query in (statements.PAGES_OF_SAME, statements.PAGES_OF_TOPIC):
        found: int | None = connection.execute(query, {**_question(key), "of_topic": key.topic}).scalar()
        if found is not None:
            return found
    return None


def _question(key: WalkKey) -> dict[str, object]:
    return {"of_scope": key.scope, "of_key": key.pull_key}


def _first(connection: Connection, query: Select[Any], values: dict[str, object]) -> StoredWalk | None:
    row = connection.execute(query, values).first()
    if row is None:
        return None
    outcome = Outcome(row.verdict, row.row_count, row.claimed, issues_of(row.issues), row.oldest_at)
    return StoredWalk(row.walk_id, row.generation, outcome, row.page_count)


def asked_to_text(key: WalkKey) -> dict[str, str | None]:
    """Return the columns that say for which days a question asks."""
    first, last = (None, None) if key.days is None else map(str, key.days)
    return {"asked_from": first, "asked_until": last}


def issues_to_text(issues: tuple[Issue, ...]) -> str:
    """Return issues as they are kept."""
    return json.dumps(
        [[one.level, one.code, one.message.zh, one.message.en, one.where] for one in issues], ensure_ascii=False
    )


def issues_of(text: str) -> tuple[Issue, ...]:
    """Return issues of a walk, or of a pull that failed, as they are kept; raises `DamagedError` for what is none."""
    what = "what a walk's issues say"
    try:
        return tuple(Issue(level, code, Text(zh, en), where) for level, code, zh, en, where in json_of(text, what))
    except (TypeError, ValueError):
        raise DamagedError(f"{what} cannot be read") from None
