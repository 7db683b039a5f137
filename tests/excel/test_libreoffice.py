"""LibreOffice opens a broken sheet as an empty one and says that all is well, so cells and pages are counted."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from reporter.excel import workbook
from reporter.model import Language
from reporter.report import Layout, Report


def _counts(data: bytes) -> dict[str, int]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    return {name: sum(value != "" for row in found for value in row) for name, found in rows.items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_libreoffice_keeps_every_cell(
    made_up: Callable[..., Report], need_program: Callable[[str], Path], tmp_path: Path, language: Language
) -> None:
    data = workbook(made_up(language))[0]
    assert _counts(_converted(data, "xlsx:Calc MS Excel 2007 XML", need_program, tmp_path)) == _counts(data)


def test_long_pages_are_printed_on_the_sheets_of_paper_that_they_are_divided_into(
    made_up: Callable[..., Report], need_program: Callable[[str], Path], tmp_path: Path
) -> None:
    report = made_up()
    rooms = [report.tables["rooms"].with_columns(room_id=pl.lit(f"{at}")) for at in range(25)]
    first = [one for one in report.figures if one.key == f"{report.period.start:%Y-%m-%d}"]
    days = [replace(one, key=f"2026-07-{at:02}") for one in first for at in range(1, 32)]
    report = replace(
        report,
        tables={**report.tables, "rooms": pl.concat(rooms)},
        figures=(*report.figures, *days),
        layout=Layout(sheets=("about", "overview")),
    )
    data = workbook(report)[0]
    breaks = [len(sheet.row_breaks.brk) for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets]
    printed = pypdf.PdfReader(io.BytesIO(_converted(data, "pdf", need_program, tmp_path)))
    assert min(breaks) > 2
    assert len(printed.pages) == sum(breaks) + len(breaks)


def _converted(data: bytes, form: str, need_program: Callable[[str], Path], folder: Path) -> bytes:
    (folder / "in.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    arguments = ["--headless", "--convert-to", form, "--outdir", str(folder / "out"), str(folder / "in.xlsx")]
    subprocess.run([str(need_program("soffice")), profile, *arguments], check=True, capture_output=True, timeout=120)
    return (folder / "out" / f"in.{form.split(':', maxsplit=1)[0]}").read_bytes()
