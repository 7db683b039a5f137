"""A workbook as bytes that depend on nothing but its content: no clock, machine or user in them.

openpyxl draws the sheets, pages whole and tables down to their header; the rows of tables are put beneath.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor

from openpyxl import Workbook

from reporter.excel import bodies, parts, tables, totals
from reporter.excel.bodies import Body
from reporter.excel.stream import body as stream
from reporter.excel.stream.archive import Archive
from reporter.excel.stream.deflate import Compress, piece


def pack(book: Workbook, tables_of: Mapping[str, Body], *, compress: Compress) -> bytes:
    """Return the file; `tables_of` are the rows of the sheets that hold tables, by the sheet's name."""
    by_part = {
        parts.sheet_part(number): tables_of[sheet.title]
        for number, sheet in enumerate(book.worksheets, start=1)
        if sheet.title in tables_of
    }
    formulas = {
        parts.sheet_part(number): totals.formulas(sheet) for number, sheet in enumerate(book.worksheets, start=1)
    }
    packed = io.BytesIO()
    archive = Archive(packed, compress)
    with ThreadPoolExecutor(stream.THREADS, thread_name_prefix="xlsx") as pool:
        for name, data in parts.saved(book).items():
            if name in by_part and by_part[name].height:
                _add(archive, name, totals.with_formulas(data, formulas[name]), by_part[name], pool, compress)
            else:
                archive.add(name, data)
    archive.close()
    return packed.getvalue()


def _add(archive: Archive, name: str, data: bytes, rows: Body, pool: Executor, compress: Compress) -> None:
    """Write a sheet with the rows of its table beneath its header, without green corners on ids."""
    sheet = parts.opened(data)
    header, footer = parts.around_rows(sheet.middle)
    area = tables.area(rows.cells, more=footer.count(b"<row "))
    tail = sheet.tail
    if texts := tables.text_range(rows.cells):
        tail = parts.without_corners(tail, texts)
    with archive.member(name) as member:
        member.add(piece(sheet.head + parts.dimension(area) + header, compress))
        stream.write(member, bodies.chunks(rows), pool, compress)
        member.add(piece(footer + tail, compress))
