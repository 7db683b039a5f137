"""Configs from the words of a command: loaded, all complaints at once. Imports nothing that pulls or builds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from reporter.cli import screen
from reporter.config import Config, load
from reporter.errors import Complaint, ConfigError, UsageError

T = TypeVar("T")
U = TypeVar("U")


def load_all(paths: Sequence[Path], now: datetime) -> list[Config]:
    """Return the configs of `paths`, bases (`_name.yaml`) skipped with a note.

    Raises one `ConfigError` with the complaints about all of them, `UsageError` where only bases came.
    """
    configs = [path for path in paths if not path.name.startswith("_")]
    for path in paths:
        if path not in configs:
            screen.say(f"note: {path} is a base for `extends`, skipped")
    if not configs:
        raise UsageError("only bases were given; name a config whose file does not begin with `_`")
    return each(configs, lambda path: load(path, now=now))


def each(items: Iterable[T], make: Callable[[T], U]) -> list[U]:
    """Return what `make` makes of each item, or raise one `ConfigError` with the complaints about all of them."""
    made, complaints = [], list[Complaint]()
    for item in items:
        try:
            made.append(make(item))
        except ConfigError as fault:
            complaints += [one for one in fault.complaints if one not in complaints]
    if complaints:
        raise ConfigError(complaints)
    return made
