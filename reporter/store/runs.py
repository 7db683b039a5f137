"""Runs: begun or resumed, what they were made from, how they ended, and the past they are compared with."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, exists, insert, or_, select, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from reporter.errors import StoreError
from reporter.model import Period
from reporter.store import replies
from reporter.store.schema import RUN_PAST, RUN_ROOMS, RUN_SOURCES, RUNS, SOURCES, DamagedError, json_of

#: files by name, the config first
Sources = Sequence[tuple[str, bytes]]
Totals = Mapping[str, float | int | Decimal | None]

#: before the client of what an audit pulls; no config's client has a slash, so no `run` goes on with it
AUDITS = "audit/"
#: an unfinished run that is older than this is left as it is, and a new one starts
RESUMABLE = timedelta(hours=24)

_KINDS = (
    ("week", re.compile(r"\d{4}-W\d{2}")),
    ("month", re.compile(r"\d{4}-\d{2}")),
    ("day", re.compile(r"\d{4}-\d{2}-\d{2}")),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has begun; `as_of` (UTC) is that of its first start, `resumed` says that there was one.

    `refreshes`: it was begun to ask anew, and goes on so however it is resumed.
    """

    run_id: str
    as_of: datetime
    resumed: bool
    refreshes: bool = False


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What the store knows of a run; `start` and `end` are in the report's zone, `status` None while unfinished."""

    run_id: str
    client: str
    label: str
    start: datetime
    end: datetime
    as_of: datetime
    started_at: datetime
    finished_at: datetime | None
    status: str | None
    config_sha256: str

    @property
    def is_of_audit(self) -> bool:
        """Whether it only holds what an audit pulled: nothing is ever built of it."""
        return self.client.startswith(AUDITS)


@dataclass(frozen=True, slots=True)
class PastRun:
    """A finished run of an earlier period, with its total figures by metric code, and who was seen (packed)."""

    run_id: str
    label: str
    start: datetime
    end: datetime
    as_of: datetime
    totals: Totals
    seen: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a run's parts are: the folder that it writes, its config's path ("": not known).

    Both are seen from the store's own folder, so that a project may be moved as a whole. `places` names each
    account in the store and where it is, as (scope, base_url), so that the run can be made again without secrets.
    """

    folder: str = ""
    config_path: str = ""
    places: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A finished run: its record, its run.json as it was written, its total figures, and where its parts are."""

    record: RunRecord
    manifest: str
    totals: Totals
    origin: Origin


@dataclass(frozen=True, slots=True)
class Beginning:
    """What tells one run from another.

    `is_pinned`: `as_of` was given, so only a run with it is the same. `refreshes`: all is to be asked anew, so
    only a run that was begun for that is gone on with.
    """

    client: str
    period: Period
    config_sha256: str
    as_of: datetime
    is_pinned: bool
    refreshes: bool = False
    origin: Origin = field(default_factory=Origin)


def unfinished(connection: Connection, wanted: Beginning, now: datetime) -> Run | None:
    """Return the newest unfinished run that is the same and younger than 24 hours at `now`.

    One that began before a finished run of the same report, or of the same folder, is over: going on with it would put
    older data in the place of newer. The walks that it made stay.
    """
    found = connection.execute(
        select(RUNS)
        .where(_is_same(wanted), RUNS.c.finished_at.is_(None), RUNS.c.started_at > now - RESUMABLE)
        .where(~_is_overtaken(wanted))
        .order_by(RUNS.c.started_at.desc())
        .limit(1)
    ).first()
    return None if found is None else Run(found.run_id, found.as_of, resumed=True, refreshes=found.refreshes)


