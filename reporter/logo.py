"""A client's logo: PNG only, its size read from its own header, no imaging library. A leaf."""

from __future__ import annotations

import struct
from pathlib import Path

from reporter.errors import OutputError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES = 2_000_000


def read(path: Path) -> bytes:
    """Return the bytes of a logo's file. Raises `OutputError` where it is no PNG that can be read, of 2 MB at most."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise OutputError(f"{path} cannot be read; give a PNG file as brand.logo") from fault
    size(data)
    return data


def size(data: bytes) -> tuple[int, int]:
    """Return the width and height of a logo in pixels. Raises `OutputError` for what is no PNG of 2 MB at most."""
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) > _MOST_BYTES:
        raise OutputError("the logo is no PNG file of at most 2 MB; give one as brand.logo")
    if len(data) < struct.calcsize(">8s4x4sII"):  # the signature, and the first part as far as the size
        raise OutputError("the logo's file ends before its size; save it anew as PNG and give that as brand.logo")
    wide, high = struct.unpack(">II", data[16:24])
    if not wide or not high:
        raise OutputError("the logo has no size; give another PNG file as brand.logo")
    return wide, high
