"""One account's line to its vendor: its connections, its signature, its gates, and whether it still answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Protocol, cast

import httpx

from reporter.errors import BadRequestError, UsageError, VendorError
from reporter.fetch.clock import Clock
from reporter.fetch.limits import Limits
from reporter.fetch.pace import Gate, pace
from reporter.fetch.strike import Secrets
from reporter.model import Pull
from reporter.store import Store
from reporter.trust import trusted
from reporter.vendors.base import Access, Action, Endpoint, Token

#: connections of one account: a few walks of a few calls side by side
_POOL = httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=30.0)
#: calls in a row that never succeeded, each with all its tries, before the account is given up
_PATIENCE = 3


class _Signer(Protocol):
    """What `fetch` sets on a vendor's auth."""

    offset: timedelta
    token: Token | None


@dataclass(slots=True)
class Grant:
    """Where the account's token came from, and what came of asking for it again.

    `pull` is the call that grants it, None where the config gave it or there is none; `number` counts the tokens,
    `requests` those sent for the second token and later ones. `is_unproven`: the newest one was asked for because
    the one before was refused, and has not been taken by any call yet.
    """

    pull: Pull | None = None
    number: int = 0
    requests: int = 0
    is_unproven: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class Line:
    """What the calls of one account share while a run is at work.

    `stopped` is the error that ended the account, if one did; nothing more is sent then. `secrets` are what no word
    of the vendor's may repeat.
    """

    access: Access
    store: Store
    clock: Clock
    limits: Limits
    client: httpx.AsyncClient
    auth: httpx.Auth
    is_traced: bool
    stopped: VendorError | None = None
    run_id: str = ""
    grant: Grant = field(default_factory=Grant)
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    _failures_in_a_row: int = 0
    _gates: dict[str, Gate] = field(default_factory=dict)

    def gate(self, endpoint: Endpoint) -> Gate:
        """Return the gate that the requests of a call pass."""
        if endpoint.name not in self._gates:
            paced = pace(self.access.scope, endpoint, self.access.account)
            self._gates[endpoint.name] = Gate(self.store, paced, self.clock)
        return self._gates[endpoint.name]

    def put_token(self, token: Token, pull: Pull) -> None:
        """Sign later requests with a token that `pull` granted."""
        cast("_Signer", self.auth).token = token
        self.secrets.lasting.add(token.value)
        self.grant.pull = pull
        self.grant.number += 1

    def put_offset(self, offset: timedelta | None) -> None:
        """Sign later requests by the vendor's clock, where a reply told how far ahead it is."""
        if offset is not None:
            cast("_Signer", self.auth).offset = offset

    def stop(self, error: VendorError) -> None:
        """Send nothing more; the first reason stays."""
        self.stopped = self.stopped or error

    def note_success(self, token: int) -> None:
        """The vendor answers, to a call that was signed with the token of this number."""
        self._failures_in_a_row = 0
        self.grant.is_unproven &= token != self.grant.number

    def note_given_up(self, error: VendorError, action: Action) -> None:
        """A page that was asked for did not come, and this was to be done: no more of the account may come of it."""
        if action == "stop":
            self.stop(error)
        if action in {"retry", "resign"}:
            self.note_exhausted(error)

    def note_exhausted(self, error: VendorError) -> None:
        """A call failed with all its tries: give the account up when nobody answers, or after a few of them."""
        self._failures_in_a_row += 1
        if error.status == 0 or self._failures_in_a_row >= _PATIENCE:
            self.stop(error)


def open_line(
    access: Access, *, store: Store, clock: Clock, limits: Limits, transport: httpx.AsyncBaseTransport | None
) -> Line:
    """Return a line with connections of its own (`transport` stands in for them in tests).

    `limits` are those of every account; what this one sets of its own counts instead.
    Redirects are never followed, the environment's proxies never used, certificates always verified.
    Raises `UsageError` for a proxy or a certificate file that cannot be used.
    """
    limits = limits.of(access.account)
    client = httpx.AsyncClient(
        transport=transport or _connections(access), trust_env=False, follow_redirects=False, timeout=_timeout(limits)
    )
    secrets = Secrets()
    auth = access.vendor.auth(secrets.learn(access.keys), access.account)
    return Line(access, store, clock, limits, client, auth, is_traced=transport is None, secrets=secrets)


def refuse_plain(url: httpx.URL) -> None:
    """Raise `BadRequestError` for http that leaves this machine: keys and tokens would travel in the clear."""
    if url.scheme == "http" and not _is_loopback(url.host):
        raise BadRequestError(
            f"http to {url.host} would send keys in the clear, so nothing was sent", advice="write https in base_url"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _timeout(limits: Limits) -> httpx.Timeout:
    # before the deadline of the try: a handshake that httpx itself gives up is closed, one that is cancelled is not
    return httpx.Timeout(limits.seconds, connect=min(10.0, 0.9 * limits.seconds))


def _connections(access: Access) -> httpx.AsyncBaseTransport:
    proxy = access.account.proxy
    try:
        return httpx.AsyncHTTPTransport(
            verify=trusted(), trust_env=False, limits=_POOL, proxy=httpx.Proxy(proxy) if proxy else None
        )
    except (ValueError, httpx.InvalidURL) as fault:
        raise UsageError(f"account {access.name}: its proxy is no address that can be used") from fault
