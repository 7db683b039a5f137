from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reporter.errors import UsageError
from reporter.printing import chromium, pdf, places

PAGE = b"<!doctype html><html lang=zh><meta charset=utf-8><title>x</title><p>\xe7\xac\xac12\xe8\xaf\xbe</p></html>"
AS_OF = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def test_page_prints_to_the_same_bytes_each_time(need_program: Callable[[str], Path]) -> None:
    need_program("chromium")
    made = pdf(PAGE, AS_OF)
    assert made.startswith(b"%PDF-")
    assert made == pdf(PAGE, AS_OF)


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_missing_chromium_is_told_in_one_line(tmp_path: Path, system: str) -> None:
    env = {"PATH": str(tmp_path), "HOME": str(tmp_path), "ProgramFiles": str(tmp_path)}
    with pytest.raises(UsageError, match=r"none is installed; install Chromium, Google Chrome or .*leave out --pdf"):
        chromium(system, env)


@pytest.mark.parametrize(
    ("system", "root", "place"),
    [
        ("darwin", "HOME", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("darwin", "HOME", "Applications/Chromium.app/Contents/MacOS/Chromium"),
        ("darwin", "HOME", "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
        ("win32", "ProgramFiles", "Google/Chrome/Application/chrome.exe"),
        ("win32", "ProgramFiles(x86)", "Microsoft/Edge/Application/msedge.exe"),
        ("win32", "LocalAppData", "Chromium/Application/chrome.exe"),
    ],
)
def test_chromium_is_found_where_installers_put_it(tmp_path: Path, system: str, root: str, place: str) -> None:
    program = tmp_path / place
    program.parent.mkdir(parents=True)
    program.write_bytes(b"")
    found = [one for one in places(system, {root: str(tmp_path)}) if tmp_path in one.parents and one.is_file()]
    assert found == [program]


def test_chromium_is_taken_from_where_windows_keeps_programs(tmp_path: Path) -> None:
    program = tmp_path / "Google" / "Chrome" / "Application" / "chrome.exe"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"")
    assert chromium("win32", {"LocalAppData": str(tmp_path)}) == program


def test_the_machines_applications_are_asked_before_the_users() -> None:
    asked = places("darwin", {"HOME": "/Users/li"})
    assert asked[0] == Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    assert asked[-1] == Path("/Users/li/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge")
