"""A client's logo: PNG only, its size read from its own header, no imaging library. A leaf."""

from __future__ import annotations

import struct
import zlib

from reporter.errors import OutputError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: a few kilobytes can hold a picture that takes gigabytes when it is drawn
_MOST_BYTES, _MOST_PIXELS = 2_000_000, 25_000_000


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
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            return False
        if data[at + 4 : at + 8] == b"IEND":
            return True
        at = end
    return False
