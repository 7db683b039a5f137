from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reporter.cli import COMMANDS

Command = Callable[..., Any]


def test_help_lists_every_command(command: Command) -> None:
    ended = command("--help")
    assert ended.code == 0
    assert all(f"  {name} " in ended.stdout for name in COMMANDS)


def test_every_command_has_help_of_its_own(command: Command) -> None:
    for name in COMMANDS:
        assert command(name, "--help").code == 0


def test_help_imports_none_of_the_heavy_libraries(command: Command, tmp_path: Path) -> None:
    (tmp_path / "show.py").write_text(
        "import sys\n"
        "from reporter import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'polars', 'openpyxl', 'altair', 'sqlalchemy', 'httpx', 'pydantic'} & set(sys.modules)))\n",
        encoding="utf-8",
    )
    ended = subprocess.run([sys.executable, "show.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"
    assert command("--version").stdout.startswith("reporter, version ")


def test_check_sends_nothing_and_names_missing_secrets_in_a_note(
    command: Command, config: Path, sandbox: Any, week: str
) -> None:
    before = len(sandbox.calls)
    ended = command("check", config.name, env={"DEMO_TK_TOKEN": None})
    assert (ended.code, len(sandbox.calls)) == (0, before)
    assert "note: acme.yaml:13:12: accounts.talk.token: " in ended.stderr
    assert f"acme.yaml: fine. acme {week}, 2 listed rooms" in ended.stderr


def test_schema_is_json_on_stdout(command: Command) -> None:
    document = json.loads(command("schema").stdout)
    assert {"client", "period", "accounts"} <= set(document["required"])


def test_plan_as_json_has_the_contracts_keys_and_sends_nothing(command: Command, config: Path, sandbox: Any) -> None:
    before = len(sandbox.calls)
    document = json.loads(command("plan", config.name, "--json").stdout)
    assert len(sandbox.calls) == before
    assert {"calls", "out_of_reach", "notes"} <= set(document)
    assert {"vendor", "account", "endpoint", "room", "calls", "exact", "minutes", "stored"} <= set(document["calls"][0])
    assert [call["endpoint"] for call in document["calls"]] == [
        "GetCustomActMsgAPI",
        "ListAnActivityStartAndEndTimeAPI",
        "ListAccountUserData",
        "vod/watch",
    ]
    assert not (config.parent / "reporter.db").exists()


def test_run_as_json_says_where_and_how_it_ended(command: Command, config: Path, week: str) -> None:
    ended = command("run", config.name, "--out", "out", "--json")
    (run,) = json.loads(ended.stdout)["runs"]
    assert run["status"] == "complete"
    assert Path(run["folder"]).parts == ("out", "acme", week)
    assert {pull["verdict"] for pull in run["pulls"]} == {"complete"}


def test_second_run_asks_nothing_again_and_offline_gives_the_same_bytes(
    command: Command, config: Path, sandbox: Any, week: str
) -> None:
    now = ("--now", datetime.now(UTC).isoformat())
    assert command("run", config.name, "--out", "one", *now).code == 0
    before = len(sandbox.calls)
    assert command("run", config.name, "--out", "two", *now).code == 0
    assert command("run", config.name, "--out", "three", *now, "--offline").code == 0
    assert len(sandbox.calls) == before
    first, *others = [config.parent / folder / "acme" / week for folder in ("one", "two", "three")]
    for path in (path for path in first.rglob("*") if path.is_file() and path.name != "run.json"):
        assert [(other / path.relative_to(first)).read_bytes() == path.read_bytes() for other in others] == [True, True]


def test_bases_are_skipped_with_a_note(command: Command, config: Path) -> None:
    base = config.with_name("_base.yaml")
    base.write_text("language: en\n", encoding="utf-8")
    ended = command("check", base.name, config.name)
    assert (ended.code, "_base.yaml is a base" in ended.stderr) == (0, True)


def test_run_takes_away_what_an_earlier_run_left_and_it_has_not_made(
    command: Command, config: Path, filled: Path, week: str
) -> None:
    folder = filled.parent / "out" / "acme" / week
    (folder / "notes.txt").write_text("the analyst's own", encoding="utf-8")
    with config.open("a", encoding="utf-8") as file:
        file.write("outputs: {workbook: {audience: client}}\n")
    assert command("run", config.name, "--out", "out").code == 0
    assert {path.name for path in folder.iterdir()} == {"data", "notes.txt", "run.json", f"acme_{week}.xlsx"}
