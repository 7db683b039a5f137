"""Two runs of the same report: the second is turned away at once, by name."""

from __future__ import annotations

import os
import re
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


def test_second_run_of_a_report_is_turned_away_and_told_who_holds_it(command: Command, config: Path) -> None:
    with alone(config.parent / "out" / "acme" / "2026-W46"):
        ended = command(*RUN)
    assert ended.code == 75
    held = rf"error: out/acme/2026-W46 is being made by another run \(process {os.getpid()}, since 20\S+ \S+ UTC\)"
    assert re.match(held, ended.stderr.replace("\\", "/")), ended.stderr
    assert ended.stdout == ""
    assert not (config.parent / "reporter.db").exists()


def test_other_period_of_the_same_client_is_not_held(command: Command, config: Path) -> None:
    with alone(config.parent / "out" / "acme" / "2026-W45"):
        assert command(*RUN).code == 0


def test_nothing_heavy_is_loaded_before_the_lock(config: Path) -> None:
    probe = (
        "import sys\n"
        "from reporter.cli.run import command\n"
        "try:\n"
        "    command.main(['acme.yaml', '--out', 'out'], standalone_mode=False)\n"
        "except Exception as fault:\n"
        "    print(type(fault).__name__, *sorted(set(sys.modules) & set(sys.argv[1:])))\n"
    )
    with alone(config.parent / "out" / "acme" / "2026-W46"):
        ended = subprocess.run(
            [sys.executable, "-c", probe, *HEAVY], cwd=config.parent, capture_output=True, text=True, check=True
        )
    assert ended.stdout.split() == ["LockedError"]


@pytest.mark.parametrize(
    ("old", "new"), [("detail: list", "detail: deep"), ("client: acme", "client: Acme!"), ("2026-W46", "2026-W99")]
)
def test_config_that_is_wrong_ends_with_2_and_leaves_nothing(
    command: Command, config: Path, old: str, new: str
) -> None:
    config.write_text(config.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert command(*RUN).code == 2
    assert [path.name for path in config.parent.iterdir()] == ["acme.yaml"]


def test_lock_is_free_again_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "acme" / "2026-W46"
    for _ in range(2):
        with alone(folder), pytest.raises(LockedError), alone(folder):
            pass
    assert list(tmp_path.iterdir()) == []


def test_offline_run_needs_no_secret_but_what_names_the_account(command: Command, config: Path) -> None:
    assert command(*RUN).code == 0
    without = dict.fromkeys(("DEMO_VOLC_SK", "DEMO_TK_TOKEN", "DEMO_TK_TIME"))
    assert command(*RUN, "--offline", env=without).code == 0
    assert command(*RUN, "--offline", env={"DEMO_VOLC_AK": None}).code == 2
    assert command(*RUN, env=without).code == 2
    assert config.is_file()
