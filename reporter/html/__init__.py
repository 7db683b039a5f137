"""The summary page: one self-contained HTML file, a pure function of the report.

`page` draws the charts, turns the report into plain text and numbers in the reader's language, and
fills the template. Nothing is loaded from anywhere; a content security policy forbids it besides.
"""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reporter.html.charts import FONTS
from reporter.html.letter import Drawing, Letter, drawing, letter
from reporter.html.view import view
from reporter.model import Issue, Text
from reporter.report import Report
from reporter.resources import find

__all__ = ["FONTS", "Drawing", "Letter", "drawing", "letter", "page"]

TEMPLATE = "summary"
_UNUSED = Text(
    "配置了自定义网页模板；此版本不使用，网页按自带样式生成",
    "a page template is configured; this version does not use it and made the page in its own style",
)


def page(report: Report) -> tuple[bytes, list[Issue]]:
    """Return the page as UTF-8 and what of the config it does not do; the same report gives the same bytes."""
    folder = find("templates") / TEMPLATE
    # autoescape stands for every template, whatever its name: select_autoescape() skips `.html.j2`
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(folder, encoding="utf-8"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    source = environment.get_template("page.html.j2").render(view=view(report))
    own = [] if report.layout.page == TEMPLATE else [Issue("warning", "template-unused", _UNUSED)]
    return source.encode(), own
