from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from reporter.vendors.base import Token
from reporter.vendors.quanshi import QuanshiAccount, QuanshiAuth
from reporter.vendors.quanshi.auth import checksum

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors/quanshi.json").read_text(encoding="utf-8"))
NOW = datetime(2021, 12, 1, 6, 50, 17, 999_000, tzinfo=UTC)
KEYS = {"app_key": "demoKey", "app_secret": "demoAppSecret0001"}
HOST = "https://events-openapi.quanshi.com"


def _account(**changes: Any) -> QuanshiAccount:
    values = {"app_key": "env:K", "app_secret": "env:S", "user_email": "ops@example.com", **changes}
    return QuanshiAccount(vendor="quanshi", **values)


def _sent(auth: QuanshiAuth, path: str = "/eventopenapi/event/report/details", **body: Any) -> httpx.Request:
    return next(auth.auth_flow(httpx.Request("POST", HOST + path, json=body, extensions={"trace": "kept"})))


@pytest.mark.parametrize("vector", VECTORS["vectors"])
def test_checksum_is_the_vendors(vector: dict[str, str]) -> None:
    assert checksum(vector["app_secret"], vector["nonce"], vector["cur_time_ms"]) == vector["checksum"]


def test_checksum_of_chinese_is_of_its_utf8() -> None:
    assert checksum("密钥abc", "nonce-中文", "1666948293682") == "8f8e609067dce2df5254cdea353b74bb2c5524bb"


def test_request_carries_the_four_headers() -> None:
    auth = QuanshiAuth(KEYS, _account(), clock=lambda: NOW, nonce=lambda: "571163")
    headers = _sent(auth, eventId=609768).headers
    assert {name: headers[name] for name in ("AppKey", "Nonce", "CurTime", "CheckSum")} == {
        "AppKey": "demoKey",
        "Nonce": "571163",
        "CurTime": "1638341417999",
        "CheckSum": checksum("demoAppSecret0001", "571163", "1638341417999"),
    }


def test_key_header_is_the_accounts_choice() -> None:
    headers = _sent(QuanshiAuth(KEYS, _account(key_header="AppId"))).headers
    assert headers["AppId"] == "demoKey"
    assert "AppKey" not in headers


def test_nonce_is_new_for_each_send_and_short_enough() -> None:
    auth = QuanshiAuth(KEYS, _account())
    nonces = [_sent(auth).headers["Nonce"] for _ in range(3)]
    assert len(set(nonces)) == 3
    assert all(0 < len(nonce) <= 128 for nonce in nonces)


def test_offset_is_added_to_the_clock() -> None:
    auth = QuanshiAuth(KEYS, _account(), clock=lambda: NOW)
    auth.offset = timedelta(minutes=-20)
    assert _sent(auth).headers["CurTime"] == "1638340217999"


@pytest.mark.parametrize("path", ["/eventopenapi/user/search/email", "/prefix/eventopenapi/token/create"])
def test_calls_that_lead_to_a_token_carry_none(path: str) -> None:
    auth = QuanshiAuth(KEYS, _account())
    auth.token = Token("5d41")
    assert json.loads(_sent(auth, path, userId=7).content) == {"userId": 7}


def test_granted_token_goes_into_the_body_and_its_length_is_right() -> None:
    auth = QuanshiAuth(KEYS, _account())
    auth.token = Token("5d41")
    request = _sent(auth, eventId=609768)
    assert json.loads(request.content) == {"token": "5d41", "eventId": 609768}
    assert request.headers["content-length"] == str(len(request.content))
    assert request.headers["content-type"] == "application/json"
    assert request.extensions == {"trace": "kept"}


def test_configured_token_needs_no_secret_and_is_sent_without_a_checksum() -> None:
    account = _account(token="env:T", app_secret=None, user_email=None)
    request = _sent(QuanshiAuth({"app_key": "demoKey", "token": "5d41"}, account), eventId=609768)
    assert json.loads(request.content)["token"] == "5d41"
    assert request.headers["AppKey"] == "demoKey"
    assert "CheckSum" not in request.headers


@pytest.mark.parametrize("lacking", ["app_secret", "user_email"])
def test_account_without_a_way_to_a_token_is_refused(lacking: str) -> None:
    with pytest.raises(ValidationError, match="needs app_secret and user_email, or else token: env:NAME"):
        _account(**{lacking: None})


def test_address_of_the_user_is_an_address_and_no_reference() -> None:
    with pytest.raises(ValidationError, match="user_email"):
        _account(user_email="env:QS_EMAIL")
