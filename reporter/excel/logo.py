"""A client's logo as a picture of a sheet: PNG only, its size read from its own header, no imaging library."""

from __future__ import annotations

import struct
from pathlib import Path

from openpyxl.drawing.image import Image

from reporter.errors import OutputError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES = 2_000_000


class Logo(Image):
    """A picture that openpyxl takes, without the imaging library that its own wants; sizes in pixels."""

    format = "png"

    def __init__(self, data: bytes, *, height: int) -> None:  # its parent's would open the picture
        """Keep the bytes, and scale the picture to `height` at most. Raises `OutputError` for what is no PNG."""
        if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) > _MOST_BYTES:
            raise OutputError("the logo is no PNG file of at most 2 MB; give one as brand.logo")
        wide, high = struct.unpack(">II", data[16:24])
        if not wide or not high:
            raise OutputError("the logo has no size; give another PNG file as brand.logo")
        scale = min(1.0, height / high)
        self.width, self.height = round(wide * scale), round(high * scale)
        self._bytes = data

    def _data(self) -> bytes:
        return self._bytes


def read(path: Path, *, height: int) -> Logo:
    """Return the logo of a file. Raises `OutputError` where it is no readable PNG."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise OutputError(f"{path} cannot be read; give a PNG file as brand.logo") from fault
    return Logo(data, height=height)
