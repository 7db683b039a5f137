from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from reporter.cli import reporter
from reporter.errors import StoreError, UsageError


@pytest.fixture
def moving(config: Path, week: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config whose period moves with the clock, in the folder that commands are given in."""
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(f"period: {week}", "period: last_week"), encoding="utf-8")
    monkeypatch.chdir(config.parent)
    return config


@pytest.fixture
def machine_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put this machine into another zone, and back afterwards."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of this machine cannot be changed for a process")

    def put(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


def shown(*words: str) -> str:
    """Return what `reporter schedule` prints on stdout; its process starts nothing and writes nothing."""
    ended = CliRunner().invoke(reporter, ["schedule", *words])
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def test_schedule_prints_all_three_and_the_next_firings(moving: Path) -> None:
    told = shown(moving.name, "--now", "2026-11-26T09:00:00+08:00")
    assert "next at Mon 2026-11-30 12:30, Mon 2026-12-07 12:30, Mon 2026-12-14 12:30 (Asia/Shanghai)" in told
    for said in ("* * 1  cd ", "OnCalendar=Mon *-*-* 12:30:00 Asia/Shanghai", "schtasks /Create", "--catch-up"):
        assert said in told
    assert "send" not in told
    (made,) = json.loads(shown(moving.name, "--json", "--send", "--at", "09:00"))
    assert {"client", "timezone", "next", "cron", "systemd", "windows", "needs"} <= set(made)
    assert "send acme --yes" in made["cron"]
    assert len(made["next"]) == 3
    assert made["needs"] == []


def test_what_is_told_as_next_is_told_of_each_line_by_itself(moving: Path, machine_in: Callable[[str], None]) -> None:
    moving.write_text(moving.read_text(encoding="utf-8").replace("last_week", "last_month"), encoding="utf-8")
    machine_in("America/Los_Angeles")
    words = (moving.name, "--now", "2026-10-05T09:00:00+08:00")
    told = shown(*words)
    assert "# acme: next at Sun 2026-11-01 12:30, Tue 2026-12-01 12:30, Fri 2027-01-01 12:30 (Asia/Shanghai)" in told
    by_machine = "next at Sun 2026-11-01 15:00, Tue 2026-12-01 16:00, Fri 2027-01-01 16:00 (Asia/Shanghai)"
    assert told.count(by_machine) == 2
    assert f"{by_machine}\n0 0 1 * *  cd " in told
    assert "/SC MONTHLY /D 1 /ST 00:00 " in told
    (made,) = json.loads(shown(*words, "--json"))
    assert made["next"][0] == "2026-11-01T12:30:00+08:00"
    assert made["next_by_machine"][0] == "2026-11-01T15:00:00+08:00"


def test_schedule_of_fixed_days_and_a_wrong_clock_are_2(config: Path) -> None:
    for words in ((str(config),), (str(config), "--at", "noon")):
        ended = CliRunner().invoke(reporter, ["schedule", *words], standalone_mode=False)
        assert isinstance(ended.exception, UsageError)


def test_systemd_takes_the_timer(moving: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed; `test_words_survive_each_shell` holds the unit's text")
    (made,) = json.loads(shown(moving.name, "--json"))
    calendar = next(line for line in made["systemd"]["timer"].splitlines() if line.startswith("OnCalendar="))
    subprocess.run(["systemd-analyze", "calendar", calendar.partition("=")[2]], check=True, capture_output=True)


@pytest.mark.parametrize("said_by", ["option", "variable"])
def test_password_of_the_store_is_never_shown_and_its_variable_is_told(
    moving: Path, monkeypatch: pytest.MonkeyPatch, said_by: str
) -> None:
    url = "postgresql://team:canary-s3cret@db.example/reporter?sslpassword=canary-2"
    monkeypatch.setenv("REPORTER_STORE", url if said_by == "variable" else "sqlite:///other.db")
    words = ["schedule", moving.name, "--send", *(["--store", url] if said_by == "option" else [])]
    told, made = (CliRunner().invoke(reporter, [*words, *more]) for more in ((), ("--json",)))
    assert (told.exit_code, made.exit_code) == (0, 0)
    assert not [one for one in (told.output, made.output) if "canary" in one or "--store" in one]
    assert "# needs a line above this one in the crontab: REPORTER_STORE=…" in told.output
    assert f"# needs {moving.parent}/reporter-acme.env, readable by you alone" in told.output
    assert 'setx REPORTER_STORE "…"' in told.output
    assert json.loads(made.stdout)[0]["needs"] == ["REPORTER_STORE"]


@pytest.mark.parametrize("url", ["postgresql//team:canary@db", "sqlite//canary@:x"])
def test_store_that_is_no_address_is_refused_and_not_quoted(config: Path, url: str) -> None:
    with pytest.raises(StoreError) as told:
        reporter.main(["schedule", str(config), "--store", url], standalone_mode=False)
    assert "canary" not in str(told.value)


def test_timer_that_is_early_for_the_week_under_way_fails_at_nothing_and_a_person_is_told(
    config: Path, week: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = config.read_text(encoding="utf-8").replace(f"period: {week}", "period: this_week")
    config.write_text(text, encoding="utf-8")
    monkeypatch.chdir(config.parent)
    now = ("--now", "2026-11-30T12:30:00+08:00")
    for words in (("run", config.name, "--catch-up"), ("send", "acme", "--yes", "--config", config.name)):
        ended = CliRunner().invoke(reporter, [*words, *now], standalone_mode=False)
        assert (ended.return_value, "nothing is due yet" in ended.stderr) == (0, True)
    assert [one.name for one in config.parent.iterdir()] == [config.name]
    ended = CliRunner().invoke(reporter, ["run", config.name, *now], standalone_mode=False)
    assert isinstance(ended.exception, UsageError)
