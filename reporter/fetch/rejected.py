"""A refused reply put aside for an engineer, without its secrets."""

from __future__ import annotations

from copy import deepcopy

from reporter.fetch.line import Line
from reporter.fetch.retry import Failure
from reporter.fetch.scrub import scrub
from reporter.fetch.strike import struck
from reporter.model import Pull
from reporter.store import Rejection
from reporter.vendors.base import Endpoint


def keep_rejected(line: Line, pull: Pull, failure: Failure, page: int, attempt: int) -> None:
    """Keep what a vendor answered where it was no data; a call that never got an answer leaves nothing."""
    answer, error = failure.answer, failure.error
    if answer is None:
        return
    body = _without_secrets(line, line.access.vendor.endpoints[pull.endpoint], failure)
    line.store.reject(
        Rejection(
            line.run_id,
            pull.vendor,
            pull.account,
            pull.endpoint,
            pull.room,
            page,
            attempt,
            answer.status,
            error.code,
            error.request_id,
            line.clock.now(),
            body,
            len(failure.data),
        )
    )


def _without_secrets(line: Line, endpoint: Endpoint, failure: Failure) -> bytes:
    """Return the body with known secret fields blanked and the account's secrets struck out; none of a token call.

    Of an error of the vendor's own the words name nobody either; any other body is kept as a reply is, people and all.
    """
    if endpoint.grants is not None:
        return b""
    body = deepcopy(failure.answer.body) if failure.answer else None
    data = scrub(failure.data, body, endpoint.scrub) if body is not None else failure.data
    return struck(data, body, line.secrets.strike_words if failure.was_judged else line.secrets.strike)
