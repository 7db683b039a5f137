"""What streams from a Parquet file takes the memory of some thousands of rows, of a few where texts are long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WRITE = """
import sys
from reporter.excel import write_xlsx
write_xlsx({"t": sys.argv[1]}, sys.argv[1] + ".xlsx", compress=sys.argv[2])
print(open("/proc/self/status").read())
"""
MAKE = """
import pathlib, sys
from tests.benchmarks.workbook_table import make
make(1_000_000, pathlib.Path(sys.argv[1]))
"""


#: 20,000 texts of 9 KB each
MAKE_LONG = """
import sys
import polars as pl
rows = pl.LazyFrame({"at": range(20_000)}).select(pl.format("{}{}", "at", pl.lit("长 & text" * 820)).alias("text"))
rows.sink_parquet(sys.argv[1], row_group_size=1_000)
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the system does not tell a process's peak"
)


def _peak(make: str, table: Path, compress: str) -> float:
    """Return the most bytes that a process held which wrote the table that `make` made."""
    subprocess.run([sys.executable, "-c", make, str(table)], check=True, cwd=ROOT)
    command = [sys.executable, "-c", WRITE, str(table), compress]
    told = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    (peak,) = [line.split()[1] for line in told.splitlines() if line.startswith("VmHWM")]
    return int(peak) * 1024


@pytest.mark.soak
@pytest.mark.parametrize("compress", ["fast", "small"])
def test_million_rows_streamed_from_parquet_take_less_than_350_megabytes(tmp_path: Path, compress: str) -> None:
    assert _peak(MAKE, tmp_path / "in.parquet", compress) < 350e6


def test_long_texts_come_in_fewer_rows_so_that_they_take_no_more_memory(tmp_path: Path) -> None:
    assert _peak(MAKE_LONG, tmp_path / "in.parquet", "fast") < 350e6
