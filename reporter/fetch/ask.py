"""One page, asked for until it comes or is given up."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from reporter.errors import VendorError
from reporter.fetch import issues, retry
from reporter.fetch.line import Line
from reporter.fetch.rejected import keep_rejected
from reporter.fetch.retry import Failure
from reporter.fetch.send import Accepted, attempt
from reporter.model import Pull
from reporter.vendors.base import Action, Cursor

log = logging.getLogger("reporter.fetch")


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A page that did not come: the last error with its place, and what was to be done about it.

    `was_asked` is false where the account had been stopped before this page was sent at all.
    """

    error: VendorError
    action: Action
    was_asked: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking for a page came to, and how many requests went out for it."""

    outcome: Accepted | GivenUp
    requests: int


async def ask(line: Line, pull: Pull, cursor: Cursor, page: int) -> Asked:
    """Ask for one page: pause and try again as the vendor's table says, sign anew once by its clock, else give up."""
    endpoint, clock = line.access.vendor.endpoints[pull.endpoint], line.clock
    began, sent, has_resigned = clock.monotonic(), 0, False
    for tries in count(1):
        if line.stopped is not None:
            return Asked(GivenUp(line.stopped, "stop", was_asked=False), sent)
        got = await attempt(line, endpoint, pull, cursor)
        if isinstance(got, Accepted):
            line.note_success()
            return Asked(got, sent + 1)
        sent += got.was_sent
        keep_rejected(line, pull, got, page, tries)
        what = retry.action(line.access.vendor, got)
        error = got.error.at(issues.where(pull, page, tries))
        if what == "resign" and not has_resigned:
            has_resigned = True
            line.put_offset(retry.skew(line.access.vendor, got.answer, clock.now()))
            continue
        delay = retry.pause(got, tries, clock.monotonic() - began, clock, line.limits) if what == "retry" else None
        if delay is None:
            return Asked(GivenUp(_advised(error, got, line), what), sent)
        log.info("%s; next try in %.1f s", error, delay)
        await clock.sleep(delay)
    raise AssertionError("count() never ends")


def _advised(error: VendorError, failure: Failure, line: Line) -> VendorError:
    """Return the error, with the hour at which the vendor wants to be asked again where it is far off."""
    now = line.clock.now()
    told = retry.asked_pause(failure.answer, now)
    if told is not None and told > line.limits.told_seconds:
        error.advice = f"the vendor asks to come back at {now + timedelta(seconds=told):%Y-%m-%d %H:%M:%S} UTC"
    return error
