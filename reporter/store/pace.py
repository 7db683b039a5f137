"""Pace slots: when a call may next go out, kept in the store so that limits hold across processes and restarts.

A slot is held by one process at a time, from shortly before its request may go out until that request has
gone; the next slot is reckoned from the moment at which it really went. A holder that dies holds for a moment
only: until its request, had it gone out unrecorded as late as it might, would be an interval old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, insert, select, update

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
    """The next slot of a call: `due` in Unix seconds, `held_until` likewise, 0 where nobody holds it.

    `is_ours`: it is held by who asked.
    """

    due: float
    held_until: float = 0.0
    is_ours: bool = False


def look(connection: Connection, pace: Pace, now: datetime) -> Slot:
    """Return the next slot as it stands; takes nothing."""
    found = connection.execute(_LOOK, _of(pace)).first()
    moment = now.timestamp()
    if found is None:
        return Slot(moment)
    furthest = _furthest(pace, moment)
    due = moment + pace.interval if found.next_at > furthest else max(found.next_at, moment)
    held_until = found.held_until or 0.0
    return Slot(due, held_until if moment < held_until <= furthest else 0.0)


def hold(connection: Connection, pace: Pace, now: datetime, within: float) -> Slot:
    """Hold the next slot if it is free and at most `within` seconds off; return it, held or as it stands."""
    slot, moment = look(connection, pace, now), now.timestamp()
    if slot.held_until or slot.due - moment > within:
        connection.execute(_SET_BACK, {**_of(pace), "due": slot.due, "furthest": _furthest(pace, moment)})
        return slot
    held = Slot(slot.due, slot.due + _GRACE + pace.interval, is_ours=True)
    done = connection.execute(_HOLD, {**_of(pace), "due": held.due, "until": held.held_until})
    if not done.rowcount:
        values = {"next_at": held.due, "held_until": held.held_until}
        connection.execute(insert(PACE), {"scope": pace.scope, "call": pace.call, **values})
    return held


def sent(connection: Connection, pace: Pace, slot: Slot, sent_at: datetime) -> float:
    """Give a held slot up for the next one: the request went out at `sent_at`; return when the next may."""
    next_at = max(slot.due + pace.interval, sent_at.timestamp() + pace.spacing)
    connection.execute(_SENT, {**_of(pace), "next": next_at, "until": slot.held_until})
    return next_at


def free(connection: Connection, pace: Pace, slot: Slot) -> None:
    """Let go of a slot, unless its time is over and another holds it by now."""
    connection.execute(_FREE, {**_of(pace), "until": slot.held_until})


def _furthest(pace: Pace, moment: float) -> float:
    return moment + _MOST_AHEAD * max(1.0, pace.interval)


def _of(pace: Pace) -> dict[str, str | float]:
    return {"of_scope": pace.scope, "of_call": pace.call}


_IS_OF = and_(PACE.c.scope == bindparam("of_scope"), PACE.c.call == bindparam("of_call"))
_IS_OURS = PACE.c.held_until == bindparam("until")
_LOOK = select(PACE.c.next_at, PACE.c.held_until).where(_IS_OF).with_for_update()
_HOLD = update(PACE).where(_IS_OF).values(next_at=bindparam("due"), held_until=bindparam("until"))
#: once the clock was set back a slot is an interval off, not an interval off for ever
_SET_BACK = update(PACE).where(_IS_OF, PACE.c.next_at > bindparam("furthest")).values(next_at=bindparam("due"))
_FREE = update(PACE).where(_IS_OF, _IS_OURS).values(held_until=None)
_SENT = (
    update(PACE)
    .where(_IS_OF)
    .values(
        next_at=case((PACE.c.next_at < bindparam("next"), bindparam("next")), else_=PACE.c.next_at),
        held_until=case((_IS_OURS, None), else_=PACE.c.held_until),
    )
)
