"""Two runs of one report: the second says who holds it, whichever folder it writes to, and touches nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reporter.errors import LockedError
from reporter.lock import alone

RUN = ("run", "acme.yaml", "--out", "out")
HEAVY = ("polars", "httpx", "pydantic", "sqlalchemy", "openpyxl", "altair")

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


def test_store_in_a_folder_that_is_not_there_is_refused_and_makes_none(command: Command, config: Path) -> None:
    ended = command(*RUN, "--store", "sqlite:///nowhere/reporter.db")
    assert (ended.code, "nowhere/reporter.db cannot be used" in ended.stderr) == (1, True)
    assert [path.name for path in config.parent.iterdir()] == ["acme.yaml"]


def test_lock_is_free_again_after_the_run(command: Command, config: Path, filled: Path) -> None:
    assert filled.is_file()
    assert command("run", config.name, "--out", "out").code == 0
    assert not list((config.parent / "out").rglob(".*.owner"))


def test_alone_refuses_a_second_holder_and_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "out" / "report"
    for _ in range(2):
        with alone([place], "acme"), pytest.raises(LockedError, match="acme is being made"), alone([place], "acme"):
            pass
    assert list(tmp_path.iterdir()) == []


def test_other_period_of_the_same_client_is_not_held(command: Command, config: Path, week_before: str) -> None:
    with alone([config.parent / "out" / "acme" / week_before], "acme"):
        assert command(*RUN).code == 0


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("out/acme/{week}", ["acme.yaml"]),
        ("reporter.db.acme.{week}", ["acme.yaml"]),
        ("out/acme/{week}", ["acme.yaml", "--catch-up"]),
    ],
)
def test_nothing_heavy_is_loaded_before_the_lock(config: Path, week: str, place: str, words: list[str]) -> None:
    with alone([config.parent / place.format(week=week)], "acme"):
        assert _loaded(config.parent, *words) == ["LockedError"]


def test_nothing_heavy_is_loaded_where_all_of_several_reports_are_locked(config: Path, week: str) -> None:
    other = _other(config)
    with alone([config.parent / "out" / client / week for client in ("acme", "other")], "both"):
        assert _loaded(config.parent, config.name, other.name) == ["75"]


def test_report_that_is_locked_is_told_first_and_the_others_are_made(command: Command, config: Path, week: str) -> None:
    other = _other(config)
    with alone([config.parent / "out" / "acme" / week], "acme"):
        ended = command("run", config.name, other.name, "--out", "out")
    assert ended.code == 75
    assert ended.stderr.startswith(f"error: acme {week} is being made by another run (process {os.getpid()}, since ")
    assert (config.parent / "out" / "other" / week / "run.json").is_file()
    assert not (config.parent / "out" / "acme").exists()
    assert not list((config.parent / "out").rglob(".*"))


def _other(config: Path) -> Path:
    """Return the config of another client beside it."""
    other = config.with_name("other.yaml")
    other.write_text(config.read_text(encoding="utf-8").replace("client: acme", "client: other"), encoding="utf-8")
    return other


def _loaded(folder: Path, *words: str) -> list[str]:
    """Return how `run` ends, by the name of its error or its code, and the heavy libraries that it has loaded."""
    probe = (
        "import sys\n"
        "from reporter.cli.run import command\n"
        f"heavy = set({HEAVY})\n"
        "try:\n"
        "    ended = command.main([*sys.argv[1:], '--out', 'out'], standalone_mode=False)\n"
        "except Exception as fault:\n"
        "    ended = type(fault).__name__\n"
        "print(ended, *sorted(set(sys.modules) & heavy))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return ended.stdout.split()


@pytest.mark.parametrize(
    ("old", "new"), [("detail: list", "detail: deep"), ("client: acme", "client: Acme!"), ("period: 20", "period: x20")]
)
def test_config_that_is_wrong_ends_with_2_and_leaves_nothing(
    command: Command, config: Path, old: str, new: str
) -> None:
    config.write_text(config.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert command(*RUN).code == 2
    assert [path.name for path in config.parent.iterdir()] == ["acme.yaml"]


def test_offline_run_needs_no_secret_but_what_names_the_account(command: Command, filled: Path) -> None:
    without = dict.fromkeys(("DEMO_VOLC_SK", "DEMO_TK_TOKEN", "DEMO_TK_TIME"))
    assert command(*RUN, "--offline", env=without).code == 0
    assert command(*RUN, "--offline", env={"DEMO_VOLC_AK": None}).code == 2
    assert command(*RUN, env=without).code == 2
    assert filled.is_file()
