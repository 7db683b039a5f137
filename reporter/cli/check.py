"""`reporter check`: everything that is wrong with configs, and nothing sent."""

from __future__ import annotations

from pathlib import Path

import click

from reporter.cli import options, screen


@click.command("check")
@options.configs
@options.reckoning
@options.logged
def command(configs: tuple[Path, ...], period: str | None, now: str | None) -> int:
    """Say everything that is wrong with configs, without sending anything.

    The same loader and rules as `run`. Each complaint names file, line and column, what was found, what
    is allowed, and what to write. Secrets are not needed; those that are missing are named in a note.
    """
    from reporter.cli import work  # noqa: PLC0415 - after the words of the command are read
    from reporter.config import access, periods  # noqa: PLC0415 - likewise
    from reporter.errors import ConfigError  # noqa: PLC0415 - likewise

    env, moment = options.environment(), options.clock(now)
    for config in work.load_all(configs, env):
        reckoned = periods.resolve(period or config.period, config.timezone, moment)
        rooms, searches = config.rooms(reckoned), config.matches()
        try:
            access(config, env=env)
        except ConfigError as fault:
            for complaint in fault.complaints:
                screen.say(f"note: {complaint.where}: {complaint.message}")
        screen.say(
            f"{config.path}: fine. {config.client} {reckoned.label}, {len(rooms)} listed rooms, "
            f"{sum(map(len, searches.values()))} searches, {len(config.accounts)} accounts"
        )
    screen.say("next: `reporter plan` shows calls and minutes, `reporter run` makes the report")
    return 0
