"""Aliyun's two signatures, afresh for each send: ACS3-HMAC-SHA256 ("V3"), and the older RPC 1.0 with HMAC-SHA1.

V3 signs host and every x-acs-* header (and content-type where there is a body), and leaves user-agent and accept
alone, since proxies rewrite those. The endpoint puts x-acs-action and x-acs-version into the request; RPC 1.0 says
both in the query instead. Steps: help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

import httpx

from reporter.vendors.aliyun.account import AliyunAccount
from reporter.vendors.base import Account, Keys

ALGORITHM = "ACS3-HMAC-SHA256"
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature and the steps to it; `authorization` is V3's header."""

    canonical: str
    string_to_sign: str
    signature: str
    authorization: str = ""


def canonical_query(pairs: Pairs) -> str:
    """Return a query in RFC 3986 percent-encoding, sorted; this is also what we send."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(pairs))


def sign_v3(request: httpx.Request, headers: Mapping[str, str], *, access_key: str, secret_key: str) -> Signed:
    """Sign a request with these of its headers, names in lower case; x-acs-content-sha256 is among them."""
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        (
            request.method,
            request.url.raw_path.partition(b"?")[0].decode("ascii"),
            canonical_query(_query(request)),
            *(f"{name}:{headers[name].strip()}" for name in sorted(headers)),
            "",
            names,
            headers["x-acs-content-sha256"],
        )
    )
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(secret_key.encode(), to_sign.encode(), "sha256").hex()
    authorization = f"{ALGORITHM} Credential={access_key},SignedHeaders={names},Signature={signature}"
    return Signed(canonical, to_sign, signature, authorization)


def sign_rpc(method: str, pairs: Pairs, *, secret_key: str) -> Signed:
    """Sign the parameters of an RPC 1.0 request."""
    canonical = canonical_query(pairs)
    to_sign = f"{method}&%2F&{_encoded(canonical)}"
    digest = hmac.digest(f"{secret_key}&".encode(), to_sign.encode(), "sha1")
    return Signed(canonical, to_sign, base64.b64encode(digest).decode("ascii"))


def _encoded(value: str) -> str:
    return quote(value, safe="-_.~")


def _query(request: httpx.Request) -> list[tuple[str, str]]:
    return parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True)


def _now() -> datetime:
    return datetime.now(UTC)


def _nonce() -> str:
    return secrets.token_hex(16)


class AliyunAuth(httpx.Auth):
    """Signs each send with a new nonce; `offset` is added to the clock, which `fetch` sets from the vendor's."""

    requires_request_body = True

    def __init__(
        self,
        keys: Keys,
        account: Account,
        *,
        clock: Callable[[], datetime] = _now,
        nonce: Callable[[], str] = _nonce,
    ) -> None:
        """Take the resolved secrets by the names of the account's fields."""
        self._keys = keys
        self._is_rpc = isinstance(account, AliyunAccount) and account.signature == "rpc1"
        self._clock = clock
        self._nonce = nonce
        self.offset = timedelta(0)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign the request as it is, by the account's scheme."""
        moment = (self._clock() + self.offset).astimezone(UTC)
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        yield self._rpc(request, stamp) if self._is_rpc else self._v3(request, stamp)

    def _v3(self, request: httpx.Request, stamp: str) -> httpx.Request:
        request.headers.update(
            {
                "x-acs-date": stamp,
                "x-acs-signature-nonce": self._nonce(),
                "x-acs-content-sha256": hashlib.sha256(request.content).hexdigest(),
            }
        )
        if token := self._key("session_token"):
            request.headers.update({"x-acs-accesskey-id": self._key("access_key"), "x-acs-security-token": token})
        signed = {
            name: value
            for name, value in request.headers.items()
            if name == "host" or name.startswith("x-acs-") or (name == "content-type" and request.content)
        }
        keys = {name: self._key(name) for name in ("access_key", "secret_key")}
        request.headers["Authorization"] = sign_v3(request, signed, **keys).authorization
        return request

    def _rpc(self, request: httpx.Request, stamp: str) -> httpx.Request:
        public = {
            "Action": request.headers["x-acs-action"],
            "Version": request.headers["x-acs-version"],
            "Format": "json",
            "Timestamp": stamp,
            "SignatureNonce": self._nonce(),
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "AccessKeyId": self._key("access_key"),
            "SecurityToken": self._key("session_token"),
        }
        pairs = [*_query(request), *((name, value) for name, value in public.items() if value)]
        signature = sign_rpc(request.method, pairs, secret_key=self._key("secret_key")).signature
        query = canonical_query([*pairs, ("Signature", signature)])
        url = request.url.copy_with(query=query.encode("ascii"))
        headers = [(name, value) for name, value in request.headers.multi_items() if not name.startswith("x-acs-")]
        return httpx.Request(
            request.method, url, headers=headers, content=request.content, extensions=request.extensions
        )

    def _key(self, name: str) -> str:
        """Return a secret, "" where the account has none of that name."""
        value = self._keys.get(name, "")
        return value() if callable(value) else value
