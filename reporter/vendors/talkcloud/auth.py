"""TalkCloud's six headers. How Tk-token is made is not public: it is given, or made by a function of the integrator's.

The documentation prints a token and a timestamp as presets (document.talk-cloud.com/vod/statistics/9API). They
are samples, and are never sent.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta

import httpx

from reporter.errors import RefusedError
from reporter.vendors.base import Account, Keys

PRESET_TOKEN = "59O8J455S192Cw82f5bfxVB052NhsUpK9ToBVw=="  # noqa: S105 - printed in the vendor's documentation
PRESET_TIME = "1641600967"
_ADVICE = "set the account's token and token_time to your enterprise's own, or token to call:package.module:function"


def _now() -> datetime:
    return datetime.now(UTC)


class TalkcloudAuth(httpx.Auth):
    """Puts the headers into each send; a token that is a function is made afresh for each, with its time."""

    requires_request_body = True

    def __init__(self, keys: Keys, _account: Account, *, clock: Callable[[], datetime] = _now) -> None:
        """Take the resolved secrets by the names of the account's fields."""
        self._keys = keys
        self._clock = clock
        self.offset = timedelta(0)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put key, token and the token's time into the headers; raises `RefusedError` for the documentation's own."""
        auth_key = self._text("auth_key")
        token, timestamp = self._token(auth_key)
        if token == PRESET_TOKEN or timestamp == PRESET_TIME:
            raise RefusedError(
                "the account's token or its time is the sample of TalkCloud's documentation", advice=_ADVICE
            )
        request.headers.update({"version": "v2", "Tk-authkey": auth_key, "Timestamp": timestamp, "Tk-token": token})
        yield request

    def _token(self, auth_key: str) -> tuple[str, str]:
        """Return the token and when it was made: now, where nothing says when."""
        now = int((self._clock() + self.offset).timestamp())
        token = self._keys["token"]
        if callable(token):
            return token(auth_key, now), str(now)
        return token, self._text("token_time") or str(now)

    def _text(self, name: str) -> str:
        """Return a secret, "" where the account has none of that name."""
        value = self._keys.get(name, "")
        return value() if callable(value) else value
