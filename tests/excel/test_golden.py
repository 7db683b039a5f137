"""Each sheet of the made-up report as text, so that a reviewer can read what a change does to it.

After a change that is meant: `GOLDEN=write python -m pytest tests/excel/test_golden.py` writes the files anew and
fails, so that nobody takes it for a test run; read the difference in git before you commit it.
"""

from __future__ import annotations

import difflib
import io
import json
import os
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from reporter.excel import workbook
from reporter.excel.sheets import SHEETS
from reporter.model import Language
from reporter.report import Report

GOLDEN = Path(__file__).parent / "golden"
CODES = {one.title.in_(language): one.code for one in SHEETS for language in ("zh", "en")}
CHART = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def _dumps(data: bytes) -> dict[str, str]:
    """Return the text of each sheet by its code."""
    book, values = (openpyxl.load_workbook(io.BytesIO(data), data_only=has) for has in (False, True))
    charts = _charts(data)
    return {
        CODES[sheet.title]: "\n".join(
            [*_frame(sheet), *_columns(sheet), *_rules(sheet), *charts[at], "", *_rows(sheet, values[sheet.title]), ""]
        )
        for at, sheet in enumerate(book.worksheets)
    }


def _frame(sheet: Any) -> Iterator[str]:
    setup, frozen = sheet.page_setup, sheet.freeze_panes or "nothing"
    yield f"sheet {sheet.title}: {sheet.dimensions}, frozen at {frozen}, repeats {sheet.print_title_rows or 'nothing'}"
    paper = f"paper {setup.paperSize} {setup.orientation}, {setup.fitToWidth} wide, {setup.fitToHeight or 'any'} high"
    yield f"{paper}, breaks after {[one.id for one in sheet.row_breaks.brk]}"
    for table in sheet.tables.values():
        totals = "with totals" if table.totalsRowCount else "no totals"
        yield f"table {table.displayName}: {table.ref}, filters {table.autoFilter.ref}, {totals}"
    if sheet.auto_filter.ref:
        yield f"filters {sheet.auto_filter.ref}"
    if sheet.merged_cells.ranges:
        yield f"merged {' '.join(sorted(str(one) for one in sheet.merged_cells.ranges))}"


def _columns(sheet: Any) -> Iterator[str]:
    for at in range(1, sheet.max_column + 1):
        letter = get_column_letter(at)
        look = f", format {sheet.cell(2, at).number_format}" if sheet.tables else ""
        yield f"column {letter}: width {sheet.column_dimensions[letter].width:g}{look}"


def _rules(sheet: Any) -> Iterator[str]:
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            yield f"rule {area.sqref}: {rule.type} {rule.operator or ''} {' '.join(rule.formula)}".rstrip()


def _rows(sheet: Any, values: Any) -> Iterator[str]:
    for row in sheet.iter_rows():
        height = sheet.row_dimensions[row[0].row].height
        cells = [_cell(sheet, cell, values[cell.coordinate].value) for cell in row]
        yield f"{row[0].row}{'' if height is None else f' ({height:g} pt)'}: {' | '.join(cells)}".rstrip(" |")


def _cell(sheet: Any, cell: Any, value: object) -> str:
    """Return value, type and, where it is not the column's, format: `"text"`, `12`, `=formula -> 12 {#,##0}`."""
    if cell.value is None:
        return ""
    shown = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _number(value)
    if cell.hyperlink:
        shown += f" -> {cell.hyperlink.location}"
    if cell.data_type == "f":
        shown = f"{cell.value} -> {shown}"
    usual = sheet.cell(2, cell.column).number_format if sheet.tables and cell.row > 1 else "@"
    return shown if cell.number_format == usual else f"{shown} {{{cell.number_format}}}"


def _number(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:.10g}"
    return f"{round(value.total_seconds())} s" if isinstance(value, timedelta) else f"{value}"


def _charts(data: bytes) -> list[list[str]]:
    """Return what the charts of each sheet say: titles, and where words and numbers come from and what they are."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        sheets = [name for name in file.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        return [
            [
                line
                for drawing in _related(file, sheet, "drawing")
                for chart in _related(file, drawing, "chart")
                for line in _chart(ET.fromstring(file.read(chart)))  # noqa: S314 - our own file
            ]
            for sheet in sheets
        ]


def _related(file: zipfile.ZipFile, part: str, kind: str) -> list[str]:
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in file.namelist():
        return []
    found = ET.fromstring(file.read(relations)).iter(RELATION)  # noqa: S314 - our own file
    return [one.get("Target", "").lstrip("/") for one in found if one.get("Type", "").endswith(f"/{kind}")]


def _chart(root: ET.Element) -> Iterator[str]:
    (plot,) = root.findall(".//c:plotArea", CHART)
    kinds = [one.tag.split("}")[1] for one in plot if one.tag.endswith("Chart")]
    title = "".join(one.text or "" for one in root.findall("./c:chart/c:title//{*}t", CHART))
    yield f"chart {title}: {', '.join(kinds)}"
    for series in plot.findall(".//c:ser", CHART):
        for part in ("tx", "cat", "val", "xVal", "yVal"):
            for found in series.findall(f"c:{part}", CHART):
                cached = [one.text or "" for one in found.findall(".//c:v", CHART)]
                yield f"  {part} {found.findtext('.//c:f', '', CHART)} = {', '.join(cached)}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sheet_reads_as_it_did(made_up: Callable[..., Report], language: Language) -> None:
    found = _dumps(workbook(made_up(language))[0])
    folder = GOLDEN / language
    if os.environ.get("GOLDEN") == "write":
        folder.mkdir(parents=True, exist_ok=True)
        for code, text in found.items():
            (folder / f"{code}.txt").write_text(text, encoding="utf-8")
        pytest.fail(f"{len(found)} files are written anew in {folder}: read the difference before you commit it")
    known = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    assert known.keys() == found.keys()
    for code, text in found.items():
        changes = difflib.unified_diff(known[code].splitlines(), text.splitlines(), "golden", code, lineterm="", n=0)
        assert not (told := "\n".join(changes)), told
