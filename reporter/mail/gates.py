"""The gates that a mail has to pass: the right run, the right file, this client's rows, nothing personal.

Every gate returns reasons, as sentences; none ever quotes what it found. An empty list lets the mail through.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from reporter import __version__, addresses, manifest
from reporter.config import Mail
from reporter.errors import HeldError
from reporter.files import sha256
from reporter.mail import reading
from reporter.mail.container import holds_more
from reporter.mail.reading import Said
from reporter.mail.search import Search
from reporter.rebuild import Rebuilt
from reporter.store import FinishedRun

#: places that a reason names; the others are counted
_MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Folder:
    """A run's folder, read once: what is checked is what is sent."""

    path: Path
    files: Mapping[str, bytes]
    #: path -> kind, of the files that the run made
    kinds: Mapping[str, str]


def read_folder(path: Path, run: FinishedRun) -> tuple[Folder, list[str]]:
    """Return the files of a run's folder, and what of them is not as the run left it, by the store's own record."""
    record, reasons, files = json.loads(run.manifest), list[str](), dict[str, bytes]()
    told = _read(path / manifest.NAME)
    if told is None or told.decode("utf-8", "replace") != run.manifest:
        reasons.append(f"{path / manifest.NAME} is not what run {run.record.run_id} wrote; run it again")
    path = Path(os.path.normpath(path))
    if (path.parent.name, path.name) != (run.record.client, run.record.label):
        reasons.append(f"{path} is not the folder of {run.record.client} {run.record.label}, whose run it holds")
    for file in record["files"]:
        data = _read(path / PurePosixPath(file["path"]))
        if data is None:
            reasons.append(f"{path / file['path']} is missing")
        elif sha256(data) != file["sha256"]:
            reasons.append(f"{path / file['path']} is not the file that the run made")
        else:
            files[file["path"]] = data
    return Folder(path, files, {file["path"]: file["kind"] for file in record["files"]}), reasons


def complete(run: FinishedRun) -> list[str]:
    """Hold back a run that is not complete."""
    if run.record.status == "complete":
        return []
    return ["the run is partial: data is missing, so it is never mailed; run it again"]


def same_content(folder: Folder, attached: Iterable[str], rebuilt: Rebuilt, run: FinishedRun) -> list[str]:
    """Hold back a file that is not, cell for cell and part for part, what the store's replies and the config give."""
    if rebuilt.report.status != "complete":
        return ["the store no longer holds all replies of this run (pruned?), so its files cannot be checked"]
    reasons = []
    for name in attached:
        made = rebuilt.files.get(name)
        difference = "is not made by this config" if made is None else _difference(folder.files.get(name), made, name)
        reasons += [f"{name} {difference}{_advice(run)}"] if difference else []
    return reasons


def stored_tables(folder: Folder, rebuilt: Rebuilt, run: FinishedRun) -> list[str]:
    """Hold back where the run's stored tables are not what its replies give, row for row."""
    reasons = []
    for name, frame in rebuilt.tables.items():
        data = folder.files.get(f"data/{name}.parquet")
        if data is not None and not _equal(data, frame, is_of_another_version=version_of(run) != __version__):
            reasons.append(f"data/{name}.parquet holds other rows than the run's replies give{_advice(run)}")
    return reasons


def version_of(run: FinishedRun) -> str:
    """Return which version of reporter made a run."""
    return str(json.loads(run.manifest).get("version"))


def own_rooms(
    tables: Mapping[str, pl.DataFrame], rebuilt: Rebuilt, found: Collection[tuple[str, str, str]]
) -> list[str]:
    """Hold back rows of a room, an account or a reply that is not this client's.

    A client's rooms are those that its config lists, and those that its searches `found` at the run.
    """
    config, period = rebuilt.config, rebuilt.report.period
    rooms = {(room.vendor, room.account, room.room_id) for room in config.rooms(period)} | set(found)
    accounts = {(account.vendor, name) for name, account in config.accounts.items()}
    replies = {reply.reply_id for pulled in rebuilt.pulls for reply in pulled.replies}
    reasons = _strange_people(tables, config.client)
    for name, frame in tables.items():
        strangers = sum(1 for one in _sources(frame) if not _is_own(one, rooms, accounts, replies))
        if strangers:
            reasons.append(f"table {name} has rows of rooms, accounts or replies that are not {config.client}'s")
    return reasons


def personal(texts: Iterable[tuple[str, Said]], search: Search) -> list[str]:
    """Hold back texts, as (file, text), that the privacy rules keep from leaving; places are named, texts are not."""
    places: dict[tuple[str, str], list[str]] = {}
    for file, said in texts:
        found = search.find(said)
        if found is not None:
            places.setdefault((file, found), []).append(said.where)
    return [f"{file} holds {found} at {_listed(where)}" for (file, found), where in places.items()]


