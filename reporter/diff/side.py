"""One side of a comparison: the tables of a run, of a workbook or of a Parquet file, and what its run says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from reporter import finished, manifest
from reporter.diff import workbook
from reporter.errors import UsageError
from reporter.files import sha256

ENDINGS = (*workbook.ENDINGS, ".parquet")


@dataclass(frozen=True, slots=True, eq=False)
class Sided:
    """A table of one side. `code` is what Excel calls it on a sheet of a report's workbook, "" elsewhere."""

    frame: pl.LazyFrame
    code: str = ""
    is_sheet: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What is compared: `word` is how the user named it, `tables` are by name, `left_out` are sheets that are no table.

    `record` is its run.json where it is a run, {} elsewhere; `sources` are the config and the files that the run was
    made from, where a store knows them; `touched` are its files that are not what the run wrote. `is_table`: it is a
    Parquet file, one table of whatever it came from.
    """

    word: str
    tables: Mapping[str, Sided]
    left_out: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[tuple[str, bytes], ...] = ()
    touched: tuple[str, ...] = ()
    is_table: bool = False


def of_file(path: Path, word: str) -> Side:
    """Return a workbook or a Parquet file as a side; raises `UsageError` for what is neither, or cannot be read."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(f"{word} is no run, workbook or Parquet file; name a run, or a file in {', '.join(ENDINGS)}")
    if ending == ".parquet":
        return Side(word, {path.stem: Sided(finished.scan(path))}, is_table=True)
    sheets, pages = workbook.read(path)
    return Side(word, {name: Sided(one.frame.lazy(), one.code, is_sheet=True) for name, one in sheets.items()}, pages)


def of_folder(folder: Path, word: str, sources: tuple[tuple[str, bytes], ...] = ()) -> Side:
    """Return a finished run as it stands in its folder; raises `UsageError` for one that cannot be read."""
    record = manifest.read(folder)
    wrote = {file["path"]: file["sha256"] for file in record["files"]}
    paths = [path.relative_to(folder).as_posix() for path in finished.table_files(folder).values()]
    return Side(
        word,
        {name: Sided(frame) for name, frame in finished.scanned(folder).items()},
        record=record,
        sources=sources,
        touched=tuple(name for name in paths if sha256((folder / name).read_bytes()) != wrote.get(name)),
    )


def of_tables(
    tables: Mapping[str, pl.DataFrame], word: str, record: Mapping[str, Any], sources: tuple[tuple[str, bytes], ...]
) -> Side:
    """Return a run whose tables were made again from the store."""
    return Side(word, {name: Sided(frame.lazy()) for name, frame in tables.items()}, record=record, sources=sources)
