"""When a config's report is due, and what makes a machine make it then: cron, systemd, Windows. Pure.

A report is due when its period is over and its data are final: 12 hours after the period's end (DESIGN.md,
section 6), with a margin. systemd is told the report's own zone; cron and Windows know only the machine's.

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
from datetime import datetime, time, timedelta, tzinfo
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


def every(period: str) -> Every:
    """Return how often a config's period comes; raises `UsageError` for one that names its days."""
    found = _EVERY.get(period)
    if found is None:
        raise UsageError(f"period {period} is the same days for ever; write one that moves, such as last_week")
    return found


def firing(timer: Timer, after: datetime, count: int = 3) -> list[datetime]:
    """Return the next instants at which a timer fires, in its own zone."""
    zone, found = ZoneInfo(timer.timezone), list[datetime]()
    day = after.astimezone(zone).date()
    while len(found) < count:
        # an hour that the clocks leave out is the first after it
        moment = datetime.combine(day, timer.at, zone).astimezone(ZoneInfo("UTC")).astimezone(zone)
        if _is_due(timer, moment) and moment > after:
            found.append(moment)
        day += timedelta(days=1)
    return found


def cron(timer: Timer, first: datetime, machine: tzinfo | None = None) -> str:
    """Return a crontab line in the machine's zone, in which cron lives; `first` is when the timer next fires."""
    local = first.astimezone(machine)
    day = {"month": str(_day_of_month(local))}.get(timer.every, "*")
    weekday = ",".join(sorted(str((one + 1) % 7) for one in _weekdays(timer, first, local))) or "*"
    words = f"cd {shlex.quote(timer.folder)} && {_needing(timer)}{_in_turn(timer.commands)}"
    # a % in a crontab is a line break
    return f"{local.minute} {local.hour} {day} * {weekday}  {words}".replace("%", r"\%")


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


def windows(timer: Timer, first: datetime, machine: tzinfo | None = None) -> tuple[str, str]:
    """Return a script for `script_of` the timer, and the command that makes a task of it, in the machine's zone.

    What a task starts may have 261 characters, so that the words stand in a script.
    """
    local = first.astimezone(machine)
    weekdays = ",".join(_DAYS[one].upper() for one in _weekdays(timer, first, local))
    often = f"MONTHLY /D {_day_of_month(local)}" if timer.every == "month" else "DAILY"
    often = f"WEEKLY /D {weekdays}" if weekdays else often
    commands = [" ".join(map(_for_windows, one)).replace("%", "%%") for one in timer.commands]
    # a %…% is read before its line runs, so that the code of a command is looked at in a line of its own
    kept = [line for one in commands for line in (one, "if not %errorlevel%==0 set code=%errorlevel%")]
    folder = timer.folder.replace("%", "%%")
    needed = [f"if not defined {one} (echo {one} is not set>&2& exit /b 2)" for one in timer.needs]
    head = ("@echo off", "chcp 65001 >nul", f'cd /d "{folder}" || exit /b', *needed)
    lines = (*head, "set code=0", *kept, "exit /b %code%")
    script = "\r\n".join(lines) + "\r\n"
    task = f'schtasks /Create /TN "reporter {timer.name}" /SC {often} /ST {local:%H:%M} /TR "\\"{script_of(timer)}\\""'
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


def _is_due(timer: Timer, moment: datetime) -> bool:
    if timer.every == "month":
        return moment.day == 1
    return moment.weekday() in _WEEKDAYS.get(timer.every, range(7))


def _weekdays(timer: Timer, first: datetime, local: datetime) -> list[int]:
    """Return the days of the week on which a timer fires by the clock of `local`, Monday 0; none where on all."""
    shift = local.weekday() - first.astimezone(ZoneInfo(timer.timezone)).weekday()
    return [(day + shift) % 7 for day in _WEEKDAYS.get(timer.every, ())]


def _day_of_month(local: datetime) -> int:
    """Return the first of the month, or the second where the first is not over in the report's zone by then."""
    return 2 if local.day == 2 else 1  # noqa: PLR2004 - a zone behind the machine's


def _for_systemd(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if set(escaped) & set(" '\t;\"\\") else escaped


def _for_windows(word: str) -> str:
    return f'"{word}"' if set(word) & set(" &()^;,=") else word