def begin(connection: Connection, wanted: Beginning, sources: Sources, now: datetime) -> Run:
    """Resume the run that `unfinished` finds, or begin one."""
    found = unfinished(connection, wanted, now)
    where = _origin_values(wanted.origin)
    if found is not None:
        connection.execute(update(RUNS).where(RUNS.c.run_id == found.run_id).values(where))
        return found
    run_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    connection.execute(
        insert(RUNS).values(
            run_id=run_id,
            client=wanted.client,
            label=wanted.period.label,
            period_start=wanted.period.start,
            period_end=wanted.period.end,
            timezone=wanted.period.timezone,
            config_sha256=wanted.config_sha256,
            as_of=wanted.as_of,
            started_at=now,
            refreshes=wanted.refreshes,
            **where,
        )
    )
    _keep_sources(connection, run_id, sources)
    return Run(run_id, wanted.as_of, resumed=False, refreshes=wanted.refreshes)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: its status, run.json, total figures, and who was seen (packed)."""

    status: str
    manifest: str
    totals: Totals
    seen: bytes | None = field(default=None, repr=False)


def finish(connection: Connection, run_id: str, ending: Ending, now: datetime) -> None:
    """Close a run with its run.json, its total figures and who was seen."""
    changed = connection.execute(
        update(RUNS)
        .where(RUNS.c.run_id == run_id)
        .values(
            status=ending.status,
            manifest=ending.manifest,
            totals=_totals_to_text(ending.totals),
            seen=ending.seen,
            finished_at=now,
        )
    )
    if changed.rowcount != 1:
        raise StoreError(f"the database holds no run {run_id}; it was removed while the run was at work")


def every(connection: Connection) -> list[RunRecord]:
    """Return all runs, in the order in which they began."""
    return [_record(row) for row in connection.execute(select(RUNS).order_by(RUNS.c.started_at, RUNS.c.run_id))]


def finished(connection: Connection, run_id: str) -> FinishedRun | None:
    """Return a finished run, None where there is none of this id."""
    row = connection.execute(select(RUNS).where(RUNS.c.run_id == run_id, RUNS.c.finished_at.is_not(None))).first()
    if row is None:
        return None
    origin = Origin(row.folder, row.config_path, _places_from_text(row.places))
    return FinishedRun(_record(row), row.manifest or "", _totals_from_text(row.totals or "{}"), origin)


def sources(connection: Connection, run_id: str) -> tuple[tuple[str, bytes], ...]:
    """Return the files that a run was made from, as (name, bytes), its config first; `StoreError` for a damaged one."""
    rows = connection.execute(
        select(RUN_SOURCES.c.name, SOURCES.c.body)
        .join(SOURCES)
        .where(RUN_SOURCES.c.run_id == run_id)
        .order_by(RUN_SOURCES.c.position)
    )
    return tuple((row.name, _unpacked(run_id, row.name, row.body)) for row in rows)


def _unpacked(run_id: str, name: str, body: bytes) -> bytes:
    try:
        return replies.unpacked(body)
    except ValueError:
        raise StoreError(
            f"the stored file {name} of run {run_id} is damaged; `reporter archive verify` says what else is"
        ) from None


def past(connection: Connection, client: str, run_id: str, limit: int) -> list[PastRun]:
    """Return the newest complete run of each earlier period of the same kind, oldest first, at most `limit`.

    What is found at the first asking is pinned to the run: asked again, it gets the same.
    """
    this = connection.execute(select(RUNS).where(RUNS.c.run_id == run_id, RUNS.c.client == client)).one()
    if not this.past_is_pinned:
        _pin(connection, run_id, _earlier(connection, this)[-limit:])
    rows = connection.execute(
        select(RUNS)
        .join(RUN_PAST, RUN_PAST.c.past_run_id == RUNS.c.run_id)
        .where(RUN_PAST.c.run_id == run_id)
        .order_by(RUN_PAST.c.position)
    )
    return [
        PastRun(row.run_id, row.label, *_bounds(row), row.as_of, _totals_from_text(row.totals), row.seen)
        for row in rows
    ]


def add_rooms(connection: Connection, run_id: str, vendor: str, account: str, rooms: Sequence[str]) -> None:
    """Put the rooms that a search found into the run's record; those that stand there already stay as they are."""
    known = rooms_found(connection, run_id)
    new = (room for room in dict.fromkeys(rooms) if (vendor, account, room) not in known)
    for position, room in enumerate(new, len(known)):
        connection.execute(
            insert(RUN_ROOMS).values(run_id=run_id, vendor=vendor, account=account, room=room, position=position)
        )


def rooms_found(connection: Connection, run_id: str) -> tuple[tuple[str, str, str], ...]:
    """Return the rooms that a run's searches found, as (vendor, account, room), in the order found."""
    rows = connection.execute(
        select(RUN_ROOMS).where(RUN_ROOMS.c.run_id == run_id).order_by(RUN_ROOMS.c.position, RUN_ROOMS.c.room)
    )
    return tuple((row.vendor, row.account, row.room) for row in rows)


def _record(row: Row[tuple[object, ...]]) -> RunRecord:
    return RunRecord(
        row.run_id,
        row.client,
        row.label,
        *_bounds(row),
        row.as_of,
        row.started_at,
        row.finished_at,
        row.status,
        row.config_sha256,
    )


def _origin_values(origin: Origin) -> dict[str, str]:
    places = json.dumps(dict(origin.places), ensure_ascii=False)
    return {"folder": origin.folder, "config_path": origin.config_path, "places": places}


