"""Tables that answer a question, written to the file that their reader named: .xlsx, .html, .csv or .parquet.

Instants are ISO 8601 with the offset of the answer's zone in text of every kind, wall clock of that zone in a
workbook, and instants in Parquet. Answers hold what runs keep unmasked, so their files are their owner's alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from reporter import html
from reporter.errors import OutputError, UsageError
from reporter.excel import write_xlsx
from reporter.files import PRIVATE, write_whole, writing
from reporter.model import Issue, Language, Text

ENDINGS = (".xlsx", ".html", ".csv", ".parquet")
#: endings of files that hold one table
_OF_ONE = (".csv", ".parquet")
_SENTENCES = Text("说明", "Notes")
#: what a spreadsheet takes for a formula when it opens CSV; a sign before a number or a phone is none
_FORMULA = r"^(?:[=@＝＠\t\r]|[+＋－-].*[^0-9 ().-])"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Tables by name, headers in the reader's words, and the sentences that stand above them.

    Columns may be of any type but Struct, Binary, Object and lists of such.
    """

    title: str
    frames: Mapping[str, pl.DataFrame]
    sentences: tuple[str, ...] = ()
    language: Language = "en"
    timezone: str = "UTC"


def check_name(path: Path, *, tables: int = 1) -> None:
    """Raise `UsageError` where nothing can be written to a file of this name; to be asked before the work."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(f"-o {path}: the name says what is written; end it in {', '.join(ENDINGS)}")
    if tables > 1 and ending in _OF_ONE:
        raise UsageError(f"-o {path}: {ending} holds one table and this answer has {tables}; name an .xlsx or .html")


def write(answer: Answer, path: Path) -> list[Issue]:
    """Write an answer as the ending of `path` says, whole or not at all; return what a cell could not hold as it is.

    Raises `UsageError` for another ending, `OutputError` where it cannot be written or a column cannot be shown.
    """
    check_name(path, tables=len(answer.frames))
    ending = path.suffix.lower()
    if ending == ".xlsx":
        return write_xlsx(_sheets(answer), path, timezone=answer.timezone, mode=PRIVATE)
    if ending == ".html":
        shown = {name: as_text(frame, answer.timezone) for name, frame in answer.frames.items()}
        page = html.answer(answer.title, shown, answer.sentences, answer.language)
        write_whole(path, page, mode=PRIVATE)
        return []
    (frame,) = answer.frames.values()
    if ending == ".parquet":
        with writing(path, mode=PRIVATE) as file:
            frame.write_parquet(file)
        return []
    return _write_csv(frame, path, answer.timezone)


def as_text(frame: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """Return a frame whose moments, days and lengths of time are ISO 8601 text, lists joined with ", ", nulls left out.

    Numbers, flags and text stay. Raises `OutputError` that names a column that has no text.
    """
    return frame.select(_texts(name, dtype, timezone) for name, dtype in frame.schema.items())


def as_json(frame: pl.DataFrame, timezone: str) -> list[dict[str, object]]:
    """Return rows as JSON takes them: text as in `as_text` but for lists, which stay; decimals as text, no NaN."""
    lists = [name for name, dtype in frame.schema.items() if dtype.base_type() in {pl.List, pl.Array}]
    columns = [pl.col(name) if name in lists else _texts(name, frame.schema[name], timezone) for name in frame.columns]
    return [{name: _jsonable(value) for name, value in row.items()} for row in frame.select(columns).to_dicts()]


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _texts(name: str, dtype: pl.DataType, timezone: str) -> pl.Expr:
    column, kind = pl.col(name), dtype.base_type()
    if kind in {pl.Struct, pl.Binary, pl.Object}:
        raise OutputError(f"column {name!r} holds {dtype}, which no cell shows; choose parts of it or leave it out")
    if kind in {pl.List, pl.Array}:
        inner = _texts("", dtype.inner, timezone)  # type: ignore[attr-defined] # lists and arrays have it
        items = column.cast(pl.List(dtype.inner)).list.eval(inner.cast(pl.String))  # type: ignore[attr-defined] # likewise
        return items.list.join(", ", ignore_nulls=True).alias(name)
    if isinstance(dtype, pl.Datetime):
        moved = column.dt.convert_time_zone(timezone) if dtype.time_zone else column
        return moved.dt.to_string("%+" if dtype.time_zone else "%Y-%m-%dT%H:%M:%S%.f")
    if kind in {pl.Date, pl.Time, pl.Duration}:
        return column.dt.to_string("iso")
    return column.cast(pl.String) if kind in {pl.Categorical, pl.Enum, pl.Null} else column


def _sheets(answer: Answer) -> dict[str, pl.DataFrame]:
    if not answer.sentences:
        return dict(answer.frames)
    notes = pl.DataFrame({answer.title: answer.sentences})
    return {_SENTENCES.in_(answer.language): notes, **answer.frames}


def _write_csv(frame: pl.DataFrame, path: Path, timezone: str) -> list[Issue]:
    """Write CSV in UTF-8 with a byte order mark, without which Excel takes Chinese for something else."""
    shown = as_text(frame, timezone)
    texts = [name for name, dtype in shown.schema.items() if dtype == pl.String]
    counts = shown.select(pl.col(texts).str.contains(_FORMULA).sum()).row(0, named=True) if texts else {}
    unsafe = [name for name, count in counts.items() if count]
    safe = shown.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in unsafe
    )
    with writing(path, mode=PRIVATE) as file:
        file.write(_BYTE_ORDER_MARK)
        safe.write_csv(file)
    return [_formula_issue(name, counts[name]) for name in unsafe]


def _formula_issue(name: str, count: int) -> Issue:
    said = Text(
        f"表格软件会当作公式的文本，前面加了撇号：{count} 处",
        f"text that a spreadsheet would take for a formula got an apostrophe before it: {count}",
    )
    return Issue("warning", "cell-formula", said, name)
