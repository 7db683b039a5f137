"""A client's logo for page and mail: a picture that is finer than screens show it is drawn anew, smaller."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import vl_convert

from reporter import logo
from reporter.errors import OutputError

#: pixels on the screen that a logo may take (`style.css` has the same)
_WIDTH, _HEIGHT = 192, 48
#: pixels that are drawn for one of the screen's, for fine screens and for paper
_FINE = 2


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG, and the pixels that it takes on the screen."""

    data: bytes
    width: int
    height: int

    def address(self) -> str:
        """Return the picture as a `data:` address."""
        return f"data:image/png;base64,{base64.b64encode(self.data).decode()}"


def scaled(data: bytes) -> Logo:
    """Return a logo's PNG as it is shown, of 150 KB at most; its own bytes where drawing it anew makes them no fewer.

    Raises `OutputError` where it is no PNG that can be shown.
    """
    wide, high = logo.size(data)
    scale = min(_WIDTH / wide, _HEIGHT / high, 1.0)
    shown = (max(1, round(wide * scale)), max(1, round(high * scale)))
    drawn = _shrunk(data, (wide, high), (min(wide, _FINE * shown[0]), min(high, _FINE * shown[1])))
    if drawn == _drawn(b"", *logo.size(drawn)):
        raise OutputError("the logo shows nothing, or cannot be read as PNG; save it anew and give that as brand.logo")
    return Logo(min(data, drawn, key=len), *shown)


def _shrunk(data: bytes, size: tuple[int, int], wanted: tuple[int, int]) -> bytes:
    """Return a PNG of `wanted` pixels: by halves, so that each pixel has its part of the last step's."""
    while size[0] >= 2 * wanted[0] or size[1] >= 2 * wanted[1]:
        size = (max(wanted[0], (size[0] + 1) // 2), max(wanted[1], (size[1] + 1) // 2))
        data = _drawn(data, *size)
    return _drawn(data, *wanted)


def _drawn(data: bytes, wide: int, high: int) -> bytes:
    address = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    room = f'width="{wide}" height="{high}"'
    picture = f'<image {room} preserveAspectRatio="none" href="{address}"/>' if data else ""
    return vl_convert.svg_to_png(f'<svg xmlns="http://www.w3.org/2000/svg" {room}>{picture}</svg>')
