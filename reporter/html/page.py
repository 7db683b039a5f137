"""The page: the view of a report put into the template, or into one of the user's own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup

from reporter.html import canvas, templates
from reporter.html.charts import Spec
from reporter.html.own import own_page
from reporter.html.view import View, view
from reporter.model import Issue
from reporter.report import Report

TEMPLATE = "summary"
#: what the page may do: its own style and its own script, known by its hash; nothing from anywhere
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{script}'; "
    "base-uri 'none'; form-action 'none'"
)


def page(report: Report, draw: Callable[[Spec], Markup] = canvas.svg) -> tuple[bytes, list[Issue]]:
    """Return the page as UTF-8 and what could not be taken as it stood; the same report gives the same bytes.

    `draw` makes markup of a chart.
    Raises `OutputError` for a template of the user's own that cannot be used, naming its line.
    """
    shown = view(report, draw)
    if report.layout.page != TEMPLATE:
        return own_page(Path(report.layout.page), shown).encode(), []
    return _ours(shown).encode(), []


def _ours(shown: View) -> str:
    script = (templates.folder(TEMPLATE) / "page.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        templates.environment(TEMPLATE)
        .get_template("page.html.j2")
        .render(
            view=shown,
            policy=POLICY.format(script=digest),
            script=Markup(script),  # noqa: S704 - a file of ours, no data in it
        )
    )
