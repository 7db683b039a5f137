"""`reporter send`: finished runs to their clients; dry unless it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli import options, screen, send_rows
from reporter.cli.send_ledger import resolve, status
from reporter.errors import DamageError, HeldError, NothingDueError, UsageError

if TYPE_CHECKING:
    from reporter.cli.named import Named
    from reporter.config import Config
    from reporter.mail import Draft, Server
    from reporter.store import Delivery, Store

#: what `send` can be told besides runs
_MORE: Mapping[str, click.Command] = {"status": status, "resolve": resolve}


class _Send(click.Command):
    """A command whose first word may be one of `_MORE`, else names a run."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own signature
    ) -> click.Context:
        """Return the context of this command, or of the other that the first word names."""
        if args and args[0] in _MORE:
            return _MORE[args[0]].make_context(f"{info_name} {args[0]}", args[1:], parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)


@click.command("send", cls=_Send)
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Send. Without this nothing leaves the machine.")
@click.option("--to-me", is_flag=True, help="Send to the config's own address alone; never counts as sent.")
@click.option("--only-failed", is_flag=True, help="Try those again who were deferred or refused, at once.")
@click.option(
    "--revise", is_flag=True, help="Replace what was sent of the same period, for all; the mail says what changed."
)
@click.option(
    "--eml",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each message into DIR as .eml, to look at; it has no Bcc.",
)
@click.option(
    "--config",
    metavar="CONFIG",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Take CLIENT's run of this config, as it is now, of the period that it asks for, and no other; for timers.",
)
@options.reckoning
@options.store
@options.as_json
@options.logged
def command(runs: tuple[str, ...], store_url: str, json_: bool, **choices: Any) -> int:  # noqa: ANN401 - click hands over what it parsed
    """Send finished runs to their clients, each the right file, once; without --yes only show what would be sent.

    \b
    RUN is a run's folder (out/acme/2026-W46), its run id, or CLIENT[/PERIOD], the newest finished.

    \b
    reporter send RUN...                     who would get what; all checks; opens no connection
    reporter send RUN... --to-me             the real mail, to your own address
    reporter send RUN... --yes               send
    reporter send status [RUN]               who has got what
    reporter send resolve KEY --delivered    settle a mail of which nobody knows whether it arrived, or --lost

    The mail section of the config as it was at the run says who gets what. Every file is opened again and held,
    cell for cell, against what the stored replies give; rows of other clients, phones, addresses and stream
    keys hold a mail back. Who has got a content never gets it again: a lost connection leaves it `unknown`
    until you say what became of it. Files that say what was sent already, but for their time, go to those alone who
    have not got that: to an address that was corrected.

    \b
    planned    not tried yet              deferred   tried, will be taken again later
    sending    under way                  refused    the server said no, for good
    accepted   with their server          unknown    may have arrived: `send resolve`
    held       a safety rule said no

    Ends 0 when all are accepted, 1 when anybody is refused, deferred or unknown, 5 when anything is held back.
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped
    if choices["yes"] and choices["to_me"]:
        raise UsageError("say --yes or --to-me, not both: first to yourself, then to the client")
    try:
        wanted = _wanted(runs, choices)
    except NothingDueError as fault:
        screen.say(f"nothing is due yet, so nothing was sent: {fault}")
        if json_:
            send_rows.print_json([])
        return 0
    from reporter.store import Store, exists  # noqa: PLC0415 - after the words of the command are read

    with ExitStack() as stack:
        store = stack.enter_context(Store.open(store_url)) if exists(store_url) else None
        rows, held = _rows(store, runs, {**choices, "wanted": wanted}, json_=json_, stack=stack)
    acts = choices["yes"] or choices["to_me"]
    if json_:
        send_rows.print_json(rows)
    else:
        send_rows.print_table(rows)
        screen.say(send_rows.what_next(rows, acts=acts, held=held))
    return send_rows.exit_code(rows, acts=acts, held=held)


def _rows(
    store: Store | None, words: Sequence[str], choices: Mapping[str, Any], *, json_: bool, stack: ExitStack
) -> tuple[list[Delivery], frozenset[str]]:
    """Return all rows, and the keys of those whose mail a gate holds back, whatever became of it before.

    First every run is named, locked and checked, then what is asked for is done with each.
    """
    found, rows = _named(store, words, choices["wanted"])
    if store is None:
        return rows, frozenset()
    drafts, away = _drafts(store, found, choices, stack)
    held = frozenset(row.key for draft, _ in drafts if draft.reasons for row in draft.rows)
    return [*rows, *away, *_done(store, drafts, choices, json_=json_)], held


def _named(
    store: Store | None, words: Sequence[str], wanted: tuple[Config, str] | None
) -> tuple[list[Named], list[Delivery]]:
    """Return the runs that words name, each once, and a row for each word whose run nobody can vouch for."""
    from reporter.cli.named import find, made_by  # noqa: PLC0415 - after the words of the command are read

    found: dict[str, Named] = {}
    away: list[Delivery] = []
    for word in dict.fromkeys(words):
        try:
            named = find(store, word) if wanted is None else made_by(store, *wanted)
        except (DamageError, HeldError) as fault:
            away.append(send_rows.nobody(word, str(fault)))
        else:
            found[named.run.record.run_id] = named
    _refuse_rivals(found.values())
    return list(found.values()), away


def _drafts(
    store: Store, found: Sequence[Named], choices: Mapping[str, Any], stack: ExitStack
) -> tuple[list[tuple[Draft, Server | None]], list[Delivery]]:
    """Return a draft of each run, and a row for each run of which nobody can say whom its mail is for."""
    drafts: list[tuple[Draft, Server | None]] = []
    away: list[Delivery] = []
    for one in found:
        try:
            drafts.append(_drafted(store, one, choices, stack))
        except (DamageError, HeldError) as fault:
            away.append(send_rows.nobody(f"{one.run.record.client}/{one.run.record.label}", str(fault)))
    return drafts, away


def _wanted(words: Sequence[str], choices: Mapping[str, Any]) -> tuple[Config, str] | None:
    """Return the config whose run is to be sent and the label of its period; None where RUN says which."""
    path: Path | None = choices["config"]
    if path is None:
        if choices["period"] is not None or choices["now"] is not None:
            raise UsageError("--period and --now go with --config; without it, write CLIENT/PERIOD")
        return None
    from reporter.cli.configs import load_all  # noqa: PLC0415 - only timers name a config

    moment = options.clock(choices["now"])
    (config,) = load_all([path], moment)
    if set(words) != {config.client}:
        raise UsageError(f"{path} is the config of {config.client}; with --config write its client alone as RUN")
    return config, config.reckoned(choices["period"], moment).label


def _refuse_rivals(found: Any) -> None:  # noqa: ANN401 - named runs
    reports = [(one.run.record.client, one.run.record.label) for one in found]
    twice = next((one for one in reports if reports.count(one) > 1), None)
    if twice is not None:
        raise UsageError(f"two runs of {'/'.join(twice)} are named; send one of them")


def _drafted(store: Store, named: Named, choices: Mapping[str, Any], stack: ExitStack) -> tuple[Draft, Server | None]:
    """Return a run's draft, and its server where mail is to leave; its mail is locked until `stack` ends."""
    from reporter import config, lock, mail  # noqa: PLC0415 - after the words of the command are read

    record, acts = named.run.record, choices["yes"] or choices["to_me"]
    if acts and store.file is not None:
        place = store.file.with_name(f"{store.file.name}.mail.{record.client}.{record.label}")
        what = f"the mail of {record.client} {record.label}"
        stack.enter_context(lock.alone([place], what, busy="is being sent by another process"))
    if choices["yes"]:
        store.ledger.recover(record.client, record.label, datetime.now(UTC))
    env, wish = options.environment(), mail.Wish(choices["to_me"], choices["revise"])
    draft = mail.draft(store, named.run, named.folder, env=env, wish=wish)
    if not acts:
        return draft, None
    if draft.mail.smtp is None:
        raise UsageError(f"mail.smtp is not set in the config of {record.client} {record.label}; add it and run again")
    return draft, mail.parse(config.secret(draft.config, "mail.smtp", env=env))


def _done(
    store: Store, drafts: Sequence[tuple[Draft, Server | None]], choices: Mapping[str, Any], *, json_: bool
) -> list[Delivery]:
    from reporter import mail  # noqa: PLC0415 - after the words of the command are read

    rows: list[Delivery] = []
    now = datetime.now(UTC)
    world = mail.World(tell=screen.say)
    with mail.posting(mail.Post(store, world, choices["only_failed"], choices["to_me"])) as post:
        for draft, server in drafts:
            if choices["eml"] is not None and not draft.reasons:
                send_rows.write_eml(choices["eml"], draft, now)
            if json_:
                send_rows.say_held(draft)
            else:
                send_rows.show(draft, now)
            if server is not None:
                rows += post.send(draft, server)
            else:
                rows += send_rows.as_planned(mail.standing(store, draft), draft, now)
    return rows
