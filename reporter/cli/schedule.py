"""`reporter schedule`: what to tell a machine so that it makes a report whenever its period is over."""

from __future__ import annotations

import json
import sys
from datetime import datetime, time
from pathlib import Path

import click

from reporter import timers
from reporter.cli import options, screen
from reporter.errors import UsageError
from reporter.timers import Timer, Wall


@click.command("schedule")
@options.configs
@click.option(
    "--at",
    metavar="HH:MM",
    default=f"{timers.AT:%H:%M}",
    show_default=True,
    help="When, by the clock of the report's zone; vendors' figures are final from 12:00 on.",
)
@click.option("--send", is_flag=True, help="Mail the report as well, with `send --yes`, however the run ended.")
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True
)
@options.store
@click.option("--now", metavar="TIME", help="Stand in for the clock; ISO 8601 with an offset.")
@options.as_json
@options.logged
def command(
    configs: tuple[Path, ...], at: str, send: bool, out: Path, store_url: str, now: str | None, json_: bool
) -> int:
    """Print a cron line, a systemd timer and a Windows task for each config, and when they fire next.

    Take one of the three. Nothing is installed. Each runs `reporter run --catch-up` in this folder, which makes
    the periods that were missed as well, oldest first: a machine that was off on Monday makes up for it the
    next time. Reports of weeks are due on Mondays, of months on the first, of days every day,
    of the week under way from Tuesday to Sunday.

    A password in the store's address is not shown: the commands take the address from REPORTER_STORE, and it is
    said where to set it.
    """
    from reporter.cli.configs import load_all  # noqa: PLC0415 - after the words of the command are read
    from reporter.store import holds_secret  # noqa: PLC0415 - likewise

    moment, clock = options.clock(now), _clock(at)
    program = (sys.executable, "-m", "reporter")
    needs = (options.STORE_VARIABLE,) if holds_secret(store_url) else ()
    store = None if needs else store_url
    found = []
    for config in load_all(configs, moment):
        path = str(config.path.absolute())
        runs = timers.commands(program, path, config.client, out=str(out), store=store, send=send)
        every = timers.every(config.period)
        timer = Timer(config.client, every, clock, config.timezone, str(Path.cwd()), runs, needs)
        found.append((timer, timers.wall(timer, moment)))
    if json_:
        click.echo(json.dumps([_as_dict(*one, moment) for one in found], ensure_ascii=False, indent=1))
        return 0
    for timer, local in found:
        _show(timer, local, moment)
    if needs:
        screen.say(f"the store's address holds a secret and is not shown: set {', '.join(needs)} as each of them says")
    screen.say("nothing was installed: take one of the three; `reporter run --catch-up` makes what was missed")
    return 0


def _clock(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a wall clock, of whichever zone
    except ValueError as fault:
        raise UsageError(f"--at {text}: write hours and minutes, such as 12:30") from fault


def _show(timer: Timer, local: Wall, now: datetime) -> None:
    service, unit = timers.systemd(timer)
    name = f"reporter-{timer.name}"
    fires = f"# at {local.at:%H:%M} by this machine's clock: {_next(timer, now, local)}"
    click.echo(f"# {timer.name}: {_next(timer, now)}")
    click.echo(f"\n# cron (crontab -e)\n{fires}")
    _need(timer, "a line above this one in the crontab: {}=…")
    click.echo(timers.cron(timer, local))
    click.echo(f"\n# systemd: ~/.config/systemd/user/{name}.service")
    _need(timer, f"{timers.variables_of(timer)}, readable by you alone (chmod 600), with the line: {{}}=…")
    click.echo(service)
    click.echo(f"# ~/.config/systemd/user/{name}.timer; then: systemctl --user enable --now {name}.timer")
    click.echo(unit)
    script, task = timers.windows(timer, local)
    click.echo(f"# Windows: {timers.script_of(timer)}")
    _need(timer, 'once, in cmd, for the user that the task runs as: setx {} "…"')
    click.echo(script.replace("\r\n", "\n"))
    click.echo(f"# then, once, in cmd\n{fires}")
    click.echo(f"{task}\n")


def _next(timer: Timer, now: datetime, by: Wall | None = None) -> str:
    firing = ", ".join(f"{one:%a %Y-%m-%d %H:%M}" for one in timers.firing(timer, now, by=by))
    return f"next at {firing} ({timer.timezone})"


def _need(timer: Timer, how: str) -> None:
    """Print how the variables that a timer needs are set; `{}` stands for their name."""
    for name in timer.needs:
        click.echo(f"# needs {how.format(name)}")


def _as_dict(timer: Timer, local: Wall, now: datetime) -> dict[str, object]:
    service, unit = timers.systemd(timer)
    script, task = timers.windows(timer, local)
    return {
        "client": timer.name,
        "needs": list(timer.needs),
        "timezone": timer.timezone,
        "next": [one.isoformat() for one in timers.firing(timer, now)],
        "next_by_machine": [one.isoformat() for one in timers.firing(timer, now, by=local)],
        "cron": timers.cron(timer, local),
        "systemd": {"service": service, "timer": unit},
        "windows": {"script": script, "task": task},
    }
