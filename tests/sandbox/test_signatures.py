from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from reporter.sandbox import signatures
from reporter.sandbox.calls import RefusalError
from reporter.sandbox.signatures import Secret

_VECTORS = Path(__file__).parents[1] / "vectors"


def _vectors(name: str) -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads((_VECTORS / name).read_text(encoding="utf-8"))["vectors"]
    return vectors


_VOLCENGINE = _vectors("volcengine.json")
_ALIYUN = _vectors("aliyun.json")
_V3 = [vector for vector in _ALIYUN if vector["scheme"] == "ACS3-HMAC-SHA256"]
_RPC = [vector for vector in _ALIYUN if vector["scheme"] == "RPC-1.0-HMAC-SHA1"]


def _named(vectors: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", vectors, ids=[vector["name"] for vector in vectors])


def _volcengine_request(vector: dict[str, Any], **changed: str) -> tuple[httpx.Request, signatures.Keys, datetime]:
    given = vector["input"]
    headers = {**given["headers"], **vector["expected"]["headers_added"], **changed}
    url = f"https://{given['headers']['Host']}{given['path']}?{urlencode([tuple(pair) for pair in given['query']])}"
    request = httpx.Request(given["method"], url, headers=headers, content=given["body"].encode())
    keys = {given["access_key_id"]: Secret(given["secret_access_key"], given["session_token"] or "")}
    return request, keys, datetime.strptime(given["x_date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@_named(_VOLCENGINE)
def test_volcengine_signature_of_the_official_signers_is_accepted(vector: dict[str, Any]) -> None:
    request, keys, now = _volcengine_request(vector)
    assert signatures.check_volcengine(request, keys, now) == vector["input"]["access_key_id"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"Authorization": ""}, 401, "MissingAuthenticationToken"),
        ({"Authorization": "HMAC-SHA256 nonsense"}, 400, "InvalidAuthorization"),
        ({"X-Date": "20250421T083001Z"}, 401, "SignatureDoesNotMatch"),
        ({"X-Date": "yesterday"}, 400, "InvalidTimestamp"),
        ({"X-Security-Token": "made-up"}, 401, "InvalidSecretToken"),
        ({"X-Content-Sha256": "0" * 64}, 401, "SignatureDoesNotMatch"),
    ],
)
def test_volcengine_signature_refuses_what_was_changed(changed: dict[str, str], status: int, code: str) -> None:
    request, keys, now = _volcengine_request(_VOLCENGINE[0], **changed)
    with pytest.raises(RefusalError) as refusal:
        signatures.check_volcengine(request, keys, now)
    assert (refusal.value.status, refusal.value.code) == (status, code)


@pytest.mark.parametrize("late", [timedelta(minutes=16), timedelta(minutes=-16)])
def test_volcengine_signature_holds_fifteen_minutes(late: timedelta) -> None:
    request, keys, now = _volcengine_request(_VOLCENGINE[0])
    assert signatures.check_volcengine(request, keys, now + late * 14 / 16)
    with pytest.raises(RefusalError, match="timestamp"):
        signatures.check_volcengine(request, keys, now + late)


def test_volcengine_signature_refuses_another_secret_and_an_unknown_key() -> None:
    request, keys, now = _volcengine_request(_VOLCENGINE[0])
    with pytest.raises(RefusalError, match="does not match"):
        signatures.check_volcengine(request, dict.fromkeys(keys, Secret("another")), now)
    with pytest.raises(RefusalError, match="does not exist"):
        signatures.check_volcengine(request, {}, now)


def _v3_request(vector: dict[str, Any]) -> tuple[httpx.Request, signatures.Keys, datetime]:
    headers = {**vector["signed_headers_values"], "Authorization": vector["authorization"]}
    host = vector["host"] or headers["host"]
    url = f"https://{host}{vector['path']}?{urlencode(vector['query'])}"
    request = httpx.Request(vector["method"], url, headers=headers, content=vector["body"].encode())
    keys = {vector["access_key_id"]: Secret(vector["access_key_secret"], vector["security_token"] or "")}
    return request, keys, _aliyun_date(headers["x-acs-date"])


def _aliyun_date(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


@_named(_V3)
def test_aliyun_v3_signature_of_the_official_sdk_is_accepted(vector: dict[str, Any]) -> None:
    request, keys, now = _v3_request(vector)
    assert signatures.check_aliyun_v3(request, keys, now) == vector["access_key_id"]


@_named(_RPC)
def test_aliyun_rpc1_signature_of_the_official_sdk_is_accepted(vector: dict[str, Any]) -> None:
    params = vector["params_without_signature"] | {"Signature": vector["signature"]}
    request = httpx.Request(vector["method"], f"https://vod.example/?{urlencode(params)}")
    keys = {vector["access_key_id"]: Secret(vector["access_key_secret"], vector["security_token"] or "")}
    now = _aliyun_date(params["Timestamp"])
    assert signatures.check_aliyun_rpc1(request, keys, now) == vector["access_key_id"]


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("Authorization", "", "IncompleteSignature"),
        ("x-acs-extra", "not signed", "IncompleteSignature"),
        ("x-acs-date", "2024-03-22T03:45:00Z", "InvalidTimeStamp.Expired"),
        ("x-acs-version", "2017-03-22", "SignatureDoesNotMatch"),
        ("x-acs-content-sha256", "0" * 64, "SignatureDoesNotMatch"),
    ],
)
def test_aliyun_v3_signature_refuses_what_was_changed(header: str, value: str, code: str) -> None:
    request, keys, now = _v3_request(_V3[0])
    request.headers[header] = value
    with pytest.raises(RefusalError) as refusal:
        signatures.check_aliyun_v3(request, keys, now)
    assert refusal.value.code == code


def test_aliyun_v3_signature_wants_the_session_token_of_the_key() -> None:
    vector = next(vector for vector in _V3 if vector["security_token"])
    request, keys, now = _v3_request(vector)
    other = {key: Secret(secret.value, "another") for key, secret in keys.items()}
    with pytest.raises(RefusalError, match="SecurityToken"):
        signatures.check_aliyun_v3(request, other, now)


def test_quanshi_checksum_is_the_documented_one() -> None:
    vector = _vectors("quanshi.json")[0]
    made = signatures.checksum(vector["app_secret"], vector["nonce"], vector["cur_time_ms"])
    assert made == vector["checksum"]
    assert signatures.checksum("密钥abc", "nonce-中文", "1666948293682") == "8f8e609067dce2df5254cdea353b74bb2c5524bb"
