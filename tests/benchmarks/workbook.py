"""How fast workbooks are written, beside other writers: `python tests/benchmarks/workbook.py [--rows N…] [--rounds N]`.

Each measure is a process of its own that has written a small file before; in each round every writer has its turn,
and ratios are taken within a round, so that a busy machine weighs on all alike. `--writers` chooses some of them,
`--least` leaves those that take minutes a million rows out above 100,000. Before that, every writer writes a smaller
table whose values are read back and compared. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.workbook_table import make
from tests.benchmarks.workbook_writers import AS_WORDS, MAKE_FORMULAS, PACKAGES, WRITERS

_OURS, _WARM_ROWS, _CHECKED_ROWS = "ours, fast", 1000, 20_000
#: what another writer is to ours: rows -> writer -> the least ratio of its time to ours; `_MOST`: the greatest
_LEAST: Mapping[int, Mapping[str, float]] = {
    10_000: {"XlsxWriter": 20},
    100_000: {"XlsxWriter": 40, "openpyxl": 50, "jetxl": 1.5, "py-excel-rs": 1, "floor": 1 / 1.4},
    1_000_000: {"XlsxWriter": 40, "openpyxl": 50, "jetxl": 1.8, "py-excel-rs": 1, "floor": 1 / 1.3},
}
_LEAST_SMALL = 12
_MOST_STREAMED_MB = 350

Measure = dict[str, float]  # seconds, peak MB, file MB


def main(words: Sequence[str]) -> int:
    """Measure, print, and end 1 where a goal is missed."""
    options = _options(words)
    if options.one:
        print(json.dumps(_one(options.one, Path(options.table), Path(options.out))))
        return 0
    names = [name for name in WRITERS if not options.writers or name in {_OURS, *options.writers}]
    print(
        ", ".join(
            f"{name} {version(PACKAGES.get(name, name))}" for name in names if not name.startswith(("ours", "floor"))
        )
    )
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory() as folder:
        bad = _check(names, Path(folder))
        missed = [one for rows in options.rows for one in _measure(rows, names, options, Path(folder))]
    for one in (*bad, *missed):
        print(f"MISSED: {one}")
    return 1 if bad or missed else 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--writers", nargs="+", choices=[*WRITERS], metavar="WRITER")
    parser.add_argument("--one", choices=[*WRITERS], help=argparse.SUPPRESS)
    parser.add_argument("--table", help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def _one(name: str, table: Path, out: Path) -> Measure:
    """Write once to warm up, then for the clock; peak memory is the process's own."""
    warm = table.with_name("warm.parquet")
    WRITERS[name](warm, out)
    seconds = WRITERS[name](table, out)
    return {"seconds": seconds, "peak": _peak(), "file": out.stat().st_size / 1e6}


def _peak() -> float:
    """Return the most memory that this process held, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    found = (
        [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")]
        if status.exists()
        else []
    )
    return int(found[0].split()[1]) * 1024 / 1e6 if found else 0.0


def _measure(rows: int, names: Sequence[str], options: argparse.Namespace, folder: Path) -> list[str]:
    table = folder / f"{rows}.parquet"
    make(rows, table)
    rounds: list[dict[str, Measure]] = []
    for _ in range(options.rounds):
        rounds.append({name: _in_a_process(name, table, folder) for name in names})
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    _print(rows, names, rounds)
    table.unlink()
    return _missed(rows, names, rounds)


def _in_a_process(name: str, table: Path, folder: Path) -> Measure:
    command = [sys.executable, __file__, "--one", name, "--table", str(table), "--out", str(folder / "out.xlsx")]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: Measure = json.loads(told)
    return found


def _ratio(rounds: Sequence[Mapping[str, Measure]], name: str, to: str = _OURS) -> float:
    return statistics.median(one[name]["seconds"] / one[to]["seconds"] for one in rounds)


def _print(rows: int, names: Sequence[str], rounds: Sequence[Mapping[str, Measure]]) -> None:
    print(f"{rows:,} rows, {len(rounds)} rounds: medians; x is the median of each round's ratio to {_OURS}\n")
    print("| writer | seconds | x | peak MB | file MB |\n|---|---:|---:|---:|---:|")
    for name in sorted(names, key=lambda name: _ratio(rounds, name)):
        seconds, peak, size = (
            statistics.median(one[name][what] for one in rounds) for what in ("seconds", "peak", "file")
        )
        print(f"| {name} | {seconds:.3f} | {_ratio(rounds, name):.2f} | {peak:,.0f} | {size:.2f} |")
    print()


def _missed(rows: int, names: Sequence[str], rounds: Sequence[Mapping[str, Measure]]) -> list[str]:
    missed = [
        f"{name} takes {ratio:.2f} times ours at {rows:,} rows, less than {least:.2f}"
        for name, least in _LEAST.get(rows, {}).items()
        if name in names and (ratio := _ratio(rounds, name)) < least
    ]
    small, them, streamed = "ours, small", "XlsxWriter", "ours, fast, from Parquet"
    if {small, them} <= {*names}:
        if rounds[0][small]["file"] > rounds[0][them]["file"]:
            missed.append(f"{small} is larger than {them}'s file at {rows:,} rows")
        if rows >= 100_000 and (ratio := _ratio(rounds, them, small)) < _LEAST_SMALL:
            missed.append(f"{them} takes {ratio:.1f} times {small} at {rows:,} rows, less than {_LEAST_SMALL}")
    if streamed in names and max(one[streamed]["peak"] for one in rounds) > _MOST_STREAMED_MB:
        missed.append(f"{streamed} takes more than {_MOST_STREAMED_MB} MB at {rows:,} rows")
    return missed


def _check(names: Sequence[str], folder: Path) -> list[str]:
    """Have every writer write a table, and compare what calamine reads with it, cell by cell."""
    make(_WARM_ROWS, folder / "warm.parquet")
    make(_CHECKED_ROWS, folder / "check.parquet")
    frame = pl.read_parquet(folder / "check.parquet")
    return [said for name in names if name != "floor" and (said := _checked(name, frame, folder))]


def _checked(name: str, frame: pl.DataFrame, folder: Path) -> str:
    WRITERS[name](folder / "check.parquet", folder / "out.xlsx")
    head, *rows = CalamineWorkbook.from_path(folder / "out.xlsx").get_sheet_by_name("t").to_python()
    words = AS_WORDS.get(name, frozenset())
    if head != frame.columns or len(rows) != frame.height:
        return f"{name} wrote {len(rows)} rows of {len(head)} columns"
    for at, column in enumerate(frame.columns):
        for row, (value, found) in enumerate(zip(frame[column], rows, strict=True), start=2):
            is_formula = name in MAKE_FORMULAS and str(value).startswith("=")
            if not is_formula and not _equal(value, found[at], is_word=column in words):
                return f"{name} wrote {found[at]!r} for {value!r} in row {row} of {column}"
    return ""


def _equal(value: object, found: object, *, is_word: bool) -> bool:
    if value is None:
        return found == ""
    if is_word:
        return str(found) == (str(value).lower() if isinstance(value, bool) else str(value))
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        return isinstance(found, float) and math.isclose(value, found, rel_tol=1e-15)
    if isinstance(value, datetime):
        return isinstance(found, datetime) and abs((value - found).total_seconds()) < 0.001
    return type(found) is type(value) and found == value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
