"""The files of a run: workbook, page and data, made side by side of what the pipeline built.

They need nothing of each other, and each leaves a core idle now and then: the page while its charts are laid out,
the workbook while openpyxl draws.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from reporter import easel, excel, html, printing
from reporter.files import sha256
from reporter.model import Issue, OutputFile
from reporter.report import Report

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.tables import Tables

#: files by path, and the issues that making them met
Made = tuple[dict[str, bytes], list[Issue]]


def render(
    config: Config,
    report: Report,
    tables: Tables,
    issues: list[Issue],
    *,
    is_printed: bool = False,
    draw: easel.Draw = easel.svg,
) -> dict[str, bytes]:
    """Return the run's files by path, run.json not among them; what the writers report joins `issues`.

    The workbook, the page and the data are made side by side; files and issues come in this order all the same.
    """
    with ThreadPoolExecutor(2, "render") as beside:
        book, data = beside.submit(_workbook, config, report), beside.submit(_data, tables)
        # in the main thread, where a signal breaks in: it ends the browser, or a template's process, and clears up
        page = _page(config, report, draw, is_printed=is_printed)
    made = (book.result(), page, data.result())
    issues.extend(issue for _, found in made for issue in found)
    return {path: data for files, _ in made for path, data in files.items()}


def _workbook(config: Config, report: Report) -> Made:
    if config.workbook is None:
        return {}, []
    book, found = excel.workbook(report)
    return {f"{_stem(report)}.xlsx": book}, found


def _page(config: Config, report: Report, draw: easel.Draw, *, is_printed: bool) -> Made:
    if config.html is None:
        return {}, []
    page, found = html.page(report, partial(html.svg, draw=draw))
    files = {f"{_stem(report)}.html": page}
    return (files | {f"{_stem(report)}.pdf": printing.pdf(page, report.as_of)} if is_printed else files), found


def _data(tables: Tables) -> Made:
    return {f"data/{name}.parquet": _parquet(frame) for name, frame in tables.items()}, []


def _stem(report: Report) -> str:
    return f"{report.client}_{report.period.label}"


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def described(path: str, data: bytes) -> OutputFile:
    """Return what run.json says of a file."""
    kinds = {".xlsx": "workbook", ".html": "page", ".pdf": "page", ".parquet": "data"}
    return OutputFile(path, kinds[Path(path).suffix], sha256(data), len(data))  # type: ignore[arg-type] # the dict's values are the literal's words
