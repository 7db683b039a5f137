"""A finished run's files against the store's record of them, and against the same made again from the replies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from reporter import __version__, html, manifest, metrics
from reporter.audit.check import Check, Found
from reporter.audit.tables import apart
from reporter.checks.rule import EQUAL
from reporter.errors import HeldError
from reporter.files import sha256
from reporter.model import Outcome, Text
from reporter.report import Report
from reporter.store import FinishedRun
from reporter.tables import Tables

_GONE = Text("文件不在了；reporter rebuild 可由本地库重做", "the file is not there; `reporter rebuild` makes it again")
_OTHER = Text(
    "文件不是该次运行写出的文件（哈希不同）", "the file is not the one that the run wrote: its hash is another"
)
_RECORD = Text("run.json 与本地库中的记录不同", "run.json is not what the store keeps of this run")
_ROWS = Text(
    "表中的行与由回复重做的不同：多 {} 行，少 {} 行",
    "its rows are not those that the replies give: {} too many, {} missing",
)
_CELLS = Text("与由回复重做的不同：{}", "it is not what the replies give: {}")
_VERSION = Text(
    "由 reporter {} 生成，现在是 {}，不能逐格比较", "made by reporter {}, this is {}: not compared cell by cell"
)
_ERASED = Text(
    "此后有人被删除（archive forget），其行不再能重做", "a person was erased since, whose rows nobody can make again"
)
_FONTS = Text("生成时的字体与现在不同", "other fonts drew it than those of this machine")
_FIGURES = Text(
    "本地库记录的合计与由回复重做的不同", "the totals that the store keeps are not those that the replies give"
)
_MOST_PLACES = 3

_FILES = Text("文件与运行时写出的一致（哈希）", "Files as the run wrote them, by hash")
_RUN = Text("run.json 与本地库的记录一致", "run.json against the store's record")
_TABLES = Text("数据表与由回复重做的一致（行数）", "Tables against the same made from the replies, rows")
_BOOKS = Text("工作簿与由回复重做的一致（单元格）", "Workbook against the same made from the replies, cells")
_PAGES = Text("网页与由回复重做的一致", "Page against the same made from the replies")
_TOTALS = Text("合计与由回复重做的一致（指标数）", "Totals against the same made from the replies, figures")
_KINDS: Mapping[str, tuple[str, Text]] = {
    ".xlsx": ("workbook-again", _BOOKS),
    ".html": ("page-again", _PAGES),
    ".pdf": ("page-again", _PAGES),
}


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a run's folder, read once: what is hashed is what is compared. None: not there."""

    path: Path
    files: Mapping[str, bytes | None]
    record: bytes | None

    def is_as_written(self, file: Mapping[str, Any]) -> bool:
        """Say whether a file of run.json has the bytes that the run wrote."""
        data = self.files[file["path"]]
        return data is not None and sha256(data) == file["sha256"]

    def must_be_drawn(self, run: FinishedRun) -> bool:
        """Say whether a workbook or page is there that is not as the run wrote it: only drawing it again says where."""
        drawn = [file for file in json.loads(run.manifest)["files"] if file["kind"] != "data"]
        return any(self.files[file["path"]] is not None and not self.is_as_written(file) for file in drawn)


def read(path: Path, run: FinishedRun) -> Folder:
    """Return the folder of a run, with each file that the store's record names."""
    names = [str(file["path"]) for file in json.loads(run.manifest)["files"]]
    return Folder(path, {name: _bytes(path / PurePosixPath(name)) for name in names}, _bytes(path / manifest.NAME))


def hashed(folder: Folder, run: FinishedRun) -> Iterator[Found]:
    """Yield what has changed in the folder since the run, by the store's own record."""
    for file in json.loads(run.manifest)["files"]:
        data = folder.files[file["path"]]
        found = "-" if data is None else sha256(data)[:12]
        is_same = folder.is_as_written(file)
        why = EQUAL if is_same else _GONE if data is None else _OTHER
        yield _found("file-bytes", _FILES, file["path"], file["sha256"][:12], found, why, is_same=is_same)
    expected = sha256(run.manifest.encode())[:12]
    is_same = folder.record == run.manifest.encode()
    found = "-" if folder.record is None else sha256(folder.record)[:12]
    why = EQUAL if is_same else _GONE if folder.record is None else _RECORD
    yield _found("run-record", _RUN, manifest.NAME, expected, found, why, is_same=is_same)


@dataclass(frozen=True, slots=True)
class Again:
    """A run made again: its report, its tables, and its files by path, none where they were not drawn.

    `is_erased`: a person was erased since from what the run was made from.
    """

    report: Report
    tables: Tables
    files: Mapping[str, bytes]
    is_erased: bool = False


