"""Faults of the line: what becomes of a good reply between the vendor and us.

The reply carries the word for it in `extensions["wire"]`. `serve` does it to the socket; in process there is
none, and `as_client_sees` raises there what httpx makes of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import httpx

from reporter.sandbox.faults_base import Fault, Met, bare, with_bytes

#: the name under which a reply says what the line is to do to it
WIRE_KEY = "wire"


class _Breaks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off."""

    def __init__(self, part: bytes, fault: httpx.TransportError) -> None:
        self._part = part
        self._fault = fault

    def __iter__(self) -> Iterator[bytes]:
        yield self._part
        raise self._fault

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._part
        raise self._fault


def _before(fault: type[httpx.TransportError]) -> Callable[[httpx.Response], httpx.Response]:
    def sees(_reply: httpx.Response) -> httpx.Response:
        raise fault("made on purpose")

    return sees


def _within(fault: type[httpx.TransportError]) -> Callable[[httpx.Response], httpx.Response]:
    def sees(reply: httpx.Response) -> httpx.Response:
        data = bare(reply)
        stream = _Breaks(data[: len(data) // 2], fault("made on purpose"))
        return httpx.Response(reply.status_code, headers=reply.headers, stream=stream)

    return sees


def _half(reply: httpx.Response) -> httpx.Response:
    data = bare(reply)
    return with_bytes(reply, data[: len(data) // 2])


#: name -> what a client in the same process sees of it
_SEEN: dict[str, Callable[[httpx.Response], httpx.Response]] = {
    "hang-up": _before(httpx.RemoteProtocolError),
    "reset-before-headers": _before(httpx.ReadError),
    "no-http": _before(httpx.RemoteProtocolError),
    "drip-headers": _before(httpx.ReadTimeout),
    "reset-mid-body": _within(httpx.ReadError),
    "short-length": _within(httpx.RemoteProtocolError),
    "cut-chunked": _within(httpx.RemoteProtocolError),
    "drip-body": _within(httpx.ReadTimeout),
    "cut-without-length": _half,
}


def as_client_sees(reply: httpx.Response) -> httpx.Response:
    """Return a reply as it comes through a line that is as bad as the reply says; raises `httpx.TransportError`.

    `httpx.MockTransport(lambda request: as_client_sees(sandbox.answer(request)))` is the sandbox with its line.
    """
    wire = reply.extensions.get(WIRE_KEY)
    return _SEEN[wire](reply) if wire else reply


def _told(name: str) -> Callable[[Met], httpx.Response]:
    def change(met: Met) -> httpx.Response:
        reply = with_bytes(met.reply, bare(met.reply))
        reply.extensions = {**reply.extensions, WIRE_KEY: name}
        return reply

    return change


WIRE: tuple[Fault, ...] = tuple(Fault(name, "wire", _told(name)) for name in _SEEN)
