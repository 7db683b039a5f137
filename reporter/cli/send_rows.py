"""What `reporter send` shows: a mail before it goes, its rows after, and what to do next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter import oneline
from reporter.cli import columns, screen

if TYPE_CHECKING:
    from reporter.mail import Draft, Parcel
    from reporter.store import Delivery

_KILOBYTE = 1000
_CHECKS = "complete, stored, files as made, cell for cell, own rooms, nothing personal, no secret, domains: passed"
_NOBODY = "nobody came in this period; the mail says so"
_AS_SENT = "says what was sent already, but for its time: it goes to those alone who have not got that"
_TOO_LARGE = "too large for mail even without its files; raise mail.max_mb and run again"


def show(draft: Draft, now: datetime) -> None:
    """Print a mail as it would go: headers, files with their sizes as encoded, what it passed or why it is held."""
    record, envelope = draft.run.record, draft.envelope
    click.echo(f"{record.client} {record.label}  (run {record.run_id}, for {draft.config.audience} eyes)")
    for name, boxes in (("From", (envelope.sender,)), ("To", envelope.to), ("Cc", envelope.cc)):
        _line(name, ", ".join(_box(one.name, one.address) for one in boxes))
    hidden = {row.recipient for row in draft.rows} - {one.address for one in (*envelope.to, *envelope.cc)}
    _line("Bcc", ", ".join(sorted(hidden)))
    _line("Reply-To", ", ".join(one.address for one in envelope.reply_to))
    _line("Subject", envelope.subject)
    _line("Note", _AS_SENT if draft.is_as_sent else "")
    for reason in draft.reasons:
        _line("HELD", reason)
    if not draft.reasons:
        fitting = draft.fitting(now)
        _files(draft, fitting)
        _line("Note", _NOBODY if draft.is_empty else "")
        _line("Checks", _CHECKS)


def say_held(draft: Draft) -> None:
    """Tell why a mail is held back: the row of who has got it, or was refused, goes on saying what became of that."""
    for reason in draft.reasons:
        screen.say(f"held back: {draft.run.record.client} {draft.run.record.label}: {reason}")


def write_eml(folder: Path, draft: Draft, now: datetime) -> None:
    """Write a mail as .eml, readable by its owner alone; one that nothing makes small enough is not written."""
    from reporter.files import PRIVATE, write_whole  # noqa: PLC0415 - only --eml needs it

    fitting = draft.fitting(now)
    if fitting is not None:
        path = folder / f"{draft.run.record.client}_{draft.run.record.label}.eml"
        write_whole(path, fitting[1], mode=PRIVATE)
        screen.say(f"{path} is the mail; open it in a mail program")


def as_planned(rows: Sequence[Delivery], draft: Draft, now: datetime) -> list[Delivery]:
    """Return the rows of a dry run: what is not out yet is planned, or held; a plan says if files are too large."""
    fitting = None if draft.reasons else draft.fitting(now)
    if fitting is None:
        reason = "; ".join(draft.reasons) or _TOO_LARGE
        return [
            row if row.state in {"accepted", "refused", "unknown", "sending"} else _held(row, reason) for row in rows
        ]
    said = "" if fitting[0].step == "whole" else fitting[0].said
    return [replace(row, state="planned", reason=said) if row.state in {"held", "planned"} else row for row in rows]


def nobody(word: str, reason: str) -> Delivery:
    """Return the row of a run that is held back before anybody knows whom it is for."""
    from reporter.store import Delivery  # noqa: PLC0415 - loaded by now

    parts = Path(word).parts
    client, label = (parts[-2], parts[-1]) if len(parts) > 1 else (word, "")
    return Delivery("", client, label, "", "", "", "", "", "", "held", reason)


def print_json(rows: Sequence[Delivery]) -> None:
    """Print rows as DESIGN.md section 7 has them."""
    click.echo(json.dumps([_as_dict(row) for row in rows], ensure_ascii=False, indent=1))


def print_table(rows: Sequence[Delivery]) -> None:
    """Print rows for a person."""
    if not rows:
        return
    header = ("key", "client", "period", "recipient", "state", "why")
    columns.table(header, [(row.key, row.client, row.label, row.recipient, row.state, _why(row)) for row in rows])


def exit_code(rows: Sequence[Delivery], *, acts: bool, held: frozenset[str]) -> int:
    """Return 1 where anybody who is not held back has not got it, else 5 where anything is, else 0.

    `held` are the keys of mails that a gate holds back: nobody was tried, so that what became of an earlier try does
    not hide it.
    A dry run that would send is fine, whatever became of an earlier try. A mail that everybody has got is held
    back all the same where its file has changed since.
    """
    states = {row.state for row in rows if row.key not in held}
    if acts and states - {"accepted", "held"}:
        return 1
    return 5 if held or "held" in states else 0


def what_next(rows: Sequence[Delivery], *, acts: bool, held: frozenset[str]) -> str:
    """Return the last line: what to type next."""
    states = {row.state for row in rows} | ({"held"} if held else set())
    if "unknown" in states:
        return "ask the recipient, then: reporter send resolve KEY --delivered, or --lost"
    if "held" in states:
        return "nothing held back has left; put right what is named above, then send again"
    if not acts:
        return "nothing was sent. Next: --to-me sends it to you, --yes to the client; --eml DIR writes the message"
    if states & {"deferred", "refused"}:
        return (
            "next: --yes tries deferred ones when they are due; --only-failed tries deferred and refused ones at once"
        )
    if "planned" in states:
        return (
            "not all was tried: --only-failed tries deferred and refused ones alone; --yes by itself sends the others"
        )
    return "all accepted; `reporter send status` shows who has got what"


def _as_dict(row: Delivery) -> dict[str, Any]:
    return {
        "key": row.key,
        "client": row.client,
        "period": row.label,
        "recipient": row.recipient,
        "state": row.state,
        "reason": row.reason,
        "message_id": row.message_id,
        "sha256": row.workbook_sha256,
        "audience": row.audience,
        "content_sha256": row.content_sha256,
        "run_id": row.run_id,
        "tries": row.tries,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "changed_at": row.changed_at.isoformat() if row.changed_at else None,
    }


def _files(draft: Draft, fitting: tuple[Parcel, bytes] | None) -> None:
    if fitting is None:
        _line("HELD", _TOO_LARGE)
        return
    parcel, data = fitting
    for one in parcel.attachments:
        _line("Attached", f"{one.name}  {_size(len(one.data))}, {_size(_encoded(len(one.data)))} encoded")
    most = f"{draft.mail.max_mb.normalize():f} MB"
    _line("Message", f"{_size(len(data))} of {most}; {parcel.said if draft.mail.attach else 'no files'}")


def _encoded(size: int) -> int:
    """Return how long base64 in lines of 76 is."""
    letters = (size + 2) // 3 * 4
    return letters + 2 * -(-letters // 76)


def _held(row: Delivery, reason: str) -> Delivery:
    return replace(row, state="held", reason=reason)


def _why(row: Delivery) -> str:
    due = f" (again from {row.due_at:%Y-%m-%d %H:%M} UTC)" if row.state == "deferred" and row.due_at else ""
    return oneline.shown(row.reason) + due


def _box(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


def _line(name: str, text: str) -> None:
    if text:
        click.echo(f"  {name + ':':<10}{text}")


def _size(count: int) -> str:
    if count < _KILOBYTE:
        return f"{count} bytes"
    return f"{count / _KILOBYTE:.0f} kB" if count < _KILOBYTE**2 else f"{count / _KILOBYTE**2:.1f} MB"
