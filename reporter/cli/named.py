"""Which run a word names: a finished run's folder, its run id, or CLIENT[/PERIOD]."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reporter import manifest
from reporter.errors import HeldError, IncompleteError, UsageError

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.finished import Remade
    from reporter.store import FinishedRun, RunRecord, Store

#: where `run` writes when it is not told
_OUT = Path("out")


@dataclass(frozen=True, slots=True)
class Named:
    """A finished run and the folder that its files are in."""

    run: FinishedRun
    folder: Path


def find(store: Store | None, word: str) -> Named:
    """Return the run that a word names.

    Raises `UsageError` for a word that names none, or an empty one, and `HeldError` for a folder whose run the store
    does not hold: nothing says then what its files should be.
    """
    if not word.strip():
        raise UsageError("RUN is empty; write a run's folder, its id, or CLIENT/PERIOD")
    path = Path(word).parent if Path(word).name == manifest.NAME else Path(word)
    if (path / manifest.NAME).is_file():
        return Named(_of_folder(store, path), path.absolute())
    records = store.runs() if store is not None else []
    record = _of_name(records, word)
    finished = store.finished(record.run_id) if store is not None and record is not None else None
    if finished is None:
        raise UsageError(_unknown(records, word))
    return Named(finished, _folder_of(store, finished))


def made_by(store: Store | None, config: Config, label: str) -> Named:
    """Return the newest finished run of a period that was made with this very config.

    Raises `IncompleteError` where there is none: another period's run, or another config's, is not what is asked for.
    """
    mine = [
        one
        for one in (store.runs() if store is not None else [])
        if (one.client, one.label, one.config_sha256) == (config.client, label, config.sha256)
    ]
    record = _of_name(mine, f"{config.client}/{label}")
    finished = store.finished(record.run_id) if store is not None and record is not None else None
    if finished is None:
        raise IncompleteError(
            f"{config.client} {label} has no finished run that {config.path.name} as it is now has made; "
            f"reporter run {config.path.name} --period {label} makes it"
        )
    return Named(finished, _folder_of(store, finished))


def stands(named: Named) -> bool:
    """Tell whether a run's folder still holds that run, and not a later one of its period."""
    return manifest.run_id_of(named.folder) == named.run.record.run_id


def remade(store: Store | None, named: Named, *, env: Mapping[str, str]) -> Remade:
    """Return the tables of a run whose folder is gone, made again from the store.

    Raises `UsageError` where replies were pruned: what is left of them would be taken for the whole.
    """
    from reporter import finished  # noqa: PLC0415 - only a run without its folder needs it

    word = f"{named.run.record.client}/{named.run.record.label}, run {named.run.record.run_id},"
    again = finished.remade(store, named.run, env=env) if store is not None else None
    if again is None or (again.report.status == "partial" and named.run.record.status == "complete"):
        raise UsageError(f"{word} is not in {named.folder} any more, and its replies were pruned; name another run")
    return again


def _folder_of(store: Store | None, run: FinishedRun) -> Path:
    """Return where a run wrote to, or where it would today if that is gone."""
    written = (store.folder if store else Path()) / (run.origin.folder or ".")
    usual = _OUT / run.record.client / run.record.label
    return (written if (written / manifest.NAME).is_file() else usual).absolute()


def _of_folder(store: Store | None, path: Path) -> FinishedRun:
    try:
        run_id = str(json.loads((path / manifest.NAME).read_bytes())["run_id"])
    except (OSError, ValueError, KeyError, TypeError):
        raise HeldError(f"{path / manifest.NAME} cannot be read, so nobody can say which run this is") from None
    found = store.finished(run_id) if store is not None else None
    if found is None:
        raise HeldError(f"the store holds no finished run {run_id[:40]!r} of {path}; name its store with --store")
    return found


def _of_name(records: list[RunRecord], word: str) -> RunRecord | None:
    client, _, label = word.partition("/")
    mine = [
        one
        for one in records
        if one.finished_at is not None and (one.run_id == word or (one.client == client and label in {"", one.label}))
    ]
    return max(mine, key=lambda one: (one.finished_at, one.run_id), default=None)


def _unknown(records: list[RunRecord], word: str) -> str:
    if Path(word).is_dir():
        return f"{word} is no finished run: it holds no {manifest.NAME}; name a folder that `reporter run` has written"
    known = dict.fromkeys(f"{one.client}/{one.label}" for one in records if one.finished_at is not None)
    there = f"there are {', '.join(list(known)[-5:])}" if known else "the store holds none; run a report first"
    return f"{word} names no finished run (its folder, its id, or CLIENT/PERIOD); {there}"
