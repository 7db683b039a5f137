"""One try: build, wait for the slot, sign, send, read under the caps, judge."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from reporter import __version__
from reporter.errors import ProtocolError, UnavailableError, VendorError
from reporter.fetch import faults
from reporter.fetch.limits import decoded, read_body
from reporter.fetch.line import Line, refuse_plain
from reporter.fetch.pace import Passing
from reporter.fetch.retry import Failure
from reporter.fetch.scrub import scrub
from reporter.model import Pull
from reporter.vendors.base import Answer, Body, Cursor, Endpoint, Token
from reporter.vendors.faults import printable
from reporter.vendors.parse import decode

_HEADERS = {"Accept-Encoding": "gzip", "User-Agent": f"reporter/{__version__}"}
#: where vendors put the id that their support asks for
_REQUEST_ID_HEADERS = ("x-tt-logid", "x-acs-request-id", "x-request-id")
_REQUEST_ID_FIELDS = ("RequestId", "requestId")
#: what reading a reply of another shape than documented runs into
_SHAPE_FAULTS = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError)
#: as much of a body that is no JSON is looked at for what it says of an error
_ERROR_BYTES = 65_536
_FINE = range(200, 300)
_REDIRECTS = range(300, 400)
#: statuses that pass by themselves
_PASSING = {408, 429, *range(500, 600)}


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of its walk: its rows, how many there are in all, and where to go on.

    `prints` are the same for equal rows, one a row; `ids` are those of the rows that have one. `has_sure_ids`: no two
    rows of a walk rightly have the same; `doubled` counts those of the page whose id stands on an earlier one of it,
    `unnamed` those that have none and cannot do without.
    """

    rows: int
    claimed: int | None
    following: Cursor | None
    prints: tuple[bytes, ...] = ()
    ids: frozenset[str] = frozenset()
    has_sure_ids: bool = False
    doubled: int = 0
    unnamed: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """A reply that passed every check: its bytes without secrets, and what it says of its walk."""

    data: bytes = field(repr=False)
    fetched_at: datetime
    request_id: str
    told: Told
    token: Token | None = field(default=None, repr=False)


@dataclass(slots=True)
class _Sending:
    """What one try has come to so far."""

    was_sent: bool = False
    answer: Answer | None = None
    was_judged: bool = False
    data: bytes = b""


async def attempt(line: Line, endpoint: Endpoint, pull: Pull, cursor: Cursor) -> Accepted | Failure:
    """Make one try of one page. Failures are values; only bugs and the store's errors are raised."""
    sending = _Sending()
    try:
        answer, data = await _exchange(line, endpoint, endpoint.request(pull, cursor), sending)
        _judge(line, sending, answer, data)
        if not endpoint.is_about(pull, answer.body):
            what = "the reply is about another room, event or viewer than was asked for"
            raise ProtocolError(what, status=answer.status)
        return _accepted(line, endpoint, cursor, answer, data)
    except VendorError as error:
        told = line.secrets.strike_error(_with_id(error, sending.answer))
        return Failure(told, sending.answer, sending.was_judged, sending.was_sent, sending.data)


def told_by(endpoint: Endpoint, data: bytes, cursor: Cursor) -> Told:
    """Return what a stored page says; raises `VendorError` for one that no longer reads as the vendor documents."""
    return _told(endpoint, decode(data), cursor)


async def _exchange(line: Line, endpoint: Endpoint, request: httpx.Request, sending: _Sending) -> tuple[Answer, bytes]:
    refuse_plain(request.url)
    for name, value in _HEADERS.items():
        request.headers.setdefault(name, value)
    async with line.gate(endpoint).passage() as passing:
        try:
            return await _sent(line, request, passing, sending)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as fault:
            raise faults.told(fault, request.url, line.limits.seconds) from fault


async def _sent(line: Line, request: httpx.Request, passing: Passing, sending: _Sending) -> tuple[Answer, bytes]:
    """Send within the deadline, which does not count the wait for the slot; return the answer and its bytes."""
    async with asyncio.timeout(line.limits.seconds) as deadline:

        async def go() -> None:
            await passing.wait(lambda seconds: deadline.reschedule((deadline.when() or 0) + seconds))
            sending.was_sent = True

        if line.is_traced:
            request.extensions["trace"] = _trace(go, passing.sent)
        else:
            await go()
            await passing.sent()
        response = await line.client.send(request, auth=line.auth, stream=True)
        try:
            head = sending.answer = Answer(response.status_code, dict(response.headers), None)
            data = sending.data = await read_body(response, line.limits)
        finally:
            await response.aclose()
    body = decoded(data, line.limits)
    sending.answer = Answer(head.status, head.headers, body, data[:_ERROR_BYTES] if body is None else b"")
    return sending.answer, data


