"""A client's logo as a picture of a sheet."""

from __future__ import annotations

from openpyxl.drawing.image import Image

from reporter import logo


class Logo(Image):
    """A picture that openpyxl takes, without the imaging library that its own wants; sizes in pixels."""

    format = "png"

    def __init__(self, data: bytes, *, height: int) -> None:  # its parent's would open the picture
        """Keep the bytes, and scale the picture to `height` at most. Raises `OutputError` for what is no PNG."""
        wide, high = logo.size(data)
        scale = min(1.0, height / high)
        self.width, self.height = round(wide * scale), round(high * scale)
        self._bytes = data

    def _data(self) -> bytes:
        return self._bytes
