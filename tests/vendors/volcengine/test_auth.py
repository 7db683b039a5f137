"""The signature, step by step against vectors of the official signers, and on requests as they are sent."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from reporter.vendors.base import Account
from reporter.vendors.volcengine import VolcengineAccount, VolcengineAuth
from reporter.vendors.volcengine.auth import Credentials, canonical_query, sign

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "volcengine.json").read_text(encoding="utf-8"))[
    "vectors"
]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEYS = {"access_key": "AKTEST", "secret_key": "made-up-secret"}


def _request(given: dict[str, Any]) -> httpx.Request:
    query = canonical_query((name, value) for name, value in given["query"])
    url = f"{given['scheme']}://{given['headers']['Host']}{given['path']}?{query}"
    return httpx.Request(given["method"], url, headers=given["headers"], content=given["body"].encode())


def _credentials(given: dict[str, Any]) -> Credentials:
    return Credentials(given["access_key_id"], given["secret_access_key"], given["session_token"])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_signature_is_that_of_the_official_signers(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["expected"]
    moment = datetime.strptime(given["x_date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    signed = sign(_request(given), _credentials(given), moment)
    assert signed.canonical_request == expected["canonical_request"]
    assert signed.string_to_sign == expected["string_to_sign"]
    assert signed.signature == expected["signature"]
    assert signed.headers == expected["headers_added"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_canonical_query_is_what_goes_over_the_wire(vector: dict[str, Any]) -> None:
    canonical = vector["expected"]["canonical_query"]
    assert canonical_query((name, value) for name, value in vector["input"]["query"]) == canonical
    assert _request(vector["input"]).url.query.decode() == canonical


@pytest.mark.parametrize(
    ("pairs", "query"),
    [
        ([("a", "1"), ("a-b", "2")], "a=1&a-b=2"),
        ([("b", ""), ("B", "x y")], "B=x%20y&b="),
        ([("k", "*/~")], "k=%2A%2F~"),
    ],
)
def test_canonical_query_sorts_by_name_and_encodes_strictly(pairs: list[tuple[str, str]], query: str) -> None:
    assert canonical_query(pairs) == query


@pytest.mark.parametrize(
    ("host", "signed"),
    [
        ("example.com", "example.com"),
        ("example.com:443", "example.com"),
        ("example.com:80", "example.com"),
        ("127.0.0.1:18080", "127.0.0.1:18080"),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_signed_host_has_no_default_port(host: str, signed: str) -> None:
    request = httpx.Request("GET", "https://example.com/", headers={"Host": host})
    assert f"\nhost:{signed}\n" in sign(request, Credentials("AK", "SK"), NOON).canonical_request


def _account() -> Account:
    return VolcengineAccount(vendor="volcengine", access_key="env:AK", secret_key="env:SK")


def _server(seen: list[httpx.Request], credentials: Credentials) -> httpx.MockTransport:
    """Return a server that reckons the signature again, from what has reached it and nothing else."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(httpx.Request(request.method, request.url, headers=list(request.headers.items())))
        stamp = datetime.strptime(request.headers["X-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        bare = httpx.Request(
            request.method,
            request.url,
            headers={name: request.headers[name] for name in ("Host", "Content-Type") if name in request.headers},
            content=request.content,
        )
        expected = sign(bare, credentials, stamp).headers["Authorization"]
        return httpx.Response(200 if request.headers["Authorization"] == expected else 401, json={})

    return httpx.MockTransport(answer)


@pytest.mark.parametrize("token", [None, "STS/made+up=="])
def test_auth_signs_what_is_sent(token: str | None) -> None:
    seen: list[httpx.Request] = []
    keys = KEYS | ({"session_token": token} if token else {})
    server = _server(seen, Credentials("AKTEST", "made-up-secret", token))
    with httpx.Client(transport=server, auth=VolcengineAuth(keys, _account(), clock=lambda: NOON)) as client:
        got = client.get("http://127.0.0.1:18080/prefix/?Action=A&Name=%E8%AF%BE%20%2A&Version=1")
        posted = client.post(
            "https://livesaas.volcengineapi.com/?Action=B&Version=1",
            content='{"名":9007199254740993}'.encode(),
            headers={"Content-Type": "application/json"},
        )
    assert (got.status_code, posted.status_code) == (200, 200)
    assert seen[0].url.raw_path == b"/prefix/?Action=A&Name=%E8%AF%BE%20%2A&Version=1"
    assert seen[0].headers.get("X-Security-Token") == token


def test_auth_signs_asynchronous_sends_too() -> None:
    seen: list[httpx.Request] = []
    server = _server(seen, Credentials("AKTEST", "made-up-secret"))

    async def send() -> int:
        async with httpx.AsyncClient(transport=server, auth=VolcengineAuth(KEYS, _account())) as client:
            return (await client.post("https://livesaas.volcengineapi.com/?Action=B", content=b"{}")).status_code

    assert asyncio.run(send()) == 200


def test_auth_signs_each_send_afresh_with_its_offset() -> None:
    seen: list[httpx.Request] = []
    moments = iter([NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)])
    auth = VolcengineAuth(KEYS, _account(), clock=lambda: next(moments))
    request = httpx.Request("GET", "https://livesaas.volcengineapi.com/?Action=A")
    with httpx.Client(transport=_server(seen, Credentials("AKTEST", "made-up-secret")), auth=auth) as client:
        statuses = [client.send(request).status_code for _ in range(2)]
        auth.offset = timedelta(minutes=20)
        statuses.append(client.send(request).status_code)
    assert statuses == [200, 200, 200]
    assert [one.headers["X-Date"] for one in seen] == ["20261123T040000Z", "20261123T040001Z", "20261123T042002Z"]


def test_auth_takes_a_session_token_that_is_called_for() -> None:
    auth = VolcengineAuth({**KEYS, "session_token": lambda: "made-up-token"}, _account(), clock=lambda: NOON)
    request = next(auth.sync_auth_flow(httpx.Request("GET", "https://livesaas.volcengineapi.com/")))
    assert request.headers["X-Security-Token"] == "made-up-token"


def test_credentials_do_not_show_their_secrets() -> None:
    assert "hush" not in repr(Credentials("AK", "hush", "hush"))
