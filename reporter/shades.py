"""Colours that can be seen, read and told apart: a client's own may be any. For page, mail and workbook alike. A leaf.

Contrast is that of WCAG 2; how far colours look apart is their distance in OKLab (Ottosson, 2020).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

#: the papers of the page (`style.css` has the same); workbooks, pictures for mail and what is printed are on the light
LIGHT, DARK = "#ffffff", "#14181f"
#: what a bar, a line or an outline needs to be seen on its paper (WCAG 2.2, 1.4.11), and words to be read (1.4.3)
SEEN, READ = 3.0, 4.5
#: below this, two colours side by side are taken for one: an orange and its darker shade are 0.06 apart, hues 0.15
_ALIKE = 0.12
_STEPS = 64


def on_paper(color: str, paper: str, least: float = SEEN) -> str:
    """Return a colour (`#rrggbb`) if it has its least contrast on a paper, else the nearest shade that has it."""
    away = 0.0 if _luminance(_linear(paper)) > 0.5 else 1.0  # noqa: PLR2004 - half way between black and white
    shades = (
        color if not step else _hex([part + (away - part) * step / _STEPS for part in _parts(color)])
        for step in range(_STEPS + 1)
    )
    return next(shade for shade in shades if contrast(shade, paper) >= least)


def under_words(fill: str, ink: str) -> tuple[str, str]:
    """Return a field's colour and that of the words on it: white or ink, whichever reads better.

    Where neither can be read the field is made darker, for white.
    """
    words = max((LIGHT, ink), key=lambda one: contrast(one, fill))
    return (fill, words) if contrast(words, fill) >= READ else (on_paper(fill, LIGHT, READ), LIGHT)


def series(first: str, others: Sequence[str]) -> tuple[str, ...]:
    """Return the colours of a chart's series: those that look like the first come last, the most alike at the end."""
    apart = {one: _distance(first, one) for one in others}
    return (first, *sorted(others, key=lambda one: -min(apart[one], _ALIKE)))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG reckons it, from 1 (the same) to 21."""
    darker, lighter = sorted((_luminance(_linear(one)), _luminance(_linear(other))))
    return (lighter + 0.05) / (darker + 0.05)


def _parts(color: str) -> list[float]:
    return [part / 255 for part in bytes.fromhex(color.removeprefix("#"))]


def _hex(parts: list[float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _linear(color: str) -> list[float]:
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(color)]  # noqa: PLR2004 - sRGB's own curve


def _luminance(linear: list[float]) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _distance(one: str, other: str) -> float:
    return math.dist(_oklab(one), _oklab(other))


def _oklab(color: str) -> list[float]:
    """Return lightness and the two hues' axes."""
    red, green, blue = _linear(color)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return [
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    ]
