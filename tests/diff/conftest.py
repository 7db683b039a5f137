"""Two finished runs of one week in folders of their own: the second by another rule, from the same replies."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reporter import config as configs
from reporter import pipeline
from reporter.cli.diff import command
from reporter.sandbox import Sandbox
from reporter.sandbox.serve import Server
from reporter.store import Store

CONFIG = """\
client: acme
period: last_week
accounts:
  volc: {vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK}
  talk:
    {vendor: talkcloud, base_url: env:URL, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
     token_time: env:DEMO_TK_TIME}
events:
  - name: 第12课
    rooms: [{account: volc, room: "172183460671"}, {account: talk, video: "8602268011035296205"}]
outputs: {workbook: {audience: internal}}
"""
RULE = "attendance: {min_ratio: 0.1}\n"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    config, now = folder / "acme.yaml", datetime.now(UTC)
    with Server(Sandbox(now=lambda: datetime.now(UTC), limits=False, weeks=2)) as server:
        env = {**Sandbox(now=now).credentials(), "URL": server.url}
        for out, text, offline in (("one", CONFIG, False), ("two", CONFIG + RULE, True)):
            config.write_text(text, encoding="utf-8")
            job = pipeline.prepare(configs.load(config), env=env, now=now)
            with Store.open(f"sqlite:///{folder / 'reporter.db'}") as store:
                outcome = pipeline.run(job, store=store, out=folder / out, options=pipeline.Options(offline=offline))
            assert outcome.exit_code == 0
            shutil.move(outcome.folder, folder / f"week-{out}")
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two runs, `week-one` and `week-two`, and their store, in the working folder."""
    moved = tmp_path / "project"
    shutil.copytree(made, moved)
    monkeypatch.chdir(moved)
    monkeypatch.delenv("REPORTER_STORE", raising=False)
    return moved


@pytest.fixture
def told() -> Callable[..., tuple[int, str]]:
    """Return a function that gives the code that `reporter diff` ends with and what it prints on stdout."""

    def run(*words: str) -> tuple[int, str]:
        ended = CliRunner().invoke(command, list(words), catch_exceptions=False, standalone_mode=False)
        if ended.exception:
            raise ended.exception
        return ended.return_value, ended.stdout

    return run


@pytest.fixture
def found(told: Callable[..., tuple[int, str]]) -> Callable[..., Any]:
    """Return a function that gives what `reporter diff --json` prints."""
    return lambda *words: json.loads(told(*words, "--json")[1])
