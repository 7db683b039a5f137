"""Pace slots: when a call may next go out, kept in the store so that limits hold across processes and restarts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from reporter.store.schema import PACE

#: a slot further ahead than this many intervals (and a minute) was left by a clock that has since been set back
_MOST_AHEAD = 60


def wait(connection: Connection, scope: str, call: str, interval: float, now: datetime) -> float:
    """Return the seconds until the next slot of a call is free; takes nothing."""
    return _due(_next_at(connection, scope, call), interval, now.timestamp()) - now.timestamp()


def take(connection: Connection, scope: str, call: str, interval: float, now: datetime) -> float:
    """Take the next slot of a call: return the seconds to wait for it; later ones are `interval` seconds on."""
    next_at, moment = _next_at(connection, scope, call), now.timestamp()
    due = _due(next_at, interval, moment)
    if next_at is None:
        connection.execute(insert(PACE).values(scope=scope, call=call, next_at=due + interval))
    else:
        connection.execute(update(PACE).where(_is(scope, call)).values(next_at=due + interval))
    return due - moment


def _due(next_at: float | None, interval: float, now: float) -> float:
    if next_at is None or next_at <= now:
        return now
    return next_at if next_at - now <= _MOST_AHEAD * max(1.0, interval) else now + interval


def _next_at(connection: Connection, scope: str, call: str) -> float | None:
    found: float | None = connection.execute(select(PACE.c.next_at).where(_is(scope, call)).with_for_update()).scalar()
    return found


def _is(scope: str, call: str) -> ColumnElement[bool]:
    return and_(PACE.c.scope == scope, PACE.c.call == call)
