"""What a sheet is, before anything of Excel: records that builders fill and writers read.

A `Sheet` is built from the report alone; a `Front` from the report and from what the other sheets turned
out to be, so it is built after them. What either builds is a `Table` (one header row, any number of
rows, made to be filtered) or a `Page` (titled blocks, made to be read and printed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from reporter.columns import Kind, Tone
from reporter.model import Issue, Text
from reporter.report import Report, Unit

KIND_OF_UNIT: dict[Unit, Kind] = {
    "people": "count",
    "count": "count",
    "seconds": "seconds",
    "ratio": "ratio",
    "money": "money",
    "score": "number",
    "per_viewer": "number",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `absent` is what stands where a row has nothing, "" for an empty cell.

    `adds`: the sum of its rows means something, so it has a total. `tones` are words that stand out in it.
    `shares` names the flags beside a column of values that say which of them are parts of one; "" if none are.
    """

    name: str
    header: str
    kind: Kind
    absent: str = ""
    adds: bool = False
    tones: Mapping[str, Tone] = field(default_factory=dict)
    shares: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows with their columns; `rows` has at least the columns named. `omitted` headers had nothing to show."""

    columns: tuple[Column, ...]
    rows: pl.DataFrame
    omitted: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    plots: tuple[Plot, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of a table, from 0, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines beside a table, one a run of its rows; `columns` are those of the lines' names, of x and of y."""

    title: str
    columns: tuple[str, str, str]
    x_title: str
    number_format: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns of a grid as bars, its first column as categories: beneath it, or beside the page's key figures."""

    title: str
    series: tuple[str, ...]
    is_beside: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a label and a sentence."""

    heading: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs over the width of the page."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Total figures, one a line: a label and a table of one row, since each has a unit of its own."""

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, Table], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A table on a page. `links` are sheet names, one a row, that the first column leads to."""

    heading: str
    table: Table
    chart: Chart | None = None
    links: tuple[str, ...] = ()


Block = Facts | Prose | KeyFigures | Grid


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to be read: title, one line beneath, a banner where something is wrong, blocks."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    banner: str = ""
    has_logo: bool = False


Content = Table | Page


@dataclass(frozen=True, slots=True)
class Entry:
    """A sheet that is made already: `rows` is None for a page."""

    code: str
    name: str
    row: str
    rows: int | None
    omitted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet made from the report. `row` says what one row is."""

    code: str
    title: Text
    row: Text
    build: Callable[[Report], Content]


@dataclass(frozen=True, slots=True)
class Front:
    """A sheet that tells of the others: built after them, with the issues that writing them made."""

    code: str
    title: Text
    row: Text
    build: Callable[[Report, Sequence[Entry]], Content]
