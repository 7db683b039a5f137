from __future__ import annotations

import shlex
import subprocess
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporter.errors import UsageError
from reporter.timers import Timer, commands, cron, every, firing, systemd, windows

SHANGHAI, BERLIN, UTC = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)
RUN = (("reporter", "run", "acme.yaml", "--catch-up"),)


def timer(
    often: str = "week", *, at: time = time(12, 30), zone: str = "Asia/Shanghai", folder: str = "/srv/x"
) -> Timer:
    return Timer("acme", often, at, zone, folder, RUN)  # type: ignore[arg-type] # a word of the literal


@pytest.mark.parametrize(
    ("period", "often"),
    [
        ("last_week", "week"),
        ("last_month", "month"),
        ("yesterday", "day"),
        ("last_7_days", "day"),
        ("this_week", "day but Monday"),
    ],
)
def test_period_that_moves_comes_again(period: str, often: str) -> None:
    assert every(period) == often


def test_period_of_fixed_days_has_no_timer() -> None:
    with pytest.raises(UsageError, match="write one that moves"):
        every("2026-W46")


@pytest.mark.parametrize(
    ("often", "expected"),
    [
        ("week", ["2026-11-30T12:30+08:00", "2026-12-07T12:30+08:00", "2026-12-14T12:30+08:00"]),
        ("month", ["2026-12-01T12:30+08:00", "2027-01-01T12:30+08:00", "2027-02-01T12:30+08:00"]),
        ("day", ["2026-11-26T12:30+08:00", "2026-11-27T12:30+08:00", "2026-11-28T12:30+08:00"]),
        ("day but Monday", ["2026-11-26T12:30+08:00", "2026-11-27T12:30+08:00", "2026-11-28T12:30+08:00"]),
    ],
)
def test_next_three_firings_are_in_the_reports_zone(often: str, expected: list[str]) -> None:
    assert [one.isoformat(timespec="minutes") for one in firing(timer(often), THURSDAY)] == expected


def test_week_under_way_is_due_on_no_monday() -> None:
    found = firing(timer("day but Monday"), datetime(2026, 11, 28, 13, 0, tzinfo=SHANGHAI))
    assert [f"{one:%a}" for one in found] == ["Sun", "Tue", "Wed"]


def test_timer_that_fires_now_fires_next_a_week_later() -> None:
    monday = datetime(2026, 11, 30, 12, 30, tzinfo=SHANGHAI)
    assert firing(timer(), monday, 1) == [datetime(2026, 12, 7, 12, 30, tzinfo=SHANGHAI)]


def test_hour_that_the_clocks_leave_out_is_the_first_after_it() -> None:
    spring = datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN)
    found = firing(timer("day", at=time(2, 30), zone="Europe/Berlin"), spring, 2)
    assert [one.isoformat(timespec="minutes") for one in found] == ["2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00"]


@pytest.mark.parametrize(
    ("often", "at", "machine", "expected"),
    [
        ("week", time(12, 30), SHANGHAI, "30 12 * * 1"),
        ("week", time(12, 30), UTC, "30 4 * * 1"),
        ("week", time(6, 0), UTC, "0 22 * * 0"),
        ("month", time(6, 0), UTC, "0 22 1 * *"),
        ("day", time(12, 30), UTC, "30 4 * * *"),
        ("day but Monday", time(12, 30), SHANGHAI, "30 12 * * 0,2,3,4,5,6"),
        ("day but Monday", time(6, 0), UTC, "0 22 * * 1,2,3,4,5,6"),
    ],
)
def test_cron_is_told_the_machines_own_clock(often: str, at: time, machine: ZoneInfo, expected: str) -> None:
    one = timer(often, at=at)
    assert cron(one, firing(one, THURSDAY, 1)[0], machine).split("  ")[0] == expected


def test_days_are_named_in_the_reports_zone_for_systemd_and_in_the_machines_for_windows() -> None:
    one = timer("day but Monday", at=time(6, 0))
    assert "OnCalendar=Tue..Sun *-*-* 06:00:00 Asia/Shanghai\n" in systemd(one)[1]
    _, task = windows(one, firing(one, THURSDAY, 1)[0], UTC)
    assert "/SC WEEKLY /D MON,TUE,WED,THU,FRI,SAT /ST 22:00" in task


