"""When a config's report is due, and what makes a machine make it then: cron, systemd, Windows. Pure.

A report is due when its period is over and its data are final: 12 hours after the period's end (DESIGN.md,
section 6), with a margin. systemd is told the report's own zone; cron and Windows know only the machine's, so that
they have a `Wall` of their own, which never comes before the period is over.

Of several commands each is run whatever became of the one before, and the last that failed says how it all ended: a
gap in one week must not keep another week, which is whole, from its client. `send` sees for itself what may leave; it
is told the config, so that it takes this config's run of the period that has just ended, or none.

What a timer prints is read by others and kept in files that are not private: a secret that its commands need is named
by its variable (`needs`), looked for before anything is done, and never shown.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from reporter.errors import UsageError

Every = Literal["week", "month", "day", "day but Monday"]

#: how often a period that moves with the clock is over
_EVERY: dict[str, Every] = {
    "last_week": "week",
    "last_month": "month",
    "yesterday": "day",
    "last_7_days": "day",
    # on a Monday it has no complete day yet
    "this_week": "day but Monday",
}
#: the days of the week on which a report is due by the clock of its zone, Monday 0; all, where none stand here
_WEEKDAYS: dict[Every, tuple[int, ...]] = {"week": (0,), "day but Monday": (1, 2, 3, 4, 5, 6)}
#: settled at noon, and a margin
AT = time(12, 30)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Timer:
    """A report that is due `every` so often at a wall clock of `timezone`; `commands` are run in `folder`, in turn.

    `needs` are variables without which none of them may run: the commands would go to another place than is meant.
    """

    name: str
    every: Every
    at: time
    timezone: str
    folder: str
    commands: tuple[tuple[str, ...], ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wall:
    """A clock on the wall: `at`, on a `day` of the month or on `weekdays`, Monday 0; every day where neither stands.

    A `zone` of None is the machine's.
    """

    at: time
    day: int | None
    weekdays: tuple[int, ...]
    zone: tzinfo | None


def every(period: str) -> Every:
    """Return how often a config's period comes; raises `UsageError` for one that names its days."""
    found = _EVERY.get(period)
    if found is None:
        raise UsageError(f"period {period} is the same days for ever; write one that moves, such as last_week")
    return found


def firing(timer: Timer, after: datetime, count: int = 3, by: Wall | None = None) -> list[datetime]:
    """Return the next instants at which a timer fires, in its own zone: `by` the report's clock, or a machine's."""
    zone, found = ZoneInfo(timer.timezone), list[datetime]()
    by = by or Wall(timer.at, 1 if timer.every == "month" else None, _WEEKDAYS.get(timer.every, ()), zone)
    day = after.astimezone(by.zone).date()
    while len(found) < count:
        # an hour that the clocks leave out is the first after it
        moment = datetime.combine(day, by.at, by.zone).astimezone(ZoneInfo("UTC")).astimezone(zone)
        if _is_on(by, day) and moment > after:
            found.append(moment)
        day += _DAY
    return found


