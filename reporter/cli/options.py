"""Options that several commands share, and what they turn into."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from reporter.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_STORE = "sqlite:///reporter.db"
#: the variable that names the store where no option does
STORE_VARIABLE = "REPORTER_STORE"
#: addresses of SQLite without a file: nothing, or a folder
_NO_FILE = re.compile(r"sqlite(\+\w+)?:[/.]*(\?.*)?")


def configs(function: F) -> F:
    """Add the configs of a command."""
    argument = click.argument(
        "configs", metavar="CONFIG...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
    )
    return argument(function)


def reckoning(function: F) -> F:
    """Add `--period` and `--now`."""
    period = click.option(
        "--period",
        metavar="P",
        help="Instead of the config's own: last_week, 2026-W46, 2026-10, 2026-11-05, 2026-11-01..2026-11-07, …",
    )
    now = click.option(
        "--now", metavar="TIME", help="Stand in for the clock where periods are reckoned; ISO 8601 with an offset."
    )
    return period(now(function))


def store(function: F) -> F:
    """Add `--store`."""
    option = click.option(
        "--store",
        "store_url",
        metavar="URL",
        envvar=STORE_VARIABLE,
        default=DEFAULT_STORE,
        show_default=True,
        callback=_a_file,
        help="The database of replies and runs, as sqlite:///PATH (or REPORTER_STORE).",
    )
    return option(function)


def _a_file(_context: click.Context, _option: click.Parameter, url: str) -> str:
    if _NO_FILE.fullmatch(url):
        raise UsageError(
            f"--store {url} (or {STORE_VARIABLE}) names no file; write {DEFAULT_STORE}, or another path there"
        )
    return url


def logged(function: F) -> F:
    """Add `-v` and `--log FILE`, which every command has."""
    verbose = click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_verbose,
        help="Say more on stderr.",
    )
    log = click.option(
        "--log",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        expose_value=False,
        is_eager=True,
        callback=_log_to,
        help="Append what happens to FILE.",
    )
    return verbose(log(function))


def as_json(function: F) -> F:
    """Add `--json`."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON on stdout, for machines.")(function)


def clock(now: str | None) -> datetime:
    """Return `--now`, or the clock's time; raises `UsageError` for a time without offset."""
    if now is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(f"--now {now}: write an ISO 8601 time with its offset, such as 2026-11-09T09:00:00+08:00")
    return moment


def environment() -> dict[str, str]:
    """Return the environment that secrets are looked up in."""
    return dict(os.environ)


def _verbose(_context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        _log_with(logging.StreamHandler())


def _log_to(_context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is None:
        return
    try:
        _log_with(logging.FileHandler(value, encoding="utf-8"))
    except OSError as fault:
        raise UsageError(f"--log {value}: cannot be written: {fault.strerror}") from fault


class OneLine(logging.Formatter):
    """A record's words on one line, whatever a vendor put into them: no line of a log can be made up from outside."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the line."""
        record.message = "".join(letter if letter.isprintable() else " " for letter in record.message)
        return super().formatMessage(record)


def _log_with(handler: logging.Handler) -> None:
    # httpx logs whole URLs, and vendors put keys into them: only our own records are ever shown
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("reporter")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
