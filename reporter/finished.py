"""A finished run opened: what its run.json says, what stands in its folder, and its tables.

The tables are there twice: `written` reads those in the folder, whoever has been at them since; `remade` makes
them again from the stored replies. `changed` says which files are not what the run wrote.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from reporter import rebuild
from reporter.errors import UsageError
from reporter.files import sha256
from reporter.model import Issue, Period
from reporter.rebuild import Replayed
from reporter.report import Report
from reporter.tables import SCHEMAS

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.store import FinishedRun, Store
    from reporter.tables import Tables

Change = Literal["missing", "changed"]


@dataclass(frozen=True, slots=True)
class Remade:
    """A run's tables and report made again from its replies; `tables` are unmasked, as in `data/`."""

    again: Replayed
    report: Report
    tables: Tables
    issues: tuple[Issue, ...]


def record(run: FinishedRun) -> dict[str, Any]:
    """Return what the run's run.json says, by the store's own copy (DESIGN.md section 6)."""
    told: dict[str, Any] = json.loads(run.manifest)
    return told


def period(run: FinishedRun) -> Period:
    """Return the period that a run is about, in its report's zone."""
    zone = record(run)["period"]["timezone"]
    return Period(run.record.label, run.record.start, run.record.end, zone)


def table_files(folder: Path) -> dict[str, Path]:
    """Return where the folder of a run has each table, by the tables' names."""
    return {name: folder / "data" / f"{name}.parquet" for name in SCHEMAS}


def written(folder: Path) -> Tables:
    """Return the tables that stand in a run's folder, unmasked; raises `UsageError` for one that cannot be read."""
    return {name: _read(path) for name, path in table_files(folder).items()}


def scanned(folder: Path) -> dict[str, pl.LazyFrame]:
    """Return the tables of a run's folder, to be read when needed; raises `UsageError` for one that is gone."""
    return {name: scan(path) for name, path in table_files(folder).items()}


def scan(path: Path) -> pl.LazyFrame:
    """Return a Parquet file, to be read when it is needed; raises `UsageError` for what is none."""
    try:
        frame = pl.scan_parquet(path, glob=False)
        frame.collect_schema()
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise _unreadable(path, fault) from fault
    return frame


def changed(run: FinishedRun, folder: Path) -> dict[str, Change]:
    """Return the run's files that are gone from its folder, or are not what the run wrote, by path."""
    return changed_since(record(run), folder)


def changed_since(told: Mapping[str, Any], folder: Path, kinds: Collection[str] | None = None) -> dict[str, Change]:
    """Return which files of a run.json (of these `kinds`: of all) are not in a folder as it says, by path."""
    found: dict[str, Change] = {}
    for file in told.get("files", ()):
        if kinds is not None and file.get("kind") not in kinds:
            continue
        try:
            is_same = sha256((folder / PurePosixPath(file["path"])).read_bytes()) == file["sha256"]
        except OSError:
            found[file["path"]] = "missing"
        else:
            found |= {} if is_same else {file["path"]: "changed"}
    return found


def remade(store: Store, run: FinishedRun, *, env: Mapping[str, str], config: Config | None = None) -> Remade:
    """Make a run's tables again from the store, by its own config or by another; no file is made.

    Replies that were pruned leave its pulls short and the report partial. `env` as in `rebuild.replay`; raises
    `ConfigError` where the config of then cannot be read any more.
    """
    again = rebuild.replay(store, run, config or rebuild.kept_config(store, run), env=env)
    report, tables, issues = again.build()
    return Remade(again, report, tables, tuple(issues))


def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise _unreadable(path, fault) from fault


def _unreadable(path: Path, fault: Exception) -> UsageError:
    reason = "is not there" if isinstance(fault, FileNotFoundError) else "cannot be read as Parquet"
    return UsageError(f"{path} {reason}; `reporter rebuild` makes a run's files again from the store")