def wall(timer: Timer, after: datetime, machine: tzinfo | None = None) -> Wall:
    """Return when cron and Windows, which know no clock but the machine's, are to start a timer.

    By the report's clock that is `timer.at`, or later where the zones' summer times come apart in the year `after`, and
    still on that day. A month that is over sooner in the report's zone waits until it is over on the machine: cron has
    no word for the last day of one.
    """
    ahead = _ahead(timer, machine, after)
    clock = timedelta(hours=timer.at.hour, minutes=timer.at.minute)
    # a day's report that slips over midnight would be the next day's, hours before that is settled
    days, since = divmod(min(clock + max(ahead), _DAY - _MINUTE + min(ahead)), _DAY)
    if timer.every == "month" and days < 0:
        days, since = 0, timedelta()
    weekdays = tuple((day + days) % 7 for day in _WEEKDAYS.get(timer.every, ()))
    hour, minute = divmod(since // _MINUTE, 60)
    return Wall(time(hour, minute), 1 + days if timer.every == "month" else None, weekdays, machine)


def cron(timer: Timer, local: Wall) -> str:
    """Return a crontab line by the machine's clock, in which cron lives."""
    weekday = ",".join(sorted(str((one + 1) % 7) for one in local.weekdays)) or "*"
    words = f"cd {shlex.quote(timer.folder)} && {_needing(timer)}{_in_turn(timer.commands)}"
    # a % in a crontab is a line break
    return f"{local.at.minute} {local.at.hour} {local.day or '*'} * {weekday}  {words}".replace("%", r"\%")


def systemd(timer: Timer) -> tuple[str, str]:
    """Return a service and its timer, which knows the report's zone and makes up for what was missed."""
    is_bare = len(timer.commands) == 1 and not timer.needs
    one = timer.commands[0] if is_bare else ("/bin/sh", "-c", f"{_needing(timer)}{_in_turn(timer.commands)}")
    variables = f"EnvironmentFile={variables_of(timer)}\n".replace("%", "%%") if timer.needs else ""
    service = f"""\
[Unit]
Description=reporter: {timer.name}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={timer.folder.replace("%", "%%")}
{variables}ExecStart={" ".join(map(_for_systemd, one))}
"""
    clock = f"{timer.at:%H:%M:%S} {timer.timezone}"
    days = {"week": "Mon *-*-*", "month": "*-*-01", "day": "*-*-*", "day but Monday": "Tue..Sun *-*-*"}
    return (
        service,
        f"""\
[Unit]
Description=reporter: {timer.name}

[Timer]
OnCalendar={days[timer.every]} {clock}
Persistent=true

[Install]
WantedBy=timers.target
""",
    )


def windows(timer: Timer, local: Wall) -> tuple[str, str]:
    """Return a script for `script_of` the timer, and the command that makes a task of it, by the machine's clock.

    What a task starts may have 261 characters, so that the words stand in a script.
    """
    weekdays = ",".join(_DAYS[one].upper() for one in local.weekdays)
    often = f"MONTHLY /D {local.day}" if local.day else "DAILY"
    often = f"WEEKLY /D {weekdays}" if weekdays else often
    commands = [" ".join(map(_for_windows, one)).replace("%", "%%") for one in timer.commands]
    # a %…% is read before its line runs, so that the code of a command is looked at in a line of its own
    kept = [line for one in commands for line in (one, "if not %errorlevel%==0 set code=%errorlevel%")]
    folder = timer.folder.replace("%", "%%")
    needed = [f"if not defined {one} (echo {one} is not set>&2& exit /b 2)" for one in timer.needs]
    head = ("@echo off", "chcp 65001 >nul", f'cd /d "{folder}" || exit /b', *needed)
    lines = (*head, "set code=0", *kept, "exit /b %code%")
    script = "\r\n".join(lines) + "\r\n"
    task = (
        f'schtasks /Create /TN "reporter {timer.name}" /SC {often} /ST {local.at:%H:%M} /TR "\\"{script_of(timer)}\\""'
    )
    return script, task


def script_of(timer: Timer) -> str:
    """Return where the script of a Windows task belongs."""
    return f"{timer.folder}\\reporter-{timer.name}.cmd"


def commands(
    program: Sequence[str], config: str, client: str, *, out: str, store: str | None, send: bool
) -> tuple[tuple[str, ...], ...]:
    """Return what a timer runs: the report with the periods that were missed, and its mail if asked.

    A `store` of None is the one that the variable REPORTER_STORE names.
    """
    where = () if store is None else ("--store", store)
    run = (*program, "run", config, "--catch-up", "--out", out, *where)
    return (run, (*program, "send", client, "--yes", "--config", config, *where)) if send else (run,)


def variables_of(timer: Timer) -> str:
    """Return where systemd looks for what a timer `needs`: a file of lines NAME=value, for its owner's eyes alone."""
    return f"{timer.folder}/reporter-{timer.name}.env"


def _needing(timer: Timer) -> str:
    """Return words for sh that end it where a variable is not set, "" where none is needed."""
    return "".join(f': "${{{one}:?is not set}}" && ' for one in timer.needs)


def _in_turn(commands: Sequence[tuple[str, ...]]) -> str:
    """Return words for sh that run each command, and end as the last that failed."""
    first, *others = map(shlex.join, commands)
    if not others:
        return first
    return f"{{ {first}; code=$?; " + "".join(f"{one} || code=$?; " for one in others) + "exit $code; }"


def _is_on(by: Wall, day: date) -> bool:
    return day.day == (by.day or day.day) and day.weekday() in (by.weekdays or range(7))


def _ahead(timer: Timer, machine: tzinfo | None, after: datetime) -> list[timedelta]:
    """Return by how much the machine is ahead of the report's zone at `timer.at` of each day of a year."""
    zone = ZoneInfo(timer.timezone)
    first = datetime.combine(after.astimezone(zone).date(), timer.at, zone)
    # by way of UTC: both clocks are read at one instant, though one of them left out that hour
    days = [(first + number * _DAY).astimezone(ZoneInfo("UTC")) for number in range(366)]
    return [day.astimezone(machine).replace(tzinfo=None) - day.astimezone(zone).replace(tzinfo=None) for day in days]


def _for_systemd(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if set(escaped) & set(" '\t;\"\\") else escaped


def _for_windows(word: str) -> str:
    return f'"{word}"' if set(word) & set(" &()^;,=") else word
