from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


def test_schedule_prints_all_three_and_the_next_firings(command: Command, config: Path, week: str) -> None:
    config.write_text(
        config.read_text(encoding="utf-8").replace(f"period: {week}", "period: last_week"), encoding="utf-8"
    )
    ended = command("schedule", config.name, "--now", "2026-11-26T09:00:00+08:00")
    assert ended.code == 0, ended.stderr
    assert "next at Mon 2026-11-30 12:30, Mon 2026-12-07 12:30, Mon 2026-12-14 12:30 (Asia/Shanghai)" in ended.stdout
    for said in ("* * 1  cd ", "OnCalendar=Mon *-*-* 12:30:00 Asia/Shanghai", "schtasks /Create", "--catch-up"):
        assert said in ended.stdout
    assert "send" not in ended.stdout
    (made,) = json.loads(command("schedule", config.name, "--json", "--send", "--at", "09:00").stdout)
    assert {"client", "timezone", "next", "cron", "systemd", "windows"} <= set(made)
    assert "send acme --yes" in made["cron"]
    assert len(made["next"]) == 3


def test_schedule_of_fixed_days_and_a_wrong_clock_are_2(command: Command, config: Path) -> None:
    assert command("schedule", config.name).code == 2
    assert command("schedule", config.name, "--at", "noon").code == 2


def test_systemd_takes_the_timer(command: Command, config: Path, week: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed; `test_words_survive_each_shell` holds the unit's text")
    config.write_text(
        config.read_text(encoding="utf-8").replace(f"period: {week}", "period: last_week"), encoding="utf-8"
    )
    (made,) = json.loads(command("schedule", config.name, "--json").stdout)
    calendar = next(line for line in made["systemd"]["timer"].splitlines() if line.startswith("OnCalendar="))
    subprocess.run(["systemd-analyze", "calendar", calendar.partition("=")[2]], check=True, capture_output=True)
