"""Sheets of a workbook as frames: headers in row 1, the types of the cells, no row of totals.

Numbers are Float64, as Excel has them, empty cells null, dates and moments wall clock. A column of several types is
text. A sheet that Excel could not go on with (`name (2)`) is one table with it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from xml.parsers import expat

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from reporter.diff.spelling import spelled
from reporter.errors import UsageError

ENDINGS = (".xlsx", ".xlsm")
#: rows that a sheet of Excel has, its header among them
MOST_ROWS = 1_048_576
#: rows that are made into columns at a time
_CHUNK = 20_000
_CONTINUED = re.compile(r"(.+) \((\d+)\)")
_TYPES: Mapping[type, pl.DataType] = {
    float: pl.Float64(),
    int: pl.Float64(),
    str: pl.String(),
    bool: pl.Boolean(),
    datetime: pl.Datetime("us"),
    date: pl.Date(),
    timedelta: pl.Duration("us"),
    time: pl.Time(),
}
#: types that are one where they stand in one column
_ALIKE = ({int, float}, {date, datetime})
#: the end of a sheet's XML that its last row is looked for in
_TAIL = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A sheet's table; `code` is what Excel calls it, "" where Excel has none there; `is_full`: to the last row."""

    frame: pl.DataFrame
    code: str = ""
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class _Area:
    """What of a sheet is its table: columns from 0, both ends included, and rows of data beneath the header."""

    code: str
    left: int
    right: int
    height: int


def read(path: Path, *, most_rows: int = MOST_ROWS) -> tuple[dict[str, Read], tuple[str, ...]]:
    """Return the tables of a workbook by sheet, and the names of the sheets that are pages, not tables.

    `most_rows` are those of a sheet that is full. Raises `UsageError` for what cannot be read as a workbook.
    """
    try:
        with CalamineWorkbook.from_path(path, load_tables=True) as book:
            areas, totals = _areas(book), _with_totals(path)
            sheets = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
            found = {name: _read(sheet, areas.get(name), name in totals, most_rows) for name, sheet in sheets.items()}
    except (CalamineError, OSError, zipfile.BadZipFile, KeyError, expat.ExpatError) as fault:
        raise UsageError(f"{path} cannot be read as a workbook: {fault}; save it from Excel as .xlsx") from fault
    pages = tuple(name for name, one in found.items() if one is None)
    return _joined({name: one for name, one in found.items() if one is not None}), pages


def _areas(book: CalamineWorkbook) -> dict[str, _Area]:
    """Return the Excel table of each sheet that has one beneath row 1; its row of totals is not of it."""
    found: dict[str, _Area] = {}
    for name in book.table_names or ():
        table = book.get_table_by_name(name)
        if table.start is not None and table.end is not None and table.start[0] == 1:
            found.setdefault(table.sheet, _Area(name, table.start[1], table.end[1], table.end[0]))
    return found


def _read(sheet: CalamineSheet, area: _Area | None, has_totals: bool, most_rows: int) -> Read | None:
    """Return a sheet's table, None for a page: rows that begin with a title alone."""
    if sheet.start is None or sheet.end is None:
        return Read(pl.DataFrame())
    found = area or _Area("", 0, sheet.end[1], sheet.end[0] - has_totals)
    # rows and columns before the first cell that holds something are not given
    left = [""] * sheet.start[1]
    rows = ([*left, *row][found.left : found.right + 1] for row in sheet.iter_rows())
    head = next(rows) if sheet.start[0] == 0 else []
    if not any(head) or (area is None and len(head) > 1 and not any(head[1:])):
        return None
    names = _unique([str(one) for one in head])
    columns = _columns(islice(rows, found.height), len(names))
    kept = {
        name: column
        for name, header, column in zip(names, head, columns, strict=True)
        if header != "" or column.null_count() < len(column)
    }
    return Read(_without_empty_end(pl.DataFrame(kept)), found.code, is_full=sheet.end[0] + 1 >= most_rows)


