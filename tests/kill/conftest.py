"""The command against a sandbox on a port, killed and started again; what it leaves is compared byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import httpx
import pytest

from reporter.sandbox.serve import Server
from tests.kill.journal import Ask, Counting, Judged, committed, judge, wait_until

CONFIG = """\
client: acme
period: {week}
accounts:
  volc:
    {vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK, detail: list}
  qs:
    {vendor: quanshi, base_url: env:URL, app_key: env:DEMO_QS_KEY, app_secret: env:DEMO_QS_SECRET,
     user_email: ops@example.com}
  talk:
    {vendor: talkcloud, base_url: env:URL, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
     token_time: env:DEMO_TK_TIME}
  vod: {vendor: aliyun, base_url: env:URL, access_key: env:DEMO_ALI_AK, secret_key: env:DEMO_ALI_SK}
events:
  - name: 第12课
    rooms:
      - {account: volc, room: "172183460688"}
      - {account: qs, room: "609768"}
      - {account: talk, video: "8602268011035296205"}
      - {account: vod, media: 9ae2af636ca6c10412f44891fc000001}
outputs:
  workbook: {sheets: [about, overview, events, people]}
  html: {template: summary}
"""

WEEK = timedelta(weeks=1)
#: no earlier than this after a week's end its replies are final, and what a finished run asked is not asked anew
SETTLED = timedelta(hours=12)


@dataclass(frozen=True)
class Round:
    """One report: its folder, its vendors, and the words that make it."""

    folder: Path
    sandbox: Counting
    server: Server
    env: dict[str, str]
    words: Sequence[str]

    def start(self, *before: str) -> subprocess.Popen[str]:
        """Start the run; `before` are words in front of the command (strace and its own)."""
        return subprocess.Popen(
            [*before, *self.words],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def end(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        """Wait for a run and return its exit code and what it said."""
        _, said = process.communicate(timeout=300)
        return process.returncode, said

    def finish(self) -> None:
        """Run until it is done."""
        code, said = self.end(self.start())
        assert code == 0, said

    def asked(self) -> list[Ask]:
        """Return what the vendors were asked, once all that a process sent before it died has been answered."""
        # connections are let in one after the other, so that this one comes after all of those
        httpx.get(f"{self.server.url}/nobody", trust_env=False)
        wait_until(lambda: self.server.is_idle)
        return list(self.sandbox.asks)

    def go_on(self) -> Judged:
        """Finish a run whose process is dead, and judge what it asked by what the dead one had kept."""
        before, kept = self.asked(), committed(self.folder)
        self.finish()
        return judge(before, kept, self.asked()[len(before) :])

    def files(self) -> dict[str, bytes]:
        """Return the finished files by path, all that there are; of run.json, which holds counts, what must agree.

        Beside them nothing may be left but the config and the store.
        """
        left = {path.name for path in self.folder.iterdir()} - {"trace"}
        assert left == {"acme.yaml", "out", "reporter.db"}, left
        found = {
            path.relative_to(self.folder / "out").as_posix(): path.read_bytes()
            for path in sorted((self.folder / "out").rglob("*"))
            if path.is_file()
        }
        record = next(name for name in found if name.endswith("run.json"))
        told = json.loads(found[record])
        kept = {name: told[name] for name in ("as_of", "status", "files", "tables", "issues", "config_sha256")}
        pulls = [{**pull, "requests": 0} for pull in told["pulls"]]
        return {**found, record: json.dumps({**kept, "pulls": pulls}, sort_keys=True).encode()}


@dataclass(frozen=True)
class Bench:
    """Where rounds are made; the clock of all vendors and of all runs stands at the same moment."""

    folder: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    @contextmanager
    def round(self, name: str, config: str = CONFIG) -> Iterator[Round]:
        """Make a folder and vendors of their own for one report."""
        folder = self.folder / name
        folder.mkdir()
        week = (self.now - SETTLED - WEEK).astimezone(ZoneInfo("Asia/Shanghai"))
        (folder / "acme.yaml").write_text(config.replace("{week}", f"{week:%G-W%V}"), encoding="utf-8")
        sandbox = Counting(self.now)
        words = (sys.executable, "-m", "reporter", "run", "acme.yaml", "--out", "out", "--now", self.now.isoformat())
        with Server(sandbox) as server:
            yield Round(folder, sandbox, server, {**os.environ, **sandbox.credentials(), "URL": server.url}, words)

    def unbroken(self) -> dict[str, bytes]:
        """Return the files of a run that nothing disturbed."""
        with self.round("unbroken") as one:
            one.finish()
            return one.files()


def _lifetime(fixture_name: str, config: pytest.Config) -> Literal["function", "module"]:  # noqa: ARG001 - pytest's own
    """Each test of the soak has vendors of its own: with a clock that stands they take signatures for 15 minutes."""
    return "function" if config.getoption("-m") == "soak" else "module"


@pytest.fixture(scope=_lifetime)
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("kill"))


@pytest.fixture(scope=_lifetime)
def whole(bench: Bench) -> dict[str, bytes]:
    return bench.unbroken()
