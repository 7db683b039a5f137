"""The mail ledger: a row for each recipient of each report's content, durable before anything is sent.

    planned -> sending -> accepted | refused | deferred | unknown        unknown -> accepted | planned (by a person)
    planned, deferred -> held (a safety rule), and back to planned once the rule is content

`sending` is claimed in one transaction before DATA, by one try with a name of its own; whoever finds it later,
the process gone, makes it `unknown`, for nobody can say whether the mail went out. `accepted` and `unknown` are
never claimed again by themselves.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from reporter.errors import LockedError
from reporter.store.schema import DELIVERIES

State = Literal["planned", "sending", "accepted", "refused", "deferred", "unknown", "held"]

#: states from which a mail may be tried: nothing of it is under way or out
OPEN: tuple[State, ...] = ("planned", "deferred", "refused", "held")
#: states that say that the content is, or may be, with its reader
OUT: tuple[State, ...] = ("sending", "accepted", "unknown")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient's row. `key` names it; `message_id` is one per client, period, audience and content.

    `reason` is why it is in its state, for a person to read; `due_at` (UTC) is when a deferred one may be
    tried again. `run_id` is the run whose files are sent; `tried_at` (UTC) is when that was last tried.
    """

    key: str
    client: str
    label: str
    audience: str
    content_sha256: str
    workbook_sha256: str
    recipient: str
    message_id: str
    run_id: str
    state: State = "planned"
    reason: str = ""
    tries: int = 0
    due_at: datetime | None = None
    changed_at: datetime | None = None
    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a try ended for one recipient; `due_at` where a deferred one may be tried again."""

    key: str
    state: State
    reason: str = ""
    due_at: datetime | None = None


Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one store; each method is one transaction, durable when it returns."""

    reads: Transaction
    writes: Transaction

    def rows(self, client: str | None = None, label: str | None = None) -> list[Delivery]:
        """Return the rows of a client and period (None: of all), in the order in which they were planned."""
        query = select(DELIVERIES).order_by(DELIVERIES.c.planned_at, DELIVERIES.c.recipient)
        query = query if client is None else query.where(DELIVERIES.c.client == client)
        query = query if label is None else query.where(DELIVERIES.c.label == label)
        with self.reads() as connection:
            return [_delivery(row) for row in connection.execute(query)]

    def plan(self, wanted: Sequence[Delivery], now: datetime) -> list[Delivery]:
        """Put rows in that are not there, and return all as they stand; what was held back is planned again."""
        with self.writes() as connection:
            for one in wanted:
                if _row(connection, one.key) is None:
                    connection.execute(insert(DELIVERIES).values(_values(one, now)))
                held = and_(DELIVERIES.c.key == one.key, DELIVERIES.c.state == "held")
                again = {"state": "planned", "reason": "", "run_id": one.run_id, "changed_at": now}
                connection.execute(update(DELIVERIES).where(held).values(again))
            return _all(connection, [one.key for one in wanted])

    def hold(self, wanted: Sequence[Delivery], reason: str, now: datetime) -> list[Delivery]:
        """Say that rows are held back, and why; what is out, or may be, or was refused for good, stays as it is.

        Held, a refused one would be planned again once the rule is content, and be tried though nobody asked.
        """
        with self.writes() as connection:
            for one in wanted:
                if _row(connection, one.key) is None:
                    connection.execute(insert(DELIVERIES).values(_values(one, now)))
                is_open = and_(DELIVERIES.c.key == one.key, DELIVERIES.c.state.in_(("planned", "deferred", "held")))
                held = {"state": "held", "reason": reason, "changed_at": now}
                connection.execute(update(DELIVERIES).where(is_open).values(held))
            return _all(connection, [one.key for one in wanted])

    def claim(self, keys: Sequence[str], now: datetime) -> str:
        """Say that these are being sent, all or none, and return the name of the try.

        Raises `LockedError` where another process has taken any of them since.
        """
        attempt = secrets.token_hex(8)
        wanted = and_(DELIVERIES.c.key.in_(keys), DELIVERIES.c.state.in_(OPEN))
        values = {
            "state": "sending",
            "reason": "",
            "attempt": attempt,
            "due_at": None,
            "changed_at": now,
            "tried_at": now,
        }
        with self.writes() as connection:
            changed = connection.execute(
                update(DELIVERIES).where(wanted).values(tries=DELIVERIES.c.tries + 1, **values)
            )
            if changed.rowcount != len(keys):
                raise LockedError("another process is sending this mail; see `reporter send status`")
        return attempt

    def settle(self, verdicts: Sequence[Verdict], now: datetime, attempt: str | None = None) -> None:
        """Write down how a try ended: of rows that `attempt` claimed, or (None) of rows that nothing was sent of."""
        with self.writes() as connection:
            for one in verdicts:
                mine = (
                    and_(DELIVERIES.c.attempt == attempt, DELIVERIES.c.state.in_(("sending", "unknown")))
                    if attempt
                    else DELIVERIES.c.state.in_(OPEN)
                )
                values: dict[str, object] = {"state": one.state, "reason": one.reason, "due_at": one.due_at}
                is_try = attempt is None and one.state != "planned"
                tried = {"tries": DELIVERIES.c.tries + 1, "tried_at": now} if is_try else {}
                connection.execute(
                    update(DELIVERIES)
                    .where(DELIVERIES.c.key == one.key, mine)
                    .values(values | tried | {"changed_at": now})
                )

    def recover(self, client: str, label: str, now: datetime) -> None:
        """Make `unknown` of what was being sent when its process ended; only whoever holds the report's lock may."""
        stale = and_(DELIVERIES.c.client == client, DELIVERIES.c.label == label, DELIVERIES.c.state == "sending")
        reason = "the process ended while the mail was under way"
        with self.writes() as connection:
            values = {"state": "unknown", "reason": reason, "changed_at": now}
            connection.execute(update(DELIVERIES).where(stale).values(values))

    def resolve(self, key: str, *, is_delivered: bool, now: datetime) -> Delivery | None:
        """Settle an unknown row as a person says, and return it; None where no row of this key is unknown."""
        state, fate = ("accepted", "delivered") if is_delivered else ("planned", "lost")
        unknown = and_(DELIVERIES.c.key == key, DELIVERIES.c.state == "unknown")
        with self.writes() as connection:
            values = {"state": state, "reason": f"{fate}, as a person says", "attempt": None, "changed_at": now}
            if connection.execute(update(DELIVERIES).where(unknown).values(values)).rowcount != 1:
                return None
            return _all(connection, [key])[0]

    def find(self, key: str) -> list[Delivery]:
        """Return the rows whose key is `key` or begins with it."""
        with self.reads() as connection:
            is_like = or_(DELIVERIES.c.key == key, DELIVERIES.c.key.startswith(key, autoescape=True))
            return [_delivery(row) for row in connection.execute(select(DELIVERIES).where(is_like))]


def _row(connection: Connection, key: str) -> Row[tuple[object, ...]] | None:
    return connection.execute(select(DELIVERIES).where(DELIVERIES.c.key == key)).first()


def _all(connection: Connection, keys: Sequence[str]) -> list[Delivery]:
    found = {row.key: row for row in connection.execute(select(DELIVERIES).where(DELIVERIES.c.key.in_(keys)))}
    return [_delivery(found[key]) for key in keys]


def _values(one: Delivery, now: datetime) -> dict[str, object]:
    names = [one.name for one in fields(Delivery) if one.name != "changed_at"]
    return {name: getattr(one, name) for name in names} | {"planned_at": now, "changed_at": now}


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(**{one.name: getattr(row, one.name) for one in fields(Delivery)})
