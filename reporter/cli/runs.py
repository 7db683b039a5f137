"""`reporter runs`: what has been run, and one run's record."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from reporter.cli import columns, options, screen
from reporter.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from reporter.cli.named import Named
    from reporter.store import FinishedRun, RunRecord, Store

_UNFINISHED = "unfinished"


@click.command("runs")
@click.argument("word", metavar="[RUN]", required=False)
@click.option("--client", metavar="NAME", help="Only the runs of this client.")
@options.store
@options.as_json
@options.logged
def command(word: str | None, client: str | None, store_url: str, json_: bool) -> int:
    """List the runs that the store holds, in the order in which they began; with RUN show that one.

    \b
    RUN is a run's folder (out/acme/2026-W46), its run id, or CLIENT[/PERIOD], the newest finished.

    One run is shown with its files and whether they still are what it wrote, its calls with their rows and
    verdicts, its tables, issues and checks, and where its mail stands. An `unfinished` run was stopped, or
    built nothing because data was missing; `reporter run` goes on with it for 24 hours.
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped
    from reporter.store import Store, exists  # noqa: PLC0415 - after the words of the command are read

    if not exists(store_url):
        raise UsageError(f"there is no store at {store_url}; name one with --store, or run a report first")
    with Store.open(store_url) as store:
        if word is None:
            _list(store, client, json_=json_)
        else:
            from reporter.cli.named import find  # noqa: PLC0415 - only one run needs it

            _show(store, find(store, word), json_=json_)
    return 0


def _list(store: Store, client: str | None, *, json_: bool) -> None:
    records = [one for one in store.runs() if not one.is_of_audit]
    if client is not None and client not in {one.client for one in records}:
        known = ", ".join(sorted({one.client for one in records})) or "none"
        raise UsageError(f"the store holds no run of a client {client}; there are {known}")
    entries = [_entry(store, one) for one in records if client in {None, one.client}]
    if json_:
        click.echo(json.dumps({"runs": entries}, ensure_ascii=False, indent=1))
        return
    header = ("run", "client", "period", "status", "as of", "version", "folder")
    rows = [
        (
            one["run_id"],
            one["client"],
            one["period"],
            one["status"],
            one["as_of"][:16].replace("T", " "),
            one["version"] or "",
            os.path.relpath(one["folder"]) if one["folder"] else "",
        )
        for one in entries
    ]
    columns.table(header, rows)
    screen.say("`reporter runs RUN` shows one; `reporter explain RUN --metric people` says where a figure comes from")


def _entry(store: Store, record: RunRecord) -> dict[str, Any]:
    """Return what the list tells of a run; `version` and `folder` are known of finished ones."""
    finished = store.finished(record.run_id)
    told = json.loads(finished.manifest) if finished is not None and finished.manifest else {}
    zone = record.start.tzinfo
    return {
        "run_id": record.run_id,
        "client": record.client,
        "period": record.label,
        "start": record.start.isoformat(),
        "end": record.end.isoformat(),
        "status": record.status or _UNFINISHED,
        "as_of": record.as_of.astimezone(zone).isoformat(),
        "started_at": record.started_at.astimezone(zone).isoformat(),
        "finished_at": _iso(record.finished_at, record),
        "version": told.get("version"),
        "config_sha256": record.config_sha256,
        "folder": _folder(store, finished),
        "files": len(told.get("files", ())),
        "issues": len(told.get("issues", ())),
    }


def _folder(store: Store, run: FinishedRun | None) -> str | None:
    return None if run is None or not run.origin.folder else os.path.normpath(store.folder / run.origin.folder)


def _iso(moment: datetime | None, record: RunRecord) -> str | None:
    return None if moment is None else moment.astimezone(record.start.tzinfo).isoformat()


def _show(store: Store, named: Named, *, json_: bool) -> None:
    shown = _details(store, named)
    if json_:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for name in ("run_id", "client", "period", "status", "as_of", "finished_at", "version", "config_sha256", "folder"):
        click.echo(f"  {name:14} {shown[name]}")
    click.echo()
    columns.table(
        ("file", "kind", "bytes", "now"),
        [(file["path"], file["kind"], f"{file['bytes']:,}", file["now"]) for file in shown["files"]],
        right={2},
    )
    click.echo()
    columns.table(
        ("account", "call", "pulls", "requests", "rows", "claimed", "verdict"),
        [_call_line(one) for one in shown["calls"]],
        right={2, 3, 4, 5},
    )
    click.echo()
    click.echo(f"  tables         {_listed(shown['tables'])}")
    click.echo(f"  issues         {_listed(shown['issues']) or 'none'}")
    click.echo(f"  checks         {_listed(shown['checks']) or 'none'}")
    click.echo(f"  mail           {_listed(shown['mail']) or 'none'}")
    screen.say(f"`reporter rebuild {shown['run_id']}` makes it again and says whether it still comes out the same")


def _call_line(one: dict[str, Any]) -> tuple[str, ...]:
    counts = [f"{one[name]:,}" for name in ("pulls", "requests", "rows")]
    claimed = "" if one["claimed"] is None else f"{one['claimed']:,}"
    return (f"{one['vendor']}:{one['account']}", one["endpoint"], *counts, claimed, _listed(one["verdicts"]))


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _details(store: Store, named: Named) -> dict[str, Any]:
    """Return what is told of one run: its entry of the list, and what its run.json and its folder say."""
    from reporter import finished  # noqa: PLC0415 - only one run needs it

    told = finished.record(named.run)
    touched = finished.changed(named.run, named.folder)
    record = named.run.record
    deliveries = [one for one in store.ledger.rows(record.client, record.label) if one.run_id == record.run_id]
    return {
        **_entry(store, record),
        "folder": str(named.folder),
        "files": [{**file, "now": touched.get(file["path"], "as written")} for file in told["files"]],
        "calls": _calls(told["pulls"]),
        "tables": told["tables"],
        "issues": dict(Counter(issue["level"] for issue in told["issues"])),
        "checks": dict(Counter(check["verdict"] for check in told.get("checks", ()))),
        "mail": dict(Counter(one.state for one in deliveries)),
    }


def _calls(pulls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pulls added up by call, in the order in which they first come."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in pulls:
        key = (one["vendor"], one["account"], one["endpoint"])
        names = dict(zip(("vendor", "account", "endpoint"), key, strict=True))
        call = found.setdefault(
            key, {**names, "pulls": 0, "requests": 0, "rows": 0, "claimed": None, "verdicts": Counter[str]()}
        )
        call["pulls"] += 1
        call["requests"] += one["requests"]
        call["rows"] += one["rows"]
        if one["claimed"] is not None:
            call["claimed"] = (call["claimed"] or 0) + one["claimed"]
        call["verdicts"][one["verdict"]] += 1
    return list(found.values())
