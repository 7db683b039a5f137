"""A client's logo: PNG only, its size read from its own header, no imaging library. A leaf.

What a picture holds beside what it shows (who made it, where, a comment) is no reader's business, and stays here.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from reporter.errors import OutputError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: the parts of a PNG that say how it looks
_SHOWN = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"IDAT", b"IEND"}
#: a few kilobytes can hold a picture that takes gigabytes when it is drawn
_MOST_BYTES, _MOST_PIXELS = 2_000_000, 25_000_000


def picture(data: bytes) -> bytes:
    """Return the picture in a logo's file, without what it holds beside it: texts, times, places.

    Raises `OutputError` where it is no PNG that can be read, as `size` does.
    """
    size(data)
    return _SIGNATURE + b"".join(data[start:end] for kind, start, end in _parts(data) if kind in _SHOWN)


def size(data: bytes) -> tuple[int, int]:
    """Return the width and height of a logo in pixels.

    Raises `OutputError` for what is no whole PNG, or one of more than 2 MB or 25 million pixels.
    """
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) > _MOST_BYTES:
        raise OutputError("the logo is no PNG file of at most 2 MB; give one as brand.logo")
    if len(data) < struct.calcsize(">8s4x4sII"):  # the signature, and the first part as far as the size
        raise OutputError("the logo's file ends before its size; save it anew as PNG and give that as brand.logo")
    wide, high = struct.unpack(">II", data[16:24])
    if not wide or not high or not _is_whole(data):
        raise OutputError("the logo's file is damaged or not whole; save it anew as PNG and give that as brand.logo")
    if wide * high > _MOST_PIXELS:
        raise OutputError(
            f"the logo has {wide:,} × {high:,} pixels; scale it down to 25 million at most (400 × 100 will do)"
        )
    return wide, high


def _is_whole(data: bytes) -> bool:
    """Say whether every part of a PNG is there, down to its end, with the checksum that it carries."""
    for kind, start, end in _parts(data):
        if zlib.crc32(data[start + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            return False
        if kind == b"IEND":
            return True
    return False


def _parts(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind of each part of a PNG down to its end, and where it starts and ends."""
    start, kind = len(_SIGNATURE), b""
    while start + 12 <= len(data) and kind != b"IEND":
        kind, end = data[start + 4 : start + 8], start + 12 + int.from_bytes(data[start : start + 4])
        yield kind, start, end
        start = end
