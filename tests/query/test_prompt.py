"""The prompt: a conversation on a real terminal, and what Tab offers."""

from __future__ import annotations

import os
import select
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from reporter.cli.query_prompt import Names, history_file

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")

TABLES = {"visits": ["viewer_id", "watch_seconds", "mode"], "people": ["person_id", "name"]}


def _offered(text: str) -> list[str]:
    document = Document(text, len(text))
    return [one.text for one in Names(TABLES).get_completions(document, CompleteEvent())]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("sel", ["select"]),
        ("select * from vis", ["visits"]),
        ("select watch", ["watch_seconds"]),
        ("select WATCH", ["watch_seconds"]),
        ("select sum(watch_seconds) from visits where mo", ["mode"]),
        ("select * from people where na", ["name"]),
        ("select * from people where mo", []),
        ("select ", []),
    ],
)
def test_tab_offers_words_tables_and_the_columns_of_the_tables_named(text: str, offered: list[str]) -> None:
    assert _offered(text) == offered


class Terminal:
    """A pseudo-terminal with `reporter query` on it."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._ours, theirs = pty.openpty()
        env = {**os.environ, "XDG_STATE_HOME": str(home), "TERM": "xterm", "COLUMNS": "200"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reporter", "query", "--run", str(folder)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            start_new_session=True,
        )
        os.close(theirs)
        self.unread = ""

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def until(self, text: str, seconds: float = 30) -> str:
        """Return what came up to a text and with it; prompt_toolkit asks where its cursor is, and is told."""
        deadline = time.monotonic() + seconds
        while text not in self.unread:
            is_there, _, _ = select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))
            assert is_there, f"no {text!r}: {self.unread[-2000:]}"
            piece = os.read(self._ours, 65_536).decode(errors="replace")
            self.unread += piece
            if "\x1b[6n" in piece:
                self.type("\x1b[1;1R")
        end = self.unread.index(text) + len(text)
        before, self.unread = self.unread[:end], self.unread[end:]
        return before

    def asked(self, keys: str) -> None:
        """Type at the next prompt: what is typed before it may be taken by the terminal itself."""
        self.until("\x1b[?2004h")
        self.type(keys)

    def close(self) -> int:
        self.asked("\x04")
        code = self.process.wait(30)
        os.close(self._ours)
        return code


@pytest.fixture
def terminal(finished: Callable[..., Path], tmp_path: Path) -> Iterator[Callable[[], Terminal]]:
    folder = finished(46, "a", "b", "c")
    opened: list[Terminal] = []

    def make() -> Terminal:
        opened.append(Terminal(folder, tmp_path / "state"))
        return opened[-1]

    yield make
    for one in opened:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_conversation_remembers_completes_answers_and_forgives(
    terminal: Callable[[], Terminal], tmp_path: Path
) -> None:
    history = tmp_path / "state" / "reporter" / "query_history"
    history.parent.mkdir(parents=True)
    history.write_text("\n# 2026-11-20 09:00:00\n+select count(*) + 4000 as kept from visits\n", encoding="utf-8")
    talk = terminal()
    talk.until("Ctrl-D leaves")
    talk.asked("\x1b[A")
    talk.until("from visits")
    talk.type("\r")
    assert "4003" in talk.until("1 row")
    talk.asked("select sum(watch_sec\t")
    talk.until("onds")
    talk.type(") as total from visits\r")
    assert "181.5" in talk.until("1 row")
    talk.asked("drop table visits\r")
    assert "error: `DROP` is no query" in talk.until("only read")
    talk.asked(".columns visits\r")
    talk.until("ISO 8601 with offset")
    assert talk.close() == 0
    assert "+select sum(watch_seconds) as total from visits" in history.read_text(encoding="utf-8").splitlines()


def test_history_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert stat.S_IMODE(history_file().stat().st_mode) == 0o600
