"""The body of a mail: a slim page and its twin in plain text, from the report alone.

Mail readers know no style sheets, drop SVG and `data:` pictures, and cut off what is longer than 102,400 bytes
(Gmail): so styles are inlined by css-inline, what lies side by side is a table, a chart is a PNG that the message
carries, and every text and list has its most: the longest letter stays below. What a reader has to know first, that
data is missing or that nobody watched, is the first line. Nothing is loaded from anywhere, and there is no link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import css_inline

from reporter import shades
from reporter.html import canvas, logo, numbers, templates
from reporter.html.blocks import audience, events, figures, story
from reporter.html.blocks.base import Block, Card, Table, one_line
from reporter.html.view import LANGUAGES
from reporter.html.wording import LETTER, WORDS
from reporter.report import Report

_MOST_EVENTS, _MOST_CARDS, _MOST_PICTURES = 20, 10, 2
_MOST_SENTENCES, _MOST_NAMES, _MOST_NOTES, _MOST_CHANGES = 8, 6, 4, 16
#: characters of a name, the label of a figure, a number and a sentence; the workbook has them whole
_NAME, _LABEL, _NUMBER, _SENTENCE = 80, 40, 24, 300
#: figures of an event that fit beside each other on a phone, below its name
_COLUMNS = ("people", "live_people", "replay_people", "watch_union_seconds")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart or the logo as a PNG: `content_id` names it in the message, `alternative` says what it shows.

    `width` and `height` are pixels on the screen, 0 where the reader's window decides.
    """

    content_id: str
    title: str
    note: str
    alternative: str
    data: bytes
    width: int = 480
    height: int = 0


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
    logo: Picture | None
    warnings: tuple[str, ...]
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
    logo: Picture | None


def drawing(report: Report) -> Drawing:
    """Draw what the letters about a report share."""
    held, shown = events.block(report, _COLUMNS), (audience.by_event(report), audience.by_day(report))
    pictures = [_picture(one) for one in shown if one is not None and one.chart is not None]
    return Drawing(
        report,
        figures.cards(report, _MOST_CARDS),
        held.table if held else None,
        tuple(pictures[:_MOST_PICTURES]),
        _logo(report),
    )


def letter(
    drawn: Drawing, *, names: Sequence[str] = (), notes: Sequence[str] = (), changes: Sequence[str] = ()
) -> Letter:
    """Return the body of the mail that takes a report to its client.

    `names` are those of the attached files, `notes` sentences about them (what was too large), `changes` what
    has changed since the same period was mailed before; all in the report's language.
    """
    shown = _shown(drawn, names, notes, changes)
    pictures = (*([shown.logo] if shown.logo else []), *shown.pictures)
    return Letter(_render("body.html.j2", shown), _render("body.txt.j2", shown), pictures)


def _shown(drawn: Drawing, names: Sequence[str], notes: Sequence[str], changes: Sequence[str]) -> _Shown:
    report, language = drawn.report, drawn.report.language
    words = {key: word.in_(language) for key, word in {**WORDS, **LETTER}.items()}
    rows = drawn.events.rows if drawn.events else ()
    nothing = story.nothing(report)
    return _Shown(
        language=LANGUAGES[language],
        title=_short(report.title),
        period=f"{words['period']}: {numbers.days(report.period)} ({report.period.timezone})",
        as_of=f"{words['as_of']}: {numbers.moment(report.as_of, report.period.timezone)}",
        color=shades.on_paper(report.brand.color, shades.LIGHT),
        logo=drawn.logo,
        warnings=tuple(filter(None, (words["partial"] if report.status == "partial" else "", nothing))),
        opening=_opening(report, names, words),
        sentences=() if nothing else _first(story.block(report).sentences, _MOST_SENTENCES, _SENTENCE),
        notes=_first(notes, _MOST_NOTES, _SENTENCE),
        changes_head=words["changed"],
        changes=_first(changes, _MOST_CHANGES, 2 * _NAME),
        cards=tuple(map(_card, drawn.cards)),
        against=words["against"],
        pictures=drawn.pictures,
        events=words["events"],
        head=tuple(_short(one, _LABEL) for one in drawn.events.head) if drawn.events else (),
        rows=tuple(_row([cell.text for cell in row]) for row in rows[:_MOST_EVENTS]),
        more=words["more"] if len(rows) > _MOST_EVENTS else "",
        footer=words["sent_by"],
    )


def _opening(report: Report, names: Sequence[str], words: Mapping[str, str]) -> str:
    """Return what is attached."""
    joined = ("、" if report.language == "zh" else ", ").join(_first(names, _MOST_NAMES, _NAME))
    return words["opening"].format(names=joined) if names else words["opening_bare"]


def _card(one: Card) -> Card:
    shown = (_short(one.label, _LABEL), _short(one.value, _NUMBER), _short(one.change, _NUMBER))
    return replace(one, label=shown[0], value=shown[1], change=shown[2])


def _row(cells: Sequence[str]) -> tuple[str, ...]:
    name, *counts = cells
    return (_short(name), *(_short(one, _NUMBER) for one in counts))


def _logo(report: Report) -> Picture | None:
    """Return the client's logo, as large as it may be shown; its title stands for it where pictures are blocked."""
    if report.brand.logo is None:
        return None
    shown = logo.scaled(report.brand.logo)
    return Picture("logo", "", "", _short(report.title), shown.data, shown.width, shown.height)


def _picture(block: Block) -> Picture:
    chart = block.chart
    if chart is None:
        raise AssertionError("only a block with a chart is drawn")
    alternative = _short(chart.alternative, _SENTENCE)
    return Picture(block.code, block.title, block.note, alternative, canvas.png(chart.spec))


def _first(texts: Sequence[str], most: int, letters: int) -> tuple[str, ...]:
    """Return the first few texts, cut; where there are more, a mark says so."""
    return (*(_short(text, letters) for text in texts[:most]), *(["…"] if len(texts) > most else []))


def _short(text: str, most: int = _NAME) -> str:
    line = one_line(text)
    return line if len(line) <= most else f"{line[:most]}…"


def _render(name: str, shown: _Shown) -> str:
    is_markup = name.endswith(".html.j2")
    made = templates.environment("mail", is_markup=is_markup).get_template(name).render(letter=shown)
    return css_inline.inline(made, load_remote_stylesheets=False) if is_markup else made
