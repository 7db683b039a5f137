"""A vendor of the tests' own, a network that obeys them, and a clock that sleeping moves on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from reporter.errors import (
    BadRequestError,
    ClockError,
    NotReadyError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownItemError,
    VendorError,
)
from reporter.fetch import Clock, Limits, fetch
from reporter.model import Period, Progress, Pull, Pulled
from reporter.store import Store
from reporter.vendors.base import (
    Access,
    Account,
    Answer,
    Body,
    Cursor,
    Endpoint,
    Keys,
    Retry,
    Token,
    Vendor,
    no_claim,
    nothing_follows,
    one_page,
    place,
)

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
#: ended 12 hours before NOW: replies that come now are settled
SETTLED = Period("2026-W46", NOW - timedelta(days=7, hours=12), NOW - timedelta(hours=12), "UTC")
ERRORS: dict[str, type[VendorError]] = {
    "Throttled": ThrottledError,
    "NotReady": NotReadyError,
    "NoSuchRoom": UnknownItemError,
    "BadKey": RefusedError,
    "Expired": RefusedError,
    "BadCursor": BadRequestError,
    "Stale": ClockError,
    "Busy": UnavailableError,
}
RETRIES = (
    Retry("retry", "throttled"),
    Retry("retry", "Busy"),
    Retry("wait", "NotReady"),
    Retry("skip", "NoSuch*"),
    Retry("skip", "BadCursor"),
    Retry("resign", "Stale"),
    Retry("stop", "BadKey"),
    Retry("regrant", "Expired"),
)


class ToyAccount(Account):
    key_id: ClassVar[tuple[str, ...]] = ("key",)

    key: str = "env:KEY"


class ToyAuth(httpx.Auth):
    """Counts its signatures, so that a request sent twice shows."""

    requires_request_body = True

    def __init__(self) -> None:
        self.offset = timedelta()
        self.token: Token | None = None
        self._signed = 0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        self._signed += 1
        request.headers["X-Nonce"] = str(self._signed)
        request.headers["X-Offset"] = str(self.offset.total_seconds())
        request.headers["X-Token"] = self.token.value if self.token else ""
        yield request


def check(answer: Answer) -> None:
    body = answer.body
    if body is None and answer.status >= 500:
        raise UnavailableError("the vendor failed")
    if isinstance(body, dict) and body.get("code"):
        raise ERRORS.get(body["code"], ProtocolError)("it says no", code=body["code"], request_id=body["requestId"])


def _get(call: str) -> Callable[[Pull, Cursor], httpx.Request]:
    def request(pull: Pull, cursor: Cursor) -> httpx.Request:
        query = {"room": pull.room or "", "page": str(cursor.page), "after": cursor.token, **dict(pull.params)}
        return httpx.Request("GET", f"{place(pull, 'https://toy.example')}/{call}", params=query)

    return request


def _next_page(body: Body, cursor: Cursor) -> Cursor | None:
    return Cursor(cursor.page + 1) if cursor.page < body["pages"] else None


def _next_after(body: Body, _cursor: Cursor) -> Cursor | None:
    return Cursor(1, body["after"]) if body["after"] else None


def _found_rooms(pull: Pull, bodies: Sequence[Body]) -> Sequence[Pull]:
    return tuple(replace(pull, endpoint="rows", room=row) for body in bodies for row in body["rows"])


def _token_call(pull: Pull, _bodies: Sequence[Body]) -> Sequence[Pull]:
    return (replace(pull, endpoint="token"),)


def _endpoint(name: str, **facts: Any) -> Endpoint:
    usual: dict[str, Any] = {
        "rate": 2.0,
        "request": _get(name),
        "next_cursor": _next_page,
        "rows": lambda body: len(body["rows"]),
        "claimed": lambda body: body.get("total"),
        "follow": nothing_follows,
        "read": lambda _pull, _replies, _as_of: ({}, []),
        "items": lambda body: body["rows"],
    }
    return Endpoint(name, **{**usual, **facts})


ENDPOINTS = (
    _endpoint("rows", scrub=(("secret",), ("rows", "key"))),
    _endpoint("scroll", next_cursor=_next_after),
    _endpoint("ids", row_id=str, has_sure_ids=True),
    _endpoint("whole-rows", row_id=str),
    _endpoint("no-ids", rereads_first=True),
    _endpoint("reaching-4", reaches=4),
    _endpoint("days-back-9", window_days=9),
    _endpoint("find", follow=_found_rooms),
    _endpoint("user", next_cursor=one_page, items=None, rows=lambda _body: 0, claimed=no_claim, follow=_token_call),
    _endpoint(
        "token",
        next_cursor=one_page,
        items=None,
        rows=lambda _body: 0,
        claimed=no_claim,
        follow=lambda pull, _bodies: pull.then,
        grants=lambda body: Token(body["token"]),
        scrub=(("token",),),
    ),
)

TOY = Vendor(
    name="toy",
    label="Toy",
    account=ToyAccount,
    room_key="room",
    default_url="https://toy.example",
    auth=lambda _keys, _account: ToyAuth(),
    check=check,
    retries=RETRIES,
    endpoints={endpoint.name: endpoint for endpoint in ENDPOINTS},
    start=lambda *_: (),
)


class FakeClock:
    """Time that only sleeping moves on; chance is always the longest."""

    def __init__(self) -> None:
        self.moment = NOW
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def as_clock(self) -> Clock:
        return Clock(self.now, self.monotonic, self.sleep, lambda: 1.0)


@dataclass(slots=True)
class Bench:
    """A store, a clock, and a vendor whose rooms and slips the test writes down.

    `rooms` hold rows, two a page; `slips` are answered instead, by the number of the request (from 1),
    or by room for ever; `totals` overrules the total by the number of the request.
    """

    store: Store
    clock: FakeClock = field(default_factory=FakeClock)
    rooms: dict[str, list[Any]] = field(default_factory=dict)
    slips: dict[int | str, Callable[[httpx.Request], httpx.Response]] = field(default_factory=dict)
    totals: dict[int, int] = field(default_factory=dict)
    tokens: int = 0
    sent: list[httpx.Request] = field(default_factory=list)
    sent_at: list[datetime] = field(default_factory=list)
    heard: list[Progress] = field(default_factory=list)
    access: dict[str, Access] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    as_of: datetime = NOW

    def account(self, name: str = "main", *, base_url: str | None = None, **more: Any) -> Account:
        options = ToyAccount(vendor="toy", base_url=base_url, **more)
        keys: Keys = {"key": "made-up"}
        self.access[name] = Access(name, TOY, options, keys, scope=f"scope-of-{name}")
        return options

    def pull(self, room: str | None = "a", endpoint: str = "rows", account: str = "main", **more: Any) -> Pull:
        options = self.access[account].account if account in self.access else self.account(account)
        facts: dict[str, Any] = {"room": room, **more}
        return Pull("toy", account, endpoint, options, facts.pop("period", SETTLED), **facts)

    def begin(self, client: str = "acme") -> str:
        begun = self.store.begin_run(
            client=client,
            period=SETTLED,
            config_sha256="c" * 64,
            as_of=self.as_of,
            sources=(),
            now=self.clock.now(),
        )
        return begun.run_id

    def fetch(self, *pulls: Pull, run_id: str = "", over_sockets: bool = False, **options: Any) -> list[Pulled]:
        return fetch(
            pulls,
            self.access,
            store=self.store,
            run_id=run_id or self.begin(),
            period=SETTLED,
            progress=self.heard.append,
            clock=Clock() if over_sockets else self.clock.as_clock(),
            limits=self.limits,
            transport=None if over_sockets else httpx.MockTransport(self.answer),
            **options,
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        self.sent_at.append(self.clock.now())
        number, room = len(self.sent), request.url.params["room"]
        slip = self.slips.get(number) or self.slips.get(room) or self.slips.get(request.url.path.strip("/"))
        return slip(request) if slip else httpx.Response(200, json=self.body(request))

    def _new_token(self) -> str:
        self.tokens += 1
        return f"t0ken{self.tokens}"

    def paths(self) -> list[str]:
        """Return what was sent, as `rows a 1` (call, room, page)."""
        return [
            " ".join((one.url.path.strip("/"), one.url.params["room"], one.url.params["page"])) for one in self.sent
        ]

    def body(self, request: httpx.Request) -> dict[str, Any]:
        """Return what the vendor says to the newest request where nothing is wrong."""
        params, number = request.url.params, len(self.sent)
        rows, page = self.rooms.get(params["room"], []), int(params["page"])
        start = int(params["after"] or (page - 1) * 2)
        after = str(start + 2) if start + 2 < len(rows) else ""
        return {
            "code": "",
            "requestId": f"r{number}",
            **({"token": self._new_token()} if request.url.path == "/token" else {}),
            "secret": "s3cret",
            "pages": -(-len(rows) // 2),
            "after": after,
            "total": self.totals.get(number, len(rows)),
            "rows": rows[start : start + 2],
        }


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Store.open(f"sqlite:///{tmp_path / 'reporter.db'}") as store:
        yield Bench(store)


@pytest.fixture
def says() -> Callable[..., Callable[[httpx.Request], httpx.Response]]:
    """Return a maker of answers: a vendor's code, a status, a text, headers, or an exception."""

    def made(
        code: str = "",
        *,
        status: int = 200,
        text: str | None = None,
        headers: dict[str, str] | None = None,
        fault: type[httpx.TransportError] | None = None,
    ) -> Callable[[httpx.Request], httpx.Response]:
        def answer(request: httpx.Request) -> httpx.Response:
            if fault is not None:
                raise fault("broken", request=request)
            content = json.dumps({"code": code, "requestId": "slip"}) if text is None else text
            return httpx.Response(status, text=content, headers=headers)

        return answer

    return made
