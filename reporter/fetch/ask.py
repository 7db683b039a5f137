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
from reporter.vendors.base import Action, Cursor, Endpoint

log = logging.getLogger("reporter.fetch")

#: what is done once for a page, and without a pause
_ANEW: frozenset[Action] = frozenset({"resign", "regrant"})


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
    """Ask for one page: pause and try again as the vendor's table says, sign anew where that may help, else give up.

    Signing anew is done once by the vendor's clock, and once with a new token.
    """
    endpoint, clock = line.access.vendor.endpoints[pull.endpoint], line.clock
    began, sent, renewed = clock.monotonic(), 0, set[Action]()
    for tries in count(1):
        if line.stopped is not None:
            return Asked(GivenUp(line.stopped, "stop", was_asked=False), sent)
        token = line.grant.number
        got = await attempt(line, endpoint, pull, cursor)
        if isinstance(got, Accepted):
            line.note_success(token)
            return Asked(got, sent + 1)
        sent += got.was_sent
        keep_rejected(line, pull, got, page, tries)
        what = retry.action(line.access.vendor, got)
        error = got.error.at(issues.where(pull, page, tries))
        if what in _ANEW and what not in renewed:
            renewed.add(what)
            given_up = await _renewed(line, endpoint, got, token, error)
            if given_up is None:
                continue
            return Asked(given_up, sent)
        delay = retry.pause(got, tries, clock.monotonic() - began, clock, line.limits) if what == "retry" else None
        if delay is None:
            return Asked(GivenUp(_advised(error, got, line), "stop" if what == "regrant" else what), sent)
        log.info("%s; next try in %.1f s", error, delay)
        await clock.sleep(delay)
    raise AssertionError("count() never ends")


async def _renewed(line: Line, endpoint: Endpoint, got: Failure, token: int, error: VendorError) -> GivenUp | None:
    """Make ready to sign anew after a failure; return why that is not to be had, where it is not."""
    if retry.action(line.access.vendor, got) == "regrant":
        return await _regranted(line, endpoint, token, error)
    line.put_offset(retry.skew(line.access.vendor, got.answer, line.clock.now()))
    return None


async def _regranted(line: Line, endpoint: Endpoint, token: int, error: VendorError) -> GivenUp | None:
    """Fetch a new token for the one numbered `token`, which was refused with `error`; return why there is none.

    Walks side by side run into the same expired token: the first fetches, the others go on with what it got. A
    token that is refused before it was ever taken is no matter of its age. The call that grants one is made within
    `turn`, and no new token helps it: refused, it ends the account.
    """
    grant = line.grant
    if endpoint.grants is not None:
        return GivenUp(error, "stop")
    async with grant.turn:
        if grant.number != token:
            return None
        if grant.pull is None or grant.is_unproven:
            return GivenUp(error, "stop")
        log.info("%s; asking for a new token", error)
        asked = await ask(line, grant.pull, Cursor(), 1)
        grant.requests += asked.requests
        if isinstance(asked.outcome, GivenUp):
            return asked.outcome
        if asked.outcome.token is None:
            return GivenUp(error, "stop")
        line.put_token(asked.outcome.token, grant.pull)
        grant.is_unproven = True
        return None


def _advised(error: VendorError, failure: Failure, line: Line) -> VendorError:
    """Return the error, with the hour at which the vendor wants to be asked again where it is far off."""
    now = line.clock.now()
    told = retry.asked_pause(failure.answer, now)
    if told is not None and told > line.limits.told_seconds:
        error.advice = f"the vendor asks to come back at {now + timedelta(seconds=told):%Y-%m-%d %H:%M:%S} UTC"
    return error
