"""Every writer that is measured: one function each, from the table's Parquet file or frame to an xlsx file.

Each is used as its own pages say, in its fastest mode that keeps ids text. Imports stand in the functions, so
that one that is missing takes none of the others with it.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from reporter.excel import write_xlsx
from reporter.excel.library import inputs
from reporter.excel.stream import deflate, markup, ready, screen
from reporter.excel.stream.body import CHUNK_ROWS, THREADS, piece_rows

_MOMENT = "yyyy-mm-dd hh:mm:ss"


def ours(table: Path, out: Path, compress: deflate.Compress) -> float:
    """Write a frame that is in memory."""
    frame = pl.read_parquet(table)
    return _timed(lambda: write_xlsx({"t": frame}, out, compress=compress))


def ours_streamed(table: Path, out: Path, compress: deflate.Compress) -> float:
    """Write straight from the Parquet file."""
    return _timed(lambda: write_xlsx({"t": table}, out, compress=compress))


def floor(table: Path, out: Path) -> float:
    """Make the same XML with nothing checked, then deflate it on two threads: the sum of both times."""
    frame = pl.read_parquet(table)
    (given,) = inputs.read({"t": frame}, "UTC")
    targets = tuple(
        ready.Target(one, letters, 5, 6) for one, letters in zip(given.sources, markup.letters_of(15), strict=True)
    )
    feed, chunks = given.rows(), list[tuple[pl.DataFrame, list[screen.Facts]]]()
    while (chunk := feed.take(CHUNK_ROWS)) is not None:
        chunks.append((chunk, screen.settled(chunk, given.sources, screen.facts(chunk, given.sources))))
    xml: list[bytes] = []
    took = _timed(lambda: xml.extend(piece for chunk, facts in chunks for piece in _xml(chunk, facts, targets)))
    with ThreadPoolExecutor(THREADS) as pool:
        took += _timed(lambda: [*pool.map(partial(deflate.piece, compress="fast"), xml)])
    out.write_bytes(b"")
    return took


def _xml(chunk: pl.DataFrame, facts: list[screen.Facts], targets: tuple[ready.Target, ...]) -> list[bytes]:
    made = ready.lay_out(chunk, targets, facts, row=2)
    rows = markup.rows(made.lanes)
    height = piece_rows(len(made.lanes))
    return [made.rows.slice(at, height).select(rows).item() for at in range(0, made.rows.height, height)]


def xlsxwriter(table: Path, out: Path) -> float:
    """XlsxWriter, constant_memory."""
    from xlsxwriter import Workbook

    frame = pl.read_parquet(table)

    def write() -> None:
        book = Workbook(
            out,
            {
                "constant_memory": True,
                "default_date_format": _MOMENT,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        sheet = book.add_worksheet("t")
        sheet.write_row(0, 0, frame.columns)
        by_type = {
            str: sheet.write_string,
            bool: sheet.write_boolean,
            int: sheet.write_number,
            float: sheet.write_number,
            datetime: sheet.write_datetime,
        }
        for row, values in enumerate(frame.iter_rows(), start=1):
            for column, value in enumerate(values):
                if value is not None:
                    by_type[type(value)](row, column, value)
        book.close()

    return _timed(write)


def openpyxl(table: Path, out: Path) -> float:
    """openpyxl, write-only mode; text that begins with = is given as text, as safety asks."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    frame = pl.read_parquet(table)

    def write() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("t")
        sheet.append(frame.columns)

        def safe(value: object) -> object:
            if not isinstance(value, str) or not value.startswith("="):
                return value
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"
            return cell

        for values in frame.iter_rows():
            sheet.append([safe(value) for value in values])
        book.save(out)

    return _timed(write)


def pyexcelerate(table: Path, out: Path) -> float:
    """Pyexcelerate, a whole range at once."""
    from pyexcelerate import Workbook

    frame = pl.read_parquet(table)

    def write() -> None:
        book = Workbook()
        sheet = book.new_sheet("t", data=[frame.columns, *frame.rows()])
        for at, dtype in enumerate(frame.dtypes, start=1):
            if dtype == pl.Datetime:
                sheet.get_col_style(at).format.format = _MOMENT
        book.save(str(out))

    return _timed(write)


def jetxl(table: Path, out: Path) -> float:
    """Jetxl, from Arrow: keeps types, times and cell references."""
    from jetxl import write_sheet_arrow

    frame = pl.read_parquet(table)
    return _timed(lambda: write_sheet_arrow(frame, str(out), sheet_name="t"))


def py_excel_rs(table: Path, out: Path) -> float:
    """py-excel-rs: the words of a CSV put into cells, moments and flags as text, without references."""
    from py_excel_rs import CellType, WorkBook

    frame = pl.read_parquet(table)
    hints = [CellType.Number if dtype.is_numeric() else CellType.String for dtype in frame.dtypes]

    def write() -> None:
        book = WorkBook()
        book.write_csv_to_sheet("t", frame.write_csv(datetime_format="%Y-%m-%d %H:%M:%S").encode(), hints)
        with out.open("wb") as file:
            book.finish(file)

    return _timed(write)


def rustpy_xlsxwriter(table: Path, out: Path) -> float:
    """rustpy-xlsxwriter, from Arrow."""
    from rustpy_xlsxwriter import write_worksheet

    frame = pl.read_parquet(table)
    return _timed(lambda: write_worksheet(frame, str(out), sheet_name="t", datetime_format=_MOMENT))


def polars(table: Path, out: Path) -> float:
    """polars.write_excel, through XlsxWriter; text stays text, without a table."""
    frame = pl.read_parquet(table)
    options = {"strings_to_formulas": False, "strings_to_urls": False}

    def write() -> None:
        from xlsxwriter import Workbook

        with Workbook(out, options) as book:
            frame.write_excel(book, "t", autofit=False, dtype_formats={pl.Datetime: _MOMENT})

    return _timed(write)


WRITERS: dict[str, Callable[[Path, Path], float]] = {
    "ours, fast": partial(ours, compress="fast"),
    "ours, fast, from Parquet": partial(ours_streamed, compress="fast"),
    "ours, small": partial(ours, compress="small"),
    "ours, small, from Parquet": partial(ours_streamed, compress="small"),
    "floor": floor,
    "py-excel-rs": py_excel_rs,
    "jetxl": jetxl,
    "rustpy-xlsxwriter": rustpy_xlsxwriter,
    "pyexcelerate": pyexcelerate,
    "XlsxWriter": xlsxwriter,
    "openpyxl": openpyxl,
    "polars.write_excel": polars,
}
#: what a package is called where it is not the writer's name
PACKAGES = {"polars.write_excel": "polars"}
#: columns that a writer has as words where the table has moments and flags
AS_WORDS: dict[str, frozenset[str]] = {"py-excel-rs": frozenset({"joined", "left", "member"})}
#: writers that make formulas of text that begins with =, whatever they are told
MAKE_FORMULAS = frozenset({"pyexcelerate"})


def _timed(write: Callable[[], object]) -> float:
    began = time.perf_counter()
    write()
    return time.perf_counter() - began
