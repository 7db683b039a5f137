"""The body of a mail: a slim page and its twin in plain text, from the report alone.

Mail readers know no style sheets, drop SVG and `data:` pictures, and cut off what is longer than 102,400 bytes
(Gmail): so styles are inlined by css-inline, what lies side by side is a table, a chart is a PNG that the message
carries, and the events are at most twenty. Nothing is loaded from anywhere, and there is no link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reporter.html import canvas, numbers
from reporter.html.blocks import audience, events, figures, story
from reporter.html.blocks.base import Block, Card, Table
from reporter.html.view import LANGUAGES
from reporter.html.wording import LETTER, WORDS
from reporter.report import Report
from reporter.resources import find

_MOST_EVENTS, _MOST_CARDS, _MOST_PICTURES = 20, 9, 2
#: characters of a name in a table, of a sentence; the workbook has them whole
_MOST_LETTERS, _MOST_OF_A_SENTENCE = 80, 400


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
    sentences: tuple[str, ...]
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
    cards: tuple[Card, ...]
    events: Table | None
    pictures: tuple[Picture, ...]


def drawing(report: Report) -> Drawing:
    """Draw what the letters about a report share."""
    held, shown = events.block(report), (audience.by_event(report), audience.by_day(report))
    pictures = [_picture(one) for one in shown if one is not None and one.chart is not None]
    return Drawing(
        report, figures.cards(report, _MOST_CARDS), held.table if held else None, tuple(pictures[:_MOST_PICTURES])
    )


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
    report, language = drawn.report, drawn.report.language
    words = {key: word.in_(language) for key, word in {**WORDS, **LETTER}.items()}
    rows = tuple(tuple(_short(cell.text) for cell in row) for row in drawn.events.rows) if drawn.events else ()
    return _Shown(
        language=LANGUAGES[language],
        title=report.title,
        period=f"{words['period']}: {numbers.days(report.period)} ({report.period.timezone})",
        as_of=f"{words['as_of']}: {numbers.moment(report.as_of, report.period.timezone)}",
        color=report.brand.color,
        opening=_opening(report, names, words),
        sentences=tuple(_short(sentence, _MOST_OF_A_SENTENCE) for sentence in story.block(report).sentences),
        notes=tuple(notes),
        changes_head=words["changed"],
        changes=tuple(changes),
        cards=drawn.cards,
        against=words["against"],
        pictures=drawn.pictures,
        events=words["events"],
        head=drawn.events.head if drawn.events else (),
        rows=rows[:_MOST_EVENTS],
        more=words["more"] if len(rows) > _MOST_EVENTS else "",
        footer=words["sent_by"],
    )


def _opening(report: Report, names: Sequence[str], words: Mapping[str, str]) -> str:
    """Return the first line: what is attached, after what a reader has to know before anything else."""
    joined = ("、" if report.language == "zh" else ", ").join(names)
    attached = words["opening"].format(names=joined) if names else words["opening_bare"]
    return f"{words['partial']} {attached}" if report.status == "partial" else attached


def _picture(block: Block) -> Picture:
    chart = block.chart
    if chart is None:
        raise AssertionError("only a block with a chart is drawn")
    return Picture(block.code, block.title, _short(chart.alternative, _MOST_OF_A_SENTENCE), canvas.png(chart.spec))


def _short(text: str, most: int = _MOST_LETTERS) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _render(name: str, shown: _Shown) -> str:
    environment = Environment(
        autoescape=name.endswith(".html.j2"),
        undefined=StrictUndefined,
        loader=FileSystemLoader(find("templates") / "mail", encoding="utf-8"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made = environment.get_template(name).render(letter=shown)
    return css_inline.inline(made, load_remote_stylesheets=False) if name.endswith(".html.j2") else made
