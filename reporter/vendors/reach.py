"""Which days of a pull a call that reaches back only so far no longer tells. Pure; days are dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from reporter.model import Pull
from reporter.vendors.base import Endpoint

#: the day that a vendor means where a call asks a day by its name
_VENDORS_ZONE = timezone(timedelta(hours=8))
#: the parameter by which it does
_DAY = "PlayDate"


def asked_days(pull: Pull) -> Iterator[date]:
    """Yield the days that a pull is about: the one that it names, else those of its period, in the report's zone."""
    named = pull.param(_DAY)
    return iter([date.fromisoformat(named)]) if named else pull.period.days()


def first_kept(pull: Pull, window_days: int, now: datetime) -> date:
    """Return the first day that a call which reaches back so many days still tells in whole at an instant.

    A day that is asked by its name is there or not; of a stretch of time the day in which the window begins is cut.
    """
    if pull.param(_DAY):
        return now.astimezone(_VENDORS_ZONE).date() - timedelta(days=window_days)
    return now.astimezone(pull.period.start.tzinfo).date() - timedelta(days=window_days - 1)


def today_of(now: datetime) -> date:
    """Return the vendors' day of an instant."""
    return now.astimezone(_VENDORS_ZONE).date()


def lost_on(endpoint: Endpoint, day: date) -> date | None:
    """Return the first day on which a call no longer tells of `day`, None where it always does."""
    if endpoint.window_days is None:
        return None
    return day + timedelta(days=endpoint.window_days + endpoint.by_day)


def held_days(endpoint: Endpoint, pull: Pull, oldest_at: datetime) -> tuple[date, ...]:
    """Return the days of a pull that a whole walk of it tells: over when its first reply came, and not yet lost."""
    today = oldest_at.astimezone(_VENDORS_ZONE if pull.param(_DAY) else pull.period.start.tzinfo).date()
    lost = lost_days(endpoint, pull, oldest_at)
    return tuple(day for day in asked_days(pull) if day < today and day not in lost)


def lost_days(endpoint: Endpoint, pull: Pull, now: datetime) -> tuple[date, ...]:
    """Return the days of a pull that are lost to a call made at an instant, in order."""
    if endpoint.window_days is None:
        return ()
    kept = first_kept(pull, endpoint.window_days, now)
    return tuple(day for day in asked_days(pull) if day < kept)