def _is_of_period(columns: ReadOnlyColumnCollection[str, Column[Any]], wanted: Beginning) -> ColumnElement[bool]:
    return and_(
        columns.client == wanted.client,
        columns.label == wanted.period.label,
        columns.period_start == wanted.period.start,
        columns.period_end == wanted.period.end,
        columns.timezone == wanted.period.timezone,
    )


def _is_overtaken(wanted: Beginning) -> ColumnElement[bool]:
    """Say whether a run of the same report began later and is finished, whatever moment either was made for.

    A config may have changed and changed back: then the finished run's files stand in the same folder.
    """
    later = RUNS.alias()
    is_later = and_(later.c.finished_at.is_not(None), later.c.started_at > RUNS.c.started_at)
    is_in_folder = and_(later.c.folder == RUNS.c.folder, RUNS.c.folder != "")
    is_same = or_(later.c.config_sha256 == wanted.config_sha256, is_in_folder)
    return exists().where(_is_of_period(later.c, wanted), is_later, is_same)


def _is_same(wanted: Beginning) -> ColumnElement[bool]:
    same = and_(_is_of_period(RUNS.c, wanted), RUNS.c.config_sha256 == wanted.config_sha256)
    same = and_(same, RUNS.c.as_of == wanted.as_of) if wanted.is_pinned else same
    return and_(same, RUNS.c.refreshes.is_(True)) if wanted.refreshes else same


def _keep_sources(connection: Connection, run_id: str, files: Sources) -> None:
    for position, (name, body) in enumerate(files):
        sha256 = hashlib.sha256(body).hexdigest()
        if connection.execute(select(SOURCES.c.sha256).where(SOURCES.c.sha256 == sha256)).first() is None:
            connection.execute(insert(SOURCES).values(sha256=sha256, body=replies.packed(body)))
        connection.execute(insert(RUN_SOURCES).values(run_id=run_id, position=position, name=name, sha256=sha256))


def _earlier(connection: Connection, this: Row[tuple[object, ...]]) -> list[str]:
    """Return the ids of the newest complete run of each earlier period of this one's kind, oldest first.

    The newest is the one that tells of the latest moment, and of those the last to begin, whichever ended last.
    """
    rows = connection.execute(
        select(RUNS)
        .where(RUNS.c.client == this.client, RUNS.c.status == "complete", RUNS.c.period_end <= this.period_start)
        .order_by(RUNS.c.period_start, RUNS.c.as_of, RUNS.c.started_at)
    )
    by_period = {(row.period_start, row.period_end): row.run_id for row in rows if _kind(row) == _kind(this)}
    return list(by_period.values())


def _pin(connection: Connection, run_id: str, past_run_ids: list[str]) -> None:
    for position, past_run_id in enumerate(past_run_ids):
        connection.execute(insert(RUN_PAST).values(run_id=run_id, position=position, past_run_id=past_run_id))
    connection.execute(update(RUNS).where(RUNS.c.run_id == run_id).values(past_is_pinned=True))


def _kind(row: Row[tuple[object, ...]]) -> str:
    """Return what a period is: a week, a month, a day, or a range of so many days."""
    start, end = _bounds(row)
    ranged = f"{(end.date() - start.date()).days} days"
    return next((kind for kind, label in _KINDS if label.fullmatch(row.label)), ranged)


def _bounds(row: Row[tuple[object, ...]]) -> tuple[datetime, datetime]:
    zone = ZoneInfo(row.timezone)
    return row.period_start.astimezone(zone), row.period_end.astimezone(zone)


def _totals_to_text(totals: Totals) -> str:
    """Return JSON in which a decimal is a text, so that it comes back to the last digit."""
    return json.dumps({code: str(value) if isinstance(value, Decimal) else value for code, value in totals.items()})


def _totals_from_text(text: str) -> Totals:
    """Return total figures as they were kept; raises `DamagedError` for what is none."""
    what = "what a run's totals are"
    kept = json_of(text, what)
    if not isinstance(kept, dict) or any(isinstance(value, dict | list | bool) for value in kept.values()):
        raise DamagedError(f"{what} cannot be read")
    try:
        return {code: Decimal(value) if isinstance(value, str) else value for code, value in kept.items()}
    except InvalidOperation:
        raise DamagedError(f"{what} cannot be read") from None


def _places_from_text(text: str) -> dict[str, tuple[str, str | None]]:
    what = "where a run's accounts are"
    try:
        return {account: (scope, url) for account, (scope, url) in json_of(text, what).items()}
    except (AttributeError, TypeError, ValueError):
        raise DamagedError(f"{what} cannot be read") from None