@pytest.mark.parametrize("is_set", [True, False])
@pytest.mark.parametrize("kind", ["cron", "systemd"])
def test_nothing_is_run_where_a_variable_that_names_the_store_is_not_set(
    tmp_path: Path, kind: str, is_set: bool
) -> None:
    commands = (("touch", f"{tmp_path}/ran"), ("touch", f"{tmp_path}/sent"))
    both = Timer("acme", "week", time(12, 30), "Asia/Shanghai", str(tmp_path), commands, ("REPORTER_STORE",))
    line = cron(both, firing(both, THURSDAY, 1)[0], SHANGHAI).partition("  ")[2]
    service = systemd(both)[0]
    words = ["/bin/sh", "-c", line] if kind == "cron" else as_systemd_reads(service)
    env = {"PATH": "/bin:/usr/bin"} | ({"REPORTER_STORE": "x"} if is_set else {})
    ended = subprocess.run(words, check=False, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (ended.returncode == 0) == is_set
    assert sorted(one.name for one in tmp_path.iterdir()) == (["ran", "sent"] if is_set else [])
    assert ("REPORTER_STORE: is not set" in ended.stderr) != is_set
    assert f"EnvironmentFile={tmp_path}/reporter-acme.env\n" in service
    script, _ = windows(both, firing(both, THURSDAY, 1)[0], SHANGHAI)
    guard = "if not defined REPORTER_STORE (echo REPORTER_STORE is not set>&2& exit /b 2)"
    assert script.splitlines().index(guard) < script.splitlines().index("set code=0")


def test_words_survive_each_shell() -> None:
    odd = Timer("acme", "week", time(12, 30), "Asia/Shanghai", "/srv/周 报/100%", (("reporter", "run", "a b$.yaml"),))
    first = firing(odd, THURSDAY, 1)[0]
    assert cron(odd, first, SHANGHAI).endswith(r"cd '/srv/周 报/100\%' && reporter run 'a b$.yaml'")
    service, unit = systemd(odd)
    assert "WorkingDirectory=/srv/周 报/100%%\n" in service
    assert 'ExecStart=reporter run "a b$$.yaml"\n' in service
    assert "OnCalendar=Mon *-*-* 12:30:00 Asia/Shanghai\nPersistent=true\n" in unit
    script, task = windows(odd, first, SHANGHAI)
    assert task.startswith('schtasks /Create /TN "reporter acme" /SC WEEKLY /D MON /ST 12:30 /TR ')
    assert len(task.partition("/TR ")[2]) < 261
    assert script.splitlines()[2:] == [
        'cd /d "/srv/周 报/100%%" || exit /b',
        "set code=0",
        'reporter run "a b$.yaml"',
        "if not %errorlevel%==0 set code=%errorlevel%",
        "exit /b %code%",
    ]


@pytest.mark.parametrize(("run", "send", "code"), [(0, 0, 0), (3, 0, 3), (0, 5, 5), (3, 1, 1)])
@pytest.mark.parametrize("kind", ["cron", "systemd"])
def test_mail_is_sent_though_the_run_has_gaps_and_the_code_tells_of_them(
    tmp_path: Path, run: int, send: int, code: int, kind: str
) -> None:
    for name, ends in (("run", run), ("send it", send)):
        path = tmp_path / name
        path.write_text(f'#!/bin/sh\nprintf "%s|" "{name}" "$@" >> "{tmp_path}/log"\nexit {ends}\n', encoding="utf-8")
        path.chmod(0o755)
    odd = 'it\'s "50%" of $HOME'
    commands = ((f"{tmp_path}/run", odd), (f"{tmp_path}/send it", "--yes"))
    both = Timer("acme", "week", time(12, 30), "Asia/Shanghai", str(tmp_path), commands)
    if kind == "cron":
        line = cron(both, firing(both, THURSDAY, 1)[0], SHANGHAI).partition("  ")[2].replace(r"\%", "%")
        words = ["/bin/sh", "-c", line]
    else:
        words = as_systemd_reads(systemd(both)[0])
    ended = subprocess.run(words, check=False, cwd=tmp_path)
    assert (ended.returncode, (tmp_path / "log").read_text(encoding="utf-8")) == (code, f"run|{odd}|send it|--yes|")


def as_systemd_reads(service: str) -> list[str]:
    """Return the words of ExecStart by the rules of systemd.service(5): quotes, escapes, %% and $$."""
    (line,) = (line for line in service.splitlines() if line.startswith("ExecStart="))
    words = shlex.split(line.partition("=")[2])
    return [word.replace("%%", "%").replace("$$", "$") for word in words]


def test_mail_is_sent_after_the_run_and_only_if_asked() -> None:
    bare, with_mail = (
        commands(("reporter",), "acme.yaml", "acme", out="out", store="sqlite:///x.db", send=send)
        for send in (False, True)
    )
    assert bare == (("reporter", "run", "acme.yaml", "--catch-up", "--out", "out", "--store", "sqlite:///x.db"),)
    assert with_mail == (
        *bare,
        ("reporter", "send", "acme", "--yes", "--config", "acme.yaml", "--store", "sqlite:///x.db"),
    )
    assert "--store" not in commands(("reporter",), "acme.yaml", "acme", out="out", store=None, send=False)[0]
