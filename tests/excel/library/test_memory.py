"""A million rows from a Parquet file take the memory of some thousands."""

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


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process's peak")
@pytest.mark.parametrize("compress", ["fast", "small"])
def test_million_rows_streamed_from_parquet_take_less_than_350_megabytes(tmp_path: Path, compress: str) -> None:
    table = tmp_path / "in.parquet"
    subprocess.run([sys.executable, "-c", MAKE, str(table)], check=True, cwd=ROOT)
    command = [sys.executable, "-c", WRITE, str(table), compress]
    told = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    (peak,) = [line.split()[1] for line in told.splitlines() if line.startswith("VmHWM")]
    assert int(peak) * 1024 < 350e6