def compared(folder: Folder, run: FinishedRun, made: Again) -> Iterator[Found]:
    """Yield how each file of a run compares with what its replies give today."""
    record = {**json.loads(run.manifest), "is_erased": made.is_erased}
    for file in record["files"]:
        data, name = folder.files[file["path"]], PurePosixPath(file["path"])
        if data is None:
            continue
        excuse = _excuse(record, name.suffix) if folder.is_as_written(file) else None
        if name.suffix == ".parquet":
            yield _table(file["path"], data, made.tables.get(name.stem), excuse)
        elif made.files:
            yield _page(file["path"], data, made.files.get(file["path"]), excuse)
    yield _figures(run, made.report, _excuse(record, ""))


def _excuse(record: Mapping[str, Any], suffix: str) -> Text | None:
    """Return why a file that is as the run wrote it may still be another by now."""
    version = record.get("version")
    if version != __version__:
        return Text(_VERSION.zh.format(version, __version__), _VERSION.en.format(version, __version__))
    if record["is_erased"]:
        return _ERASED
    return _FONTS if suffix in {".html", ".pdf"} and record.get("fonts") != list(html.FONTS) else None


def _table(path: str, data: bytes, made: pl.DataFrame | None, excuse: Text | None) -> Found:
    expected = pl.DataFrame() if made is None else made
    rows, written, more, less = apart(data, expected)
    sides = str(expected.height), "-" if written is None else str(written)
    if rows.is_empty() and written is not None and made is not None:
        return _found("table-again", _TABLES, path, *sides, EQUAL, is_same=True)
    why = Text(_ROWS.zh.format(more, less), _ROWS.en.format(more, less))
    return _found("table-again", _TABLES, path, *sides, why, is_same=False, excuse=excuse, rows=rows)


def _page(path: str, data: bytes, made: bytes | None, excuse: Text | None) -> Found:
    code, label = _KINDS[PurePosixPath(path).suffix]
    sides = sha256(made or b"")[:12], sha256(data)[:12]
    if data == made:
        return _found(code, label, path, *sides, EQUAL, is_same=True)
    rows = _differences(path, data, made or b"")
    named = [str(place) for place in rows["where"].head(_MOST_PLACES)] if rows.height else ["-"]
    more = f" +{rows.height - len(named)}" if rows.height > len(named) else ""
    said = ", ".join(named) + more
    why = Text(_CELLS.zh.format(said), _CELLS.en.format(said))
    if path.endswith(".xlsx") and made is not None and rows.is_empty():
        # parts alike to the byte, packed in another way, are the same content; the hash tells of it
        return _found(code, label, path, *sides, EQUAL, is_same=True)
    return _found(code, label, path, *sides, why, is_same=False, excuse=excuse, rows=rows)


def _differences(path: str, data: bytes, made: bytes) -> pl.DataFrame:
    from reporter.audit.workbooks import cells_apart, texts_apart  # noqa: PLC0415 - readers that few audits need

    compare = cells_apart if path.endswith(".xlsx") else texts_apart
    try:
        places = compare(data, made) if not path.endswith(".pdf") else []
    except HeldError as fault:
        places = [(str(fault), "", "")]
    return pl.DataFrame(places, schema=dict.fromkeys(("where", "expected", "found"), pl.String()), orient="row")


def _figures(run: FinishedRun, report: Report, excuse: Text | None) -> Found:
    now = metrics.totals(report.figures)
    codes = list(dict.fromkeys((*run.totals, *now)))
    off = [
        (code, str(now.get(code)), str(run.totals.get(code))) for code in codes if now.get(code) != run.totals.get(code)
    ]
    rows = pl.DataFrame(off, schema=dict.fromkeys(("metric", "expected", "found"), pl.String()), orient="row")
    sides = str(len(codes)), str(len(codes) - len(off))
    if not off:
        return _found("figures-again", _TOTALS, "store", *sides, EQUAL, is_same=True)
    return _found("figures-again", _TOTALS, "store", *sides, _FIGURES, is_same=False, excuse=excuse, rows=rows)


def _found(  # noqa: PLR0913 - what a finding says, each by its own name
    code: str,
    label: Text,
    where: str,
    expected: str,
    found: str,
    why: Text,
    *,
    is_same: bool,
    excuse: Text | None = None,
    rows: pl.DataFrame | None = None,
) -> Found:
    verdict: Outcome = "agrees" if is_same else "explained" if excuse is not None else "unexplained"
    check = Check(code, label, lambda *_: iter(()))
    return check.found(where, expected, found, verdict, excuse or why if not is_same else why, rows)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None
