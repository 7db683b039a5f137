from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reporter.sandbox import Sandbox
from reporter.sandbox.serve import Server

_ROOM = {"ActivityId": 172183460671, "NeedActMsg": 1}


def test_server_answers_all_four_vendors_over_one_connection(
    sandbox: Sandbox, make_caller: Callable[[Sandbox], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    caller = make_caller(sandbox)
    with Server(sandbox) as server, httpx.Client(trust_env=False) as client:
        caller.base, caller.send = server.url, client.send
        assert caller.volcengine("GetCustomActMsgAPI", get=_ROOM).json()["Result"]["ActMsg"]["Name"] == "产品公开日"
        assert caller.volcengine("ListActivityAPI", Name="公开课").json()["Result"]["TotalItemCount"] > 0
        assert caller.quanshi("event/report/details", token=caller.token(), eventId=609768).json()["code"] == 200
        assert caller.talkcloud(videoInfo="999999").json()["result"] == 0
        reply = caller.aliyun(PlayDate="20261120", PageNo=1, PageSize=100)
        assert reply.json()["TotalCount"] == 3
        assert reply.headers.get_list("date") == ["Tue, 24 Nov 2026 04:00:00 GMT"]
    assert len({call.vendor for call in sandbox.calls}) == 4
    assert capfd.readouterr() == ("", "")


def test_prefix_in_the_base_url_is_tolerated_by_all(sandbox: Sandbox, make_caller: Callable[[Sandbox], Any]) -> None:
    caller = make_caller(sandbox)
    with Server(sandbox) as server, httpx.Client(trust_env=False) as client:
        caller.base, caller.send = f"{server.url}/a/b", client.send
        assert caller.volcengine("GetCustomActMsgAPI", get=_ROOM).status_code == 200
        assert caller.token()
        assert caller.talkcloud(videoInfo="999999").json()["result"] == 0
        assert caller.aliyun(PlayDate="20261120", PageNo=1, PageSize=100).status_code == 200


def test_path_of_nobodys_is_404(sandbox: Sandbox) -> None:
    with Server(sandbox) as server, httpx.Client(trust_env=False) as client:
        assert client.get(f"{server.url}/nothing").status_code == 404


def test_server_says_that_its_port_is_taken(sandbox: Sandbox) -> None:
    with Server(sandbox) as server, pytest.raises(OSError, match=r"in use|usage"):
        Server(sandbox, port=int(server.url.rpartition(":")[2]))


def test_server_ends_though_a_client_stays_connected(sandbox: Sandbox) -> None:
    before = set(threading.enumerate())
    with Server(sandbox) as server:
        address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
        idle = socket.create_connection(address)
        idle.sendall(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(64).startswith(b"HTTP/1.1 404")
    idle.close()
    assert set(threading.enumerate()) <= before
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address)


async def _ask(transport: httpx.AsyncBaseTransport) -> int:
    async with httpx.AsyncClient(transport=transport) as client:
        return (await client.get("https://vendor.example/nothing")).status_code


def test_answer_fits_a_mock_transport_of_either_kind(sandbox: Sandbox) -> None:
    transport = httpx.MockTransport(sandbox.answer)
    with httpx.Client(transport=transport) as client:
        assert client.get("https://vendor.example/nothing").status_code == 404
    assert asyncio.run(_ask(transport)) == 404
