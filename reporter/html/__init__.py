"""The summary page and the mail body: pure functions of the report.

    report -> blocks (plain text, numbers in the reader's style, charts as specs) -> page (SVG, one file)
                                                                                  -> mail (PNG, tables, plain twin)

The page is one self-contained file: nothing is loaded from anywhere, and a content security policy forbids it besides.
"""

from __future__ import annotations

from reporter.html.answer import answer
from reporter.html.canvas import svg
from reporter.html.index import Entry, index
from reporter.html.letter import Drawing, Letter, drawing, letter
from reporter.html.page import page
from reporter.html.theme import FONTS

__all__ = ["FONTS", "Drawing", "Entry", "Letter", "answer", "drawing", "index", "letter", "page", "svg"]
