"""Frames as they are given, eager, lazy or in a Parquet file: looked at first, then read in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from reporter.errors import OutputError
from reporter.excel.stream.body import CHUNK_ROWS
from reporter.excel.stream.shapes import Source, plain, shape_of

Frame = pl.DataFrame | pl.LazyFrame | str | Path

#: columns that a sheet takes
MOST_COLUMNS = 16_384
#: rows that are read from a Parquet file at once, first and at most: left to itself, polars reads far ahead of
#: whoever writes
_FIRST_SLICE_ROWS, _SLICE_ROWS = 10_000, 40_000
#: bytes that one slice, and bytes of text that one chunk is to have: long texts come in fewer rows
_SLICE_BYTES, CHUNK_BYTES = 1 << 24, 1 << 22
#: what polars would go to the network for; one letter before the colon is a drive of Windows
_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
#: where polars says in which expression a function of Python failed
_EXPRESSION = "This error occurred in the following expression:"


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """A frame that a sheet can show: the name that was wanted for it, its columns, its rows when asked for.

    `height` is the number of rows, None where only reading them tells.
    """

    wanted: str
    frame: pl.DataFrame | pl.LazyFrame
    sources: tuple[Source, ...]
    timezone: str
    height: int | None

    def rows(self) -> Feed:
        """Return the rows from the beginning, plain, moments with a zone as wall clock of `timezone`."""
        return Feed(self._plain())

    def _plain(self) -> Iterator[pl.DataFrame]:
        made = plain(self.sources, self.timezone)
        with _reading(self.wanted):
            yield from map(made, self._checked())

    def _checked(self) -> Iterator[pl.DataFrame]:
        """Yield the rows as they come, refused where they are not what the schema says, which polars may not check."""
        declared = pl.Schema((one.name, one.dtype) for one in self.sources)
        for batch in self._batches():
            if batch.schema != declared:
                _compare(self.wanted, declared, batch.schema)
            yield batch

    def _batches(self) -> Iterator[pl.DataFrame]:
        if isinstance(self.frame, pl.DataFrame):
            yield from self.frame.iter_slices(CHUNK_ROWS)
        elif self.height is None:
            yield from self.frame.collect_batches(chunk_size=CHUNK_ROWS, maintain_order=True)
        else:
            yield from _slices(self.frame, self.height)


@dataclass(slots=True, eq=False)
class Feed:
    """Rows in order, in chunks of the length that is asked for, however they come; `size` is that of texts held."""

    batches: Iterator[pl.DataFrame]
    held: list[pl.DataFrame] = field(default_factory=list)
    size: int = 0

    def peek(self, rows: int, most_bytes: int) -> pl.DataFrame | None:
        """Return the next rows and leave them: as many as asked for, fewer at the end, None past it.

        Fewer too where their texts reach `most_bytes`: up to the row with which they do, however rows come.
        """
        while self._height < rows and self.size < most_bytes and (batch := next(self.batches, None)) is not None:
            self.held.append(batch)
            self.size += _text_bytes(batch)
        if not self._height:
            return None
        if len(self.held) > 1:
            self.held = [pl.concat(self.held)]
        found = self.held[0].slice(0, rows)
        return found if self.size <= most_bytes else _light(found, most_bytes)

    def take(self, rows: int) -> pl.DataFrame | None:
        """Return the next rows, as `peek` does, and go on behind them."""
        found = self.peek(rows, CHUNK_BYTES)
        if found is not None:
            self.held = [self.held[0].slice(found.height)]
            self.size = _text_bytes(self.held[0])
        return found

    @property
    def _height(self) -> int:
        return sum(one.height for one in self.held)

    @property
    def is_empty(self) -> bool:
        """Whether no row is left."""
        return self.peek(1, 1) is None


def _slices(frame: pl.LazyFrame, height: int) -> Iterator[pl.DataFrame]:
    """Yield a file's rows, as many at a time as those before them say that memory should hold."""
    start, rows = 0, _FIRST_SLICE_ROWS
    while start < height:
        found = frame.slice(start, rows).collect(engine="streaming")
        yield found
        start += rows
        rows = max(1, min(_SLICE_ROWS, rows * _SLICE_BYTES // max(1, int(found.estimated_size()))))


def _light(rows: pl.DataFrame, most_bytes: int) -> pl.DataFrame:
    """Return the rows up to the one with which their texts reach so many bytes."""
    if _text_bytes(rows) <= most_bytes:
        return rows
    reached = rows.select(pl.sum_horizontal(pl.col(pl.String).str.len_bytes()).cum_sum() >= most_bytes).to_series()
    return rows.head(int(reached.arg_max() or 0) + 1)


def _text_bytes(rows: pl.DataFrame) -> int:
    if not rows.height:
        return 0
    return sum(sum(found) for found in rows.select(pl.col(pl.String).str.len_bytes().sum()).rows())


def read(sheets: Mapping[str, Frame], timezone: str) -> list[Input]:
    """Return the frames, looked at; raises `OutputError` that names sheet and column where one cannot be shown."""
    if not isinstance(sheets, Mapping):
        raise OutputError(f"sheets is a {type(sheets).__name__}; give a mapping of each sheet's name to its frame")
    if not sheets:
        raise OutputError("a workbook has one sheet at least; give a frame for each, by the sheet's name")
    return [_input(name, frame, timezone) for name, frame in sheets.items()]


def _input(name: str, frame: Frame, timezone: str) -> Input:
    if not isinstance(name, str):
        raise OutputError(f"sheet name {name!r} is no text; write {str(name)!r}")
    if not isinstance(frame, pl.DataFrame | pl.LazyFrame | str | Path):
        raise OutputError(f"sheet {name!r} is a {type(frame).__name__}; give a polars frame or a Parquet file's path")
    opened = _scanned(name, frame) if isinstance(frame, str | Path) else frame
    with _reading(name):
        schema, height = opened.collect_schema(), _height(opened)
    if len(schema) > MOST_COLUMNS:
        raise OutputError(f"sheet {name!r} has {len(schema):,} columns; Excel takes {MOST_COLUMNS:,}: choose fewer")
    sources = tuple(_source(name, at, *one) for at, one in enumerate(schema.items()))
    return Input(name, opened, sources, timezone, height)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Name the sheet whose frame cannot be had: a query that fails, a file that is damaged or gone."""
    try:
        yield
    except OutputError:
        raise
    except (Exception, pl.exceptions.PanicException) as fault:  # a function of the query's may raise anything
        raise OutputError(
            f"sheet {name!r}: its frame cannot be read: {_reason(fault)}; nothing was written;"
            " mend the query or the file"
        ) from fault


def _reason(fault: BaseException) -> str:
    """Return the first line that a fault says, with the expression that it came from where polars names one."""
    # str() of a KeyError is the repr of what it says
    said = str(fault.args[0] if isinstance(fault, KeyError) and fault.args else fault)
    first, *more = [line.strip() for line in said.splitlines() if line.strip()] or [""]
    reason = first if isinstance(fault, OSError | pl.exceptions.PolarsError) else f"{type(fault).__name__}: {first}"
    where = f" in {more[more.index(_EXPRESSION) + 1]}" if _EXPRESSION in more[:-1] else ""
    return (reason.removesuffix(": ") or type(fault).__name__) + where


def _compare(sheet: str, declared: pl.Schema, found: pl.Schema) -> None:
    """Refuse rows that have not the columns that the frame said it has; their order does not matter."""
    for name in dict.fromkeys([*declared, *found]):
        if declared.get(name) != found.get(name):
            said, given = (str(one[name]) if name in one else "no such column" for one in (declared, found))
            raise OutputError(
                f"sheet {sheet!r}, column {name!r}: its frame's schema says {said} and its rows have {given};"
                " mend the schema that the query gives to a function of its own"
            )


def _height(frame: pl.DataFrame | pl.LazyFrame) -> int | None:
    """Return the number of rows where it costs nothing: of frames in memory and of Parquet files read as they are."""
    if isinstance(frame, pl.DataFrame):
        return frame.height
    if not frame.explain(optimized=False).startswith("Parquet SCAN"):
        return None
    return int(frame.select(pl.len()).collect().item())


def _scanned(name: str, path: str | Path) -> pl.LazyFrame:
    if isinstance(path, str) and _URL.match(path):
        raise OutputError(
            f"sheet {name!r}: {path} is a URL, and no connection is opened for a sheet; give a file's path"
        )
    if not Path(path).name:  # polars would read whatever lies in the working folder
        raise OutputError(f"sheet {name!r}: {str(path)!r} names no file; give a Parquet file's path")
    try:
        # made absolute, or polars would take the folder `s3:` of a path for a URL too
        frame = pl.scan_parquet(Path(path).absolute(), glob=False)
        frame.collect_schema()
    except (OSError, TypeError, ValueError, pl.exceptions.PolarsError) as fault:  # two of them of paths that are none
        raise OutputError(f"sheet {name!r}: {path} cannot be read as a Parquet file: {fault}") from fault
    return frame


def _source(sheet: str, at: int, name: str, dtype: pl.DataType) -> Source:
    shape = shape_of(dtype)
    if shape is None:
        raise OutputError(
            f"sheet {sheet!r}, column {name!r}: a cell cannot show {dtype}; unnest it, cast it to text, or leave it out"
        )
    return Source(at, name, dtype, shape)
