"""Workbooks read back three ways: by calamine, by openpyxl, and cell by cell from the XML itself."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from reporter.excel import write_xlsx
from reporter.model import Issue

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

Cell = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook, what was said of it, and its cells by sheet: row by row from 1, None where there is none."""

    path: Path
    issues: list[Issue]
    sheets: dict[str, list[list[Cell]]]

    @property
    def said(self) -> set[tuple[str, str]]:
        return {(issue.code, issue.where) for issue in self.issues}


Write = Callable[..., Written]


def cells(path: Path) -> dict[str, list[list[Cell]]]:
    """Return every sheet's cells as the XML spells them: text as text, numbers as floats; formulas are refused."""
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        roots = {name: ET.fromstring(file.read(name)) for name in file.namelist()}  # noqa: S314 - our own file
    targets = {one.get("Id"): one.get("Target", "") for one in roots["xl/_rels/workbook.xml.rels"]}
    sheets = roots["xl/workbook.xml"].iter(f"{MAIN}sheet")
    parts = {one.get("name", ""): targets[one.get(f"{RELATIONS}id")].lstrip("/") for one in sheets}
    return {decoded(name): _rows(roots[part]) for name, part in parts.items()}


def decoded(text: str) -> str:
    """Return text as Excel reads it (ST_Xstring of ECMA-376): in cells as in names of sheets."""
    return _ESCAPED.sub(lambda one: chr(int(one[1], 16)), text)


def _rows(root: ET.Element) -> list[list[Cell]]:
    found: list[list[Cell]] = []
    for number, row in enumerate(root.iter(f"{MAIN}row"), start=1):
        assert row.get("r") == str(number)
        found.append([])
        for cell in row:
            letters = cell.get("r", "").removesuffix(str(number))
            at = 0
            for letter in letters:
                at = 26 * at + ord(letter) - 64
            assert at > len(found[-1]), "cells stand in the order of their columns, each once"
            found[-1] += [None] * (at - 1 - len(found[-1])) + [_cell(cell)]
    return found


def _cell(cell: ET.Element) -> Cell:
    assert cell.find(f"{MAIN}f") is None
    value, kind = cell.find(f"{MAIN}v"), cell.get("t", "n")
    if kind == "inlineStr":
        (text,) = cell.iter(f"{MAIN}t")
        shown = text.text or ""
        kept = text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        return decoded(shown if kept else shown.strip(" \t\n"))
    if value is None:
        return None  # a header without a word
    assert value.text
    if kind == "b":
        return {"0": False, "1": True}[value.text]
    assert kind == "n"
    return float(value.text)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes frames and reads back what was written; one frame alone is the sheet `t`."""

    def written(frames: Mapping[Any, Any] | pl.DataFrame | pl.LazyFrame, **options: Any) -> Written:
        path = tmp_path / "out.xlsx"
        issues = write_xlsx(frames if isinstance(frames, Mapping) else {"t": frames}, path, **options)
        return Written(path, issues, cells(path))

    return written


def body(written: Written, sheet: str = "t") -> list[list[Cell]]:
    """Return the rows beneath the header, each as long as the header."""
    head, *rows = written.sheets[sheet]
    return [row + [None] * (len(head) - len(row)) for row in rows]


def column(written: Written, at: int = 0, sheet: str = "t") -> list[Cell]:
    """Return one column beneath the header."""
    return [row[at] for row in body(written, sheet)]
