"""`reporter plan` before, between and after runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

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
    command: Command, config: Path, filled: Path, sandbox: Any
) -> None:
    assert filled.is_file()
    before = len(sandbox.calls)
    ended = command("plan", config.name, "--json", *NOW)
    assert len(sandbox.calls) == before
    calls = json.loads(ended.stdout)["calls"]
    assert [(call["calls"], call["exact"], call["minutes"]) for call in calls] == [(0, True, 0.0)] * 4
    assert all(call["stored"] >= 1 for call in calls)
    assert "no calls to make" in command("plan", config.name, *NOW).stdout


def test_plan_of_another_week_expects_what_the_stored_one_took(
    command: Command, config: Path, filled: Path, week_before: str
) -> None:
    assert filled.is_file()
    calls = _calls(command("plan", config.name, "--json", "--period", week_before, *NOW))
    assert (calls["vod/watch"]["calls"], calls["vod/watch"]["exact"]) == (1, False)
    assert calls["vod/watch"]["depends_on"] == "how many pages there are"


def test_plans_of_several_configs_count_once_what_they_share(command: Command, config: Path) -> None:
    other = config.with_name("other.yaml")
    other.write_text(config.read_text(encoding="utf-8").replace("client: acme", "client: other"), encoding="utf-8")
    ended = command("plan", config.name, other.name, *NOW)
    assert "all 2 configs: at least 4 calls" in ended.stdout
    assert [one["client"] for one in json.loads(command("plan", config.name, other.name, "--json", *NOW).stdout)] == [
        "acme",
        "other",
    ]


FOUND = """\
client: acme
period: {week}
accounts:
  volc:
    {{vendor: volcengine, base_url: env:REPORTER_DEMO_URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK,
     detail: list}}
rooms:
  - {{account: volc, match: {{name: "公开课*"}}}}
outputs:
  workbook: {{sheets: [about]}}
"""
MEDIA = """\
client: acme
period: {period}
accounts:
  vod: {{vendor: aliyun, base_url: env:REPORTER_DEMO_URL, access_key: env:DEMO_ALI_AK, secret_key: env:DEMO_ALI_SK}}
events:
  - {{name: 第12课, rooms: [{{account: vod, media: 9ae2af636ca6c10412f44891fc000001}}]}}
"""


def test_plan_of_a_match_is_a_floor_that_resolve_makes_exact_and_a_run_then_keeps(
    command: Command, config: Path, sandbox: Any, week: str
) -> None:
    config.write_text(FOUND.format(week=week), encoding="utf-8")
    said = command("plan", config.name, *NOW).stdout
    assert f"acme {week}: 0 events, 0 rooms, and those that 1 match: find" in said
    unresolved = command("plan", config.name, "--json", *NOW)
    floor = _calls(unresolved)
    depths = {one["detail"]: one for one in json.loads(unresolved.stdout)["depths"]}
    assert "what ListAccountUserData finds" in depths["tracks"]["depends_on"]
    assert "what ListAccountUserData finds" not in depths["list"]["depends_on"]
    assert floor["ListAccountUserData"]["depends_on"] == "what ListActivityAPI finds"
    assert {name: (call["calls"], call["exact"]) for name, call in floor.items()} == {
        "ListActivityAPI": (1, False),
        "GetCustomActMsgAPI": (0, False),
        "ListAnActivityStartAndEndTimeAPI": (0, False),
        "ListAccountUserData": (0, False),
    }
    before = len(sandbox.calls)
    planned = json.loads(command("plan", config.name, "--resolve", "--json", *NOW).stdout)["calls"]
    rooms = {call["room"] for call in planned} - {None}
    asked = Counter(call.call for call in sandbox.calls[before:])
    assert asked == {"ListActivityAPI": 1, "ListAccountUserData": len(rooms)}
    assert len(rooms) >= 1
    assert all(call["exact"] for call in planned)
    (made,) = json.loads(command("run", config.name, "--out", "out", "--json", *NOW).stdout)["runs"]
    sent = {(pull["endpoint"], pull["room"]): pull["requests"] for pull in made["pulls"]}
    assert sent == {(call["endpoint"], call["room"]): call["calls"] for call in planned}


def test_plan_names_the_days_that_are_gone_and_those_that_go_before_next_weeks_run(
    command: Command, config: Path, sandbox: Any
) -> None:
    before, today = len(sandbox.calls), datetime.now(ZoneInfo("Asia/Shanghai")).date()
    days = [today - timedelta(days=number) for number in range(32, 21, -1)]
    config.write_text(MEDIA.format(period=f"{days[0]}..{days[-1]}"), encoding="utf-8")
    made = json.loads(command("plan", config.name, "--json", *NOW).stdout)
    assert [day["day"] for day in made["out_of_reach"]] == [str(day) for day in days[:2]]
    assert [day["day"] for day in made["lost_soon"]] == [str(day) for day in days[2:9]]
    said = command("plan", config.name, *NOW).stdout
    assert f"out of reach: vod DescribeVodMediaPlayData no longer tells {days[0]}" in said
    assert f"last chance: vod DescribeVodMediaPlayData tells {days[8]} no longer by next week's run" in said
    (calls,) = made["calls"]
    assert (calls["calls"], calls["minutes"]) == (11, pytest.approx(11 / 5 / 60))
    assert len(sandbox.calls) == before


def test_plan_counts_a_rooms_own_detail_and_shows_what_others_would_cost(command: Command, config: Path) -> None:
    account = config.read_text(encoding="utf-8").replace(
        "secret_key: env:DEMO_VOLC_SK\n", "secret_key: env:DEMO_VOLC_SK\n    detail: visits\n"
    )
    config.write_text(account, encoding="utf-8")
    document = json.loads(command("plan", config.name, "--json", *NOW).stdout)
    assert "ListUserBehaviorDataAPIV2" not in {call["endpoint"] for call in document["calls"]}
    depths = {one["detail"]: one["calls"] for one in document["depths"] if one["account"] == "volc"}
    assert depths == {"list": 3, "visits": 4, "tracks": 3}
    resolved = json.loads(command("plan", config.name, "--resolve", "--json", *NOW).stdout)
    costs = {one["detail"]: (one["calls"], one["minutes"]) for one in resolved["depths"]}
    assert costs["list"][0] == 3
    assert costs["tracks"][0] >= 3
