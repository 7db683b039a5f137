"""The theme of a client's own workbook: its fonts and colours, and nothing else of it.

Sheets, styles, pictures and macros of the template stay where they are: our sheets are made anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from reporter import shades, themes
from reporter.errors import OutputError
from reporter.excel.theme import Theme, seen
from reporter.model import Language
from reporter.rules import Brand

#: which font of a theme's list is Chinese, where it names none for East Asia as a whole
_CHINESE = "Hans"
_MOST_FONT = 31


def themed(theme: Theme, path: Path, brand: Brand, language: Language) -> Theme:
    """Return our theme in the fonts and colours of a workbook; the client's `brand.color`, if given, goes first.

    What the workbook does not say stays ours; colours that cannot be seen or read on white are made darker. Raises
    `OutputError` where it has no theme that can be read.
    """
    root = _read(path)
    colors = {one.tag.removeprefix(themes.MAIN): color for one in _all(root, "clrScheme/*") if (color := _color(one))}
    given = (colors.get(f"accent{number}") for number in range(1, 7))
    accent, second, third, *others = (color and seen(color) for color in given)
    is_branded = brand.color.lower() != Brand().color
    return replace(
        theme,
        font=_font(root, language) or theme.font,
        accent=theme.accent if is_branded else accent or theme.accent,
        second=second or theme.second,
        third=third or theme.third,
        others=(*(own or ours for own, ours in zip(others, theme.others, strict=False)), *theme.others[len(others) :]),
        ink=shades.on_paper(colors.get("dk1", theme.ink), shades.LIGHT, shades.READ).removeprefix("#"),
    )


def _read(path: Path) -> Element:
    try:
        return themes.theme(path)
    except OutputError as fault:
        raise OutputError(f"{path} cannot be used: {fault}") from fault


def _all(root: Element, path: str) -> Iterator[Element]:
    steps = "/".join(step if step == "*" else f"{themes.MAIN}{step}" for step in path.split("/"))
    return root.iterfind(f".//{steps}")


def _color(slot: Element) -> str | None:
    """Return a colour as rrggbb; None: it is given in a way that needs a screen to know."""
    for one in slot:
        found = one.get("lastClr") or one.get("val") or ""
        if re.fullmatch("[0-9a-fA-F]{6}", found):
            return found.lower()
    return None


def _font(root: Element, language: Language) -> str | None:
    """Return the theme's font for body text in the report's language."""
    if language == "en":
        names = [one.get("typeface") for one in _all(root, "minorFont/latin")]
    else:
        names = [one.get("typeface") for one in _all(root, "minorFont/ea")]
        names += [one.get("typeface") for one in _all(root, "minorFont/font") if one.get("script") == _CHINESE]
    return next((name for name in names if name and len(name) <= _MOST_FONT and name.isprintable()), None)
