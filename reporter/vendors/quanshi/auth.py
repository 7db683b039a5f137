"""Quanshi's headers, and the token that goes into the JSON body; both afresh for each send.

CheckSum = lower hex SHA-1 of AppSecret + Nonce + CurTime (developer.quanshi.com/cn/api/33). The page of
report/details documents the token alone, the overview says headers on every call: both are sent.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta

import httpx

from reporter.vendors.base import Account, Keys, Token
from reporter.vendors.quanshi.account import QuanshiAccount

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: the calls that lead to a token, and so take none
TOKEN_PATHS = ("/user/search/email", "/token/create")


def checksum(app_secret: str, nonce: str, cur_time: str) -> str:
    """Return CheckSum; `cur_time` is Unix milliseconds as text."""
    return hashlib.sha1((app_secret + nonce + cur_time).encode()).hexdigest()  # noqa: S324 - the vendor's choice


def _now() -> datetime:
    return datetime.now(UTC)


def _nonce() -> str:
    return secrets.token_hex(16)


class QuanshiAuth(httpx.Auth):
    """Signs each send with the clock plus `offset`; `token` is the configured one, or the one that `fetch` got."""

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
        self._key_header = account.key_header if isinstance(account, QuanshiAccount) else "AppKey"
        self._clock = clock
        self._nonce = nonce
        self.offset = timedelta(0)
        configured = self._key("token")
        self.token: Token | None = Token(configured) if configured else None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with its token in the body, and the headers that sign it."""
        signed = self._with_token(request)
        signed.headers[self._key_header] = self._key("app_key")
        if secret := self._key("app_secret"):
            nonce = self._nonce()
            cur_time = str((self._clock() + self.offset - EPOCH) // timedelta(milliseconds=1))
            signed.headers.update({"Nonce": nonce, "CurTime": cur_time, "CheckSum": checksum(secret, nonce, cur_time)})
        yield signed

    def _with_token(self, request: httpx.Request) -> httpx.Request:
        """Return the same request with `token` first in its JSON body, where the call takes one."""
        if self.token is None or request.url.path.endswith(TOKEN_PATHS):
            return request
        body = {"token": self.token.value, **json.loads(request.content)}
        headers = [(name, value) for name, value in request.headers.multi_items() if name != "content-length"]
        return httpx.Request(
            request.method,
            request.url,
            headers=headers,
            content=json.dumps(body, ensure_ascii=False).encode(),
            extensions=request.extensions,
        )

    def _key(self, name: str) -> str:
        """Return a secret, "" where the account has none of that name."""
        value = self._keys.get(name, "")
        return value() if callable(value) else value
