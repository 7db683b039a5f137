"""The rows of a sheet into its member of the archive: ready chunks in, pieces out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from functools import partial

import polars as pl

from reporter.excel.stream import markup
from reporter.excel.stream.archive import Member
from reporter.excel.stream.deflate import Compress, Piece, Way, made, way_before_rows, way_for
from reporter.excel.stream.pump import in_order
from reporter.excel.stream.ready import Ready

#: rows that are screened together: to ask polars anything takes as long as a hundred rows do
CHUNK_ROWS, _CHUNK_PIECES = 20_000, 10
#: rows, cells and bytes of text that become one piece, a megabyte or so; like the chunks they decide the file's bytes
_PIECE_ROWS, _PIECE_CELLS, _PIECE_BYTES = 10_000, 30_000, 1 << 20
#: threads that make pieces, and pieces that wait for the file at most
THREADS, _AHEAD = 2, 20


def piece_rows(columns: int, row_bytes: int = 0) -> int:
    """Return the rows that become one piece: fewer, the wider they are and the more bytes of text they have."""
    return max(1, min(_PIECE_ROWS, _PIECE_CELLS // max(1, columns), _PIECE_BYTES // max(1, row_bytes)))


def chunk_rows(columns: int) -> int:
    """Return the rows that are screened together."""
    return min(CHUNK_ROWS, _CHUNK_PIECES * piece_rows(columns))


def write(member: Member, chunks: Iterable[Ready], pool: Executor, compress: Compress) -> None:
    """Write rows, each chunk as soon as it comes."""
    for one in in_order(_calls(chunks, compress), pool, ahead=_AHEAD):
        member.add(one)


def _calls(chunks: Iterable[Ready], compress: Compress) -> Iterator[Callable[[], Piece]]:
    way: Way | None = way_before_rows(compress)
    for chunk in chunks:
        rows = markup.rows(chunk.lanes, has_heights=markup.HEIGHT in chunk.rows.columns)
        height = piece_rows(len(chunk.lanes), chunk.text_bytes // max(1, chunk.rows.height))
        for start in range(0, chunk.rows.height, height):
            part = chunk.rows.slice(start, height)
            if way is None:
                first = _xml(part, rows)
                way = way_for(first, compress)
                yield partial(made, first, way)
            else:
                yield partial(_piece, part, rows, way)


def _piece(rows: pl.DataFrame, expression: pl.Expr, way: Way) -> Piece:
    return made(_xml(rows, expression), way)


def _xml(rows: pl.DataFrame, expression: pl.Expr) -> bytes:
    xml: bytes = rows.select(expression).item()
    return xml
