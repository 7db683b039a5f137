"""Each fault once, through the command, over a real socket: complete with the same tables, or loud with exit 3.

Without the marker the faults of the line and a handful more; all of them: `python -m pytest -m soak tests/faults`.
A server that drips takes as long as a try may (60 s), so it waits behind the marker too.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reporter.sandbox import Sandbox
from reporter.sandbox.faults import FAULTS, Plan, Strike
from reporter.sandbox.serve import Server

_NOW = datetime.now(UTC).replace(microsecond=0)
_HEAD = "client: acme\nperiod: last_week\noutputs:\n  html: {template: summary}\naccounts:\n"
_CONFIGS = {
    "talkcloud": """\
  talk: {vendor: talkcloud, base_url: env:URL, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
         token_time: env:DEMO_TK_TIME}
events: [{name: 第12课, rooms: [{account: talk, video: "8602268011035296205"}]}]
""",
    "volcengine": """\
  volc: {vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK}
events: [{name: 第12课, rooms: [{account: volc, room: "172183460671"}]}]
""",
    "aliyun": """\
  vod: {vendor: aliyun, base_url: env:URL, access_key: env:DEMO_ALI_AK, secret_key: env:DEMO_ALI_SK}
events: [{name: 第12课, rooms: [{account: vod, media: 9ae2af636ca6c10412f44891fc000001}]}]
""",
}
#: what a vendor says that only a person can answer
_LOUD = {"retry-after-huge", "unknown-code"}
_ONLY = {"acs-retry-after": "aliyun", "nonce-used": "aliyun", "stale-clock": "volcengine"} | dict.fromkeys(
    ("cursor-repeats", "cursor-ends-early", "cursor-dies"), "volcengine"
)
#: TalkCloud's pages of 20, and Volcengine's of 500, become several
_SCALES = {"talkcloud": 2.0, "volcengine": 6.0}


def _run(folder: Path, vendor: str, *strikes: Strike) -> tuple[int, str, dict[str, Any], Plan]:
    folder.mkdir()
    (folder / "acme.yaml").write_text(_HEAD + _CONFIGS[vendor], encoding="utf-8")
    sandbox = Sandbox(now=_NOW, limits=False, weeks=2, scale=_SCALES.get(vendor, 1), faults=Plan(strikes))
    words = [sys.executable, "-m", "reporter", "run", "acme.yaml", "--out", "out", "--now", _NOW.isoformat()]
    with Server(sandbox) as server:
        ended = subprocess.run(
            words,
            cwd=folder,
            env={**os.environ, **sandbox.credentials(), "URL": server.url},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=500,
            check=False,
        )
    record = next((folder / "out").rglob("run.json"), None)
    return ended.returncode, ended.stderr, json.loads(record.read_bytes()) if record else {}, sandbox.faults


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("clean")
    return {vendor: _run(folder / vendor, vendor)[2] for vendor in _CONFIGS}


def _meets(folder: Path, clean: dict[str, dict[str, Any]], name: str) -> None:
    vendor = _ONLY.get(name, "talkcloud")
    code, said, record, plan = _run(folder / name, vendor, Strike(name))
    if not plan.fitting[0]:
        pytest.fail(f"{name} bites on nothing of {vendor}")
    assert plan.struck == [1], name
    assert "Traceback" not in said, said
    assert code == (3 if name in _LOUD else 0), f"{name}: {said}"
    if code == 0:
        assert (record["status"], record["tables"]) == ("complete", clean[vendor]["tables"]), name
        assert {pull["verdict"] for pull in record["pulls"]} == {"complete"}, name


def _together(folder: Path, clean: dict[str, dict[str, Any]], names: Sequence[str]) -> None:
    with ThreadPoolExecutor(3) as pool:
        for ended in [pool.submit(_meets, folder, clean, name) for name in names]:
            ended.result()


def test_faults_of_the_line_and_some_more_through_the_command(tmp_path: Path, clean: dict[str, dict[str, Any]]) -> None:
    quick = [name for name in FAULTS if not name.startswith("drip")]
    line = [name for name in quick if FAULTS[name].layer == "wire"]
    others = [name for name in quick if name not in line]
    _together(tmp_path, clean, [*line, *random.Random(1).sample(others, 8), "unknown-code"])


@pytest.mark.soak
def test_every_fault_through_the_command(tmp_path: Path, clean: dict[str, dict[str, Any]]) -> None:
    _together(tmp_path, clean, list(FAULTS))
