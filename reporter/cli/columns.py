"""Tables on stdout: columns aligned by how wide letters are on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

import click


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> None:
    """Print rows under a header; the columns of `right` (from 0) are aligned at their ends, as numbers are."""
    lines = [header, *rows]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(header))]
    for line in lines:
        cells = (_cell(text, widths[place], is_right=place in right) for place, text in enumerate(line))
        click.echo(f"  {'  '.join(cells).rstrip()}")


def _cell(text: str, width: int, *, is_right: bool) -> str:
    filler = " " * (width - _width(text))
    return filler + text if is_right else text + filler


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
