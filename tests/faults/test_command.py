"""Each fault once, through the command, over a real socket: complete with the same tables, or loud with exit 3.

The sandboxes live in this process, the commands run two at a time. Each fault meets one vendor; with the marker
(`python -m pytest -m soak tests/faults/test_command.py`) it meets each of the others that it fits.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reporter.sandbox import Sandbox
from reporter.sandbox.faults import FAULTS, Plan, Strike
from reporter.sandbox.serve import Server

_NOW = datetime.now(UTC).replace(microsecond=0)
_HEAD = "client: acme\nperiod: last_week\noutputs:\n  workbook: {sheets: [about]}\naccounts:\n"
_CONFIGS = {
    "talkcloud": """\
  talk: {vendor: talkcloud, base_url: env:URL, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
         token_time: env:DEMO_TK_TIME, limits: {seconds: 2}}
events: [{name: 第12课, rooms: [{account: talk, video: "8602268011035296205"}]}]
""",
    "volcengine": """\
  volc: {vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK,
         limits: {seconds: 2}}
events: [{name: 第12课, rooms: [{account: volc, room: "172183460671"}]}]
""",
    "aliyun": """\
  vod: {vendor: aliyun, base_url: env:URL, access_key: env:DEMO_ALI_AK, secret_key: env:DEMO_ALI_SK,
        limits: {seconds: 2}}
events: [{name: 第12课, rooms: [{account: vod, media: 9ae2af636ca6c10412f44891fc000001}]}]
""",
    "quanshi": """\
  qs: {vendor: quanshi, base_url: env:URL, app_key: env:DEMO_QS_KEY, app_secret: env:DEMO_QS_SECRET,
       user_email: ops@example.com, limits: {seconds: 2}}
events: [{name: 第12课, rooms: [{account: qs, room: "609768"}]}]
""",
}
#: what a vendor says that only a person can answer
_LOUD = {"retry-after-huge", "unknown-code"}
_ONLY = {
    **dict.fromkeys(("acs-retry-after", "nonce-used"), "aliyun"),
    **dict.fromkeys(("stale-clock", "cursor-repeats", "cursor-ends-early", "cursor-dies"), "volcengine"),
    "shifted-page-same-total": "volcengine",
    "token-ends": "quanshi",
}
#: commands that run at a time
_AT_A_TIME = 2
#: TalkCloud's pages of 20, and Volcengine's of 500 and 1,000, become several
_SCALES = {"talkcloud": 2.0, "volcengine": 7.0}


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
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        records = pool.map(lambda vendor: _run(folder / vendor, vendor)[2], _CONFIGS)
        return dict(zip(_CONFIGS, records, strict=True))


def _wrong(folder: Path, clean: Mapping[str, Mapping[str, Any]], name: str, vendor: str) -> str:
    """Return what was wrong with how the command met a fault, "" where all was well."""
    code, said, record, plan = _run(folder / f"{name}-{vendor}", vendor, Strike(name))
    if plan.struck != [1]:
        return f"{name} bites on nothing of {vendor}"
    if "Traceback" in said or code != (3 if name in _LOUD else 0):
        return f"{name} of {vendor} ended {code}: {said}"
    if code == 3:
        return (
            "" if re.search(rf"{vendor}:\w+ \S+ room \S+ page \d+ try \d+: ", said) else f"{name} has no place: {said}"
        )
    is_same = (record["status"], record["tables"]) == ("complete", clean[vendor]["tables"])
    is_whole = {pull["verdict"] for pull in record["pulls"]} == {"complete"}
    return "" if is_same and is_whole else f"{name} of {vendor} left a trace: {record}"


def _wrongs(folder: Path, clean: Mapping[str, Mapping[str, Any]], pairs: Iterable[tuple[str, str]]) -> Sequence[str]:
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        return list(filter(None, pool.map(lambda pair: _wrong(folder, clean, *pair), pairs)))


def test_each_fault_through_the_command(tmp_path: Path, clean: dict[str, dict[str, Any]]) -> None:
    assert _wrongs(tmp_path, clean, [(name, _ONLY.get(name, "talkcloud")) for name in FAULTS]) == []


@pytest.mark.soak
def test_each_fault_of_each_vendor_through_the_command(tmp_path: Path, clean: dict[str, dict[str, Any]]) -> None:
    pairs = [(name, vendor) for name in FAULTS for vendor in _CONFIGS]
    others = [(name, vendor) for name, vendor in pairs if vendor != _ONLY.get(name, "talkcloud")]
    wrong = _wrongs(tmp_path, clean, others)
    assert [one for one in wrong if " bites on nothing of " not in one] == []
