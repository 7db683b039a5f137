"""Faults of single replies: statuses, words of the vendor's, waits that are asked for, bodies that are none."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from functools import lru_cache

import httpx

from reporter.sandbox.faults_base import FORGETS_TOKENS, Fault, Met, bare, refusal, with_bytes

_MIB = 1024 * 1024
_HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>user, password</form></body></html>"
#: what each vendor says in its own words; a vendor that is not named has none for it
_BUSY = {
    "volcengine": (200, "InternalError"),
    "quanshi": (200, "500"),
    "talkcloud": (200, "4107"),
    "aliyun": (200, "InternalError"),
}
_THROTTLED = {
    "volcengine": (429, "FlowLimitExceeded"),
    "quanshi": (200, "429"),
    "talkcloud": (429, "-1"),
    "aliyun": (400, "Throttling.User"),
}
_UNHEARD = {
    "volcengine": (400, "Something.NewThisYear"),
    "quanshi": (200, "77777"),
    "talkcloud": (200, "99999"),
    "aliyun": (400, "Something.NewThisYear"),
}
_STALE = {"volcengine": (400, "InvalidTimestamp"), "aliyun": (400, "InvalidTimeStamp.Expired")}
_NONCE = {"aliyun": (400, "SignatureNonceUsed")}
#: where each vendor's data stands in its envelope
_DATA = {"volcengine": "Result", "quanshi": "data", "talkcloud": "data", "aliyun": "QoeInfoList"}

#: the call that takes a token, and the one that makes it
_WITH_TOKEN = "event/report/details"  # noqa: S105 - the name of a call
_MAKES_TOKEN = "token/create"  # noqa: S105 - the name of a call

Change = Callable[[Met], httpx.Response | None]


class _Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Blanks, a MiB at a time, made as they are sent."""

    def __init__(self, mebibytes: int) -> None:
        self._mebibytes = mebibytes

    def __iter__(self) -> Iterator[bytes]:
        return (b" " * _MIB for _ in range(self._mebibytes))

    async def __aiter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204 - httpx's own signature is an async generator
        for piece in self:
            yield piece


def _plain(status: int, **headers: str) -> Change:
    """Return a change to a gateway's own page, which knows nothing of the vendor's codes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def change(met: Met) -> httpx.Response:
        date = {"Date": met.reply.headers["Date"], "Content-Type": "text/html"}
        return httpx.Response(status, headers={**date, **named}, content=b"<html><h1>gateway</h1></html>")

    return change


def _says(words: dict[str, tuple[int, str]], **headers: str) -> Change:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def change(met: Met) -> httpx.Response | None:
        found = words.get(met.call.vendor)
        return refusal(met, *found, named) if found else None

    return change


def _bytes(make: Callable[[bytes], bytes], **headers: str) -> Change:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda met: with_bytes(met.reply, make(bare(met.reply)), named)


def _come_back_at(met: Met) -> httpx.Response:
    moment = (met.now.astimezone(UTC) + timedelta(seconds=3)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return httpx.Response(503, headers={"Date": met.reply.headers["Date"], "Retry-After": moment}, content=b"")


def _throttled_aliyun(met: Met) -> httpx.Response | None:
    return refusal(met, *_THROTTLED["aliyun"], {"x-acs-retry-after": "1500"}) if met.call.vendor == "aliyun" else None


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(b" " * _MIB) for _ in range(100)), packer.flush()])


def _too_long(met: Met) -> httpx.Response:
    length = 65
    headers = {"Content-Type": "application/json", "Content-Length": str(length * _MIB)}
    return httpx.Response(200, headers=headers, stream=_Endless(length)) if met.call.vendor else met.reply


def _token_ends(met: Met) -> httpx.Response | None:
    """Refuse a token that was good, and every one that was made before this reply."""
    if met.call.call != _WITH_TOKEN:
        return None
    reply = refusal(met, 200, "401")
    reply.extensions = {**reply.extensions, FORGETS_TOKENS: True}
    return reply


def _token_denied(met: Met) -> httpx.Response | None:
    """Refuse a token that was good, and the next one that is asked for instead."""
    is_again = met.call.call == _MAKES_TOKEN and met.was_asked
    return refusal(met, 200, "401") if is_again else _token_ends(met)


def _without_data(met: Met) -> httpx.Response:
    body = {**met.body, _DATA[met.call.vendor]: None}
    return with_bytes(met.reply, json.dumps(body).encode())


def _twice(data: bytes) -> bytes:
    """Say each of the envelope's keys again, the second time with nothing in it: the last one would win."""
    nothing = {list: [], dict: {}, int: 0, str: ""}
    again = {key: nothing.get(type(value)) for key, value in json.loads(data).items()}
    return data.rstrip()[:-1] + b"," + json.dumps(again).encode().lstrip()[1:]


def _with_field(value: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.rstrip()[:-1] + b',"AddedOnPurpose":' + value + b"}"


FAULTS: tuple[Fault, ...] = tuple(
    Fault(name, "reply", change)
    for name, change in (
        ("retry-after-seconds", _plain(429, Retry_After="2")),
        ("retry-after-date", _come_back_at),
        ("retry-after-zero", _plain(429, Retry_After="0")),
        ("retry-after-huge", _plain(503, Retry_After="86400")),
        ("retry-after-negative", _plain(429, Retry_After="-5")),
        ("retry-after-junk", _plain(503, Retry_After="soon")),
        ("acs-retry-after", _throttled_aliyun),
        ("throttled", _says(_THROTTLED)),
        ("http-408", _plain(408)),
        ("http-429", _plain(429)),
        ("http-500", _plain(500)),
        ("http-502", _plain(502)),
        ("http-503", _plain(503)),
        ("http-504", _plain(504)),
        ("error-in-200", _says(_BUSY)),
        ("unknown-code", _says(_UNHEARD)),
        ("stale-clock", _says(_STALE)),
        ("nonce-used", _says(_NONCE)),
        ("token-ends", _token_ends),
        ("token-denied", _token_denied),
        ("redirect", _plain(302, Location="https://elsewhere.example.com/login")),
        ("login-page", _bytes(lambda _data: _HTML, Content_Type="text/html")),
        ("wrong-content-type", _bytes(lambda data: data, Content_Type="text/html")),
        ("empty-body", _bytes(lambda _data: b"")),
        ("null-body", _bytes(lambda _data: b"null")),
        ("list-body", _bytes(lambda data: b"[" + data + b"]")),
        ("garbage", _bytes(lambda data: bytes((byte * 167 + 13) % 256 for byte in data[:500]))),
        ("cut-json", _bytes(lambda data: data[: len(data) // 2])),
        ("gzip-bomb", _bytes(lambda _data: _bomb(), Content_Encoding="gzip")),
        ("gzip-cut", _bytes(lambda data: gzip.compress(data)[:-9], Content_Encoding="gzip")),
        ("gzip-claimed", _bytes(lambda data: data, Content_Encoding="gzip")),
        ("over-long", _too_long),
        ("deep-nesting", _bytes(_with_field(b"[" * 100_000 + b"]" * 100_000))),
        ("not-a-number", _bytes(_with_field(b"NaN"))),
        ("endless-number", _bytes(_with_field(b"9" * 5_000))),
        ("duplicate-keys", _bytes(_twice)),
        ("lone-surrogate", _bytes(_with_field(b'"\\ud83d"'))),
        ("byte-order-mark", _bytes(lambda data: b"\xef\xbb\xbf" + data)),
        ("data-null", _without_data),
    )
)
