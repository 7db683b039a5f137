"""`reporter send status` and `reporter send resolve`: what the mail ledger says, and what a person says to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from reporter.cli import options, screen, send_rows
from reporter.errors import LockedError, StoreError, UsageError

if TYPE_CHECKING:
    from reporter.store import Delivery, Store


@click.command("status")
@click.argument("run", metavar="[RUN]", required=False)
@options.store
@options.as_json
@options.logged
def status(run: str | None, store_url: str, json_: bool) -> int:
    """Show who has got what: every row of the mail ledger, or those of one run's client and period.

    What was being sent by a process that is gone is `unknown` from here on.
    """
    with _opened(store_url) as store:
        rows = _standing(store, run)
    if json_:
        send_rows.print_json(rows)
    else:
        send_rows.print_table(rows)
        screen.say(f"{len(rows)} rows in the mail ledger" if rows else "the mail ledger has no rows of that")
    return 0


@click.command("resolve")
@click.argument("key", metavar="KEY")
@click.option("--delivered", is_flag=True, help="It arrived: it counts as accepted and is never sent again.")
@click.option("--lost", is_flag=True, help="It did not: the next `send --yes` sends it again.")
@options.store
@options.as_json
@options.logged
def resolve(key: str, delivered: bool, lost: bool, store_url: str, json_: bool) -> int:
    """Say what became of an unknown mail. KEY is that of `send status`, or as much of it as tells it apart.

    Only a person can know: ask the recipient, or look the Message-ID up in the mail server's log.
    """
    if delivered == lost:
        raise UsageError("say what became of it: --delivered, or --lost")
    with _opened(store_url) as store:
        row = _only(store, key)
        _recovered(store, [row])
        settled = store.ledger.resolve(row.key, is_delivered=delivered, now=datetime.now(UTC))
        if settled is None:
            now = store.ledger.find(row.key)[0].state
            raise UsageError(f"the mail {row.key} to {row.recipient} is {now}; only what is unknown is to be resolved")
    if json_:
        send_rows.print_json([settled])
    else:
        send_rows.print_table([settled])
        screen.say("counted as accepted" if delivered else "the next `reporter send --yes` sends it again")
    return 0


def _standing(store: Store, run: str | None) -> list[Delivery]:
    if run is None:
        _recovered(store, store.ledger.rows())
        return store.ledger.rows()
    from reporter.cli.named import find  # noqa: PLC0415 - only a named run needs it

    record = find(store, run).run.record
    _recovered(store, store.ledger.rows(record.client, record.label))
    return store.ledger.rows(record.client, record.label)


def _recovered(store: Store, rows: list[Delivery]) -> None:
    """Make unknown what a process that is gone was sending; what one is sending now stays as it is."""
    from reporter.lock import alone  # noqa: PLC0415 - after the words of the command are read

    for client, label in dict.fromkeys((row.client, row.label) for row in rows if row.state == "sending"):
        places = [] if store.file is None else [store.file.with_name(f"{store.file.name}.mail.{client}.{label}")]
        try:
            with alone(places, f"the mail of {client} {label}"):
                if places:
                    store.ledger.recover(client, label, datetime.now(UTC))
        except LockedError:
            continue


def _only(store: Store, key: str) -> Delivery:
    if not key.strip():
        raise UsageError("KEY is empty; `reporter send status` lists the keys")
    found = store.ledger.find(key)
    exact = [row for row in found if row.key == key] or found
    if len(exact) != 1:
        how = "names no mail" if not exact else "fits several mails"
        raise UsageError(f"{key} {how}; `reporter send status` lists the keys")
    return exact[0]


def _opened(store_url: str) -> Store:
    from reporter.store import Store, exists  # noqa: PLC0415 - after the words of the command are read

    if not exists(store_url):
        raise StoreError(
            "there is no database of that name; name it with --store sqlite:///PATH, or run a report first"
        )
    return Store.open(store_url)