def _without_empty_end(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame without rows at its end in which no cell holds anything: Excel keeps rows that were cleared."""
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series() if frame.width else pl.Series([])
    last = filled.arg_true()
    return frame.head(int(last[-1]) + 1 if len(last) else 0)


def _unique(names: Sequence[str]) -> list[str]:
    """Return headers of which each is once: the second `时间` is `时间 [2]`."""
    found: dict[str, int] = {}
    unique = []
    for name in names:
        found[name] = found.get(name, 0) + 1
        unique.append(name if found[name] == 1 else f"{name} [{found[name]}]")
    return unique


def _columns(rows: Iterable[Sequence[object]], width: int) -> list[pl.Series]:
    parts: list[list[pl.Series]] = [[] for _ in range(width)]
    for chunk in _chunks(rows):
        for part, values in zip(parts, zip(*chunk, strict=True), strict=True):
            part.append(_typed(values))
    return [_together(part) for part in parts]


def _chunks(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    feed = iter(rows)
    while chunk := list(islice(feed, _CHUNK)):
        yield chunk


def _typed(values: Sequence[object]) -> pl.Series:
    """Return cells as a column of their type, as text where they are of several."""
    known = [None if value == "" else value for value in values]
    types = {type(value) for value in known if value is not None}
    if not types:
        return pl.Series(known, dtype=pl.Null)
    if len(types) == 1 or any(types <= alike for alike in _ALIKE):
        return pl.Series(known, dtype=_TYPES[datetime if datetime in types else types.pop()], strict=False)
    texts: list[str | None] = [None] * len(known)
    for one in types:
        places = [place for place, value in enumerate(known) if type(value) is one]
        said = spelled(pl.Series([known[place] for place in places], dtype=_TYPES[one]))
        for place, text in zip(places, said, strict=True):
            texts[place] = text
    return pl.Series(texts, dtype=pl.String)


def _together(parts: Sequence[pl.Series]) -> pl.Series:
    dtypes = {part.dtype for part in parts} - {pl.Null()}
    if len(dtypes) > 1:
        parts = [spelled(part) for part in parts]
        dtypes = {pl.String()}
    dtype = dtypes.pop() if dtypes else pl.Null()
    return pl.concat([part.cast(dtype) for part in parts]) if parts else pl.Series([], dtype=pl.Null)


def _joined(read: Mapping[str, Read]) -> dict[str, Read]:
    """Return the tables, those that go on in `name (2)` put together; a copy of a sheet is a sheet of its own."""
    whole: dict[str, Read] = {}
    for name, one in read.items():
        base = found[1] if (found := _CONTINUED.fullmatch(name)) else ""
        before = whole.get(base)
        if before is not None and before.is_full and before.frame.columns == one.frame.columns:
            columns = [_together([before.frame[column], one.frame[column]]) for column in one.frame.columns]
            whole[base] = Read(pl.DataFrame(columns), before.code, one.is_full)
        else:
            whole[name] = one
    return whole


def _with_totals(path: Path) -> set[str]:
    """Return the sheets whose last row has a SUBTOTAL: totals that Excel may have forgotten are a table's."""
    with zipfile.ZipFile(path) as archive:
        targets = {one["Id"]: one["Target"] for one in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")}
        sheets = _elements(archive, "xl/workbook.xml", "sheet")
        return {one["name"] for one in sheets if b"SUBTOTAL(" in _last_row(archive, targets[one["r:id"]])}


def _last_row(archive: zipfile.ZipFile, target: str) -> bytes:
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    tail = b""
    with archive.open(part) as file:
        while piece := file.read(_TAIL):
            tail = tail[-_TAIL:] + piece
    return tail[tail.rfind(b"<row") :] if b"<row" in tail else b""


def _elements(archive: zipfile.ZipFile, part: str, tag: str) -> list[dict[str, str]]:
    """Return the attributes of all elements of a name in a part."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == tag:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(archive.read(part), True)  # noqa: FBT003 - expat's own signature
    return found
