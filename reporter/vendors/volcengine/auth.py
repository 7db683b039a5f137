"""The vendor's signature "V4", HMAC-SHA256, afresh for each send.

Steps: docs/6369/67270 and both official SDKs. The key starts from the secret as it is, with no prefix; there
is no nonce; a request lives for 15 minutes around X-Date.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

import httpx

from reporter.vendors.base import Account, Keys

ALGORITHM = "HMAC-SHA256"
REGION = "cn-north-1"
SERVICE = "livesaas"
_SIGNED = ("content-type", "host", "x-content-sha256", "x-date", "x-security-token")
_DEFAULT_PORTS = (":80", ":443")


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key pair, and the session token that comes with a temporary one."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature and the steps to it; `headers` are what the request has to carry besides its own."""

    headers: Mapping[str, str]
    canonical_request: str
    string_to_sign: str
    signature: str


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a query in RFC 3986 percent-encoding, sorted; this is also what we send."""
    return "&".join(
        f"{name}={value}" for name, value in sorted((_encoded(name), _encoded(value)) for name, value in pairs)
    )


def sign(request: httpx.Request, credentials: Credentials, moment: datetime) -> Signed:
    """Sign a request whose body has been read, as it will be sent at `moment` (an aware instant)."""
    stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    added = {"X-Date": stamp, "X-Content-Sha256": hashlib.sha256(request.content).hexdigest()}
    if credentials.session_token:
        added["X-Security-Token"] = credentials.session_token
    headers = _signed_headers(request, added)
    names = ";".join(headers)
    canonical = "\n".join(
        (
            request.method,
            request.url.raw_path.partition(b"?")[0].decode("ascii"),
            canonical_query(parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True)),
            *(f"{name}:{value}" for name, value in headers.items()),
            "",
            names,
            added["X-Content-Sha256"],
        )
    )
    scope = f"{stamp[:8]}/{REGION}/{SERVICE}/request"
    to_sign = "\n".join((ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = hmac.digest(_signing_key(credentials.secret_key, stamp[:8]), to_sign.encode(), "sha256").hex()
    credential = f"Credential={credentials.access_key}/{scope}"
    added["Authorization"] = f"{ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"
    return Signed(added, canonical, to_sign, signature)


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def _signed_headers(request: httpx.Request, added: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that are signed, sorted by name; a default port is not part of the signed host."""
    present = {**request.headers, **{name.lower(): value for name, value in added.items()}}
    host = present["host"]
    for port in _DEFAULT_PORTS:
        host = host.removesuffix(port)
    return {name: value for name in _SIGNED if (value := {**present, "host": host}.get(name)) is not None}


def _signing_key(secret: str, day: str) -> bytes:
    key = secret.encode()
    for part in (day, REGION, SERVICE, "request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _now() -> datetime:
    return datetime.now(UTC)


class VolcengineAuth(httpx.Auth):
    """Signs each send with the clock's time plus `offset`, which `fetch` sets from the vendor's clock."""

    requires_request_body = True

    def __init__(self, keys: Keys, _account: Account, *, clock: Callable[[], datetime] = _now) -> None:
        """Take the resolved secrets by the names of the account's fields."""
        self._keys = keys
        self._clock = clock
        self.offset = timedelta(0)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the signature's headers into the request as it is."""
        credentials = Credentials(self._key("access_key"), self._key("secret_key"), self._key("session_token") or None)
        request.headers.update(sign(request, credentials, self._clock() + self.offset).headers)
        yield request

    def _key(self, name: str) -> str:
        """Return a secret, "" where the account has none of that name."""
        value = self._keys.get(name, "")
        return value() if callable(value) else value
