"""`reporter build`: a report made again from what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reporter.cli import options
from reporter.cli.run import run_all


@click.command("build")
@options.configs
@options.reckoning
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True
)
@options.store
@click.option("--pdf", is_flag=True, help="Print the page to PDF too, through an installed Chromium.")
@click.option("--allow-partial", is_flag=True, help="Build in spite of gaps; the first sheet says so.")
@options.as_json
@options.logged
def command(configs: tuple[Path, ...], json_: bool, **choices: Any) -> int:  # noqa: ANN401 - click hands over what it parsed
    """Build each config's workbook, page and tables from the store alone; nothing is sent.

    What the store lacks leaves the report partial: `reporter run` pulls it. With --pdf the page is printed too.
    """
    if choices["pdf"]:
        from reporter.printing import chromium  # noqa: PLC0415 - only --pdf needs it

        chromium()
    return run_all(configs, {**choices, "offline": True, "refresh": False, "catch_up": False}, json_=json_)
