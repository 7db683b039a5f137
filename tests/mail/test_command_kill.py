"""The command itself, killed with its message under way, or started twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest

from reporter.lock import alone
from tests.mail.conftest import WEEK, Desk
from tests.mail.servers import Breaking, inbox


@pytest.mark.parametrize(("point", "state", "mails"), [("RCPT", "planned", 0), ("dot", "unknown", 1)])
def test_killed_command_leaves_what_is_true(desk: Desk, point: str, state: str, mails: int) -> None:
    started: list[Any] = []

    def kill() -> None:
        started[0].kill()

    with inbox() as server, closing(Breaking(server.port, point, kill)) as line:
        words = [sys.executable, "-m", "reporter", "send", "acme", "--yes"]
        env = {**desk.env, "SMTP_URL": f"smtp://127.0.0.1:{line.port}"}
        started.append(subprocess.Popen(words, cwd=desk.folder, env=env, stdout=subprocess.DEVNULL))
        assert started[0].wait(120) == -9
        assert set(desk("send", "status", "--json").states.values()) == {state}
        assert len(server.mails) == mails
        again = desk("send", "acme", "--yes", "--json", env={"SMTP_URL": server.url})
        assert len(server.mails) == 1
    assert again.code == (0 if state == "planned" else 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_command_that_is_stopped_in_a_mail_says_how_to_settle_it(desk: Desk) -> None:
    started: list[Any] = []

    def stop() -> None:
        started[0].send_signal(signal.SIGTERM)
        # until it is gone: the line stays as it is till then
        started[0].wait(60)

    with inbox() as server, closing(Breaking(server.port, "dot", stop)) as line:
        words = [sys.executable, "-m", "reporter", "send", "acme", "--yes"]
        env = {**desk.env, "SMTP_URL": f"smtp://127.0.0.1:{line.port}"}
        process = subprocess.Popen(words, cwd=desk.folder, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        started.append(process)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 143
    (last,) = said.decode().splitlines()
    assert last.startswith("stopped; a mail may have been under way: `reporter send status` says so;")
    assert "`reporter send resolve KEY --delivered`, or `--lost`" in last
    found = desk("send", "status", "--json")
    assert set(found.states.values()) == {"unknown"}
    for row in found.rows:
        assert desk("send", "resolve", row["key"], "--delivered").code == 0
    assert desk("send", "acme", "--yes", env={"SMTP_URL": "smtp://127.0.0.1:1"}).code == 0


def test_report_that_another_process_is_sending_is_75(desk: Desk) -> None:
    place = desk.folder / f"reporter.db.mail.acme.{WEEK}"
    with inbox() as server, alone([place], "the mail"):
        ended = desk("send", "acme", "--yes", env={"SMTP_URL": server.url})
        assert (ended.code, server.connections) == (75, 0)
        assert "is being sent by another process" in ended.stderr
        assert desk("send", "acme", "--json").code == 0
