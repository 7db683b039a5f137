"""The look of the workbook: a theme file's colours, fonts and widths, with the client's colour in them.

Each kind of column is a named style, so that a reader who changes the style in Excel changes them all.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from reporter import shades
from reporter.columns import Kind
from reporter.excel.wording import WORDS
from reporter.labels import POINTS
from reporter.model import Language
from reporter.resources import find
from reporter.rules import Brand

FORMATS: dict[Kind, str] = {
    "text": "@",
    "prose": "@",
    "name": "@",
    "id": "@",
    "count": "#,##0",
    "seconds": "[h]:mm:ss",
    "ratio": "0.0%",
    "change": "+#,##0.0%;-#,##0.0%;0.0%",
    "points": '+#,##0.0" {points}";-#,##0.0" {points}";0.0" {points}"',
    "instant": "yyyy-mm-dd hh:mm:ss",
    "date": "yyyy-mm-dd",
    "money": "#,##0.00",
    "number": "0.00",
    "value": "General",
    "flag": "@",
}
#: how much of the accent is left in the bars behind figures
_BAR_STRENGTH = 0.35
_TO_THE_RIGHT: frozenset[Kind] = frozenset(
    {"count", "seconds", "ratio", "change", "points", "money", "number", "value"}
)
#: words that go on in further lines where a column is too narrow for them
WRAPPED: frozenset[Kind] = frozenset({"prose", "name"})
_CENTRED: frozenset[Kind] = frozenset({"flag"})


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as rrggbb, sizes in points, widths in characters of the standard font; `points` and `total` are words.

    The accent is a shade of the client's colour that is seen on white paper.
    """

    font: str
    points: str
    total: str
    size: int
    title_size: int
    heading_size: int
    accent: str
    second: str
    third: str
    others: tuple[str, ...]
    ink: str
    muted: str
    line: str
    warn_ink: str
    warn_fill: str
    good_ink: str
    least_width: int
    most_width: int
    most_prose_width: int
    sampled_rows: int

    @property
    def palette(self) -> tuple[str, ...]:
        """The colours of a chart's series, in their order: none beside the accent that looks like it."""
        return shades.series(self.accent, (self.second, self.third, *self.others))

    @property
    def bar(self) -> str:
        """The accent in a pale tint, that ink can be read on."""
        parts = (int(self.accent[at : at + 2], 16) for at in (0, 2, 4))
        return "".join(f"{round(255 - (255 - part) * _BAR_STRENGTH):02x}" for part in parts)

    @property
    def header(self) -> tuple[str, str]:
        """The fill of headers, which is the accent or a darker shade of it, and their words on it."""
        fill, words = shades.under_words(self.accent, self.ink)
        return fill.removeprefix("#"), words.removeprefix("#")

    @property
    def writing(self) -> str:
        """The accent in a shade that words can be read in."""
        return shades.on_paper(self.accent, shades.LIGHT, shades.READ).removeprefix("#")


@dataclass(frozen=True, slots=True)
class _Look:
    """What tells one style of the sheet from another."""

    color: str
    size: int | None = None
    bold: bool = False
    underline: bool = False
    fill: str = ""
    wrap: bool = False
    side: Literal["left", "center", "right"] = "left"
    indent: int = 0
    line: str = ""


def load(name: str, brand: Brand, language: Language) -> Theme:
    """Return the theme `templates/workbook/<name>.toml` in the client's colour."""
    found = tomllib.loads((find("templates") / "workbook" / f"{name}.toml").read_text(encoding="utf-8"))
    font, color, width = found["font"], found["color"], found["width"]
    branded = brand.color.removeprefix("#").lower()
    return Theme(
        font=font[language],
        points=POINTS.in_(language),
        total=WORDS["total"].in_(language),
        size=font["size"],
        title_size=font["title"],
        heading_size=font["heading"],
        accent=seen(branded if re.fullmatch("[0-9a-f]{6}", branded) else color["accent"]),
        second=color["second"],
        third=color["third"],
        others=tuple(color["others"]),
        ink=color["ink"],
        muted=color["muted"],
        line=color["line"],
        warn_ink=color["warn_ink"],
        warn_fill=color["warn_fill"],
        good_ink=color["good_ink"],
        least_width=width["least"],
        most_width=width["most"],
        most_prose_width=width["most_prose"],
        sampled_rows=width["sample"],
    )


def seen(color: str) -> str:
    """Return a client's colour (rrggbb), or the nearest shade of it that is seen on white paper."""
    return shades.on_paper(color, shades.LIGHT).removeprefix("#")


