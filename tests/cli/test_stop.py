"""A run that is stopped ends soon, says how to go on, and goes on."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.timed,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
]

RUN = ("run", "acme.yaml", "--out", "out", "--now", "2026-11-24T09:00:00+08:00")
_SLOW = "    rate: 30/min\n"

Command = Callable[..., Any]


def _replies(folder: Path, table: str = "replies") -> int:
    try:
        with sqlite3.connect(f"file:{folder / 'reporter.db'}?mode=ro", uri=True) as database:
            count: int = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own word
        database.close()
    except sqlite3.Error:
        return 0
    return count


@pytest.fixture
def running(config: Path, secrets: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A run whose first reply is stored, and that has some seconds to go."""
    config.write_text(config.read_text().replace("    vendor: volcengine\n", f"    vendor: volcengine\n{_SLOW}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "reporter", *RUN],
        cwd=config.parent,
        env={**os.environ, **secrets},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not _replies(config.parent) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert process.poll() is None
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_run_ends_within_seconds_and_goes_on(
    running: subprocess.Popen[str], command: Command, config: Path, number: int, code: int, week: str
) -> None:
    began = time.monotonic()
    running.send_signal(number)
    _, said = running.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert running.returncode == code
    assert said.splitlines() == ["stopped; run the same command again to go on where it was"]
    stored = _replies(config.parent)
    assert stored > 0
    ended = command(*RUN)
    assert ended.code == 0, ended.stderr
    record = json.loads((config.parent / "out" / "acme" / week / "run.json").read_text())
    asked = sum(pull["requests"] for pull in record["pulls"])
    # TalkCloud's page 1 is read again at the end of the walk; a call that the vendor throttled was asked twice
    answered = _replies(config.parent) - stored + _replies(config.parent, "rejected")
    assert asked <= answered + 1, record["pulls"]


def test_second_signal_ends_at_once(running: subprocess.Popen[str]) -> None:
    running.send_signal(signal.SIGTERM)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=5)
    assert running.returncode in {130, 143}


def test_build_that_is_stopped_while_it_prints_ends_the_browser_and_leaves_no_page(
    config: Path, secrets: dict[str, str], command: Command, tmp_path: Path
) -> None:
    assert command(*RUN).code == 0
    browser, printing = tmp_path / "bin" / "chromium", tmp_path / "printing"
    browser.parent.mkdir()
    browser.write_text(f"#!/bin/sh\necho $$ > {tmp_path / 'made'}\nmv {tmp_path / 'made'} {printing}\nexec sleep 100\n")
    browser.chmod(0o755)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env = {**os.environ, **secrets, "PATH": f"{browser.parent}:{os.environ['PATH']}", "TMPDIR": str(temporary)}
    words = [sys.executable, "-m", "reporter", "build", *RUN[1:], "--pdf", "--out", "printed"]
    with subprocess.Popen(words, cwd=config.parent, env=env, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not printing.exists() and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 143
    assert list(temporary.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(printing.read_text()), 0)
