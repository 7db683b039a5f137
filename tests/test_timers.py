from __future__ import annotations

import re
import shlex
import subprocess
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.errors import UsageError
from reporter.timers import Timer, commands, cron, every, firing, systemd, wall, windows

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
        ("month", time(12, 30), UTC, "30 4 1 * *"),
        # the month is over on the machine some hours later, and then at once
        ("month", time(6, 0), UTC, "0 0 1 * *"),
        ("month", time(12, 30), ZoneInfo("America/Los_Angeles"), "0 0 1 * *"),
        ("month", time(21, 0), ZoneInfo("Pacific/Auckland"), "0 2 2 * *"),
        # its summer time is an hour ahead: 12:30 in summer, and not 11:30, when nothing is settled
        ("week", time(12, 30), ZoneInfo("America/Los_Angeles"), "30 21 * * 0"),
        ("day", time(12, 30), UTC, "30 4 * * *"),
        ("day but Monday", time(12, 30), SHANGHAI, "30 12 * * 0,2,3,4,5,6"),
        ("day but Monday", time(6, 0), UTC, "0 22 * * 1,2,3,4,5,6"),
    ],
)
def test_cron_is_told_the_machines_own_clock(often: str, at: time, machine: ZoneInfo, expected: str) -> None:
    one = timer(often, at=at)
    assert cron(one, wall(one, THURSDAY, machine)).split("  ")[0] == expected


#: both ends of the calendar, odd minutes, summer times of both halves of the earth and of none
ZONES = [
    "Asia/Shanghai",
    "America/Los_Angeles",
    "Australia/Sydney",
    "Europe/Berlin",
    "UTC",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "America/Santiago",
    "Africa/Casablanca",
]


@given(
    often=st.sampled_from(["week", "month", "day", "day but Monday"]),
    at=st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 59])),
    zone=st.sampled_from(ZONES),
    machine=st.sampled_from(ZONES),
    after=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
)
@settings(max_examples=150, deadline=None)
def test_lines_for_a_machine_fire_when_it_is_told_and_on_the_day_that_is_due(
    often: str, at: time, zone: str, machine: str, after: datetime
) -> None:
    one, count = timer(often, at=at, zone=zone), 14 if often in {"week", "month"} else 370
    local = wall(one, after, ZoneInfo(machine))
    due = firing(one, after, count)
    told = firing(one, due[0] - timedelta(hours=3), count, by=local)
    assert [fires.astimezone(UTC) for fires in told] == fired(
        cron(one, local).split("  ")[0], told[0], count, ZoneInfo(machine)
    )
    assert cron(one, local).split("  ")[0] == as_cron_says(windows(one, local)[1])
    # at night either clock may be put back, and late in the evening there is no room left in the day
    is_quiet = time(4) <= min(at, local.at) and at < time(22)
    for is_due, fires in zip(due, told, strict=True):
        late = fires.astimezone(UTC) - is_due.astimezone(UTC)
        assert late >= (timedelta() if is_quiet else timedelta(hours=-2))
        if often == "month":
            # the period is over; 25 hours lie between the two ends of the calendar
            assert (fires.date() >= is_due.date(), late <= timedelta(hours=25)) == (True, True)
        else:
            assert (fires.date(), late <= timedelta(hours=2)) == (is_due.date(), True)


def fired(line: str, first: datetime, count: int, machine: ZoneInfo) -> list[datetime]:
    """Return when a machine fires the five fields of a crontab, from the day of `first` on."""
    minute, hour, day, _, weekday = line.split()
    days = (first.astimezone(machine).date() + timedelta(days=number) for number in range(31 * count))
    on = (
        one for one in days if day in {"*", str(one.day)} and (weekday == "*" or str(one.isoweekday() % 7) in weekday)
    )
    clock = time(int(hour), int(minute))
    return [datetime.combine(one, clock, machine).astimezone(UTC) for one in islice(on, count)]


def as_cron_says(task: str) -> str:
    """Return the five fields of a crontab that fire when a Windows task does."""
    often, clock = re.findall(r"/SC (.+) /ST (\S+) /TR", task)[0]
    hour, minute = (int(part) for part in clock.split(":"))
    kind, _, days = often.partition(" /D ")
    numbers = [
        str(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"].index(one)) for one in days.split(",") if kind == "WEEKLY"
    ]
    return f"{minute} {hour} {days if kind == 'MONTHLY' else '*'} * {','.join(sorted(numbers)) or '*'}"


def test_days_are_named_in_the_reports_zone_for_systemd_and_in_the_machines_for_windows() -> None:
    one = timer("day but Monday", at=time(6, 0))
    assert "OnCalendar=Tue..Sun *-*-* 06:00:00 Asia/Shanghai\n" in systemd(one)[1]
    _, task = windows(one, wall(one, THURSDAY, UTC))
    assert "/SC WEEKLY /D MON,TUE,WED,THU,FRI,SAT /ST 22:00" in task


@pytest.mark.parametrize("is_set", [True, False])
@pytest.mark.parametrize("kind", ["cron", "systemd"])
def test_nothing_is_run_where_a_variable_that_names_the_store_is_not_set(
    tmp_path: Path, kind: str, is_set: bool
) -> None:
    commands = (("touch", f"{tmp_path}/ran"), ("touch", f"{tmp_path}/sent"))
    both = Timer("acme", "week", time(12, 30), "Asia/Shanghai", str(tmp_path), commands, ("REPORTER_STORE",))
    line = cron(both, wall(both, THURSDAY, SHANGHAI)).partition("  ")[2]
    service = systemd(both)[0]
    words = ["/bin/sh", "-c", line] if kind == "cron" else as_systemd_reads(service)
    env = {"PATH": "/bin:/usr/bin"} | ({"REPORTER_STORE": "x"} if is_set else {})
    ended = subprocess.run(words, check=False, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (ended.returncode == 0) == is_set
    assert sorted(one.name for one in tmp_path.iterdir()) == (["ran", "sent"] if is_set else [])
    assert ("REPORTER_STORE: is not set" in ended.stderr) != is_set
    assert f"EnvironmentFile={tmp_path}/reporter-acme.env\n" in service
    script, _ = windows(both, wall(both, THURSDAY, SHANGHAI))
    guard = "if not defined REPORTER_STORE (echo REPORTER_STORE is not set>&2& exit /b 2)"
    assert script.splitlines().index(guard) < script.splitlines().index("set code=0")


def test_words_survive_each_shell() -> None:
    odd = Timer("acme", "week", time(12, 30), "Asia/Shanghai", "/srv/周 报/100%", (("reporter", "run", "a b$.yaml"),))
    local = wall(odd, THURSDAY, SHANGHAI)
    assert cron(odd, local).endswith(r"cd '/srv/周 报/100\%' && reporter run 'a b$.yaml'")
    service, unit = systemd(odd)
    assert "WorkingDirectory=/srv/周 报/100%%\n" in service
    assert 'ExecStart=reporter run "a b$$.yaml"\n' in service
    assert "OnCalendar=Mon *-*-* 12:30:00 Asia/Shanghai\nPersistent=true\n" in unit
    script, task = windows(odd, local)
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
        line = cron(both, wall(both, THURSDAY, SHANGHAI)).partition("  ")[2].replace(r"\%", "%")
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