def style_of(kind: Kind, *, is_absent: bool = False) -> str:
    """Return the name of a kind's style; figures that nobody can give are muted."""
    return f"reporter {kind} n-a" if is_absent else f"reporter {kind}"


def total_style(kind: Kind) -> str:
    """Return the name of the style of a kind's total."""
    return f"reporter {kind} total"


def furniture(name: str) -> str:
    """Return the name of a style of the sheet itself: title, heading, header, muted, banner, paragraph, label, link."""
    return f"reporter sheet {name}"


def add_styles(book: Workbook, theme: Theme) -> None:
    """Put every style of the theme into a workbook, and its font under all that has no style."""
    plain = Font(name=theme.font, size=theme.size, color=theme.ink)
    book._named_styles["Normal"].font = plain  # type: ignore[attr-defined] # noqa: SLF001 - openpyxl has no public way to the standard font
    for kind, number_format in FORMATS.items():
        for is_absent in (False, True):
            style = NamedStyle(
                style_of(kind, is_absent=is_absent), number_format=number_format.format(points=theme.points)
            )
            style.font = Font(name=theme.font, size=theme.size, color=theme.muted if is_absent else theme.ink)
            style.alignment = Alignment(
                horizontal=side_of(kind), vertical="center", wrap_text=kind in WRAPPED, indent=_indent(kind)
            )
            style.border = Border(bottom=Side("thin", theme.line))
            book.add_named_style(style)
    for style in (*_furniture(theme), *_totals(theme)):
        book.add_named_style(style)


def header_style(kind: Kind, *, has_filter: bool) -> str:
    """Return the style of the header over a column: on its side, clear of the filter's arrow."""
    if side_of(kind) != "right":
        return furniture("centred header" if side_of(kind) == "center" else "header")
    return furniture("number header with filter" if has_filter else "number header")


def side_of(kind: Kind) -> Literal["left", "center", "right"]:
    """Return where a kind stands in its cell: what can be summed to the right, words to the left."""
    if kind in _TO_THE_RIGHT:
        return "right"
    return "center" if kind in _CENTRED else "left"


def _indent(kind: Kind) -> int:
    # LibreOffice loses the indent of a number that stands beside another number, so numbers have none
    return 1 if side_of(kind) == "left" else 0


def _furniture(theme: Theme) -> list[NamedStyle]:
    plain, bold = _Look(theme.ink), _Look(theme.ink, bold=True)
    fill, words = theme.header
    header = _Look(words, bold=True, fill=fill, wrap=True, indent=1)
    return [
        _named("header", theme, header),
        _named("centred header", theme, replace(header, side="center", indent=0)),
        _named("number header", theme, replace(header, side="right", indent=0)),
        _named("number header with filter", theme, replace(header, side="right", indent=2)),
        _named("title", theme, replace(bold, size=theme.title_size)),
        _named("heading", theme, replace(bold, size=theme.heading_size, color=theme.writing)),
        _named("muted", theme, _Look(theme.muted)),
        _named("banner", theme, _Look(theme.warn_ink, bold=True, fill=theme.warn_fill, wrap=True, indent=1)),
        _named("paragraph", theme, replace(plain, wrap=True)),
        _named("label", theme, _Look(theme.muted, wrap=True)),
        _named("link", theme, _Look(theme.writing, underline=True, indent=1, line=theme.line)),
    ]


def _totals(theme: Theme) -> list[NamedStyle]:
    made = []
    for kind, number_format in FORMATS.items():
        style = _named(total_style(kind), theme, _Look(theme.ink, bold=True, side=side_of(kind), indent=_indent(kind)))
        style.name, style.number_format = total_style(kind), number_format.format(points=theme.points)
        style.border = Border(top=Side("medium", theme.accent))
        made.append(style)
    return made


def _named(name: str, theme: Theme, look: _Look) -> NamedStyle:
    style = NamedStyle(furniture(name), number_format="@")
    style.font = Font(
        name=theme.font,
        size=look.size or theme.size,
        bold=look.bold,
        color=look.color,
        underline="single" if look.underline else None,
    )
    style.alignment = Alignment(horizontal=look.side, vertical="center", wrap_text=look.wrap, indent=look.indent)
    if look.fill:
        style.fill = PatternFill("solid", fgColor=look.fill)
    if look.line:
        style.border = Border(bottom=Side("thin", look.line))
    return style
