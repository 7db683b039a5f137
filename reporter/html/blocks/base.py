"""What a block of the page is, and what all blocks are built with: plain text, nothing left to compute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap

from reporter import labels
from reporter.html import numbers, paper
from reporter.html.charts import Spec
from reporter.html.wording import WORDS
from reporter.model import Count
from reporter.report import Definition, Figure, Report, Scope, Unit

_BLANKS = re.compile(r"\s+")
#: marks of direction, which would turn around what follows them in a sentence
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and the number that it is sorted by (None: by its text)."""

    text: str
    sort: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Head and rows; `numeric` says which columns stand to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]

    @property
    def is_stacked(self) -> bool:
        """Whether on paper each row is a small block of its own, its values named: side by side they do not fit."""
        texts = [[cell.text for cell in row] for row in self.rows]
        return paper.least_width(self.head, texts, self.numeric) > paper.WIDTH

    @property
    def broken(self) -> tuple[bool, ...]:
        """Which heads have a word so long that paper breaks it."""
        return tuple(map(paper.is_broken, self.head))


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw, what it shows in words for who cannot see it, and its numbers.

    On paper stand every `step`-th row of them and the last, and beside them `on_paper`, which says so.
    """

    alternative: str
    spec: Spec
    table: Table
    step: int = 1
    on_paper: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One key figure: `change` is empty where the period before is missing, `trend` is up, down or empty."""

    label: str
    value: str
    change: str
    trend: str
    formula: str
    code: str


@dataclass(frozen=True, slots=True)
class Block:
    """One section of the page, in any mix of sentences, cards, a chart and a table.

    `code` is its anchor and stays; `is_alarm` draws the eye to what is missing.
    """

    code: str
    title: str
    note: str = ""
    sentences: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    is_alarm: bool = False


def tell(report: Report, key: str, **values: object) -> str:
    """Return the page's own words in the reader's language, their places filled, texts on one line.

    What fills a place is a `Count` too: the words say whether its number takes one's form or many's.
    """
    filled = {
        name: Count(f"{value:,}" if isinstance(value, int) else one_line(str(value))) for name, value in values.items()
    }
    return WORDS[key].in_(report.language).format(**filled)


def one_line(text: str) -> str:
    """Return a text as it can stand in a sentence: blanks and line ends as one blank each, no marks of direction."""
    return _BLANKS.sub(" ", text.translate(_TURNING))


def shown(report: Report, value: numbers.Number | None, unit: Unit) -> Cell:
    """Return a figure as a cell; None is 不可得 and sorts below everything."""
    return Cell(numbers.shown(value, unit, report.language), -1.0 if value is None else float(value))


def text(value: str | None) -> Cell:
    """Return text as a cell, empty where there is none."""
    return Cell(value or "")


def clock(seconds: float | None) -> Cell:
    """Return a length of time as a cell, H:MM:SS beyond 24 hours too; empty where there is none."""
    return Cell(labels.clock(seconds), -1.0 if seconds is None else float(seconds))


def table(head: Sequence[str], rows: Sequence[Sequence[Cell]], numeric: Sequence[bool]) -> Table:
    """Return a table of cells."""
    return Table(tuple(head), tuple(map(tuple, rows)), tuple(numeric))


def columns(report: Report, name: str, *codes: str) -> list[str]:
    """Return the labels of columns of a table, in the reader's language."""
    return [labels.column(name, code, report.language) for code in codes]


def defined(report: Report, codes: Sequence[str]) -> list[Definition]:
    """Return the definitions of the metrics that the report has, in the order of `codes`."""
    by_code = {one.code: one for one in report.definitions}
    return [by_code[code] for code in codes if code in by_code]


def scoped(report: Report, scope: Scope) -> dict[str, dict[str, Figure]]:
    """Return figures by key and metric, keys in the order in which they came."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in report.figures:
        if figure.scope == scope:
            found.setdefault(figure.key, {})[figure.metric] = figure
    return found


def in_words(values: Sequence[tuple[str, float]], most: int = 6) -> str:
    """Return the first few values of a chart as text for who cannot see it."""
    return ", ".join(starmap("{}: {:,.10g}".format, values[:most])) + ("…" if len(values) > most else "")


def counted(report: Report, values: Iterator[tuple[str, int]], head: str) -> Table:
    """Return a table of names and counts of people."""
    rows = [(text(name), shown(report, count, "people")) for name, count in values]
    return table((head, tell(report, "audience")), rows, (False, True))
