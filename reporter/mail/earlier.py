"""What of a report was sent before: another content of its days, or the same content in files of another time.

Files show when they were made, so that no two runs make the same bytes. Whether a run says what was sent is found by
making it again as of then: the same bytes are the same content, and who has got that content does not get it again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reporter import rebuild
from reporter.config import Config
from reporter.errors import ReporterError, UsageError
from reporter.files import sha256
from reporter.mail import gates
from reporter.mail.kept import is_readable
from reporter.store import Delivery, FinishedRun, Store
from reporter.store.ledger import OUT

#: path -> (kind, hash) of the files of a run
Files = Mapping[str, tuple[str, str]]


def files_of(run: FinishedRun) -> Files:
    """Return what a run's own record says of its files."""
    return {file["path"]: (file["kind"], file["sha256"]) for file in json.loads(run.manifest)["files"]}


def content_of(files: Files, paths: Sequence[str]) -> str:
    """Return the hash of a content, over what is attached, else over all that readers get; "" where a file is none."""
    told = paths or [path for path, (kind, _) in files.items() if kind != "data"]
    if not files.keys() >= set(told):
        return ""
    return sha256("\n".join(" ".join(files[path]) for path in sorted(told)).encode())


def workbook_of(files: Files) -> str:
    """Return the hash of a run's workbook, "" where it has none."""
    return next((digest for kind, digest in files.values() if kind == "workbook"), "")


def message_id_of(store: Store, run: FinishedRun, audience: str, content: str) -> str | None:
    """Return the Message-ID under which the ledger has a content of a run's period, None where it has none yet."""
    rows = store.ledger.rows(run.record.client, run.record.label)
    return next((row.message_id for row in rows if (row.audience, row.content_sha256) == (audience, content)), None)


def tried_before(
    store: Store, run: FinishedRun, rows: Sequence[Delivery], readers: Collection[str] = ()
) -> list[Delivery]:
    """Return the rows of another content of this report that were tried, the last last, if any of `rows` is not out.

    `readers` are the addresses in To and Cc: what they got for another audience is the same report to them.
    """
    known = _tried(store, run, rows[0].audience, readers)
    states = {row.key: row.state for row in known}
    if all(states.get(row.key) in OUT for row in rows):
        return []
    return [row for row in known if _content(row) != _content(rows[0])]


def last_of(tried: Sequence[Delivery]) -> list[Delivery]:
    """Return a row of the content that was tried last, and one of the last that is out where that is another.

    Either may be what a run says again: a content that nobody has got (the mail was lost) keeps its Message-ID too.
    """
    last = [*tried[-1:], *[row for row in tried if row.state in OUT][-1:]]
    return last if len({_content(row) for row in last}) == len(last) else last[:1]


def replaced_by(tried: Sequence[Delivery], one: Delivery) -> list[Delivery]:
    """Return the rows that are out of contents that a mail with the row `one` replaces: none where some have got it."""
    out = [row for row in tried if row.state in OUT]
    return [] if any(_content(row) == _content(one) for row in out) else out


def is_begun(store: Store, run: FinishedRun, rows: Sequence[Delivery], readers: Collection[str] = ()) -> bool:
    """Say whether the content of `rows` is the last of its report that was tried: to replace others was said then."""
    tried = _tried(store, run, rows[0].audience, readers)
    return bool(tried) and _content(tried[-1]) == _content(rows[0])


def is_wanted(store: Store, run: FinishedRun, rows: Sequence[Delivery]) -> bool:
    """Say whether somebody of `rows`, of a content that was sent, has not got it, or has got it by this very run."""
    known = {row.key: row for row in store.ledger.rows(run.record.client, run.record.label)}
    lacking = any(row.key not in known or known[row.key].state not in OUT for row in rows)
    return lacking or any(known[row.key].run_id == run.record.run_id for row in rows)


def says_the_same(
    store: Store, run: FinishedRun, config: Config, paths: Sequence[str], sent: Delivery, *, env: Mapping[str, str]
) -> bool:
    """Say whether a run's files are those of a content that was sent, but for when and by which version they were made.

    Raises `ConfigError` where a secret that hashes is missing.
    """
    made = next((one for one in _runs_of(store, sent) if content_of(files_of(one), paths) == sent.content_sha256), None)
    if made is None or (sent.label, sent.audience) != (run.record.label, config.audience):
        return False
    return content_of(_made_as(store, run, config, made, env), paths) == sent.content_sha256


def has_same_data(
    store: Store, run: FinishedRun, config: Config, before: FinishedRun, *, env: Mapping[str, str]
) -> bool:
    """Say whether a run's tables are those of another of its period, but for when they were made."""
    mine, theirs = _made_as(store, run, config, before, env), files_of(before)
    return bool(mine) and _data_of(mine) == _data_of(theirs)


def _made_as(store: Store, run: FinishedRun, config: Config, other: FinishedRun, env: Mapping[str, str]) -> Files:
    """Return the files of a run made again as of when, and by the version that, another was made; none where it cannot.

    Raises `ConfigError` where a secret that hashes is missing.
    """
    then = replace(run, record=replace(run.record, as_of=other.record.as_of))
    try:
        again = rebuild.rebuild(store, then, config, env=env, version=gates.version_of(other))
    except ReporterError as fault:
        if fault.exit_code == UsageError.exit_code:
            raise
        return {}  # the gates say what is wrong with it
    return {file.path: (str(file.kind), file.sha256) for file in again.record.files}


def _data_of(files: Files) -> Files:
    return {path: one for path, one in files.items() if one[0] == "data"}


def _tried(store: Store, run: FinishedRun, audience: str, readers: Collection[str]) -> list[Delivery]:
    """Return the ledger's rows of a run's days that were tried, by whichever label, the last tried last.

    They are those of an audience, and of any audience those of `readers`.

    Not by when they were planned: a content that comes back is not the older of two for that.
    """
    record = run.record
    # the same days may go by two labels: 2026-W46, and its days as a range
    labels = {
        one.label
        for one in store.runs()
        if one.client == record.client and (one.start, one.end) == (record.start, record.end)
    }
    theirs = {one.lower() for one in readers}
    tried = [
        (row.tried_at, row)
        for row in store.ledger.rows(record.client)
        if row.label in labels and row.tried_at is not None
        if row.audience == audience or row.recipient.lower() in theirs
    ]
    return [row for _, row in sorted(tried, key=lambda one: one[0])]


def _content(row: Delivery) -> tuple[str, str, str]:
    return row.label, row.audience, row.content_sha256


def _runs_of(store: Store, sent: Delivery) -> Iterator[FinishedRun]:
    """Yield the finished runs of a row's client and period whose records can be read."""
    for one in store.runs():
        if (one.client, one.label) == (sent.client, sent.label) and one.finished_at is not None:
            found = store.finished(one.run_id)
            if found is not None and is_readable(found):
                yield found
