"""The tables of the database. Instants are UTC text of one width, so that they sort as they stand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class DamagedError(Exception):
    """What a row holds is not what was put there; the sentence names it. The store tells it as `StoreError`."""


def instant_of(text: str) -> datetime:
    """Return the instant of a text as it is kept; raises `DamagedError` for one that is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DamagedError("a time in it is none") from None
    if moment.tzinfo is None:
        raise DamagedError("a time in it is none")
    return moment


def json_of(text: str, what: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what is kept as JSON; raises `DamagedError`, naming it, for what is none."""
    try:
        return json.loads(text)
    except ValueError:
        raise DamagedError(f"{what} cannot be read") from None


def day_of(text: str) -> date:
    """Return the day of a text as it is kept; raises `DamagedError` for one that is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DamagedError("a day in it is none") from None


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as `2026-11-09T01:00:00.000000+00:00`; it comes back in UTC."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's signature
        """Return the text that is kept; raises `ValueError` for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - likewise
        """Return the instant in UTC; raises `DamagedError` for text that is none."""
        return None if value is None else instant_of(value)


metadata = MetaData()

#: what this database is: its schema version
META = Table("meta", metadata, Column("name", String(32), primary_key=True), Column("value", Text, nullable=False))

#: `seen`: keys of the persons of a finished run, hashed; pruning keeps them, erasing a person does not
RUNS = Table(
    "runs",
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("client", String(128), nullable=False),
    Column("label", String(64), nullable=False),
    Column("period_start", Instant, nullable=False),
    Column("period_end", Instant, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("config_sha256", String(64), nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("status", String(16)),
    Column("manifest", Text),
    Column("totals", Text),
    Column("seen", LargeBinary),
    Column("past_is_pinned", Boolean, nullable=False, default=False),
    Column("refreshes", Boolean, nullable=False, default=False),
    Column("folder", String(4096), nullable=False, default=""),
    Column("config_path", String(4096), nullable=False, default=""),
    Column("places", Text, nullable=False, default="{}"),
    Index("runs_of_a_client", "client", "period_start"),
)

#: files that runs were made from: configs, rosters, templates, logos; each text once
SOURCES = Table(
    "sources",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

RUN_SOURCES = Table(
    "run_sources",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String(1024), nullable=False),
    Column("sha256", ForeignKey("sources.sha256"), nullable=False),
)

#: the earlier runs that a run was compared with, oldest first
RUN_PAST = Table(
    "run_past",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("past_run_id", ForeignKey("runs.run_id"), nullable=False),
)

#: open while `verdict` is null; `oldest_at` is when the first of its replies came. It asks for `asked_from` to
#: `asked_until` (null where nobody noted it) and tells, once it is whole, of `first_day` to `last_day` (null: of none).
#: Days, `account` (its name in the config), `room` and `topic` (the question less its period) serve people and
#: estimates, never look-ups. A pruned walk keeps its counts and has lost its replies.
WALKS = Table(
    "walks",
    metadata,
    Column("walk_id", Integer, primary_key=True),
    Column("scope", String(128), nullable=False),
    Column("pull_key", String(64), nullable=False),
    Column("vendor", String(64), nullable=False),
    Column("endpoint", String(128), nullable=False),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("generation", Integer),
    Column("verdict", String(16)),
    Column("row_count", Integer, nullable=False, default=0),
    Column("claimed", Integer),
    Column("issues", Text, nullable=False, default="[]"),
    Column("oldest_at", Instant),
    Column("account", String(128), nullable=False, default=""),
    Column("room", String(256)),
    Column("topic", String(64), nullable=False, default=""),
    Column("page_count", Integer),
    Column("pruned_at", Instant),
    Column("asked_from", String(10)),
    Column("asked_until", String(10)),
    Column("first_day", String(10)),
    Column("last_day", String(10)),
    Index("walks_by_generation", "scope", "pull_key", "generation", unique=True),
    Index("walks_by_topic", "scope", "topic"),
    Index("walks_of_a_run", "run_id"),
)

#: `sha256` is that of the vendor's bytes, `seal` that of the row as it is kept; `forgotten_at`: a person was erased
REPLIES = Table(
    "replies",
    metadata,
    Column("walk_id", ForeignKey("walks.walk_id"), primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("request_id", String(256), nullable=False, default=""),
    Column("seal", String(64), nullable=False),
    Column("forgotten_at", Instant),
)

#: replies that were refused, for an engineer to look at: few, cut, and gone after days
REJECTED = Table(
    "rejected",
    metadata,
    Column("rejected_id", Integer, primary_key=True),
    Column("run_id", String(64), nullable=False),
    Column("vendor", String(64), nullable=False),
    Column("account", String(128), nullable=False),
    Column("endpoint", String(128), nullable=False),
    Column("room", String(256)),
    Column("page", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("code", String(128), nullable=False),
    Column("request_id", String(256), nullable=False),
    Column("at", Instant, nullable=False),
    Column("byte_count", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

#: the rooms that a run's searches found, in the order found; they stay when the replies are pruned
RUN_ROOMS = Table(
    "run_rooms",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("vendor", String(64), primary_key=True),
    Column("account", String(128), primary_key=True),
    Column("room", String(256), primary_key=True),
    Column("position", Integer, nullable=False),
)

#: that a person was erased: a slow, salted hash of who it was, from which nothing can be read back
TOMBSTONES = Table(
    "tombstones",
    metadata,
    Column("tombstone_id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("salt", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reply_count", Integer, nullable=False),
    Column("row_count", Integer, nullable=False),
)

#: which walk a run used for a pull, be it its own or one that was stored before
RUN_WALKS = Table(
    "run_walks",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("scope", String(128), primary_key=True),
    Column("pull_key", String(64), primary_key=True),
    Column("walk_id", ForeignKey("walks.walk_id"), nullable=False),
)

#: pulls of a run that failed, which are no walks: why, and what people call them
FAILURES = Table(
    "failures",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("scope", String(128), primary_key=True),
    Column("pull_key", String(64), primary_key=True),
    Column("vendor", String(64), nullable=False),
    Column("endpoint", String(128), nullable=False),
    Column("account", String(128), nullable=False),
    Column("room", String(256)),
    Column("issues", Text, nullable=False),
    Column("asked_from", String(10)),
    Column("asked_until", String(10)),
    Index("failures_of_a_question", "scope", "pull_key"),
)

#: when the next call may go out, and until when a process holds that slot, in Unix seconds
PACE = Table(
    "pace",
    metadata,
    Column("scope", String(128), primary_key=True),
    Column("call", String(128), primary_key=True),
    Column("next_at", Float, nullable=False),
    Column("held_until", Float),
)

#: the mail ledger: one recipient of one report's one content; `attempt` names the try that is under way
DELIVERIES = Table(
    "deliveries",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("client", String(128), nullable=False),
    Column("label", String(64), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("workbook_sha256", String(64), nullable=False),
    Column("recipient", String(512), nullable=False),
    Column("message_id", String(512), nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("attempt", String(32)),
    Column("tries", Integer, nullable=False, default=0),
    Column("due_at", Instant),
    Column("planned_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("tried_at", Instant),
    Index("deliveries_of_a_report", "client", "label"),
)
