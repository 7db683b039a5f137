"""`reporter run`: from configs to finished folders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from reporter.cli import options, screen
from reporter.errors import ReporterError
from reporter.model import RunManifest

#: of several configs, the first of these codes that occurred is returned (DESIGN.md section 7)
_WORST_FIRST = (1, 3, 5, 4, 75)
#: the fields of `pipeline.Options`, by the names of their flags
_OPTIONS = ("offline", "refresh", "allow_partial")


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
@click.option("--catch-up", is_flag=True, help="Make the periods since the last finished run first.")
@options.as_json
@options.logged
def command(configs: tuple[Path, ...], json_: bool, **choices: Any) -> int:  # noqa: ANN401 - click hands over what it parsed
    """Pull what is missing and write each config's workbook, page, tables and run.json.

    Files appear under DIR/<client>/<period>/, whole or not at all. Nothing is sent for any config until
    all of them are checked, secrets included. Configs whose names begin with `_` are bases and skipped.
    """
    from reporter import pipeline  # noqa: PLC0415 - the whole machinery: after the words of the command are read
    from reporter.cli import work  # noqa: PLC0415 - likewise

    store_url, wanted = choices["store_url"], pipeline.Options(*(choices[name] for name in _OPTIONS))
    jobs = work.jobs(
        configs,
        period=choices["period"],
        now=choices["now"],
        store_to_catch_up=store_url if choices["catch_up"] else None,
    )
    codes, records = [], []
    for job in jobs:
        try:
            outcome = work.run_one(job, store_url=store_url, out=choices["out"], wanted=wanted)
        except ReporterError as fault:
            if len(jobs) == 1:
                raise
            screen.say(f"error: {fault}")
            codes.append(fault.exit_code)
            continue
        screen.told(outcome)
        codes.append(outcome.exit_code)
        records.append((outcome.folder, outcome.manifest))
    if json_:
        click.echo(_as_json(records))
    elif not any(codes):
        screen.say("open the page or the workbook; `reporter plan` shows what next week will cost")
    return next((code for code in _WORST_FIRST if code in codes), max(codes, default=0))


def _as_json(records: Sequence[tuple[Path, RunManifest]]) -> str:
    from reporter import manifest  # noqa: PLC0415 - only `--json` needs it

    return json.dumps(
        {"runs": [{"folder": str(folder), **manifest.to_dict(record)} for folder, record in records]},
        ensure_ascii=False,
        indent=1,
    )
