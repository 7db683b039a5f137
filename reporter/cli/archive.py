"""`reporter archive`: is what is stored sound, what is it, what may go, and who has to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli import columns, options, screen
from reporter.errors import StoreError, UsageError

if TYPE_CHECKING:
    from reporter.archive import AtRisk, Who
    from reporter.store import Rejection, Store

_FILE = "sqlite:///"
#: a call whose next day is lost within so many days is marked
_SOON = 8
_DAMAGED = 1
#: so many spans of days are shown, the newest
_MOST_SPANS = 3


@click.group("archive")
def command() -> None:
    """Look after what is stored: every reply of the vendors, and the record of every run.

    \b
    verify   hash every stored reply and file again; 1 when any is damaged
    status   accounts, periods, sizes; days about to leave a vendor's reach
    prune    drop the replies of old periods; runs and their totals stay
    forget   erase one person from everything that is stored

    The database is reporter.db in this folder unless --store or REPORTER_STORE names another.
    prune and forget say what they would do, and do it with --yes.
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped


@command.command("verify")
@options.store
@options.as_json
@options.logged
def verify(store_url: str, json_: bool) -> int:
    """Hash every stored reply and every stored file again, and name what is not what was stored.

    Each damaged reply is named by its call, room, page and id, and the run that asked for it. Nothing is
    changed. Ends 0 when all is sound and 1 when anything is damaged: a report refuses to be built on it, and
    `reporter run --refresh` asks the vendor anew for what it still tells.
    """
    with _opened(store_url) as store:
        found = store.verify()
    if json_:
        _print_json({"replies": found.replies, "files": found.files, "damages": [asdict(one) for one in found.damages]})
    else:
        for one in found.damages:
            click.echo(f"damaged: {one.what}: {one.why}")
        click.echo(f"{found.replies} replies and {found.files} files hashed again, {len(found.damages)} damaged")
        if found.damages:
            screen.say("`reporter run CONFIG --refresh` asks anew for what the vendors still tell")
    return _DAMAGED if found.damages else 0


@command.command("status")
@options.store
@click.option("--now", metavar="TIME", help="Stand in for the clock; ISO 8601 with an offset.")
@click.option(
    "--rejected",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the refused replies that are kept into DIR, one file each, readable by you alone.",
)
@options.as_json
@options.logged
def status(store_url: str, now: str | None, rejected: Path | None, json_: bool) -> int:
    """Show what is stored of each account and call: walks, replies, bytes, and the days that whole walks tell of.

    For calls that reach back only so many days (Aliyun 30, Volcengine's visit log 90) it also says which days were
    asked for and are not stored, of some room at least, and when the first of them, or the first day after what
    was asked for, can no longer be had. Refused replies are kept for a week, 200 at
    most and 64 KiB of each, so that an engineer can see what a vendor really said: --rejected DIR writes them
    out. They may hold personal data, and are never printed.
    """
    from reporter.archive import at_risk, forgetful  # noqa: PLC0415 - after the words of the command are read

    moment = options.clock(now)
    with _opened(store_url) as store:
        holdings, refused, covered = store.holdings(), store.rejections(), store.coverages(forgetful())
        runs = [one for one in store.runs() if not one.is_of_audit]
        erased = len(store.tombstones())
    risks = at_risk(covered, moment)
    if rejected is not None:
        _write_rejected(rejected, refused)
    if json_:
        _print_json(
            {
                "accounts": [asdict(one) for one in holdings],
                "at_risk": [asdict(one) for one in risks],
                "runs": len(runs),
                "rejected": [_without_body(one) for one in refused],
                "forgotten": erased,
            }
        )
        return 0
    header = ("account", "call", "walks", "replies", "size", "days")
    rows = [
        (
            f"{one.vendor}:{one.account or '?'}",
            one.endpoint,
            str(one.walks),
            str(one.replies),
            _size(one.byte_count),
            _spans(one.spans),
        )
        for one in holdings
    ]
    columns.table(header, rows, right={2, 3, 4})
    click.echo(f"{len(runs)} runs, {len(refused)} refused replies kept, {erased} persons erased")
    for line in [line for one in risks for line in _risk(one)]:
        click.echo(line)
    undated = sum(one.undated for one in holdings)
    if undated:
        click.echo(f"of {undated} walks that an earlier version stored nobody knows the days: they are not among these")
    return 0


@command.command("prune")
@options.store
@click.option("--before", metavar="DAY", help="Of periods that were over by DAY (2026-11-01).")
@click.option("--keep", metavar="N", type=click.IntRange(1), help="Of all but each client's newest N periods.")
@click.option("--yes", is_flag=True, help="Do it; without this only say what would be done.")
@options.logged
def prune(store_url: str, before: str | None, keep: int | None, yes: bool) -> int:
    """Drop the replies that only old periods needed, and give the room back.

    Kept are: every run's record, totals and files, what its searches found, and each walk's counts and
    verdict; trends and plans go on as before. A reply that a newer run used as well stays. A report of a
    pruned period can no longer be rebuilt, or audited against its replies.
    """
    from reporter.archive import old_runs  # noqa: PLC0415 - after the words of the command are read

    if (before is None) == (keep is None):
        raise UsageError("say which periods may go: --before DAY, or --keep N")
    now = datetime.now(UTC)
    with _opened(store_url) as store:
        run_ids = set(old_runs(store.runs(), now, before=_day(before) if before else None, keep=keep))
        pruned = store.prune(run_ids, now, is_rehearsal=not yes)
    done = "dropped" if yes else "would drop"
    amount = f"{pruned.replies} replies of {pruned.walks} walks ({_size(pruned.byte_count)})"
    click.echo(f"{done} {amount} that only {len(run_ids)} old runs used")
    if not yes:
        screen.say("nothing was changed; say --yes to do it")
    return 0


