"""A page from a template of the user's own: plain data, a sandbox, a process of its own with limits on time and size.

The template gets names for what the page shows (`docs/page.md` lists them), may load, import and call nothing, and what
it makes is given the policy that forbids every load and script.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reporter.errors import OutputError
from reporter.html import rendering
from reporter.html.blocks.base import Block, Table
from reporter.html.view import View

#: how long a template may take, and how large a page it may make
SECONDS, MOST_BYTES = 10.0, 5_000_000
_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'\">"
)
_DOCTYPE = re.compile(r"\s*<!doctype html>", re.IGNORECASE)
#: the process that renders; it reads one JSON text and writes one
_RENDER = (sys.executable, "-P", rendering.__file__)
#: beyond the time that a template has, what the process itself may take before it is given up
_START = 30.0


def own_page(template: Path, view: View, *, seconds: float = SECONDS, most: int = MOST_BYTES) -> str:
    """Return the page that a template makes of a view.

    Raises `OutputError`, naming the template and its line, for what is no template, asks for what is not there, does
    what a template may not, or takes more than `seconds` or `most` bytes.
    """
    try:
        source = template.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise OutputError(f"{template} cannot be read as UTF-8 text; save it so, or use template: summary") from fault
    told = _rendered(template, {"source": source, "data": plain(view), "most": most, "seconds": seconds})
    if "error" in told:
        place = template if told["line"] is None else f"{template}:{told['line']}"
        raise OutputError(f"{place}: {told['error']}; mend the template, or use template: summary")
    page: str = told["page"]
    return _under_policy(page)


def _under_policy(page: str) -> str:
    """Return a page with the policy before all else: whatever stands there, it is in force before the page's first tag.

    A browser takes it for the head's; a doctype after it would be none, and one before it there must be.
    """
    found = _DOCTYPE.match(page)
    return f"<!doctype html>{_POLICY}{page[found.end() :] if found else page}"


def plain(view: View) -> dict[str, Any]:
    """Return a view as what JSON has: texts, numbers, lists and dicts; drawings under `svg`."""
    shown = {
        name: getattr(view, name) for name in ("language", "title", "period", "as_of", "is_partial", "color", "logo")
    }
    return {**shown, "words": view.words, "blocks": {one.code: _block(one, view) for one in view.blocks}}


def _block(block: Block, view: View) -> dict[str, Any]:
    chart = block.chart
    return {
        "title": block.title,
        "note": block.note,
        "sentences": list(block.sentences),
        "cards": {card.code: asdict(card) for card in block.cards},
        "table": _table(block.table),
        "chart": chart
        and {"alternative": chart.alternative, "svg": str(view.drawn[block.code]), "table": _table(chart.table)},
    }


def _table(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    rows = [[cell.text for cell in row] for row in table.rows]
    return {"head": list(table.head), "rows": rows, "numeric": list(table.numeric)}


def _rendered(template: Path, asked: dict[str, Any]) -> dict[str, Any]:
    given, limit = json.dumps(asked).encode(), asked["seconds"] + _START
    try:
        done = subprocess.run(_RENDER, input=given, capture_output=True, timeout=limit, check=False)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise OutputError(f"{template} cannot be rendered ({fault}); make it simpler") from fault
    if done.returncode:
        return _ended(asked, done.stderr.decode(errors="replace"))
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _ended(asked: dict[str, Any], stack: str) -> dict[str, Any]:
    """Return what the process could not tell itself: why it was ended, and the line from the stack that it left."""
    is_late = stack.startswith("Timeout")
    why = (
        f"it took more than {asked['seconds']:g} s to render" if is_late else "it takes more memory than a template may"
    )
    return {"error": why, "line": rendering.line_in(asked["source"], stack)}
