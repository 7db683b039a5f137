"""A client's logo as a picture of a sheet, within its room and within the columns that it stands over."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.drawing.image import Image
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reporter import logo

#: pixels that a logo takes at most, and that a character of a column's width takes at least, whatever the program
_WIDTH, _HEIGHT = 160, 40
_CHARACTER = 6


class Logo(Image):
    """A picture that openpyxl takes, without the imaging library that its own wants; sizes in pixels."""

    format = "png"

    def __init__(self, data: bytes) -> None:  # its parent's would open the picture
        """Keep the bytes, and scale the picture into its room, in its own shape. Raises `OutputError` for no PNG."""
        wide, high = logo.size(data)
        scale = min(1.0, _WIDTH / wide, _HEIGHT / high)
        self.width, self.height = max(1, round(wide * scale)), max(1, round(high * scale))
        self._bytes = data

    def _data(self) -> bytes:
        return self._bytes


def place(picture: Logo, sheet: Worksheet, widths: Sequence[float]) -> None:
    """Put a logo into row 1, over the last of columns so wide that have room for it.

    One that hung over their right end would have all that is printed smaller.
    """
    column = len(widths)
    while column > 1 and sum(widths[column - 1 :]) * _CHARACTER < picture.width:
        column -= 1
    sheet.add_image(picture, f"{get_column_letter(column)}1")
