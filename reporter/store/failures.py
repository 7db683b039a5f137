"""What a pull that failed was told: it left no walk, and a report that says so is made again from here.

Of a run's question there is a walk that it used, or a failure, whichever came last.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from reporter.model import Issue
from reporter.store import statements
from reporter.store.schema import FAILURES, RUN_WALKS, RUNS
from reporter.store.walks import WalkKey, asked_to_text, issues_of, issues_to_text


def keep(connection: Connection, run_id: str, key: WalkKey, issues: tuple[Issue, ...]) -> None:
    """Keep why a pull of a run failed, in the place of what the run had for it before."""
    question = {"run_id": run_id, "scope": key.scope, "pull_key": key.pull_key}
    for table in (FAILURES, RUN_WALKS):
        connection.execute(delete(table).where(*(table.c[name] == value for name, value in question.items())))
    place = {"vendor": key.vendor, "endpoint": key.endpoint, "account": key.account, "room": key.room}
    told = {"issues": issues_to_text(issues), **asked_to_text(key)}
    connection.execute(insert(FAILURES).values(**question, **place, **told))


def of_run(connection: Connection, run_id: str, key: WalkKey) -> tuple[Issue, ...] | None:
    """Return why this question failed in a run, None where it did not."""
    return _first(connection, _of(key).where(FAILURES.c.run_id == run_id))


def of_earlier_run(connection: Connection, run_id: str, key: WalkKey) -> tuple[Issue, ...] | None:
    """Return why this question failed in a finished run of the same client and period, None where in none."""
    this = connection.execute(select(RUNS.c.client, RUNS.c.label).where(RUNS.c.run_id == run_id)).one()
    query = (
        _of(key)
        .join(RUNS, RUNS.c.run_id == FAILURES.c.run_id)
        .where(RUNS.c.finished_at.is_not(None), RUNS.c.client == this.client, RUNS.c.label == this.label)
    )
    return _first(connection, query.order_by(*statements.NEWEST_FIRST))


def _of(key: WalkKey) -> Select[Any]:
    return select(FAILURES.c.issues).where(FAILURES.c.scope == key.scope, FAILURES.c.pull_key == key.pull_key)


def _first(connection: Connection, query: Select[Any]) -> tuple[Issue, ...] | None:
    text: str | None = connection.execute(query.limit(1)).scalar()
    return None if text is None else issues_of(text)
