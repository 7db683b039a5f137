"""Two runs of a million visits, compared: `python tests/benchmarks/diff.py [ROWS]` prints a table; 1 past a bound.

The runs are folders as `reporter run` leaves them, with all nine tables. Each comparison is the command in a process
of its own; it is timed from its start to its end, and its memory is what the system says that it held at most.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from reporter.tables import SCHEMAS, Tables, empty

ROWS = 1_000_000
ROUNDS = 3
MOST_SECONDS, MOST_BYTES = 10.0, 2_000_000_000
_PERIOD = {
    "label": "2026-W47",
    "start": "2026-11-16T00:00:00+08:00",
    "end": "2026-11-23T00:00:00+08:00",
    "timezone": "Asia/Shanghai",
}
_SECONDS = pl.col("watch_seconds")


def make_tables(rows: int) -> Tables:
    """Return tables of a large week: so many visits of a third as many viewers, who are people at an event each."""
    viewers = max(1, rows // 3)
    number = pl.int_range(rows, eager=True).alias("n")
    visits = number.to_frame().with_columns(
        who=pl.col("n").hash(7) % viewers,
        joined_at=pl.lit(datetime(2026, 11, 16, tzinfo=UTC)).dt.cast_time_unit("us")
        + pl.duration(milliseconds=pl.col("n") * 600),
        watch_seconds=(pl.col("n") * 7919 % 7200).cast(pl.Float64),
    )
    visits = visits.with_columns(
        **_person(),
        room_id=(172_183_460_000 + pl.col("n") % 40).cast(pl.String),
        mode=pl.when(pl.col("n") % 3 == 0).then(pl.lit("replay")).otherwise(pl.lit("live")),
        left_at=pl.col("joined_at") + pl.duration(seconds=pl.col("watch_seconds")),
        device=pl.lit("mobile"),
        ip=pl.format("198.51.{}.{}", pl.col("n") % 250, pl.col("who") % 250),
        location=pl.lit("浙江"),
        day=pl.lit(date(2026, 11, 16)),
        row_visits=pl.lit(1),
        row_play_seconds=pl.col("watch_seconds"),
        reply_id=(pl.col("n") // 1000).hash(5).cast(pl.String),
        row_no=pl.col("n") % 1000 + 1,
    )
    people = (
        pl.int_range(viewers, eager=True)
        .alias("who")
        .to_frame()
        .with_columns(
            **_person(),
            room_id=pl.lit("172183460000"),
            name=pl.format("观众{}", "who"),
            phone=pl.format("+8619{}", pl.col("who") + 100_000_000),
            event=pl.lit("第12课"),
            live_seconds=(pl.col("who") % 5400).cast(pl.Float64),
            watch_sum_seconds=(pl.col("who") % 7200).cast(pl.Float64),
            attended=pl.col("who") % 2 == 0,
            comments=(pl.col("who") % 9).cast(pl.Int64),
            reply_id=(pl.col("who") // 1000).hash(6).cast(pl.String),
        )
    )
    of_people = {name: _as_table(people, name) for name in ("viewers", "activity", "people", "attendance")}
    return {**empty(), "visits": _as_table(visits, "visits"), **of_people}


def _person() -> dict[str, pl.Expr]:
    return {
        "vendor": pl.lit("volcengine"),
        "account": pl.lit("volc"),
        "viewer_id": (pl.col("who") + 1_810_620_020_000_000).cast(pl.String),
        "person_id": pl.format("p{}", pl.col("who").hash(3)),
    }


def _as_table(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in SCHEMAS[table].items()
    )


def little_changed(visits: pl.DataFrame) -> pl.DataFrame:
    """Return visits in another order, one in a hundred longer, one in a thousand gone, as many new, some doubled."""
    place = pl.int_range(pl.len())
    moved = visits.with_columns(pl.when(place % 100 == 0).then(_SECONDS + 5).otherwise(_SECONDS).alias("watch_seconds"))
    new = visits[::1000].with_columns(pl.col("joined_at") + pl.duration(days=7))
    kept = moved.filter(place % 1000 != 1)
    return pl.concat([kept, new, visits[:500]]).sample(fraction=1.0, shuffle=True, seed=3)


def all_changed(visits: pl.DataFrame) -> pl.DataFrame:
    """Return visits in another order of which every one is longer."""
    return visits.with_columns(_SECONDS + 1, pl.col("left_at") + pl.duration(seconds=1)).reverse()


def all_others(visits: pl.DataFrame) -> pl.DataFrame:
    """Return visits of which none was there before: those of another week."""
    return visits.with_columns(pl.col("joined_at", "left_at") + pl.duration(days=7))


CASES = {
    "the same rows, another order": lambda visits: visits.sample(fraction=1.0, shuffle=True, seed=1),
    "1 % changed, 0.1 % gone, 0.1 % new, 500 doubled": little_changed,
    "every row changed": all_changed,
    "every row another": all_others,
}


def write_run(folder: Path, tables: Tables, *, as_of: str) -> None:
    """Write a folder as a run leaves it."""
    files = []
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        path = folder / "data" / f"{name}.parquet"
        frame.write_parquet(path)
        data = path.read_bytes()
        files.append({"path": f"data/{name}.parquet", "kind": "data", "sha256": hashlib.sha256(data).hexdigest()})
    told = {
        "run_id": folder.name,
        "client": "acme",
        "version": "0.1.0",
        "config_sha256": "a",
        "as_of": as_of,
        "period": _PERIOD,
        "status": "complete",
        "files": files,
        "pulls": [],
    }
    (folder / "run.json").write_text(json.dumps(told), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Took:
    """What a command took, seconds of the clock and of processors and bytes at most, and what it printed."""

    seconds: float
    busy: float
    most: int
    printed: str


def measured(words: Sequence[str], folder: Path) -> Took:
    """Run a command in a process of its own."""
    started = time.perf_counter()
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    return Took(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, printed)


def main(words: Sequence[str]) -> int:
    """Print a table of times; return 1 where one is beyond its bound."""
    rows, is_within = int(words[0]) if words else ROWS, True
    with tempfile.TemporaryDirectory() as name:
        folder, tables = Path(name), make_tables(rows)
        write_run(folder / "a", tables, as_of="2026-11-23T05:00:00+00:00")
        total = sum(frame.height for frame in tables.values())
        print(f"{rows:,} visits, {total:,} rows in all, on each side; load {os.getloadavg()[0]:.1f}\n")
        print(
            "| case | added | removed | changed | seconds | of processors | GB at most |\n"
            "|---|---:|---:|---:|---:|---:|---:|"
        )
        for case, change in CASES.items():
            write_run(folder / "b", {**tables, "visits": change(tables["visits"])}, as_of="2026-11-24T05:00:00+00:00")
            command = [sys.executable, "-m", "reporter", "diff", "a", "b", "--json"]
            rounds = [measured(command, folder) for _ in range(ROUNDS)]
            seconds = statistics.median(one.seconds for one in rounds)
            busy = statistics.median(one.busy for one in rounds)
            most, counts = max(one.most for one in rounds), json.loads(rounds[0].printed)["tables"]["visits"]
            figures = " | ".join(f"{counts[one]:,}" for one in ("added", "removed", "changed"))
            print(f"| {case} | {figures} | {seconds:.2f} | {busy:.2f} | {most / 1e9:.2f} |", flush=True)
            is_within &= seconds < MOST_SECONDS and most < MOST_BYTES
    return 0 if is_within else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
