"""The body of a mail: a slim page and its twin in plain text, from the report alone.

Mail readers know no style sheets, drop SVG and `data:` pictures, and cut off what is longer than 102,400 bytes
(Gmail): so styles are inlined, what lies side by side is a table, a chart is a PNG that the message carries,
and the events are at most twenty. Nothing is loaded from anywhere, and there is no link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reporter.html.view import Card, Chart, View, view
from reporter.html.wording import LETTER, WORDS
from reporter.report import Report
from reporter.resources import find

_MOST_EVENTS, _MOST_CARDS, _MOST_PICTURES = 20, 9, 2
#: characters of a name in a table; the workbook has it whole
_MOST_LETTERS = 80
#: pixels of a chart, twice what it is shown at
_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as a PNG: `content_id` names it in the message, `alternative` says what it shows."""

    content_id: str
    title: str
    alternative: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail body: HTML, the same in plain text, and the pictures that the HTML shows."""

    html: str
    plain: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """Everything that the templates may touch."""

    language: str
    title: str
    period: str
    as_of: str
    color: str
    opening: str
    notes: tuple[str, ...]
    changes_head: str
    changes: tuple[str, ...]
    cards: tuple[Card, ...]
    against: str
    pictures: tuple[Picture, ...]
    events: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str
    footer: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A report drawn for mail, once for all letters that are written of it."""

    report: Report
    view: View
    pictures: tuple[Picture, ...]


def drawing(report: Report) -> Drawing:
    """Draw what the letters about a report share."""
    seen = view(report)
    pictures = tuple(_picture(number, chart) for number, chart in enumerate(seen.charts[:_MOST_PICTURES], 1))
    return Drawing(report, seen, pictures)


def letter(
    drawn: Drawing, *, names: Sequence[str] = (), notes: Sequence[str] = (), changes: Sequence[str] = ()
) -> Letter:
    """Return the body of the mail that takes a report to its client.

    `names` are those of the attached files, `notes` sentences about them (what was too large), `changes` what
    has changed since the same period was mailed before; all in the report's language.
    """
    shown = _shown(drawn, names, notes, changes)
    return Letter(_render("body.html.j2", shown), _render("body.txt.j2", shown), shown.pictures)


def _shown(drawn: Drawing, names: Sequence[str], notes: Sequence[str], changes: Sequence[str]) -> _Shown:
    language, seen = drawn.report.language, drawn.view
    words = {key: word.in_(language) for key, word in {**WORDS, **LETTER}.items()}
    rows = tuple(tuple(_short(cell) for cell in row) for row in seen.events.rows)
    joined = ("、" if language == "zh" else ", ").join(names)
    return _Shown(
        language=seen.language,
        title=seen.title,
        period=f"{words['period']}: {seen.period}",
        as_of=f"{words['as_of']}: {seen.as_of}",
        color=seen.color,
        opening=words["opening"].format(names=joined) if names else words["opening_bare"],
        notes=tuple(notes),
        changes_head=words["changed"],
        changes=tuple(changes),
        cards=seen.cards[:_MOST_CARDS],
        against=words["against"],
        pictures=drawn.pictures,
        events=words["events"],
        head=seen.events.head,
        rows=rows[:_MOST_EVENTS],
        more=words["more"] if len(rows) > _MOST_EVENTS else "",
        footer=words["sent_by"],
    )


def _picture(number: int, chart: Chart) -> Picture:
    # mail is read on white, and on dark where readers invert: a picture brings its own ground
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    head, close, rest = str(chart.svg).partition(">")
    data: bytes = vl_convert.svg_to_png(f"{head}{close}{ground}{rest}", scale=_SCALE)
    return Picture(f"chart{number}", chart.title, chart.alternative, data)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"


def _render(name: str, shown: _Shown) -> str:
    environment = Environment(
        autoescape=name.endswith(".html.j2"),
        undefined=StrictUndefined,
        loader=FileSystemLoader(find("templates") / "mail", encoding="utf-8"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(letter=shown)
