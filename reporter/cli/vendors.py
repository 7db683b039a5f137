"""`reporter vendors`: which platforms there are, their calls and limits, and what each can give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import click

from reporter import labels
from reporter.cli import columns, options, screen
from reporter.model import Language

if TYPE_CHECKING:
    from reporter.vendors.base import Vendor

_MINUTE = 60


@click.command("vendors")
@click.option(
    "--language",
    type=click.Choice(get_args(Language)),
    default="en",
    show_default=True,
    help="The language of the platforms' names.",
)
@options.as_json
@options.logged
def command(language: Language, json_: bool) -> int:
    """List the platforms: the keys of an account, each call with its limit and reach, and the figures each can give.

    The limit is the platform's own, or ours where it names none; `rate:` of an account lowers it. The reach is how
    many days back a call can be asked. A figure that no platform of a report can give is 不可得 there, never 0.
    """
    from reporter.vendors import VENDORS  # noqa: PLC0415 - after the words of the command are read

    told = [_entry(vendor) for vendor in VENDORS.values()]
    if json_:
        click.echo(json.dumps({"vendors": told}, ensure_ascii=False, indent=1))
        return 0
    for one in told:
        click.echo(f"{one['vendor']}: {labels.vendor(one['vendor'], language)}")
        click.echo(f"  an account has {', '.join(one['account'])}; a room is named by `{one['room_key']}`")
        rows = [(call["call"], f"{call['per_minute']:g}/min", _reach(call["days"])) for call in one["calls"]]
        columns.table(("call", "limit", "reach"), rows, right={1})
        click.echo(f"  gives {', '.join(one['metrics'])}\n")
    screen.say("`reporter metrics CODE` says how a figure is reckoned")
    return 0


def _entry(vendor: Vendor) -> dict[str, Any]:
    from reporter.metrics import definitions  # noqa: PLC0415 - after the words of the command are read

    return {
        "vendor": vendor.name,
        "label": {"zh": labels.vendor(vendor.name, "zh"), "en": labels.vendor(vendor.name, "en")},
        "account": list(vendor.account.model_fields),
        "room_key": vendor.room_key,
        "calls": [
            {"call": one.name, "per_minute": one.rate * _MINUTE, "days": one.window_days}
            for one in vendor.endpoints.values()
        ],
        "metrics": [one.code for one in definitions() if vendor.name in one.vendors],
        "columns": sorted(vendor.capabilities),
    }


def _reach(days: int | None) -> str:
    return "no limit known" if days is None else f"{days} days"
