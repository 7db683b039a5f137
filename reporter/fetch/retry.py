"""What to do about a failure: the vendor's table first, then what its class means; and how long to wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from reporter.errors import (
    ClockError,
    NotReadyError,
    ProtocolError,
    ThrottledError,
    TooLargeError,
    UnavailableError,
    UnknownItemError,
    VendorError,
    WrongPageError,
)
from reporter.fetch.clock import Clock
from reporter.fetch.limits import Limits
from reporter.vendors.base import Action, Answer, Vendor

_BY_CLASS: tuple[tuple[type[VendorError], Action], ...] = (
    (ThrottledError, "retry"),
    (UnavailableError, "retry"),
    (TooLargeError, "retry"),
    (ProtocolError, "retry"),
    (NotReadyError, "wait"),
    (ClockError, "resign"),
    (UnknownItemError, "skip"),
)
_REDIRECTS = range(300, 400)
#: the longest that the first waits may grow of our own accord
_LONGEST = 30.0
#: what a reply asks for beyond this is no time that anybody means, and no calendar holds; in seconds
_FURTHEST = 3650 * 86_400.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that brought nothing: `answer` is what came, if anything; `was_judged` by the vendor's own check.

    `was_sent` says whether the request went out at all, `data` is the body that came with the answer.
    """

    error: VendorError
    answer: Answer | None = None
    was_judged: bool = False
    was_sent: bool = True
    data: bytes = field(default=b"", repr=False)


def action(vendor: Vendor, failure: Failure) -> Action:
    """Return what to do: the first line of the vendor's table that fits, else what the error's class means.

    A code that the table does not know stops the account. A redirect is never followed, but asked past: a
    gateway's maintenance page must not end a pull of hours.
    """
    error = failure.error
    status = error.status or (failure.answer.status if failure.answer else 0)
    if status in _REDIRECTS:
        return "retry"
    if failure.was_judged:
        for line in vendor.retries:
            if line.fits(status, error.code, error.what):
                return line.action
        if error.code:
            return "stop"
    return next((action for kind, action in _BY_CLASS if isinstance(error, kind)), "stop")


def pause(failure: Failure, tries: int, waited: float, clock: Clock, limits: Limits) -> float | None:
    """Return the seconds to wait before the next try, None where there shall be none.

    `tries` were made so far and `waited` seconds spent since the first. Full jitter, doubling from a
    second; what the vendor asks for is honoured in full, or not waited for at all beyond the cap. A page that is
    not the one asked for is read as often as a walk that moves.
    """
    if tries >= (limits.readings if isinstance(failure.error, WrongPageError) else limits.tries):
        return None
    told = asked_pause(failure.answer, clock.now())
    if told is not None:
        return told if told <= limits.told_seconds else None
    delay = clock.chance() * min(_LONGEST, 2.0 ** (tries - 1))
    return delay if waited + delay <= limits.budget_seconds else None


def asked_pause(answer: Answer | None, now: datetime) -> float | None:
    """Return the seconds that a reply's headers ask for, ten years at most.

    x-acs-retry-after counts milliseconds; Retry-After seconds, or it is a date, which the vendor's own clock counts to:
    `now`, which is ours, stands in where the reply has no Date.
    """
    headers = {name.lower(): value.strip() for name, value in answer.headers.items()} if answer else {}
    if (millis := _number(headers.get("x-acs-retry-after"))) is not None:
        return min(_FURTHEST, millis / 1000)
    told = headers.get("retry-after")
    if (seconds := _number(told)) is not None:
        return min(_FURTHEST, seconds)
    moment = _date(told)
    theirs = _date(headers.get("date")) or now
    return None if moment is None else min(_FURTHEST, max(0.0, (moment - theirs).total_seconds()))


def skew(vendor: Vendor, answer: Answer | None, now: datetime) -> timedelta | None:
    """Return how far the vendor's clock is ahead of ours, None where the reply tells none that anybody means."""
    if answer is None:
        return None
    theirs = vendor.server_time(answer) if vendor.server_time else None
    headers = {name.lower(): value for name, value in answer.headers.items()}
    theirs = theirs or _date(headers.get("date"))
    ahead = None if theirs is None else theirs - now
    return None if ahead is None or abs(ahead.total_seconds()) > _FURTHEST else ahead


def _number(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdecimal() else None


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):  # what is no date, and one that no calendar holds
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
