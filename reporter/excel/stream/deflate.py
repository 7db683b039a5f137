"""Pieces of one deflate stream, each made alone: they end on a byte and look back on nothing before them.

`fast` is Intel's ISA-L at level 1, as quick as copying; `small` is zlib-ng at level 7 with Z_FILTERED, which
leaves short matches alone: in digits they cost more than they save. Its window is of 16 KiB: a sheet's next
likeness is a row away, and to look twice as far takes a third more time for a fiftieth of the size.

Level 7 looks on after a match for a longer one, and takes twice the time of level 5. Whether that makes anything
smaller depends on the sheet: where rows are alike, level 5 with a smaller window is as small or smaller, where they
are full of names it is not. So a sheet's first rows are compressed in each of these ways, and the quickest that is as
good on them does the rest: at most three hundredths larger, which is about as small as zlib's own level 6 makes them.
ISA-L takes a fifth of level 5's time, and makes these sheets a fourth larger than zlib's level 6 at any of its levels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from isal import isal_zlib
from zlib_ng import zlib_ng

Compress = Literal["small", "fast"]

#: what ends a stream of pieces: an empty block that says it is the last (RFC 1951, 3.2.3)
END = b"\x03\x00"
#: bytes that one stored block takes (RFC 1951, 3.2.4)
MOST_STORED = 65_535

#: negative: no header, a window of so many bits
_FAST_WINDOW, _SMALL_WINDOW = -15, -14
_MEMORY, _SMALL_LEVEL, _FAST_LEVEL = 9, 7, 1
#: levels and windows that may do for `small`, the quickest first, and how much larger they may make the first rows
_QUICKER = ((5, -12), (5, -13), (5, -15))
_AS_GOOD = 1.03
#: bytes of a sheet on which they are tried; one that has fewer is done before they are
_TRIED = 262_144

#: how the bytes of a piece are compressed
Way = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a stream: compressed bytes, and the CRC-32 and length of what they stand for."""

    data: bytes
    crc: int
    length: int


def piece(data: bytes, compress: Compress) -> Piece:
    """Return `data` compressed, to be followed by other pieces or `END`."""
    return made(data, _BY_NAME[compress])


def made(data: bytes, way: Way) -> Piece:
    """Return `data` compressed in a way that `way_for` chose."""
    return Piece(way(data), isal_zlib.crc32(data), len(data))


def way_before_rows(compress: Compress) -> Way | None:
    """Return how a sheet is compressed whatever it holds, None where its first rows decide (`way_for`)."""
    return _fast if compress == "fast" else None


def way_for(first: bytes, compress: Compress) -> Way:
    """Return how a sheet is compressed whose rows begin with `first`: as quickly as its size allows."""
    usual = _BY_NAME[compress]
    if compress == "fast" or len(first) < _TRIED:
        return usual
    tried = first[:_TRIED]
    most = _AS_GOOD * len(usual(tried))
    ways = (partial(_small, level=level, window=window) for level, window in _QUICKER)
    return next((way for way in ways if len(way(tried)) <= most), usual)


def stored(data: bytes) -> Piece:
    """Return at most `MOST_STORED` bytes as they are, so that others of the same length can replace them."""
    length = len(data).to_bytes(2, "little")
    inverse = (len(data) ^ MOST_STORED).to_bytes(2, "little")
    return Piece(b"\x00" + length + inverse + data, isal_zlib.crc32(data), len(data))


def together(pieces: list[Piece]) -> tuple[int, int]:
    """Return the CRC-32 and the length of what pieces stand for, one after the other."""
    crc = length = 0
    for one in pieces:
        crc = isal_zlib.crc32_combine(crc, one.crc, one.length)
        length += one.length
    return crc, length


def _fast(data: bytes) -> bytes:
    stream = isal_zlib.compressobj(_FAST_LEVEL, isal_zlib.DEFLATED, _FAST_WINDOW)
    return stream.compress(data) + stream.flush(isal_zlib.Z_FULL_FLUSH)


def _small(data: bytes, *, level: int = _SMALL_LEVEL, window: int = _SMALL_WINDOW) -> bytes:
    stream = zlib_ng.compressobj(level, zlib_ng.DEFLATED, window, _MEMORY, zlib_ng.Z_FILTERED)
    return stream.compress(data) + stream.flush(zlib_ng.Z_FULL_FLUSH)


_BY_NAME: dict[Compress, Way] = {"fast": _fast, "small": _small}
