"""Our own templates, read once a process. Escaping is hard-wired: select_autoescape() would pass over `.html.j2`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reporter.resources import find


def folder(name: str) -> Path:
    """Return a folder of templates."""
    return find("templates") / name


@cache
def environment(*names: str, is_markup: bool = True) -> Environment:
    """Return what renders the templates of folders, the first that has one; only plain text is not escaped."""
    return Environment(
        autoescape=is_markup,  # noqa: S701 - only a letter's twin in plain text is no markup
        undefined=StrictUndefined,
        loader=FileSystemLoader([folder(name) for name in names], encoding="utf-8"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=is_markup,
    )
