"""`reporter check`: everything that is wrong with configs, and nothing sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli import options, screen

if TYPE_CHECKING:
    from reporter.config import Config


@click.command("check")
@options.configs
@options.reckoning
@options.logged
def command(configs: tuple[Path, ...], period: str | None, now: str | None) -> int:
    """Say everything that is wrong with configs, without sending anything.

    The same loader and rules as `run`. Each complaint names file, line and column, what was found, what
    is allowed, and what to write. Secrets are not needed; those that are missing are named in a note.
    """
    from reporter.cli.configs import each, load_all  # noqa: PLC0415 - after the words of the command are read

    moment = options.clock(now)
    told = each(load_all(configs, moment), lambda config: _told(config, period, moment))
    for lines in told:
        for line in lines:
            screen.say(line)
    screen.say("next: `reporter plan` shows calls and minutes, `reporter run` makes the report")
    return 0


def _told(config: Config, period: str | None, moment: datetime) -> list[str]:
    """Return the notes about a config's missing secrets, and the line that says what is in it."""
    from reporter.config import access, privacy  # noqa: PLC0415 - after the words of the command are read
    from reporter.errors import ConfigError  # noqa: PLC0415 - likewise

    reckoned, env, notes = config.reckoned(period, moment), options.environment(), []
    rooms, searches = config.rooms(reckoned), config.matches()
    for resolve in (access, privacy):
        try:
            resolve(config, env=env)
        except ConfigError as fault:
            notes += [f"note: {complaint.where}: {complaint.message}" for complaint in fault.complaints]
    found = f"{len(rooms)} listed rooms, {sum(map(len, searches.values()))} searches, {len(config.accounts)} accounts"
    return [*notes, f"{config.path}: fine. {config.client} {reckoned.label}, {found}"]