def texts_of(name: str, data: bytes) -> Iterator[tuple[str, Said]]:
    """Yield every text of an attachment; raises `HeldError` where it cannot be read."""
    readers = {".xlsx": reading.workbook, ".html": reading.page, ".pdf": reading.printed}
    reader = readers.get(PurePosixPath(name).suffix)
    if reader is None:
        raise HeldError(f"{name} cannot be searched for what may not leave")
    for said in reader(data):
        yield name, said


def recipients(mail: Mail, *, to_me: bool) -> list[str]:
    """Hold back a mail to a domain that the client's list does not have; domains are compared exactly, case-blind.

    Where no list was written, the domains of to, cc and bcc are it. Either holds for `own` too: a copy to ourselves is
    the client's report all the same.
    """
    people = {_domain(one) for one in (*mail.to, *mail.cc, *mail.bcc)}
    own = {_domain(mail.own)} if to_me and mail.own is not None else set()
    written = mail.allowed_domains
    allowed = people if written is None else {addresses.ascii_domain(one).lower() for one in written}
    outside = ", ".join(sorted((people | own) - allowed))
    if not outside:
        return []
    if written is None:
        why = f"allowed_domains is not written, so it is the domains of to, cc and bcc; write it, {outside} included"
        return [f"no mail leaves for {outside}: {why}, and run again"]
    return [f"no mail leaves for {outside}: allowed_domains does not have it"]


def _domain(address: str) -> str:
    return addresses.ascii_domain(addresses.parse(address).domain).lower()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None
    except (OSError, ValueError):  # a name that no file can have
        return None


def _difference(sent: bytes | None, made: bytes, name: str) -> str:
    """Return how a file differs from what it should be, "" where it does not."""
    if sent is None:
        return "is not there to be checked"
    if sent == made:
        return ""
    if not name.endswith(".xlsx"):
        return "differs from what the run's replies give"
    mine, theirs = reading.parts_of(sent), reading.parts_of(made)
    if mine.keys() != theirs.keys():
        return "has other parts than what the run's replies give"
    parts = [part for part in theirs if mine[part] != theirs[part]]
    sheets = [part for part in parts if part.startswith("xl/worksheets/sheet")]
    cells = [f"{part.rpartition('/')[2]} {cell}" for part in sheets for cell in _cells_apart(sent, made, part)]
    if parts:
        return f"differs from what the run's replies give at {_listed(cells or parts)}"
    # parts alike to the byte, packed in another way, are the same content: with nothing hidden between them
    return "holds more in its zip file than the parts that the run's replies give" if holds_more(sent) else ""


def _cells_apart(sent: bytes, made: bytes, part: str) -> list[str]:
    mine, theirs = reading.cells(sent, part), reading.cells(made, part)
    return [cell for cell in dict.fromkeys((*theirs, *mine)) if mine.get(cell) != theirs.get(cell)]


def _equal(data: bytes, frame: pl.DataFrame, *, is_of_another_version: bool) -> bool:
    """Say whether stored rows are those of `frame`; columns that another version did not have yet say nothing."""
    try:
        stored = pl.read_parquet(io.BytesIO(data))
        known = frame.select(stored.columns) if is_of_another_version else frame
        return stored.equals(known)
    except pl.exceptions.PolarsError:
        return False


def _advice(run: FinishedRun) -> str:
    """Return what to do about a difference that may be nothing but two versions', "" where there is one version."""
    version = version_of(run)
    if version == __version__:
        return ""
    return (
        f" (made by reporter {version}, and this is {__version__}: `reporter rebuild {run.record.run_id}` makes it "
        f"anew to compare; to mail it, run {run.record.label} again)"
    )


def _sources(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each place that rows of a table come from, once."""
    wanted = [name for name in ("vendor", "account", "room_id", "reply_id") if name in frame.columns]
    yield from frame.select(wanted).unique().iter_rows(named=True) if wanted else ()


def _is_own(
    source: Mapping[str, Any],
    rooms: Collection[tuple[str, str, str]],
    accounts: Collection[tuple[str, str]],
    replies: Collection[str],
) -> bool:
    vendor, account, room = (source.get(name) for name in ("vendor", "account", "room_id"))
    is_place = vendor is None or (vendor, account) in accounts
    is_room = room is None or (vendor, account, room) in rooms
    reply = source.get("reply_id")
    return is_place and is_room and (reply is None or reply in replies)


def _strange_people(tables: Mapping[str, pl.DataFrame], client: str) -> list[str]:
    """Hold back persons who are none of the run's viewers."""
    viewers = tables["viewers"].select(pl.concat_str("vendor", "account", "viewer_id", separator="/").alias("viewer"))
    named = tables["people"].select(pl.col("viewer_ids").explode().alias("viewer")).drop_nulls()
    strangers = named.join(viewers, on="viewer", how="anti").height
    return [f"table people names viewers that are not {client}'s"] if strangers else []


def _listed(places: Collection[str]) -> str:
    shown = list(dict.fromkeys(places))
    more = f" and {len(shown) - _MOST_PLACES} more places" if len(shown) > _MOST_PLACES else ""
    return ", ".join(shown[:_MOST_PLACES]) + more
