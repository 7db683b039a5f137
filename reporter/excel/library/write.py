"""`write_xlsx`: frames in, one workbook out, and an issue for whatever a cell could not hold as it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from reporter.errors import OutputError, UsageError
from reporter.excel.library import inputs, names
from reporter.excel.library.design import TEXT_FORMAT, format_of
from reporter.excel.library.inputs import Frame, Input
from reporter.excel.library.sheets import Book, write
from reporter.excel.stream.archive import Archive
from reporter.excel.stream.body import THREADS
from reporter.excel.stream.deflate import Compress
from reporter.files import PUBLIC, writing
from reporter.model import Issue

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_COMPRESS: tuple[Compress, ...] = ("small", "fast")


def write_xlsx(
    sheets: Mapping[str, Frame],
    path: str | Path,
    *,
    compress: Compress = "small",
    timezone: str = "UTC",
    mode: int = PUBLIC,
) -> list[Issue]:
    """Write frames, eager, lazy or in Parquet files, to an xlsx file, one sheet each, by the sheets' names.

    Lazy frames are streamed; Parquet files, and lazy frames that do no more than scan some, are read by the slice, so
    that memory does not grow with them. Text is always a text cell, as it came; integers and decimals
    past 15 digits make their column text; moments with a zone are shown in `timezone`, those without stay;
    null, the empty text, NaN and infinities are empty cells; past 1,048,575 rows a sheet goes on in `name (2)`.
    `compress="fast"` takes some third of the time, `"small"` makes files a fifth smaller. `mode` is the file's.

    Returns an issue for each column and kind of change, with count and first row; `where` is `sheet!column`
    or `sheet!A1`. Raises `OutputError` where there are no sheets, a column cannot be shown (Struct, Binary,
    Object, List of such), there are more than 16,384 of them, a frame cannot be read, whatever its query raised, or its
    rows are not what its schema says, a Parquet file's path is a URL, or the file cannot be written; the old file at
    `path` then stays. A link at `path` stays, and its target is written; a pipe or a device is refused.
    Raises `UsageError` for an unknown `compress` or `timezone`.
    """
    _check(compress, timezone)
    target = _path(path)
    opened = inputs.read(sheets, timezone)
    titles, issues = names.named([one.wanted for one in opened])
    with (
        writing(target, mode=mode, is_durable=False) as file,
        ThreadPoolExecutor(THREADS, thread_name_prefix="xlsx") as pool,
    ):
        book = Book(Archive(file, compress), pool, compress, _formats(opened), [*titles])
        for one, name in zip(opened, titles, strict=True):
            issues += write(book, one, name)
        book.close()
    return issues


def _formats(opened: list[Input]) -> tuple[str, ...]:
    """Return the number formats of all sheets, always in the same order."""
    return tuple(sorted({TEXT_FORMAT, *(format_of(source) for one in opened for source in one.sources)}))


def _path(path: object) -> Path:
    found = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(found, str):
        raise OutputError(f"path={path!r} is a {type(path).__name__}; give text or a pathlib.Path")
    return Path(found)


def _check(compress: str, timezone: str) -> None:
    if compress not in _COMPRESS:
        raise UsageError(f"compress={compress!r} is unknown; write one of {', '.join(_COMPRESS)}")
    try:
        _look_up(timezone)
    except (TypeError, ZoneInfoNotFoundError, ValueError, OSError, pl.exceptions.PolarsError) as fault:
        raise UsageError(f"timezone={timezone!r} is unknown; write an IANA name such as Asia/Shanghai") from fault


@lru_cache(maxsize=64)
def _look_up(timezone: str) -> None:
    """Ask for a zone all that know zones; asking takes as long as three hundred rows."""
    ZoneInfo(timezone)
    # it takes what lies in the system's folder of zones (`localtime`, `right/UTC`), of which polars knows some
    pl.select(pl.lit(_UNIX).dt.convert_time_zone(timezone).dt.replace_time_zone(None))
