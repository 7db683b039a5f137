"""`reporter plan`: calls and minutes, before anything is sent."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli import options, screen

if TYPE_CHECKING:
    from reporter.plan import Plan, PlannedCall


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
    from reporter.cli import work  # noqa: PLC0415 - after the words of the command are read

    jobs = work.jobs(configs, period=period, now=now)
    plans = [work.planned(job, options.clock(now), store_url) for job in jobs]
    if json_:
        documents = [_document(made) for made in plans]
        click.echo(json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=1))
        return 0
    for job, made in zip(jobs, plans, strict=True):
        _show(f"{job.config.client} {job.period.label}", made)
    return 0


def _document(made: Plan) -> dict[str, Any]:
    return {
        "calls": [asdict(call) for call in made.calls],
        "out_of_reach": [dict(zip(("vendor", "account", "day"), one, strict=True)) for one in made.out_of_reach],
        "notes": [note.en for note in made.notes],
    }


def _show(title: str, made: Plan) -> None:
    click.echo(title)
    for (account, endpoint), calls in _by_call(made).items():
        floor = "" if all(one.exact for one in calls) else "at least "
        kept = sum(one.stored for one in calls)
        shown = f"{floor}{sum(one.calls for one in calls)} calls, {sum(one.minutes for one in calls):.1f} min"
        click.echo(f"  {account:<10} {endpoint:<34} {shown}" + (f", {kept} stored already" if kept else ""))
    for vendor, account, day in made.out_of_reach:
        click.echo(f"  out of reach: {vendor}:{account} no longer tells {day}")
    for note in made.notes:
        screen.say(f"  note: {note.en}")


def _by_call(made: Plan) -> dict[tuple[str, str], list[PlannedCall]]:
    grouped: dict[tuple[str, str], list[PlannedCall]] = {}
    for call in made.calls:
        grouped.setdefault((call.account, call.endpoint), []).append(call)
    return grouped
