"""The summary page: one self-contained HTML file, a pure function of the report.

`page` draws the charts, turns the report into plain text and numbers in the reader's language, and
fills the template. Nothing is loaded from anywhere; a content security policy forbids it besides.
"""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reporter.html.charts import FONTS
from reporter.html.view import view
from reporter.report import Report
from reporter.resources import find

__all__ = ["FONTS", "page"]


def page(report: Report) -> bytes:
    """Return the page as UTF-8; the same report gives the same bytes."""
    folder = find("templates") / "summary"
    # autoescape stands for every template, whatever its name: select_autoescape() skips `.html.j2`
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(folder, encoding="utf-8"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.j2").render(view=view(report)).encode()
