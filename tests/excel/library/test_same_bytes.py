"""The same frames are the same bytes: in another zone, under another hash seed, in another locale, on other threads."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from reporter.excel import write_xlsx

BUILD = """
import hashlib, pathlib, sys
from reporter.excel import write_xlsx
folder = pathlib.Path(sys.argv[1])
for compress in ("small", "fast"):
    out = folder / f"{compress}-{sys.argv[2]}.xlsx"
    table = folder / "in.parquet"
    write_xlsx({"a": table, "b": table}, out, compress=compress, timezone="Asia/Shanghai")
    print(hashlib.sha256(out.read_bytes()).hexdigest())
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "in.parquet"
    rows = 23_456
    begun = datetime(2026, 6, 15, 12, tzinfo=UTC)
    pl.DataFrame(
        {
            "id": [f"{at:019}" for at in range(rows)],
            "text": [("a & b", "中文", " edge", "c\x01", None)[at % 5] for at in range(rows)],
            "moment": [begun + timedelta(seconds=at) for at in range(rows)],
            "day": [date(1899, 12, 31) + timedelta(days=at) for at in range(rows)],
            "n": [at / 7 for at in range(rows)],
        }
    ).write_parquet(path, row_group_size=7000)
    return path


def _here(table: Path, compress: str, frame: pl.DataFrame | pl.LazyFrame) -> str:
    out = table.with_name("here.xlsx")
    write_xlsx({"a": frame, "b": frame}, out, compress=compress, timezone="Asia/Shanghai")  # type: ignore[arg-type] # a literal
    return hashlib.sha256(out.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("zone", "seed", "locale", "threads"),
    [("UTC", "1", "C", "1"), ("America/New_York", "77", "C.UTF-8", "2"), ("Pacific/Kiritimati", "4242", "POSIX", "7")],
)
def test_bytes_are_the_same_in_any_process(table: Path, zone: str, seed: str, locale: str, threads: str) -> None:
    environment = {
        **os.environ,
        "TZ": zone,
        "PYTHONHASHSEED": seed,
        "LC_ALL": locale,
        "POLARS_MAX_THREADS": threads,
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    command = [sys.executable, "-c", BUILD, str(table.parent), threads]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
    frame = pl.read_parquet(table)
    assert told == [_here(table, "small", frame), _here(table, "fast", frame)]


def test_bytes_are_the_same_however_the_rows_come(table: Path) -> None:
    frame = pl.read_parquet(table)
    pieces = pl.concat([frame[at : at + 999] for at in range(0, frame.height, 999)], rechunk=False)
    assert len({_here(table, "fast", one) for one in (frame, frame.lazy(), pieces, pl.scan_parquet(table))}) == 1


def test_long_texts_are_the_same_bytes_however_the_rows_come(table: Path) -> None:
    frame = pl.DataFrame(
        {"n": range(3_000), "text": [("长" * (at % 2_000), "ab", None)[at % 3] for at in range(3_000)]}
    )
    pieces = pl.concat([frame[at : at + 77] for at in range(0, frame.height, 77)], rechunk=False)
    file = table.with_name("long.parquet")
    frame.write_parquet(file, row_group_size=500)
    lazy = (frame.lazy(), pieces.lazy().filter(pl.col("n") >= 0), pl.scan_parquet(file))
    assert len({_here(table, "fast", one) for one in (frame, pieces, *lazy)}) == 1


def test_zip_entries_bear_no_time_and_no_system_and_no_zip64(table: Path) -> None:
    _here(table, "small", pl.scan_parquet(table))
    with zipfile.ZipFile(table.with_name("here.xlsx")) as file:
        entries = file.infolist()
    assert entries[0].filename == "docProps/app.xml"
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.create_system, entry.external_attr, entry.flag_bits) for entry in entries} == {(0, 0x20, 0)}
    assert {entry.extract_version for entry in entries} == {20}
    assert {entry.extra for entry in entries} == {b""}
