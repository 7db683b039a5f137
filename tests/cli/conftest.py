"""The command as its user runs it: a process of its own, a sandbox on a real port."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporter.sandbox import Sandbox
from reporter.sandbox.serve import Server

#: when runs of this session are made, which is before any test tells its own time
_STARTED = datetime.now(UTC)

CONFIG = """\
client: acme
period: {week}
accounts:
  volc:
    vendor: volcengine
    base_url: env:REPORTER_DEMO_URL
    access_key: env:DEMO_VOLC_AK
    secret_key: env:DEMO_VOLC_SK
  talk:
    vendor: talkcloud
    base_url: env:REPORTER_DEMO_URL
    auth_key: env:DEMO_TK_KEY
    token: env:DEMO_TK_TOKEN
    token_time: env:DEMO_TK_TIME
events:
  - name: 第12课
    rooms:
      - {{account: volc, room: 172183460671, detail: list}}
      - {{account: talk, video: "8602268011035296205"}}
"""


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: str
    stderr: str


Command = Callable[..., Ended]


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    return Sandbox(now=lambda: datetime.now(UTC))


@pytest.fixture(scope="session")
def server(sandbox: Sandbox) -> Iterator[Server]:
    with Server(sandbox) as running:
        yield running


@pytest.fixture
def secrets(sandbox: Sandbox, server: Server) -> dict[str, str]:
    """The environment in which everything is right; a test spoils what it is about."""
    return {**sandbox.credentials(), "REPORTER_DEMO_URL": server.url}


@pytest.fixture
def command(tmp_path: Path, secrets: dict[str, str]) -> Command:
    """Run `reporter …` in a folder of its own; `env` replaces or (None) removes variables."""
    return _command(tmp_path, secrets)


def _command(folder: Path, secrets: dict[str, str]) -> Command:
    def run(*words: str, env: dict[str, str | None] | None = None) -> Ended:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DEMO_", "REPORTER_"))}
        wanted = {**inherited, **secrets, **(env or {})}
        ended = subprocess.run(
            [sys.executable, "-m", "reporter", *words],
            cwd=folder,
            env={name: value for name, value in wanted.items() if value is not None},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


@pytest.fixture(scope="session")
def monday() -> date:
    """The first day of the last ISO week that is over in Shanghai: whenever tests run, the sandbox knows it."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return today - timedelta(days=today.weekday(), weeks=1)


@pytest.fixture(scope="session")
def week(monday: date) -> str:
    return f"{monday:%G-W%V}"


@pytest.fixture(scope="session")
def week_before(monday: date) -> str:
    return f"{monday - timedelta(weeks=1):%G-W%V}"


@pytest.fixture
def config(tmp_path: Path, week: str) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(CONFIG.format(week=week), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def _finished(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox, server: Server, week: str) -> Path:
    """A folder in which `acme.yaml` was run: what a run of it takes seconds to make, for all tests that begin there."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "acme.yaml").write_text(CONFIG.format(week=week), encoding="utf-8")
    run = _command(folder, {**sandbox.credentials(), "REPORTER_DEMO_URL": server.url})
    ended = run("run", "acme.yaml", "--out", "out", "--now", _STARTED.isoformat())
    assert ended.code == 0, ended.stderr
    return folder


@pytest.fixture
def filled(_finished: Path, config: Path) -> Path:
    """The store of a folder in which `acme.yaml` was run already, into `out`: a copy, to be spoiled at will."""
    shutil.copytree(_finished, config.parent, dirs_exist_ok=True)
    return config.parent / "reporter.db"
