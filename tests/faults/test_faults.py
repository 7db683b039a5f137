"""The file of faults, and what the line does to a reply on a real socket."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from reporter.errors import UsageError
from reporter.sandbox import Sandbox
from reporter.sandbox.faults import FAULTS, Plan, Strike
from reporter.sandbox.faults_file import load
from reporter.sandbox.serve import Server

if TYPE_CHECKING:
    from tests.faults.bench import Bench

_CALLS = {"aliyun": ["DescribeVodMediaPlayData"], "talkcloud": ["vod/watch"]}
_PAGE = "/vod/webapi/statistics/vod/watch?page=1"


def test_file_of_faults_is_yaml_or_json(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("- {fault: http-503, vendor: aliyun, nth: 2, times: forever}\n- {fault: drip-body}\n")
    assert load(path, _CALLS).strikes == (Strike("http-503", "aliyun", nth=2, times=None), Strike("drip-body"))
    path.write_text('[{"fault": "nonce-used", "times": 3}]')
    assert load(path, _CALLS).strikes == (Strike("nonce-used", times=3),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no list of faults"),
        ("fault: http-503", "is no list of faults"),
        ("- [", "it is no yaml"),
        ("- http-503", "fault 1: it names no `fault`"),
        ("- {fault: gzip-bom}", "there is no fault gzip-bom; did you mean gzip-bomb?"),
        ("- {fault: http-503, often: 2}", "often is not one of fault, vendor, call, nth, times"),
        ("- {fault: http-503, nth: two}", "nth is not one of"),
        ("- {fault: http-503, times: 0}", "times is a number from 1 on, or forever"),
        ("- {fault: http-503, nth: 0}", "nth is a number from 1 on"),
        ("- {fault: http-503, vendor: zoom}", "there is no vendor zoom; there are aliyun, talkcloud"),
        (
            "- {fault: http-503, call: vod/play}",
            "there is no call vod/play; there are Describe",
        ),
        ("- {fault: http-503, vendor: aliyun, call: vod/watch}", "there is no call vod/watch; there are Describe"),
    ],
)
def test_bad_file_of_faults_is_one_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"faults\.yaml") as raised:
        load(path, _CALLS)
    assert told in str(raised.value)


def test_plan_meets_the_nth_fitting_reply_and_as_many_as_it_says() -> None:
    plan = Plan((Strike("http-500", vendor="talkcloud", nth=2, times=2), Strike("nonce-used")))
    sandbox = Sandbox(limits=False, faults=plan)
    env = sandbox.credentials()
    headers = {
        "tk-authkey": env["DEMO_TK_KEY"],
        "tk-token": env["DEMO_TK_TOKEN"],
        "timestamp": env["DEMO_TK_TIME"],
        "version": "v2",
    }
    request = httpx.Request("GET", f"https://talk.example{_PAGE}", headers=headers)
    assert [sandbox.answer(request).status_code for _ in range(4)] == [200, 500, 500, 200]
    assert (plan.struck, plan.fitting) == ([2, 0], [4, 0])
    assert [call.status for call in sandbox.calls] == [200] * 4  # the journal says what the vendor answered


def test_token_that_ends_in_the_middle_of_a_pull_costs_one_more_token(bench: Bench) -> None:
    ended = bench.pull("quanshi", Strike("token-ends", nth=2))
    assert ended.outcome(bench.clean("quanshi")) == "complete"
    assert [(one.pull.endpoint, one.requests) for one in ended.pulled] == [
        ("user/search/email", 1),
        ("token/create", 2),
        ("event/report/details", 1),
        ("event/report/details", 2),
    ]
    assert ended.codes["token-renewed"] == 1


_WIRE = {
    "hang-up": httpx.RemoteProtocolError,
    "reset-before-headers": httpx.ReadError,
    "no-http": httpx.RemoteProtocolError,
    "reset-mid-body": httpx.ReadError,
    "short-length": httpx.RemoteProtocolError,
    "cut-chunked": httpx.RemoteProtocolError,
    "drip-headers": httpx.ReadTimeout,
    "drip-body": httpx.ReadTimeout,
    "cut-without-length": None,
}


def test_each_fault_of_the_line_is_tried_on_a_socket() -> None:
    assert set(_WIRE) == {fault.name for fault in FAULTS.values() if fault.layer == "wire"}


@pytest.mark.parametrize(("name", "error"), _WIRE.items(), ids=_WIRE)
def test_line_does_to_a_socket_what_the_fault_says(name: str, error: type[Exception] | None) -> None:
    sandbox = Sandbox(limits=False, faults=Plan((Strike(name),)))
    env = sandbox.credentials()
    headers = {
        "tk-authkey": env["DEMO_TK_KEY"],
        "tk-token": env["DEMO_TK_TOKEN"],
        "timestamp": env["DEMO_TK_TIME"],
        "version": "v2",
    }
    patience = 0.1 if name.startswith("drip") else 5
    with Server(sandbox) as server, httpx.Client(trust_env=False, timeout=patience) as client:
        if error is None:
            assert len(client.get(server.url + _PAGE, headers=headers).content) < 2000
        else:
            with pytest.raises(error):
                client.get(server.url + _PAGE, headers=headers)
        assert client.get(server.url + _PAGE, headers=headers, timeout=10).json()["result"] == 0