def _trace(
    go: Callable[[], Awaitable[None]], sent: Callable[[], Awaitable[None]]
) -> Callable[[str, Any], Awaitable[None]]:
    """Return a trace for httpcore: `go` when the connection is open and the headers are next, `sent` when all has gone.

    https://www.encode.io/httpcore/extensions/#trace ; a proxy's CONNECT is no call of the vendor's.
    """
    is_call = False

    async def trace(name: str, info: Any) -> None:  # noqa: ANN401 - httpcore's signature
        nonlocal is_call
        if name == "http11.send_request_headers.started":
            is_call = info["request"].method != b"CONNECT"
            if is_call:
                await go()
        elif name == "http11.send_request_body.complete" and is_call:
            await sent()

    return trace


def _judge(line: Line, sending: _Sending, answer: Answer, data: bytes) -> None:
    """Raise the error that an answer is, if it is one."""
    if answer.status in _REDIRECTS:
        raise ProtocolError(
            f"the vendor redirects to {_place(answer)}, and a signed call does not follow",
            status=answer.status,
            advice="correct the account's base_url",
        )
    is_fine = answer.status in _FINE
    if is_fine and answer.body is None:
        raise ProtocolError(_no_json(data), status=answer.status, advice="check base_url and the proxy; run again")
    try:
        line.access.vendor.check(answer)
    except VendorError:
        sending.was_judged = True
        raise
    except _SHAPE_FAULTS as fault:
        raise _misshapen(fault) from fault
    if not is_fine:
        kind = UnavailableError if answer.status in _PASSING else ProtocolError
        raise kind("the vendor answers with an error that it does not explain", status=answer.status)


def _accepted(line: Line, endpoint: Endpoint, cursor: Cursor, answer: Answer, data: bytes) -> Accepted:
    told = _told(endpoint, answer.body, cursor)
    try:
        token = endpoint.grants(answer.body) if endpoint.grants else None
    except _SHAPE_FAULTS as fault:
        raise _misshapen(fault) from fault
    kept = scrub(data, answer.body, endpoint.scrub) if endpoint.scrub else data
    kept = line.secrets.strike_reply(kept, answer.body)
    return Accepted(kept, line.clock.now(), line.secrets.strike_id(_request_id(answer)), told, token)


def _told(endpoint: Endpoint, body: Body, cursor: Cursor) -> Told:
    try:
        items = endpoint.items(body) if endpoint.items else ()
        named = [one for one in map(endpoint.row_id, items) if one] if endpoint.row_id else []
        ids = frozenset(named)
        doubled = len(named) - len(ids) if endpoint.has_sure_ids else 0
        following = endpoint.next_cursor(body, cursor)
        prints = tuple(map(_print, items))
        unnamed = len(items) - len(named) if endpoint.needs_ids else 0
        rows, claimed = endpoint.rows(body), endpoint.claimed(body)
        return Told(rows, claimed, following, prints, ids, endpoint.has_sure_ids, doubled, unnamed)
    except _SHAPE_FAULTS as fault:
        raise _misshapen(fault) from fault


def _print(row: Body) -> bytes:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).digest()


def _misshapen(fault: Exception) -> ProtocolError:
    # only a missing field's name may be told: other faults quote values, which may be personal
    what = f"the field {fault.args[0]!r} is missing" if isinstance(fault, KeyError) else "a field has another type"
    return ProtocolError(f"the reply is not what the vendor documents: {what}")


def _no_json(data: bytes) -> str:
    if not data.strip():
        return "the vendor answered with nothing"
    if data.lstrip()[:1] == b"<":
        return "a web page came instead of JSON: a login page or a proxy's?"
    return "the reply is no JSON, or breaks off"


def _place(answer: Answer) -> str:
    """Return where a redirect points, as it came over the wire but for its query, which may hold keys."""
    place = answer.headers.get("location", "")
    try:
        url = httpx.URL(place)
        path = url.raw_path.decode().partition("?")[0]
        return printable(f"{url.scheme}://{url.netloc.decode()}{path}" if url.netloc else path) if place else "nowhere"
    except (httpx.InvalidURL, ValueError):
        return "what is no address"


def _with_id(error: VendorError, answer: Answer | None) -> VendorError:
    """Return the error with the vendor's request id and the HTTP status, where the vendor's check left them out."""
    if answer is None:
        return error
    error.request_id = error.request_id or _request_id(answer)
    error.status = error.status or answer.status
    return error


def _request_id(answer: Answer) -> str:
    body = answer.body if isinstance(answer.body, dict) else {}
    metadata = body.get("ResponseMetadata")
    places = [body, metadata if isinstance(metadata, dict) else {}]
    found = [place.get(name) for place in places for name in _REQUEST_ID_FIELDS]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    found += [headers.get(name) for name in _REQUEST_ID_HEADERS]
    return next((one for one in found if isinstance(one, str) and one), "")
