"""`reporter runs`: every run that the store holds, and one run's record beside its folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reporter.cli.runs import command
from reporter.errors import UsageError
from reporter.model import Period
from reporter.store import AUDITS, FinishedRun, Store

Ask = Callable[..., Any]


@pytest.fixture
def ask(project: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a function that runs the command in the project and returns what it prints as JSON."""
    monkeypatch.chdir(project)

    def asked(*words: str) -> Any:
        result = CliRunner().invoke(command, [*words, "--json"], standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        return json.loads(result.stdout)

    return asked


def test_runs_are_listed_in_their_order_finished_or_not(
    ask: Ask, store: Store, run: FinishedRun, project: Path
) -> None:
    period = Period("2026-11-05", run.record.start, run.record.end, "Asia/Shanghai")
    now = datetime.now(UTC)
    begun = store.begin_run(client="b", period=period, config_sha256="0" * 64, as_of=now, sources=(), now=now)
    first, second = ask()["runs"]
    assert (first["run_id"], first["status"], first["client"]) == (run.record.run_id, "complete", "acme")
    assert first["folder"] == str(project / run.origin.folder)
    assert (second["run_id"], second["status"], second["folder"]) == (begun.run_id, "unfinished", None)
    assert [one["client"] for one in ask("--client", "b")["runs"]] == ["b"]


def test_what_an_audit_pulled_is_no_run(ask: Ask, store: Store, run: FinishedRun) -> None:
    period, now = Period("2026-11-05", run.record.start, run.record.end, "Asia/Shanghai"), datetime.now(UTC)
    store.begin_run(client=f"{AUDITS}b", period=period, config_sha256="0" * 64, as_of=now, sources=(), now=now)
    assert [one["run_id"] for one in ask()["runs"]] == [run.record.run_id]
    with pytest.raises(UsageError, match=r"there are acme$"):
        ask("--client", "b")


def test_one_run_is_shown_as_its_record_has_it(ask: Ask, run: FinishedRun) -> None:
    record, shown = json.loads(run.manifest), ask("acme")
    assert {file["path"]: file["now"] for file in shown["files"]} == {
        file["path"]: "as written" for file in record["files"]
    }
    assert shown["tables"] == record["tables"]
    assert sum(one["rows"] for one in shown["calls"]) == sum(one["rows"] for one in record["pulls"])
    assert sum(shown["issues"].values()) == len(record["issues"])
    assert (shown["version"], shown["mail"]) == (record["version"], {})


def test_file_that_changed_since_shows(ask: Ask, project: Path, run: FinishedRun) -> None:
    (project / run.origin.folder / "data" / "plays.parquet").write_bytes(b"")
    now = {file["path"]: file["now"] for file in ask(run.record.run_id)["files"]}
    assert [path for path, how in now.items() if how != "as written"] == ["data/plays.parquet"]


def test_unknown_client_and_unknown_run_name_what_there_is(ask: Ask) -> None:
    with pytest.raises(UsageError, match="there are acme"):
        ask("--client", "acne")
    with pytest.raises(UsageError, match="acme/"):
        ask("acme/2020-W01")


def test_tables_on_the_terminal_have_a_line_a_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    printed = CliRunner().invoke(command, [], standalone_mode=False).stdout.splitlines()
    assert [line.split()[1] for line in printed] == ["client", "acme"]
    shown = CliRunner().invoke(command, ["acme"], standalone_mode=False).stdout
    assert "volcengine:volc" in shown
    assert "GetCustomActMsgAPI" in shown
