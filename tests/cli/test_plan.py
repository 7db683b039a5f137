"""`reporter plan` before, between and after runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

NOW = ("--now", datetime.now(UTC).isoformat())


def _calls(ended: Any) -> dict[str, dict[str, Any]]:
    return {call["endpoint"]: call for call in json.loads(ended.stdout)["calls"]}


@pytest.fixture
def tracks(config: Path) -> Path:
    text = config.read_text(encoding="utf-8").replace("detail: list", "detail: tracks")
    config.write_text(text, encoding="utf-8")
    return config


def test_plan_sends_nothing_and_makes_no_store(command: Command, tracks: Path, sandbox: Any, week: str) -> None:
    before = len(sandbox.calls)
    ended = command("plan", tracks.name, *NOW)
    assert (ended.code, len(sandbox.calls)) == (0, before)
    assert f"acme {week}: 1 events, 2 rooms" in ended.stdout
    assert "GetAccountUserTrackData           at least 0" in ended.stdout
    assert "detail of volc, all rooms alike: list at least 3 calls" in ended.stdout
    assert not (tracks.parent / "reporter.db").exists()


def test_plan_resolve_makes_the_finding_calls_alone_and_counts_tracks(
    command: Command, tracks: Path, sandbox: Any
) -> None:
    before = len(sandbox.calls)
    ended = command("plan", tracks.name, "--resolve", "--json", *NOW)
    assert (ended.code, len(sandbox.calls)) == (0, before + 1)
    calls = _calls(ended)
    assert calls["ListAccountUserData"]["exact"]
    track = calls["GetAccountUserTrackData"]
    assert track["exact"]
    assert track["calls"] > 10
    assert track["minutes"] == pytest.approx(track["calls"] / 60)
    assert not (tracks.parent / "reporter.db").exists()
    said = command("plan", tracks.name, "--resolve", *NOW)
    assert "because GetAccountUserTrackData of volc takes" in said.stdout


def test_plan_resolve_that_fails_says_so_and_ends_with_3(command: Command, tracks: Path) -> None:
    ended = command("plan", tracks.name, "--resolve", *NOW, env={"DEMO_VOLC_SK": "made-up-and-wrong-0001"})
    assert (ended.code, "not resolved: volcengine:volc ListAccountUserData" in ended.stderr) == (3, True)
    assert "Traceback" not in ended.stderr


def test_plan_after_a_run_has_nothing_left_to_ask_and_knows_it_exactly(
    command: Command, config: Path, sandbox: Any
) -> None:
    assert command("run", config.name, "--out", "out", *NOW).code == 0
    before = len(sandbox.calls)
    ended = command("plan", config.name, "--json", *NOW)
    assert len(sandbox.calls) == before
    calls = json.loads(ended.stdout)["calls"]
    assert [(call["calls"], call["exact"], call["minutes"]) for call in calls] == [(0, True, 0.0)] * 4
    assert all(call["stored"] >= 1 for call in calls)
    assert "no calls to make" in command("plan", config.name, *NOW).stdout


def test_plan_of_another_week_expects_what_the_stored_one_took(
    command: Command, config: Path, week_before: str
) -> None:
    assert command("run", config.name, "--out", "out", *NOW).code == 0
    calls = _calls(command("plan", config.name, "--json", "--period", week_before, *NOW))
    assert (calls["vod/watch"]["calls"], calls["vod/watch"]["exact"]) == (1, False)
    assert calls["vod/watch"]["depends_on"] == "how many pages there are"


def test_plans_of_several_configs_add_up_for_a_shared_account(command: Command, config: Path) -> None:
    other = config.with_name("other.yaml")
    other.write_text(config.read_text(encoding="utf-8").replace("client: acme", "client: other"), encoding="utf-8")
    ended = command("plan", config.name, other.name, *NOW)
    assert "all 2 configs: at least 8 calls" in ended.stdout
    assert [one["client"] for one in json.loads(command("plan", config.name, other.name, "--json", *NOW).stdout)] == [
        "acme",
        "other",
    ]
