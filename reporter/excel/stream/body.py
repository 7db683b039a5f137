"""The rows of a sheet into its member of the archive: ready chunks in, pieces out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from functools import partial

import polars as pl

from reporter.excel.stream import markup
from reporter.excel.stream.archive import Member
from reporter.excel.stream.deflate import Compress, Piece, piece
from reporter.excel.stream.pump import in_order
from reporter.excel.stream.ready import Ready

#: rows that are screened together, and rows that become one piece; both decide the bytes of the file
CHUNK_ROWS, PIECE_ROWS = 10_000, 2_000
#: threads that make pieces, and pieces that wait for the file at most
THREADS, _AHEAD = 2, 6


def write(member: Member, chunks: Iterable[Ready], pool: Executor, compress: Compress) -> None:
    """Write rows, each chunk as soon as it comes."""
    for one in in_order(_calls(chunks, compress), pool, ahead=_AHEAD):
        member.add(one)


def _calls(chunks: Iterable[Ready], compress: Compress) -> Iterator[Callable[[], Piece]]:
    for chunk in chunks:
        rows = markup.rows(chunk.lanes, has_heights=markup.HEIGHT in chunk.rows.columns)
        for start in range(0, chunk.rows.height, PIECE_ROWS):
            yield partial(_piece, chunk.rows.slice(start, PIECE_ROWS), rows, compress)


def _piece(rows: pl.DataFrame, expression: pl.Expr, compress: Compress) -> Piece:
    return piece(rows.select(expression).item(), compress)
