"""What a TalkCloud reply means that is no data, and what to do about it.

The statistics pages have no table of codes; these are the platform's (TKRoomSDK status codes). `result` 0 is
well, and 4105 says that no data matches, which is an empty page and no error.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reporter.errors import (
    BadRequestError,
    ProtocolError,
    RefusedError,
    UnavailableError,
    UnknownItemError,
)
from reporter.vendors.base import Answer, Body
from reporter.vendors.faults import BY_STATUS, HTTP_ERROR, PASSING, Fault, classed, faults, has_rows, retries

NO_DATA = "4105"

FAULTS: tuple[Fault, ...] = (
    *faults(RefusedError, "stop", "3001", "3002", "4001", "4002", "4101", "4102", "4108", "4109"),
    *faults(UnknownItemError, "skip", "3003", "4007"),
    *faults(BadRequestError, "skip", "4004", "4005"),
    Fault("4107", UnavailableError, "retry"),
    # the older calls say -1 to everything, so that the status alone tells
    *(replace(fault, code="-1") for fault in PASSING),
    *BY_STATUS,
)
RETRIES = retries(FAULTS)


def check(answer: Answer) -> None:
    """Raise the classed error of a reply that is no data; return for one that is, or that says that there is none."""
    code = result_of(answer.body)
    is_code = code not in {"", "0", NO_DATA}
    if answer.status >= HTTP_ERROR or is_code:
        said = answer.body.get("msg") if isinstance(answer.body, dict) else ""
        raise classed(FAULTS, answer, code=code if is_code else "", said=said)
    if missing := _missing(answer.body, code):
        raise ProtocolError(missing, status=answer.status)


def result_of(body: Body) -> str:
    """Return `result` as text, "" where a reply has none."""
    result: Any = body.get("result") if isinstance(body, dict) else None
    return "" if result is None or isinstance(result, bool) else str(result)


def _missing(body: Body, code: str) -> str:
    """Say what a reply lacks to be an answer, "" where it lacks nothing."""
    if code == NO_DATA:
        return ""
    if not code:
        return "the reply is no JSON object with a result"
    data = body.get("data")
    if not isinstance(data, dict) or not has_rows(data, "data", "total"):
        return "the reply has no data.data"
    lacking = [name for name in ("total", "current_page", "last_page") if data.get(name) is None]
    return f"the reply has no data.{lacking[0]}" if lacking else ""
