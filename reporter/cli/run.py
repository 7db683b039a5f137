"""`reporter run`: from configs to finished folders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfoNotFoundError

import click

from reporter.cli import options, screen
from reporter.config import periods
from reporter.config.brief import brief
from reporter.errors import IncompleteError, LockedError, ReporterError, UsageError
from reporter.lock import alone, places
from reporter.model import RunManifest

if TYPE_CHECKING:
    from reporter.config import Config

#: of several configs, the first of these codes that occurred is returned (DESIGN.md section 7)
_WORST_FIRST = (1, 3, 5, 4, 75)
_FILE = "sqlite:///"
#: the fields of `pipeline.Options`, by the names of their flags
_OPTIONS = ("offline", "refresh", "allow_partial", "pdf")


@dataclass(frozen=True, slots=True)
class _Held:
    """The places of one report, and their locks."""

    places: Sequence[Path] = ()
    lock: ExitStack = field(default_factory=ExitStack)


@click.command("run")
@options.configs
@options.reckoning
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True
)
@options.store
@click.option("--offline", is_flag=True, help="Send nothing: build from the store alone.")
@click.option("--refresh", is_flag=True, help="Ask anew for what is stored already.")
@click.option(
    "--allow-partial", is_flag=True, help="Build in spite of gaps; the first sheet says so, and it is never mailed."
)
@click.option("--catch-up", is_flag=True, help="Make the periods that were missed first.")
@options.as_json
@options.logged
def command(configs: tuple[Path, ...], json_: bool, **choices: Any) -> int:  # noqa: ANN401 - click hands over what it parsed
    """Pull what is missing and write each config's workbook, page, tables and run.json.

    Files appear under DIR/<client>/<period>/, whole or not at all. Nothing is sent for any config until
    all of them are checked, secrets included. Configs whose names begin with `_` are bases and skipped.

    --catch-up makes first, oldest first, the periods since the last finished one, and those of the last five weeks
    that were begun and came to nothing. One of which a vendor no longer tells every day is named and left out, and
    does not change how the command ends. Where no day of a config's own period is over yet (`this_week` on a Monday),
    nothing is due, and that is said and is no failure.
    """
    return run_all(configs, {**choices, "pdf": False}, json_=json_)


def run_all(configs: Sequence[Path], choices: Mapping[str, Any], *, json_: bool) -> int:
    """Run configs as `choices` say, tell what came of it, and return the exit code."""
    with ExitStack() as holding:
        wanted, held = _locked(configs, choices, holding)
        away = [LockedError.exit_code] * (len(configs) - len(wanted))
        is_idle = bool(away) and all(path.name.startswith("_") for path in wanted)
        codes, records = ([], []) if is_idle else _each(wanted, choices, held)
    codes += away
    if json_:
        click.echo(_as_json(records))
    elif codes and not any(codes):
        screen.say("open the page or the workbook; `reporter plan` shows what next week will cost")
    return next((code for code in _WORST_FIRST if code in codes), max(codes, default=0))


def _locked(
    configs: Sequence[Path], choices: Mapping[str, Any], holding: ExitStack
) -> tuple[list[Path], dict[str, _Held]]:
    """Lock each report before anything heavy is loaded; return the configs that are free, and what is held of each.

    So a second run is turned away at once: with its `LockedError` where it is the only report, else with a word.
    """
    wanted, held = list[Path](), dict[str, _Held]()
    for path in configs:
        what, needed = _report(path, choices)
        if what not in held:
            one = _Held(needed)
            try:
                one.lock.enter_context(alone(needed, what))
            except LockedError as fault:
                if len(configs) == 1:
                    raise
                screen.say(f"error: {fault}")
                continue
            held[what] = one
            holding.callback(one.lock.close)
        wanted.append(path)
    return wanted, held


def _report(path: Path, choices: Mapping[str, Any]) -> tuple[str, list[Path]]:
    """Return which report a config asks for and the places it needs, none where that is not plain yet.

    With `--catch-up` it is the newest one: those before it are locked as they are made.
    """
    wanted = None if path.name.startswith("_") else brief(path)
    if wanted is None:
        return "", []
    asked = wanted.period if choices["period"] is None else choices["period"]
    try:
        label = periods.resolve(asked, wanted.timezone, options.clock(choices["now"])).label
    except (UsageError, ValueError, ZoneInfoNotFoundError):
        return "", []  # the whole load says what is wrong, with its place
    folder: Path = choices["out"] / wanted.client / label
    return f"{wanted.client} {label}", places(folder, wanted.client, label, _database(choices["store_url"]))


def _database(url: str) -> Path | None:
    """Return the store's file where its address says it plainly, and it is not another folder's to make."""
    path = Path(url.removeprefix(_FILE)) if url.startswith(_FILE) and "?" not in url else None
    return path if path is not None and path.parent.is_dir() else None


def _each(
    configs: Sequence[Path], choices: Mapping[str, Any], held: dict[str, _Held]
) -> tuple[list[int], list[tuple[Path, RunManifest]]]:
    """Run each config in turn; of a single one an error is raised, of several it is told and the rest goes on.

    What is held of a report is let go once it is made.
    """
    from reporter import pipeline  # noqa: PLC0415 - the whole machinery: after the lock is held
    from reporter.cli import work  # noqa: PLC0415 - likewise
    from reporter.store import exists  # noqa: PLC0415 - likewise

    store_url, wanted = choices["store_url"], pipeline.Options(*(choices[name] for name in _OPTIONS))
    jobs = work.jobs(
        configs,
        period=choices["period"],
        now=choices["now"],
        store_to_catch_up=store_url if choices["catch_up"] else None,
        offline=wanted.offline,
    )
    if wanted.offline and not exists(store_url):
        raise IncompleteError(
            f"there is no store at {store_url}, and offline nobody is asked: run `reporter run` without --offline "
            "once, or name the right place with --store"
        )
    if wanted.pdf:
        _need_pages([job.config for job in jobs])
    codes, records = list[int](), list[tuple[Path, RunManifest]]()
    for job in jobs:
        own = held.pop(f"{job.config.client} {job.period.label}", _Held())
        try:
            with own.lock:
                outcome = work.run_one(job, store_url=store_url, out=choices["out"], wanted=wanted, held=own.places)
        except ReporterError as fault:
            if len(jobs) == 1:
                raise
            screen.say(f"error: {fault}")
            codes.append(fault.exit_code)
            continue
        screen.told(outcome, is_offline=wanted.offline)
        codes.append(outcome.exit_code)
        records.append((outcome.folder, outcome.manifest))
    return codes, records


def _need_pages(configs: Sequence[Config]) -> None:
    """Raise `UsageError` where a config makes no page that could be printed, before anything is done for any."""
    without = dict.fromkeys(str(config.path) for config in configs if config.html is None)
    if without:
        raise UsageError(
            f"--pdf prints the page, and {', '.join(without)} makes none; "
            "add `html: {template: summary}` under `outputs:`, or leave --pdf out"
        )


def _as_json(records: Sequence[tuple[Path, RunManifest]]) -> str:
    from reporter import manifest  # noqa: PLC0415 - only `--json` needs it

    return json.dumps(
        {"runs": [{"folder": str(folder), **manifest.to_dict(record)} for folder, record in records]},
        ensure_ascii=False,
        indent=1,
    )
