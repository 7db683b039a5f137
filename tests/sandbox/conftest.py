from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from reporter.sandbox import Sandbox

#: a Tuesday noon in China; the week before is 2026-W47
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
_VERSIONS = {"ListAccountUserData": "2023-08-01", "GetAccountUserTrackData": "2023-08-01"}


def _canonical(params: dict[str, str]) -> str:
    return "&".join(f"{quote(name, safe='-_.~')}={quote(params[name], safe='-_.~')}" for name in sorted(params))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


@dataclass
class Caller:
    """Signs and sends requests by hand, with nothing of the package's own signers."""

    send: Callable[[httpx.Request], httpx.Response]
    env: dict[str, str]
    base: str = "https://vendor.example"
    now: datetime = NOW
    nonces: Any = field(default_factory=count)

    def volcengine(self, action: str, *, get: dict[str, Any] | None = None, **body: Any) -> httpx.Response:
        params = {name: str(value) for name, value in (get or {}).items()}
        params |= {"Action": action, "Version": _VERSIONS.get(action, "2020-06-01")}
        content = b"" if get is not None else json.dumps(body).encode()
        date, host = self.now.strftime("%Y%m%dT%H%M%SZ"), httpx.URL(self.base).netloc.decode()
        headers = {"content-type": "application/json", "host": host, "x-content-sha256": _sha256(content)}
        headers["x-date"] = date
        method, path, query = "POST" if get is None else "GET", httpx.URL(f"{self.base}/").path, _canonical(params)
        lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        names = ";".join(sorted(headers))
        canonical = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{_sha256(content)}"
        scope = f"{date[:8]}/cn-north-1/livesaas/request"
        key = self.env["DEMO_VOLC_SK"].encode()
        for part in scope.split("/"):
            key = _mac(key, part)
        signature = _mac(key, f"HMAC-SHA256\n{date}\n{scope}\n{_sha256(canonical.encode())}").hex()
        headers["authorization"] = (
            f"HMAC-SHA256 Credential={self.env['DEMO_VOLC_AK']}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return self.send(httpx.Request(method, f"{self.base}/?{query}", headers=headers, content=content))

    def quanshi(self, call: str, **body: Any) -> httpx.Response:
        nonce, moment = str(next(self.nonces) + 1), str(int(self.now.timestamp() * 1000))
        checksum = hashlib.sha1((self.env["DEMO_QS_SECRET"] + nonce + moment).encode()).hexdigest()  # noqa: S324 - the vendor's
        headers = {"AppKey": self.env["DEMO_QS_KEY"], "Nonce": nonce, "CurTime": moment, "CheckSum": checksum}
        return self.send(httpx.Request("POST", f"{self.base}/eventopenapi/{call}", headers=headers, json=body))

    def token(self) -> str:
        user = self.quanshi("user/search/email", email="ops@example.com").json()["data"]["userId"]
        return str(self.quanshi("token/create", userId=user).json()["data"]["token"])

    def talkcloud(self, **params: Any) -> httpx.Response:
        headers = {
            "Content-Type": "application/json",
            "version": "v2",
            "Tk-authkey": self.env["DEMO_TK_KEY"],
            "Tk-token": self.env["DEMO_TK_TOKEN"],
            "Timestamp": self.env["DEMO_TK_TIME"],
        }
        url = f"{self.base}/vod/webapi/statistics/vod/watch"
        return self.send(httpx.Request("GET", url, params=params, headers=headers))

    def aliyun(self, nonce: str = "", **params: Any) -> httpx.Response:
        query, host = _canonical({k: str(v) for k, v in params.items()}), httpx.URL(self.base).netloc.decode()
        headers = {
            "host": host,
            "x-acs-action": "DescribeVodMediaPlayData",
            "x-acs-content-sha256": _sha256(b""),
            "x-acs-date": self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": nonce or f"nonce-{next(self.nonces)}",
            "x-acs-version": "2017-03-21",
        }
        lines, names = "".join(f"{name}:{value}\n" for name, value in headers.items()), ";".join(headers)
        canonical = f"POST\n{httpx.URL(f'{self.base}/').path}\n{query}\n{lines}\n{names}\n{_sha256(b'')}"
        signature = _mac(self.env["DEMO_ALI_SK"].encode(), f"ACS3-HMAC-SHA256\n{_sha256(canonical.encode())}").hex()
        claim = f"Credential={self.env['DEMO_ALI_AK']},SignedHeaders={names},Signature={signature}"
        headers["authorization"] = f"ACS3-HMAC-SHA256 {claim}"
        return self.send(httpx.Request("POST", f"{self.base}/?{query}", headers=headers))

    def aliyun_rpc1(self, **params: Any) -> httpx.Response:
        every = {name: str(value) for name, value in params.items()} | {
            "Action": "DescribeVodMediaPlayData",
            "Version": "2017-03-21",
            "Format": "json",
            "Timestamp": self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "SignatureNonce": f"nonce-{next(self.nonces)}",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "AccessKeyId": self.env["DEMO_ALI_AK"],
        }
        text = f"POST&%2F&{quote(_canonical(every), safe='-_.~')}"
        secret = f"{self.env['DEMO_ALI_SK']}&".encode()
        every["Signature"] = b64encode(hmac.digest(secret, text.encode(), "sha1")).decode()
        return self.send(httpx.Request("POST", f"{self.base}/?{_canonical(every)}"))


@dataclass
class Clock:
    """A vendor's clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(now=clock, clock=clock.seconds, limits=False)


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    return Caller(sandbox.answer, sandbox.credentials())


@pytest.fixture
def make_caller() -> Callable[[Sandbox], Caller]:
    return lambda box: Caller(box.answer, box.credentials())
