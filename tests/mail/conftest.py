"""The finished runs of two clients against the sandbox, made once and copied to each test."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter import cli
from reporter.sandbox import Sandbox
from reporter.sandbox.serve import Server

_TODAY = datetime.now(ZoneInfo("Asia/Shanghai"))
#: the last ISO week that is over, whenever tests run: the vendors' clocks are the real one
WEEK = f"{(_TODAY - timedelta(days=_TODAY.weekday(), weeks=1)):%G-W%V}"
_STOPS = (signal.SIGINT, signal.SIGTERM)
NOW = (_TODAY - timedelta(hours=2)).isoformat()
LATER = (_TODAY - timedelta(hours=1)).isoformat()

CONFIG = """\
client: {client}
title: {{zh: {title} 直播周报, en: {title} weekly}}
period: {week}
accounts:
  volc: {{vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK}}
  qs:
    {{vendor: quanshi, base_url: env:URL, app_key: env:DEMO_QS_KEY, app_secret: env:DEMO_QS_SECRET,
     user_email: ops@example.com}}
  talk:
    {{vendor: talkcloud, base_url: env:URL, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
     token_time: env:DEMO_TK_TIME}}
events:
  - name: 第12课
    rooms:
      - {{account: volc, room: "{volc}"}}
      - {{account: qs, room: "{qs}"}}
      - {{account: talk, video: "{talk}"}}
outputs:
  workbook: {{sheets: [about, overview, events, people, visits]}}
mail:
  from: 周报 <reports@agency.example>
  to: [运营 <ops@{client}.example>]
  cc: [boss@{client}.example]
  bcc: [me@agency.example]
  reply_to: [account.manager@agency.example]
  own: me@agency.example
  smtp: env:SMTP_URL
"""

#: the rooms of each client in the sandbox
ROOMS = {
    "acme": ("172183460688", "609768", "8602268011035296205"),
    "bolt": ("172183460671", "609812", "3701925924894146889"),
}


def config_text(client: str) -> str:
    """Return a client's config with its mail section."""
    volc, qs, talk = ROOMS[client]
    return CONFIG.format(client=client, title=client.title(), week=WEEK, volc=volc, qs=qs, talk=talk)


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: str
    stderr: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of `--json`."""
        return json.loads(self.stdout)  # type: ignore[no-any-return]

    @property
    def reason(self) -> str:
        """Why the first row is in its state."""
        return str(self.rows[0]["reason"])

    @property
    def states(self) -> dict[str, str]:
        """The state of each recipient."""
        return {row["recipient"]: row["state"] for row in self.rows}


@dataclass(frozen=True)
class Desk:
    """A folder with configs, finished runs and their store, and the command at work in it."""

    folder: Path
    env: dict[str, str]

    def __call__(self, *words: str, env: dict[str, str] | None = None) -> Ended:
        """Run `reporter …` in this process, whose libraries are loaded: a command takes a second instead of five."""
        said, told, signals = io.StringIO(), io.StringIO(), [signal.getsignal(one) for one in _STOPS]
        before = dict(os.environ)
        with contextlib.chdir(self.folder), redirect_stdout(said), redirect_stderr(told):
            os.environ.clear()
            os.environ.update({**self.env, **(env or {})})
            try:
                cli.main(words)
            except SystemExit as ended:
                code = int(ended.code or 0)
            finally:
                os.environ.clear()
                os.environ.update(before)
                for one, was in zip(_STOPS, signals, strict=True):
                    signal.signal(one, was)
        return Ended(code, said.getvalue(), told.getvalue())

    def run_folder(self, client: str = "acme") -> Path:
        return self.folder / "out" / client / WEEK

    def workbook(self, client: str = "acme") -> Path:
        return self.run_folder(client) / f"{client}_{WEEK}.xlsx"


def _clean_env() -> dict[str, str]:
    dirty = ("DEMO_", "REPORTER_", "SMTP_", "SSL_CERT")
    return {name: value for name, value in os.environ.items() if not name.startswith(dirty)}


@pytest.fixture(scope="session")
def vendors() -> Iterator[dict[str, str]]:
    """The sandbox on a port, as the environment that its configs want."""
    sandbox = Sandbox(now=lambda: datetime.now(UTC), limits=False)
    with Server(sandbox) as server:
        yield {**sandbox.credentials(), "URL": server.url}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, vendors: dict[str, str]) -> Path:
    """A folder in which the runs of two clients have ended."""
    folder = tmp_path_factory.mktemp("made")
    for client in ROOMS:
        (folder / f"{client}.yaml").write_text(config_text(client), encoding="utf-8")
    desk = Desk(folder, {**_clean_env(), **vendors})
    ended = desk("run", "acme.yaml", "bolt.yaml", "--out", "out", "--now", NOW)
    assert ended.code == 0, ended.stderr
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy of the finished runs for one test; no secret but the mail server's is there."""
    folder = tmp_path / "desk"
    shutil.copytree(made, folder)
    return Desk(folder, _clean_env())


@pytest.fixture
def rerun(desk: Desk, vendors: dict[str, str]) -> Callable[..., None]:
    """Run a client again, by default an hour later, so that its files are others."""

    def run(client: str = "acme", now: str = LATER) -> None:
        ended = desk("run", f"{client}.yaml", "--out", "out", "--now", now, env=vendors)
        assert ended.code == 0, ended.stderr

    return run
