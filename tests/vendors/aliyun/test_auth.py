"""Both signatures against the vectors of Aliyun's own SDK, and each send signed afresh."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from reporter.model import Pull
from reporter.vendors.aliyun import ALIYUN, AliyunAccount, AliyunAuth
from reporter.vendors.aliyun.auth import canonical_query, sign_rpc, sign_v3
from reporter.vendors.base import Cursor

ROOT = Path(__file__).resolve().parents[3]
VECTORS: dict[str, Any] = json.loads((ROOT / "tests/vectors/aliyun.json").read_text(encoding="utf-8"))
V3 = [vector for vector in VECTORS["vectors"] if vector["scheme"] == "ACS3-HMAC-SHA256"]
RPC = [vector for vector in VECTORS["vectors"] if vector["scheme"] == "RPC-1.0-HMAC-SHA1"]
NOW = datetime(2024, 3, 22, 4, 5, 6, 789_000, tzinfo=UTC)
NONCE = VECTORS["frozen"]["nonce"]
ACTION = "DescribeVodMediaPlayData"


def _name(vector: dict[str, Any]) -> str:
    return str(vector["name"])


def _by_name(name: str) -> dict[str, Any]:
    return next(vector for vector in VECTORS["vectors"] if vector["name"] == name)


def _keys(vector: dict[str, Any]) -> dict[str, str]:
    keys = {"access_key": vector["access_key_id"], "secret_key": vector["access_key_secret"]}
    return keys | ({"session_token": vector["security_token"]} if vector["security_token"] else {})


def _request(vector: dict[str, Any], **headers: str) -> httpx.Request:
    url = f"https://{vector['host']}{vector['path']}?{canonical_query(vector['query'].items())}"
    return httpx.Request(vector["method"], url, headers=headers, content=vector["body"].encode())


def _auth(vector: dict[str, Any], account: AliyunAccount, **changes: Any) -> AliyunAuth:
    options = account.model_copy(update=changes)
    return AliyunAuth(_keys(vector), options, clock=lambda: NOW, nonce=lambda: NONCE)


def test_every_vector_is_of_a_scheme_that_we_sign() -> None:
    assert len(V3) + len(RPC) == len(VECTORS["vectors"])
    assert V3
    assert RPC


@pytest.mark.parametrize("vector", V3, ids=_name)
def test_v3_is_signed_as_the_sdk_does(vector: dict[str, Any]) -> None:
    keys = {name: _keys(vector)[name] for name in ("access_key", "secret_key")}
    signed = sign_v3(_request(vector), vector["signed_headers_values"], **keys)
    assert signed.canonical == vector["canonical_request"]
    assert signed.string_to_sign == vector["string_to_sign"]
    assert signed.signature == vector["signature"]
    assert signed.authorization == vector["authorization"]


@pytest.mark.parametrize("vector", RPC, ids=_name)
def test_rpc_is_signed_as_the_sdk_does(vector: dict[str, Any]) -> None:
    params = vector["params_without_signature"].items()
    signed = sign_rpc(vector["method"], params, secret_key=vector["access_key_secret"])
    assert signed.canonical == vector["canonical_query"]
    assert signed.string_to_sign == vector["string_to_sign"]
    assert signed.signature == vector["signature"]


def test_request_is_sent_with_the_header_of_the_vector(account: AliyunAccount) -> None:
    vector = _by_name("v3_minimal_headers_post")
    headers = {
        "x-acs-action": ACTION,
        "x-acs-version": "2017-03-21",
        "accept": "application/json",
        "user-agent": "ours",
    }
    sent = next(_auth(vector, account).auth_flow(_request(vector, **headers)))
    assert sent.headers["authorization"] == vector["authorization"]
    assert {name: sent.headers[name] for name in vector["signed_headers_values"]} == vector["signed_headers_values"]


@pytest.mark.parametrize("vector", V3, ids=_name)
def test_user_agent_and_accept_are_never_signed(vector: dict[str, Any], account: AliyunAccount) -> None:
    headers = {"x-acs-action": ACTION, "x-acs-version": "2017-03-21", "accept": "*/*", "user-agent": "ours"}
    content_type = {"content-type": "application/x-www-form-urlencoded"} if vector["body"] else {}
    sent = next(_auth(vector, account).auth_flow(_request(vector, **headers, **content_type)))
    (names,) = re.findall(r"SignedHeaders=([^,]+)", sent.headers["authorization"])
    assert {"user-agent", "accept"} & set(names.split(";")) == set()
    assert ("content-type" in names) == bool(vector["body"])
    assert ("x-acs-security-token" in names) == bool(vector["security_token"])


@pytest.mark.parametrize("name", ["rpc_basic_post", "rpc_sts"])
def test_rpc_request_carries_its_parameters_and_signature_in_the_query(name: str, account: AliyunAccount) -> None:
    vector = _by_name(name)
    headers = {"x-acs-action": ACTION, "x-acs-version": "2017-03-21"}
    given = {key: vector["params_without_signature"][key] for key in ("PageNo", "PageSize", "PlayDate")}
    request = _request(vector | {"query": given, "body": ""}, **headers)
    sent = next(_auth(vector, account, signature="rpc1").auth_flow(request))
    query = sent.url.query.decode()
    assert dict(parse_qsl(query)) == vector["params_without_signature"] | {"Signature": vector["signature"]}
    assert query == canonical_query(parse_qsl(query))
    assert not [header for header in sent.headers if header == "authorization" or header.startswith("x-acs-")]
    assert (sent.method, sent.url.path) == ("POST", "/")


def test_each_send_has_its_own_nonce(pull: Callable[..., Pull], account: AliyunAccount) -> None:
    auth = AliyunAuth({"access_key": "A", "secret_key": "S"}, account)
    request = ALIYUN.endpoints[ACTION].request(pull(ACTION, room="9ae2"), Cursor())
    sent = [next(auth.auth_flow(request)).headers.copy() for _ in range(3)]
    assert len({headers["x-acs-signature-nonce"] for headers in sent}) == 3
    assert len({headers["authorization"] for headers in sent}) == 3


def test_each_send_by_rpc_has_its_own_nonce_and_one_signature(
    pull: Callable[..., Pull], account: AliyunAccount
) -> None:
    options = account.model_copy(update={"signature": "rpc1"})
    auth = AliyunAuth({"access_key": "A", "secret_key": "S"}, options)
    request = ALIYUN.endpoints[ACTION].request(pull(ACTION, room="9ae2", options=options), Cursor())
    sent = [parse_qsl(next(auth.auth_flow(request)).url.query.decode()) for _ in range(3)]
    assert len({dict(pairs)["SignatureNonce"] for pairs in sent}) == 3
    assert [sum(name == "Signature" for name, _ in pairs) for pairs in sent] == [1, 1, 1]


def test_offset_is_added_to_the_clock(account: AliyunAccount) -> None:
    vector = _by_name("v3_minimal_headers_post")
    auth = _auth(vector, account)
    auth.offset = timedelta(minutes=20)
    sent = next(auth.auth_flow(_request(vector, **{"x-acs-action": ACTION, "x-acs-version": "2017-03-21"})))
    assert sent.headers["x-acs-date"] == "2024-03-22T04:25:06Z"


def test_path_and_port_that_are_signed_are_those_that_are_sent() -> None:
    request = httpx.Request("POST", "http://127.0.0.1:8080/vod/?PageNo=1", headers={"x-acs-action": ACTION})
    signed = {"host": request.headers["host"], "x-acs-content-sha256": VECTORS["empty_payload_sha256"]}
    lines = sign_v3(request, signed, access_key="A", secret_key="S").canonical.splitlines()
    assert lines[:4] == ["POST", "/vod/", "PageNo=1", "host:127.0.0.1:8080"]
