from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reporter.excel import workbook
from reporter.report import Report

Factory = Callable[..., Report]
BUILD = """
import hashlib, importlib.util, sys
spec = importlib.util.spec_from_file_location("made_up", sys.argv[1])
made_up = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made_up)
from reporter.excel import workbook
print(hashlib.sha256(workbook(made_up.rich())[0]).hexdigest())
"""


@pytest.mark.parametrize(("zone", "seed"), [("UTC", "1"), ("America/New_York", "77"), ("Pacific/Kiritimati", "4242")])
def test_bytes_are_the_same_in_any_zone_under_any_hash_seed(made_up: Factory, zone: str, seed: str) -> None:
    here = Path(__file__)
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(here.parents[2])}
    command = [sys.executable, "-c", BUILD, str(here.with_name("conftest.py"))]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    assert told == hashlib.sha256(workbook(made_up())[0]).hexdigest()


def test_zip_entries_bear_no_time_and_no_system(made_up: Factory) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(made_up())[0])) as file:
        entries = file.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.create_system, entry.external_attr) for entry in entries} == {(0, 0x20)}
