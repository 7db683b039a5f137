from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from reporter.errors import ProtocolError, TooLargeError, UnavailableError
from reporter.fetch import Limits
from reporter.fetch.limits import MIB, read_body


class _Chunks(httpx.AsyncByteStream):
    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size = data, size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._data), self._size):
            yield self._data[start : start + self._size]


def _read(data: bytes, encoding: str = "", limits: Limits | None = None, size: int = 4096) -> bytes:
    headers = {"content-encoding": encoding} if encoding else {}
    response = httpx.Response(200, headers=headers, stream=_Chunks(data, size))
    return asyncio.run(read_body(response, limits or Limits()))


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b'{"a": 1}', ""),
        (b'{"a": 1}', "identity"),
        (gzip.compress(b'{"a": 1}'), "gzip"),
        (gzip.compress(b'{"a"') + gzip.compress(b": 1}"), "GZIP"),
        (zlib.compress(b'{"a": 1}'), "deflate"),
    ],
    ids=["plain", "identity", "gzip", "two members", "deflate"],
)
def test_body_comes_unpacked(data: bytes, encoding: str, size: int) -> None:
    assert _read(data, encoding, size=size) == b'{"a": 1}'


def test_empty_body_of_a_packed_reply_is_empty() -> None:
    assert _read(b"", "gzip") == b""


def test_bomb_is_refused_by_its_ratio() -> None:
    with pytest.raises(TooLargeError, match="more than 200 times its size"):
        _read(gzip.compress(bytes(100 * MIB)), "gzip")


def test_well_packed_small_reply_is_no_bomb() -> None:
    assert len(_read(gzip.compress(bytes(5 * MIB)), "gzip")) == 5 * MIB


def test_reply_beyond_the_cap_on_the_wire_is_refused() -> None:
    with pytest.raises(TooLargeError, match="larger than 1 MiB on the wire"):
        _read(bytes(MIB + 1), limits=Limits(wire=MIB))


def test_reply_beyond_the_cap_unpacked_is_refused() -> None:
    with pytest.raises(TooLargeError, match="more than 1 MiB"):
        _read(gzip.compress(bytes(2 * MIB)), "gzip", limits=Limits(unpacked=MIB))


def test_cap_unpacked_holds_for_a_reply_that_comes_unpacked() -> None:
    with pytest.raises(TooLargeError, match="unpacks to more than 1 MiB"):
        _read(bytes(MIB + 1), limits=Limits(unpacked=MIB))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(ProtocolError, match="was not asked for"):
        _read(b"x", encoding)


@pytest.mark.parametrize("data", [gzip.compress(b"hello world")[:-9], b"no gzip at all"], ids=["cut", "other"])
def test_packed_body_that_breaks_off_is_no_body(data: bytes) -> None:
    with pytest.raises(UnavailableError):
        _read(data, "gzip")
