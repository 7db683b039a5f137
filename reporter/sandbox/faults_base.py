"""What a fault is: a name, a layer, and a function from a reply on its way out to another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import httpx

from reporter.sandbox.calls import Body, Call, digest

#: a reply that carries this extension has the sandbox forget the tokens that it has made
FORGETS_TOKENS = "forgets_tokens"


@dataclass(frozen=True, slots=True)
class Met:
    """A reply on its way out: to which request, what the journal says of it, and the page before it in its walk.

    `was_asked`: the same page was asked for before, and came.
    """

    request: httpx.Request
    call: Call
    reply: httpx.Response
    now: datetime
    before: Body | None = None
    was_asked: bool = False

    @property
    def body(self) -> Body:
        """The reply's JSON, a fresh copy."""
        return json.loads(bare(self.reply))


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `change` returns None where it has nothing to bite on."""

    name: str
    layer: Literal["reply", "wire"]
    change: Callable[[Met], httpx.Response | None]


def bare(reply: httpx.Response) -> bytes:
    """Return a reply's bytes as they go out, packed ones not unpacked."""
    return b"".join(cast("Iterable[bytes]", reply.stream))


def with_bytes(reply: httpx.Response, content: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Return a reply with other bytes; `headers` replace its own."""
    kept = {name: value for name, value in reply.headers.items() if name.lower() != "content-length"}
    changed = {**kept, "content-length": str(len(content)), **(headers or {})}
    return httpx.Response(reply.status_code, headers=changed, stream=httpx.ByteStream(content))


def with_body(met: Met, body: Body) -> httpx.Response:
    """Return a reply with another JSON body."""
    return with_bytes(met.reply, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def refusal(met: Met, status: int, code: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Return an error in the vendor's own envelope."""
    serial = digest("fault", met.call.vendor, met.call.call, code)
    body: dict[str, Body]
    if met.call.vendor == "volcengine":
        error = {"CodeN": 0, "Code": code, "Message": "made on purpose"}
        body = {"ResponseMetadata": {"RequestId": serial, "Action": met.call.call, "Error": error}}
    elif met.call.vendor == "quanshi":
        body = {"code": int(code), "msg": "made on purpose", "data": None, "requestId": serial}
    elif met.call.vendor == "talkcloud":
        body = {"result": int(code), "msg": "made on purpose", "data": []}
    else:
        body = {"RequestId": serial, "HostId": "fault.example.com", "Code": code, "Message": "made on purpose"}
    kept = {"Date": met.reply.headers["Date"], "Content-Type": "application/json"}
    return httpx.Response(status, headers={**kept, **(headers or {})}, content=json.dumps(body).encode())
