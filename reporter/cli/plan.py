"""`reporter plan`: calls and minutes, before anything is sent."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli import options, screen

if TYPE_CHECKING:
    from reporter.plan import Plan


@click.command("plan")
@options.configs
@options.reckoning
@options.store
@options.as_json
@options.logged
def command(configs: tuple[Path, ...], period: str | None, now: str | None, store_url: str, json_: bool) -> int:
    """Show the calls and minutes that a run would take, without sending anything.

    What only a call can tell (rooms of a `match:`, viewers for tracks) is counted as "at least".
    """
    from reporter import plan as planning  # noqa: PLC0415 - after the words of the command are read
    from reporter.cli import work  # noqa: PLC0415 - likewise

    plans = []
    for job in work.jobs(configs, period=period, now=now):
        pulls = planning.first_pulls(job.config, job.access, job.period)
        made = planning.plan(pulls, job.access, options.clock(now), stored=work.stored(pulls, job, store_url))
        plans.append(made)
        if not json_:
            _show(f"{job.config.client} {job.period.label}", made)
    if json_:
        documents = [_document(made) for made in plans]
        click.echo(json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=1))
    return 0


def _document(made: Plan) -> dict[str, Any]:
    return {
        "calls": [asdict(call) for call in made.calls],
        "out_of_reach": [dict(zip(("vendor", "account", "day"), one, strict=True)) for one in made.out_of_reach],
        "notes": [note.en for note in made.notes],
    }


def _show(title: str, made: Plan) -> None:
    calls, minutes, exact, stored = defaultdict(int), defaultdict(float), defaultdict(lambda: True), defaultdict(int)
    for call in made.calls:
        key = (call.account, call.endpoint)
        calls[key] += call.calls
        minutes[key] += call.minutes
        stored[key] += call.stored
        exact[key] = exact[key] and call.exact
    click.echo(title)
    for key, number in calls.items():
        floor = "" if exact[key] else "at least "
        kept = f", {stored[key]} stored already" if stored[key] else ""
        click.echo(f"  {key[0]:<10} {key[1]:<36} {floor}{number} calls, {minutes[key]:.1f} min{kept}")
    for vendor, account, day in made.out_of_reach:
        click.echo(f"  out of reach: {vendor}:{account} no longer tells {day}")
    for note in made.notes:
        screen.say(f"  note: {note.en}")
