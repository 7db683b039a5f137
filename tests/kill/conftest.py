"""The command against a sandbox on a port, killed and started again; what it leaves is compared byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from reporter.sandbox import Sandbox
from reporter.sandbox.serve import Server

CONFIG = """\
client: acme
period: last_week
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

#: what an unbroken run asks twice: page 1 of TalkCloud's one walk, whose rows have no ids
REREAD = 1
#: calls that are made anew by each process
TOKEN_CALLS = ("user/search/email", "token/create")


class Counting(Sandbox):
    """A sandbox that counts how often it was asked the same question."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now=now, limits=False, weeks=2)
        self.asked: Counter[str] = Counter()

    def answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if not request.url.path.endswith(TOKEN_CALLS):
            self.asked[f"{request.url.raw_path.decode()} {_without_token(request.content)}"] += 1
        return super().answer(request)

    @property
    def repeats(self) -> int:
        """How many questions were asked again, beyond the one that an unbroken run asks twice."""
        return max(0, sum(self.asked.values()) - len(self.asked) - REREAD)


def _without_token(content: bytes) -> str:
    said = json.loads(content) if content[:1] == b"{" else {}
    return json.dumps({name: value for name, value in said.items() if name != "token"}, sort_keys=True)


@dataclass(frozen=True)
class Round:
    """One report: its folder, its vendors, and the words that make it."""

    folder: Path
    sandbox: Counting
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
        _, said = process.communicate(timeout=100)
        return process.returncode, said

    def finish(self) -> None:
        """Run until it is done; nothing may then be left over but the report, the lock and the store."""
        code, said = self.end(self.start())
        assert code == 0, said

    def files(self) -> dict[str, bytes]:
        """Return the finished files by path; of run.json, which holds clock times and counts, what must agree."""
        found = {
            path.relative_to(self.folder / "out").as_posix(): path.read_bytes()
            for path in sorted((self.folder / "out").rglob("*"))
            if path.is_file() and path.suffix not in (".lock", ".owner")
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
    def round(self, name: str) -> Iterator[Round]:
        """Make a folder and vendors of their own for one report."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "acme.yaml").write_text(CONFIG, encoding="utf-8")
        sandbox = Counting(self.now)
        words = (sys.executable, "-m", "reporter", "run", "acme.yaml", "--out", "out", "--now", self.now.isoformat())
        with Server(sandbox) as server:
            yield Round(folder, sandbox, {**os.environ, **sandbox.credentials(), "URL": server.url}, words)

    def unbroken(self) -> dict[str, bytes]:
        """Return the files of a run that nothing disturbed."""
        with self.round("unbroken") as one:
            one.finish()
            assert one.sandbox.repeats == 0
            return one.files()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("kill"))


@pytest.fixture(scope="module")
def whole(bench: Bench) -> dict[str, bytes]:
    return bench.unbroken()
