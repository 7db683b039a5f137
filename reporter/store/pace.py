"""Pace slots: when a call may next go out, kept in the store so that limits hold across processes and restarts.

A slot is held by one process at a time, from shortly before its request may go out until that request has
gone; the next slot is reckoned from the moment at which it really went. A holder that dies holds for a moment
only: until its request, had it gone out unrecorded, would be an interval old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from reporter.store.schema import PACE

#: a slot further ahead than this many intervals (and a minute) was left by a clock that has since been set back
_MOST_AHEAD = 60
#: seconds after its slot in which a holder must have sent
_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Pace:
    """A call of an account in the store (`Access.scope`), and the seconds between two slots of it.

    `spacing` is the least time between two sends: what a late send costs is made up for down to it.
    """

    scope: str
    call: str
    interval: float
    spacing: float


@dataclass(frozen=True, slots=True)
class Slot:
    """The next slot of a call: `due` in Unix seconds, `held_until` likewise, 0 where nobody holds it."""

    due: float
    held_until: float = 0.0


def look(connection: Connection, pace: Pace, now: datetime) -> Slot:
    """Return the next slot as it stands; takes nothing."""
    found = connection.execute(select(PACE.c.next_at, PACE.c.held_until).where(_is(pace)).with_for_update()).first()
    moment = now.timestamp()
    if found is None:
        return Slot(moment)
    furthest = moment + _MOST_AHEAD * max(1.0, pace.interval)
    due = moment + pace.interval if found.next_at > furthest else max(found.next_at, moment)
    held_until = found.held_until or 0.0
    return Slot(due, held_until if moment < held_until <= furthest else 0.0)


def hold(connection: Connection, pace: Pace, now: datetime) -> Slot | None:
    """Hold the next slot and return it, None while another holds it."""
    slot = look(connection, pace, now)
    if slot.held_until:
        return None
    held = Slot(slot.due, slot.due + max(pace.interval, _GRACE))
    values = {"next_at": held.due, "held_until": held.held_until}
    done = connection.execute(update(PACE).where(_is(pace)).values(values))
    if not done.rowcount:
        connection.execute(insert(PACE).values(scope=pace.scope, call=pace.call, **values))
    return held


def sent(connection: Connection, pace: Pace, slot: Slot, sent_at: datetime) -> None:
    """Give a held slot up for the next one: the request went out at `sent_at`."""
    next_at = max(slot.due + pace.interval, sent_at.timestamp() + pace.spacing)
    connection.execute(update(PACE).where(_is(pace), PACE.c.next_at < next_at).values(next_at=next_at))
    free(connection, pace, slot)


def free(connection: Connection, pace: Pace, slot: Slot) -> None:
    """Let go of a slot, unless its time is over and another holds it by now."""
    connection.execute(update(PACE).where(_is(pace), PACE.c.held_until == slot.held_until).values(held_until=None))


def _is(pace: Pace) -> ColumnElement[bool]:
    return and_(PACE.c.scope == pace.scope, PACE.c.call == pace.call)
