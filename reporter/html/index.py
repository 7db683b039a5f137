"""The index page of an output folder: every finished run by client and period, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from reporter.html import templates
from reporter.html.view import LANGUAGES
from reporter.html.wording import WORDS
from reporter.model import Count, Language


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished run: its client, the period's label and days, wall clock of its data, and its files.

    `files` are (path from the index page, kind), `issues` how many warnings and errors it has.
    """

    client: str
    label: str
    days: str
    as_of: str
    is_partial: bool
    issues: int
    files: tuple[tuple[str, str], ...]


def index(entries: Sequence[Entry], language: Language) -> bytes:
    """Return the index page as UTF-8; the same entries give the same bytes."""
    ordered = sorted(entries, key=lambda one: (one.client, _reversed(one.days + one.label)))
    clients = [(client, list(runs)) for client, runs in groupby(ordered, key=lambda one: one.client)]
    words = {key: text.in_(language) for key, text in WORDS.items()}
    warned = {count: words["warnings"].format(n=Count(f"{count:,}")) for count in {one.issues for one in entries}}
    template = templates.environment("summary").get_template("index.html.j2")
    return template.render(clients=clients, words=words, warned=warned, language=LANGUAGES[language]).encode()


def _reversed(text: str) -> tuple[int, ...]:
    """Return a key that sorts texts from the last to the first."""
    return tuple(-ord(letter) for letter in text)
