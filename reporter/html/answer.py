"""The page of an answer: sentences and tables of any columns, sorted and filtered like those of the summary."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence

import polars as pl
from markupsafe import Markup

from reporter.html import templates
from reporter.html.blocks.base import Cell, Table
from reporter.html.page import POLICY
from reporter.html.view import LANGUAGES
from reporter.html.wording import WORDS
from reporter.model import Language

#: rows of a table that a page shows: a browser is slow with more, and a workbook is made for them
MOST_ROWS = 1_000


def answer(title: str, frames: Mapping[str, pl.DataFrame], sentences: Sequence[str], language: Language) -> bytes:
    """Return one self-contained page as UTF-8; of `frames`, columns are numbers, flags and text.

    The first 1,000 rows of a table are shown, and it is said how many there are.
    """
    script = (templates.folder("summary") / "page.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    words = {key: text.in_(language) for key, text in WORDS.items()}
    return (
        templates.environment("answer", "summary")
        .get_template("answer.html.j2")
        .render(
            language=LANGUAGES[language],
            title=title,
            sentences=sentences,
            tables=[(name, _cut(frame, language), _table(frame)) for name, frame in frames.items()],
            words=words,
            policy=POLICY.format(script=digest),
            script=Markup(script),  # noqa: S704 - a file of ours, no data in it
        )
        .encode()
    )


def _cut(frame: pl.DataFrame, language: Language) -> str:
    if frame.height <= MOST_ROWS:
        return ""
    return WORDS["cut"].in_(language).format(shown=f"{MOST_ROWS:,}", n=f"{frame.height:,}")


def _table(frame: pl.DataFrame) -> Table:
    numeric = tuple(dtype.is_numeric() for dtype in frame.dtypes)
    rows = tuple(tuple(map(_cell, row, numeric)) for row in frame.head(MOST_ROWS).iter_rows())
    return Table(tuple(frame.columns), rows, numeric)


def _cell(value: object, is_number: bool) -> Cell:
    if value is None:
        return Cell("")
    if not is_number:
        return Cell(str(value))
    return Cell(f"{value:,.15g}" if isinstance(value, float) else f"{value:,}", float(value))  # type: ignore[arg-type] # a number
