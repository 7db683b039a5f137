"""`reporter schema`: the JSON Schema of configs."""

from __future__ import annotations

import json

import click

from reporter.cli import options


@click.command("schema")
@options.logged
def command() -> int:
    """Print the JSON Schema of configs, for editors.

    Save it as schema.json beside your configs and begin each with
    `# yaml-language-server: $schema=schema.json`: the editor then completes and checks keys.
    """
    from reporter.config import schema  # noqa: PLC0415 - after the words of the command are read

    click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
    return 0
