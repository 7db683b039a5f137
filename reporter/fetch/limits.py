"""What a reply may cost: time, bytes on the wire, bytes unpacked, how far it may be blown up, and its nesting."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import httpx

from reporter.errors import ProtocolError, TooLargeError, UnavailableError
from reporter.vendors.base import Account, Body
from reporter.vendors.caps import Caps
from reporter.vendors.parse import NestedError, decode

MIB = 1024 * 1024
#: unpacked at most so much at a time, so that a bomb is noticed before it fills the memory
_STEP = MIB
#: gzip or zlib, told apart by their first bytes
_ANY_WRAPPING = zlib.MAX_WBITS | 32


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one try and of one call's tries.

    seconds          a whole try: name, handshake, headers, body (httpx has timeouts for single reads only)
    wire, unpacked   bytes of one reply as sent and as decoded; `blow_up` is their ratio, which counts
                     once more than `blow_up_from` bytes are unpacked
    nesting          lists and mappings of one reply that stand in each other
    tries            sends of one request in all, within `budget_seconds` of waiting of our own accord
    told_seconds     the longest wait that a vendor may ask for
    readings         times that a walk is read when its source changes under it
    pages            pages that a walk may have
    """

    seconds: float = 60.0
    wire: int = 64 * MIB
    unpacked: int = 1024 * MIB
    blow_up: int = 200
    blow_up_from: int = 10 * MIB
    nesting: int = 64
    tries: int = 5
    budget_seconds: float = 120.0
    told_seconds: float = 120.0
    readings: int = 4
    pages: int = 20_000

    def of(self, account: Account) -> Limits:
        """Return these limits with what an account sets of its own."""
        caps = account.limits or Caps()
        own: dict[str, Any] = {
            "seconds": caps.seconds,
            "wire": caps.wire,
            "unpacked": caps.unpacked,
            "blow_up": caps.ratio,
            "nesting": caps.nesting,
        }
        return replace(self, **{name: value for name, value in own.items() if value is not None})


async def read_body(response: httpx.Response, limits: Limits) -> bytes:
    """Return a streamed reply's body, unpacked.

    Raises `TooLargeError` beyond a cap, `ProtocolError` for an unknown encoding, `UnavailableError` for a packed body
    that breaks off; httpx's own errors pass through.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        data = b"".join([chunk async for chunk in _capped(response, limits.wire)])
        _refuse_beyond(limits, len(data))
        return data
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise ProtocolError(f"the reply is packed as {encoding[:40]!r}, which was not asked for")
    unpacker, parts = _Unpacker(limits), list[bytes]()
    async for chunk in _capped(response, limits.wire):
        parts.extend(unpacker.feed(chunk))
    unpacker.finish()
    return b"".join(parts)


def decoded(data: bytes, limits: Limits) -> Body:
    """Return a body as JSON, None where it is none; raises `TooLargeError` for one that is nested too deeply."""
    try:
        body = decode(data)
    except NestedError:
        raise _too_deep(limits) from None
    except ValueError:
        return None
    if _is_deeper(body, limits.nesting):
        raise _too_deep(limits)
    return body


def _is_deeper(body: Body, most: int) -> bool:
    """Say whether lists and mappings stand in each other more than `most` deep; each value is looked at once."""
    level = [body] if isinstance(body, dict | list) else []
    for _ in range(most):
        within = (one.values() if isinstance(one, dict) else one for one in level)
        level = [value for values in within for value in values if isinstance(value, dict | list)]
        if not level:
            return False
    return True


def _too_deep(limits: Limits) -> TooLargeError:
    return TooLargeError(f"the reply is nested more than {limits.nesting} deep")


async def _capped(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    # the bare stream: `aiter_raw` refuses a reply that a test's transport made whole
    seen, stream = 0, cast("httpx.AsyncByteStream", response.stream)
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdecimal() and int(announced[:20]) > most:
        raise TooLargeError(f"the reply is larger than {_sized(most)} on the wire")
    async for chunk in stream:
        seen += len(chunk)
        if seen > most:
            raise TooLargeError(f"the reply is larger than {_sized(most)} on the wire")
        yield chunk


def _sized(count: int) -> str:
    """Return bytes as a config writes them: `64 MiB`."""
    units = (("GiB", MIB * 1024), ("MiB", MIB), ("KiB", 1024))
    return next((f"{count // size} {name}" for name, size in units if count and count % size == 0), f"{count} bytes")


def _refuse_beyond(limits: Limits, unpacked: int) -> None:
    if unpacked > limits.unpacked:
        raise TooLargeError(f"the reply unpacks to more than {_sized(limits.unpacked)}")


class _Unpacker:
    """Unpacks gzip or zlib step by step, and stops at the caps."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._stream = zlib.decompressobj(_ANY_WRAPPING)
        self._packed = 0
        self._unpacked = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._packed += len(chunk)
        while chunk:
            part = self._step(chunk)
            self._unpacked += len(part)
            self._check()
            yield part
            chunk = self._stream.unconsumed_tail or self._next_member()

    def finish(self) -> None:
        if self._packed and not self._stream.eof:
            raise UnavailableError("the packed reply breaks off")

    def _step(self, chunk: bytes) -> bytes:
        try:
            return self._stream.decompress(chunk, _STEP)
        except zlib.error as fault:
            raise UnavailableError("the packed reply is damaged") from fault

    def _next_member(self) -> bytes:
        """Return what follows a gzip member that has ended, and make ready to unpack it."""
        rest = self._stream.unused_data
        if rest:
            self._stream = zlib.decompressobj(_ANY_WRAPPING)
        return rest

    def _check(self) -> None:
        _refuse_beyond(self._limits, self._unpacked)
        if self._unpacked > max(self._limits.blow_up_from, self._packed * self._limits.blow_up):
            raise TooLargeError(f"the reply unpacks to more than {self._limits.blow_up} times its size: a bomb")
