"""Two runs of one report: the second says who holds it, whichever folder it writes to, and touches nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reporter.errors import LockedError
from reporter.lock import alone

Command = Callable[..., Any]


def test_run_of_the_same_folder_is_locked_and_named(command: Command, config: Path, week: str) -> None:
    with alone([config.parent / "out" / "acme" / week], "acme"):
        ended = command("run", config.name, "--out", "out")
    assert ended.code == 75
    assert f"error: acme {week} is being made by another run (process {os.getpid()}, since " in ended.stderr


def test_run_of_the_same_store_is_locked_whatever_its_folder(
    command: Command, config: Path, week: str, sandbox: Any
) -> None:
    before = len(sandbox.calls)
    with alone([config.parent / f"reporter.db.acme.{week}"], "acme"):
        ended = command("run", config.name, "--out", "elsewhere")
    assert (ended.code, len(sandbox.calls)) == (75, before)


def test_lock_is_free_again_after_the_run(command: Command, config: Path) -> None:
    assert command("run", config.name, "--out", "out").code == 0
    assert command("run", config.name, "--out", "out").code == 0
    assert not list((config.parent / "out").rglob(".*.owner"))


def test_alone_refuses_a_second_holder_and_lets_go(tmp_path: Path) -> None:
    place = tmp_path / "report"
    with (
        alone([place], "acme 2026-W46"),
        pytest.raises(LockedError, match=r"acme 2026-W46 is being made"),
        alone([place], "acme 2026-W46"),
    ):
        pass
    with alone([place], "acme 2026-W46"):
        assert (tmp_path / ".report.owner").is_file()
    assert not (tmp_path / ".report.owner").exists()