@command.command("forget")
@options.store
@click.option("--phone", metavar="P", help="The person with this phone, in every account and however it is spelled.")
@click.option("--viewer", metavar="VENDOR:ACCOUNT/ID", help="One viewer of one account, by the vendor's id.")
@click.option("--yes", is_flag=True, help="Do it; without this only say what would be done.")
@options.logged
def forget(store_url: str, phone: str | None, viewer: str | None, yes: bool) -> int:
    """Erase one person from everything that is stored. There is no way back.

    In each row of theirs all is blanked that is not known to be harmless: name, phone, e-mail, address,
    company, pictures, form answers. The rows stay, under a made-up id, so that counts, sums and who-met-whom
    hold; Volcengine's own UserId stays too, a number that means nothing outside of that account. --phone
    finds the rows in which the phone stands, and from them the same viewer's rows in the other calls of the
    account; what others have too (an office's e-mail) goes from the person's own rows alone, and a line says
    how many rows of others were left for it. In rosters and staff lists that runs were made from, the phone's
    line is emptied (in an Excel list the number). Refused replies are all dropped. A salted hash that cannot
    be read back says that somebody was erased. The database is then rewritten, so that no trace is left in its
    free pages.

    Not reached from here: reports already written under --out, mail that was sent, the rosters in your
    folder, backups, and the vendor, who sends the person again at the next pull until they are erased there.
    Reports rebuilt from the store no longer show them, and differ from the first ones by that.
    """
    if (phone is None) == (viewer is None):
        raise UsageError("say who: --phone P, or --viewer VENDOR:ACCOUNT/ID")
    from reporter import archive  # noqa: PLC0415 - after the words of the command are read

    who: Who = archive.phone(phone) if phone is not None else archive.viewer(viewer or "")
    with _opened(store_url) as store:
        found = archive.forget(store, who, datetime.now(UTC), is_rehearsal=not yes)
    done = "erased the person from" if yes else "would erase the person from"
    click.echo(f"{done} {found.rows} rows in {found.replies} replies and from {found.files} files of runs")
    for account, shared in found.left:
        click.echo(
            f"left: {shared.rows} rows of others in {account}, which have the same {', '.join(shared.fields)}; "
            "whoever of them is the same person is named with --viewer"
        )
    if not yes:
        screen.say("nothing was changed; say --yes to do it")
    return 0


def _risk(one: AtRisk) -> list[str]:
    place = f"{one.vendor}:{one.account or '?'} {one.endpoint}"
    lines = [f"lost: {place} lacks {_days(one.lost)}, and no longer tells"] if one.lost else []
    if one.missing:
        told, first = f"{place} lacks {_days(one.missing)}", "the first of these"
    else:
        held = f"{place} is stored until {one.stored_until}" if one.stored_until else f"nothing of {place} is stored"
        told, first = held, "the next day"
    if one.days_left <= 0:
        return [*lines, f"lost: {told}; {first} could be asked for before {one.lost_on}"]
    days = "day" if one.days_left == 1 else "days"
    mark = "soon lost: " if one.days_left <= _SOON else ""
    return [*lines, f"{mark}{told}; {first} is lost on {one.lost_on}, in {one.days_left} {days}"]


def _opened(store_url: str) -> Store:
    """Open the store that is there; one that is not is never made."""
    from reporter.store import Store  # noqa: PLC0415 - after the words of the command are read

    if store_url.startswith(_FILE) and not Path(store_url.removeprefix(_FILE)).is_file():
        path = store_url.removeprefix(_FILE)
        raise StoreError(f"there is no database {path}; name it with --store sqlite:///PATH, or run a report first")
    return Store.open(store_url)


def _write_rejected(folder: Path, refused: Sequence[Rejection]) -> None:
    from reporter.files import PRIVATE, write_whole  # noqa: PLC0415 - only --rejected needs it

    for number, one in enumerate(reversed(refused), 1):
        call = one.endpoint.replace("/", "-")
        write_whole(folder / f"{number:03d}_{one.vendor}_{call}_{one.at:%Y%m%dT%H%M%S}.txt", one.body, mode=PRIVATE)
    screen.say(f"{len(refused)} refused replies written to {folder}; they may hold personal data")


def _without_body(one: Rejection) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "body"}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"--before {text}: write a day, such as 2026-11-01") from fault


def _days(days: Sequence[date]) -> str:
    from reporter.store import spans_of  # noqa: PLC0415 - after the words of the command are read

    return _spans(spans_of(days))


def _spans(spans: Sequence[tuple[date, date]]) -> str:
    shown = [str(first) if first == last else f"{first}..{last}" for first, last in spans]
    more = f" and {len(shown) - _MOST_SPANS} more" if len(shown) > _MOST_SPANS else ""
    return ", ".join(shown[-_MOST_SPANS:]) + more


def _size(byte_count: int) -> str:
    size, units = float(byte_count), ["B", "KiB", "MiB", "GiB"]
    while size >= 1024 and len(units) > 1:  # noqa: PLR2004 - of which units are made
        size, units = size / 1024, units[1:]
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"


def _print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=_text))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
