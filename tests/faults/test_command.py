"""Each fault once, through the command, over a real socket: complete with the same tables, or loud with exit 3.

The sandboxes live in this process, one a fault, each on a port of its own. A command is given several configs, a
fault to each, so that starting it is paid once; a fault that ends loud has a command to itself. Each fault meets one
vendor; with the marker (`python -m pytest -m soak tests/faults/test_command.py`) each of the others that it fits.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import pytest

from reporter.sandbox import Sandbox
from reporter.sandbox.faults import FAULTS, Plan, Strike
from reporter.sandbox.serve import Server

_HEAD = "client: {client}\nperiod: last_week\noutputs:\n  workbook: {sheets: [about]}\naccounts:\n"
_CONFIGS = {
    "talkcloud": """\
  talk: {vendor: talkcloud, base_url: env:URL_{number}, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
         token_time: env:DEMO_TK_TIME, limits: {seconds: 2}}
events: [{name: 第12课, rooms: [{account: talk, video: "8602268011035296205"}]}]
""",
    "volcengine": """\
  volc: {vendor: volcengine, base_url: env:URL_{number}, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK,
         limits: {seconds: 2}}
events: [{name: 第12课, rooms: [{account: volc, room: "172183460671"}]}]
""",
    "aliyun": """\
  vod: {vendor: aliyun, base_url: env:URL_{number}, access_key: env:DEMO_ALI_AK, secret_key: env:DEMO_ALI_SK,
        limits: {seconds: 2}}
events: [{name: 第12课, rooms: [{account: vod, media: 9ae2af636ca6c10412f44891fc000001}]}]
""",
    "quanshi": """\
  qs: {vendor: quanshi, base_url: env:URL_{number}, app_key: env:DEMO_QS_KEY, app_secret: env:DEMO_QS_SECRET,
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
    **dict.fromkeys(("token-ends", "token-denied"), "quanshi"),
}
#: commands that run at a time (they mostly wait for slots and pauses), and configs that one is given
_AT_A_TIME, _CONFIGS_EACH = 4, 10
#: TalkCloud's pages of 20, and Volcengine's of 500 and 1,000, become several
_SCALES = {"talkcloud": 2.0, "volcengine": 7.0}

#: a fault ("" for none) and the vendor that it meets
Case: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class _Ran:
    """What a command made of one of its configs; `code` and `said` are the whole command's."""

    code: int
    said: str
    record: dict[str, Any]
    rows: Counter[str]
    struck: list[int]


def _run(folder: Path, cases: Sequence[Case], now: datetime) -> dict[Case, _Ran]:
    """Give one command a config for each case, and each a sandbox of its own, whose clock stands at `now`."""
    folder.mkdir()
    clients = {case: "-".join(filter(None, case)) for case in cases}
    sandboxes = [
        Sandbox(
            now=now,
            limits=False,
            weeks=2,
            scale=_SCALES.get(vendor, 1),
            faults=Plan([Strike(fault)] if fault else []),
        )
        for fault, vendor in cases
    ]
    with ExitStack() as serving:
        urls = [serving.enter_context(Server(sandbox)).url for sandbox in sandboxes]
        for number, (case, client) in enumerate(clients.items()):
            text = _HEAD.replace("{client}", client) + _CONFIGS[case[1]].replace("{number}", str(number))
            (folder / f"{client}.yaml").write_text(text, encoding="utf-8")
        env = {**os.environ, **sandboxes[0].credentials(), **{f"URL_{place}": url for place, url in enumerate(urls)}}
        names = [f"{client}.yaml" for client in clients.values()]
        ended = subprocess.run(
            [sys.executable, "-m", "reporter", "run", *names, "--out", "out", "--now", now.isoformat()],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=500,
            check=False,
        )
    return {
        case: _Ran(ended.returncode, ended.stderr, _record(place), _rows(place), sandbox.faults.struck)
        for case, place, sandbox in zip(
            cases, [folder / "out" / one for one in clients.values()], sandboxes, strict=True
        )
    }


def _record(folder: Path) -> dict[str, Any]:
    found = next(folder.rglob("run.json"), None)
    record: dict[str, Any] = json.loads(found.read_bytes()) if found else {}
    return record


def _rows(folder: Path) -> Counter[str]:
    """Return the rows of all tables with their number, but for `person_id`, which is made with the client's name."""
    return Counter(
        f"{path.name} {sorted((name, repr(value)) for name, value in row.items() if name != 'person_id')}"
        for path in folder.rglob("*.parquet")
        for row in pl.read_parquet(path).iter_rows(named=True)
    )


def _wrong(case: Case, ran: _Ran, clean: _Ran) -> str:
    """Return what was wrong with how the command met a fault, "" where all was well."""
    fault, vendor = case
    if ran.struck != [1]:
        return f"{fault} bites on nothing of {vendor}"
    if "Traceback" in ran.said or ran.code != (3 if fault in _LOUD else 0):
        return f"{fault} of {vendor} ended {ran.code}: {ran.said}"
    if ran.code:
        is_placed = re.search(rf"{vendor}:\w+ \S+ room \S+ page \d+ try \d+: ", ran.said)
        return "" if is_placed else f"{fault} has no place: {ran.said}"
    is_same = bool(clean.rows) and ran.record["status"] == "complete" and ran.rows == clean.rows
    is_whole = {pull["verdict"] for pull in ran.record["pulls"]} == {"complete"}
    return "" if is_same and is_whole else f"{fault} of {vendor} left a trace: {ran.record}"


def _commands(cases: Iterable[Case]) -> list[list[Case]]:
    """Return what each command is given: neighbours, which wait alike long, go to different ones."""
    quiet = [case for case in cases if case[0] not in _LOUD]
    count = -(-len(quiet) // _CONFIGS_EACH)
    return [quiet[start::count] for start in range(count)] + [[case] for case in cases if case[0] in _LOUD]


def _wrongs(folder: Path, cases: Sequence[Case]) -> list[str]:
    clean = [("", vendor) for vendor in _CONFIGS]
    commands = [clean, *_commands(cases)]
    # as late as can be: vendors whose clock stands take what is signed for some minutes
    now = datetime.now(UTC).replace(microsecond=0)
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        places = [folder / str(number) for number in range(len(commands))]
        ran = list(pool.map(_run, places, commands, [now] * len(commands)))
    ended = {case: one for command in ran for case, one in command.items()}
    return list(filter(None, (_wrong(case, ended[case], ended["", case[1]]) for case in cases)))


def test_each_fault_through_the_command(tmp_path: Path) -> None:
    assert _wrongs(tmp_path, [(name, _ONLY.get(name, "talkcloud")) for name in FAULTS]) == []


@pytest.mark.soak
def test_each_fault_of_each_vendor_through_the_command(tmp_path: Path) -> None:
    others = [(name, vendor) for name in FAULTS for vendor in _CONFIGS if vendor != _ONLY.get(name, "talkcloud")]
    wrong = _wrongs(tmp_path, others)
    assert [one for one in wrong if " bites on nothing of " not in one] == []
