from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from reporter.excel import workbook, write_xlsx
from reporter.model import Text
from reporter.report import Layout, Report

Factory = Callable[..., Report]
BUILD = """
import hashlib, importlib.util, sys
spec = importlib.util.spec_from_file_location("made_up", sys.argv[1])
made_up = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made_up)
from reporter.excel import workbook
print(hashlib.sha256(workbook(made_up.rich())[0]).hexdigest())
"""
#: texts that one XML library spells otherwise than the other, or asks to be kept as they are
ODD = ("", " ", " a", "a\n", "\t<&>\"'\r\n", "\ufffe\x01", "_x0041_", "é\u2028\U0001f600", "=1+1", "#N/A")
BUILD_ODD = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("determinism", sys.argv[1])
determinism = importlib.util.module_from_spec(spec)
spec.loader.exec_module(determinism)
spec = importlib.util.spec_from_file_location("made_up", sys.argv[2])
made_up = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made_up)
print(*determinism.odd(made_up.rich(), determinism.Path(sys.argv[3])))
"""


def odd(report: Report, target: Path) -> tuple[str, ...]:
    """Return whether openpyxl writes through lxml, and the hashes of a report and of a frame full of odd texts."""
    labels = {
        f"people.{name}": text
        for name, text in zip(("name", "company", "phone", "email", "events", "comments"), ODD[1:], strict=False)
    }
    notes = tuple(Text(text, text) for text in ODD if text)
    strange = replace(report, title="\t ".join(ODD), layout=Layout(labels=labels), notes=notes)
    write_xlsx({f"s{text}": pl.DataFrame({f"h{text}": list(ODD), text: [1.5] * len(ODD)}) for text in ODD}, target)
    files = (workbook(strange)[0], workbook(report)[0], target.read_bytes())
    return (str(openpyxl.LXML), *(hashlib.sha256(data).hexdigest() for data in files))


def test_bytes_are_the_same_whether_openpyxl_writes_through_lxml_or_the_standard_library(
    made_up: Factory, tmp_path: Path
) -> None:
    here = Path(__file__)
    environment = {**os.environ, "OPENPYXL_LXML": str(not openpyxl.LXML), "PYTHONPATH": str(here.parents[2])}
    command = [sys.executable, "-c", BUILD_ODD, str(here), str(here.with_name("conftest.py")), str(tmp_path / "a.xlsx")]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
    backend, *hashes = odd(made_up(), tmp_path / "b.xlsx")
    assert {backend, told[0]} == {"True", "False"}, "lxml, of the extra `test`, is not installed"
    assert told[1:] == hashes


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
