"""What the fake vendors pass around: a request as asked, an answer, a refusal, one line of the journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import httpx

#: decoded JSON
Body = Any
#: the vendors' days and weeks are China's; a fixed offset, since China has had no summer time since 1991
CHINA = timezone(timedelta(hours=8))


class RefusalError(Exception):
    """A vendor says no. Raised and caught inside the sandbox: it becomes the vendor's own error reply."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        """Keep the HTTP status, the vendor's code as text, and the message."""
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, when it came (UTC), and a serial (32 hex digits) that no other request of the sandbox has."""

    request: httpx.Request
    now: datetime
    serial: str

    @property
    def moment(self) -> int:
        """The vendor's clock in Unix seconds."""
        return int(self.now.timestamp())

    @property
    def fresh(self) -> int:
        """How far the vendor's figures reach, in Unix seconds: they are counted once a minute."""
        return self.moment // 60 * 60

    @property
    def path(self) -> str:
        """The path as it was sent, percent-encoding and any prefix included."""
        return self.request.url.raw_path.decode("ascii").partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The decoded query; the last of equal names wins."""
        return dict(pairs(self.request))

    def json(self) -> dict[str, Body]:
        """Return the JSON object in the body; `ValueError` for anything else."""
        body = json.loads(self.request.content or b"{}")
        if not isinstance(body, dict):
            raise ValueError("the body is no JSON object")
        return body


@dataclass(frozen=True, slots=True)
class Answered:
    """What a vendor answers, and what the journal says of it."""

    call: str
    body: Body
    status: int = 200
    code: str = ""
    key: str = ""
    room: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, now: datetime) -> httpx.Response:
        """Return it as it goes out: compact UTF-8 JSON, with the server's clock in `Date`."""
        content = json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Date": now.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "Content-Type": "application/json; charset=utf-8",
            **self.headers,
        }
        return httpx.Response(self.status, headers=headers, content=content)


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the journal.

    `at` is the clock of the rate limits, `key` the account's key as claimed, `status` the HTTP status,
    `code` the vendor's own error code ("" where all went well), `room` the room, event, video or media,
    for a track the viewer.
    """

    at: float
    vendor: str
    call: str
    key: str
    status: int
    code: str = ""
    room: str = ""


def pairs(request: httpx.Request) -> list[tuple[str, str]]:
    """Return the decoded query of a request in its own order; empty values stay."""
    raw = request.url.raw_path.decode("ascii").partition("?")[2]
    return parse_qsl(raw, keep_blank_values=True)


def digest(*parts: object) -> str:
    """Return 32 hex digits that the parts decide."""
    return hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def start_of(day: date) -> int:
    """Return the first instant of a day in China, in Unix seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp())


def local(moment: int) -> datetime:
    """Return Unix seconds as wall clock in China."""
    return datetime.fromtimestamp(moment, CHINA)
