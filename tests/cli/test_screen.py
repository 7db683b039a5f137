"""How a run that has ended is told."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from reporter.cli import options, screen
from reporter.cli.run import command
from reporter.errors import IncompleteError
from reporter.model import Issue, OutputFile, Period, Pull, Pulled, RunManifest, Text
from reporter.pipeline import Outcome

_CONFIG = """\
client: acme
period: 2026-W46
accounts:
  talk: {vendor: talkcloud, auth_key: env:TALK, token: env:TALK, token_time: env:TALK}
events:
  - name: lesson
    rooms: [{account: talk, video: "8602268011035296205"}]
"""
WEEK = Period("2026-W46", datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC), "UTC")


def _pulled(number: int, code: str) -> Pulled:
    issue = Issue("error", code, Text("未请求", "not asked"), f"volcengine:volc track {number}")
    return Pulled(Pull("volcengine", "volc", "track", None, WEEK), (), "failed", issues=(issue,))


def _outcome(*, built: bool) -> Outcome:
    pulls = (_pulled(0, "refused"), *(_pulled(number, "not-asked") for number in range(1, 3001)))
    record = RunManifest(
        run_id="r",
        client="acme",
        version="1",
        config_sha256="c" * 64,
        as_of=WEEK.end,
        period=WEEK,
        status="partial",
        files=(OutputFile("acme_2026-W46.xlsx", "workbook", "s" * 64, 1234),) if built else (),
        pulls=pulls,
        tables={},
        issues=tuple(issue for one in pulls for issue in one.issues),
    )
    return Outcome(Path("out/acme/2026-W46"), record, built=built)


def test_run_that_built_nothing_points_to_no_file_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    screen.told(_outcome(built=False))
    *lines, written, todo = capsys.readouterr().err.splitlines()
    assert written == (
        "data is incomplete, so nothing was built: out/acme/2026-W46 is as it was, with no run.json of this run"
    )
    assert todo.startswith("what came is kept in the store: run again, and only the rest is asked for; --allow-partial")
    assert not [line for line in lines if "issues sheet" in line or "run.json" in line]
    assert lines[-1] == "  failed: … and 2992 more, in what `--json` prints"


def test_offline_run_that_built_nothing_is_not_told_to_run_like_that_again(capsys: pytest.CaptureFixture[str]) -> None:
    screen.told(_outcome(built=False), is_offline=True)
    *_, todo = capsys.readouterr().err.splitlines()
    assert todo.startswith("the store does not hold all of it: run without --offline, and only the rest is asked for;")


def test_offline_run_without_a_store_says_so_and_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, store = tmp_path / "acme.yaml", tmp_path / "reporter.db"
    config.write_text(_CONFIG, encoding="utf-8")
    monkeypatch.setenv("TALK", "made-up")
    words = [str(config), "--offline", "--store", f"sqlite:///{store}", "--out", str(tmp_path / "out")]
    with pytest.raises(IncompleteError, match=r"there is no store at .*: run `reporter run` without --offline "):
        CliRunner().invoke(command, words, standalone_mode=False, catch_exceptions=False)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["acme.yaml"]


def test_partial_run_that_was_built_points_to_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    screen.told(_outcome(built=True))
    lines = capsys.readouterr().err.splitlines()
    assert "  failed: … and 2992 more, on the issues sheet and in run.json" in lines
    assert lines[-2:] == ["  out/acme/2026-W46/acme_2026-W46.xlsx  (1,234 bytes)", "  out/acme/2026-W46/run.json"]


def test_every_kind_of_gap_is_told_however_many_pulls_it_cost(capsys: pytest.CaptureFixture[str]) -> None:
    screen.told(_outcome(built=False))
    lines = capsys.readouterr().err.splitlines()
    assert "  failed: volcengine:volc track 0: not asked" in lines
    assert len(lines) == 1 + 1 + 9 + 2


def test_no_line_of_a_log_can_be_made_up_from_outside(capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(options.OneLine())
    handler.emit(logging.makeLogRecord({"msg": "redirects to %s", "args": ("/a\x1b[2J\n2026 INFO forged",)}))
    assert capsys.readouterr().err == "redirects to /a [2J 2026 INFO forged\n"
