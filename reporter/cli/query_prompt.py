"""The prompt of `reporter query`: SQL with history and completion, until Ctrl-D."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory

from reporter.cli import columns, screen
from reporter.cli.query import show
from reporter.errors import ReporterError
from reporter.query import ask, describe

if TYPE_CHECKING:
    from reporter.query import Stored

_KEYWORDS = (
    "select from where group by order by having limit offset join left join inner join on using as distinct case when "
    "then else end and or not in is null between like ilike with union all count sum avg min max over partition by"
)
_WORDS = tuple(dict.fromkeys(_KEYWORDS.split()))
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PROMPT, _MORE = "sql> ", "...> "
_HELP = (
    (".tables", "the tables"),
    (".columns TABLE", "its columns with their units"),
    (".help", "this"),
    (".quit", "leave; so does Ctrl-D"),
)


class Names(Completer):
    """Completes keywords, tables, and the columns of the tables that the query names (of all, where it names none)."""

    def __init__(self, tables: dict[str, list[str]]) -> None:
        """Keep the columns of each table."""
        self._tables = tables

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield what the word before the cursor may become, columns first."""
        del complete_event
        begun = document.get_word_before_cursor(pattern=_NAME)
        if not begun:
            return
        for word in dict.fromkeys([*self._columns(document.text), *self._tables, *_WORDS]):
            if word.startswith(begun.lower()) and word != begun:
                yield Completion(word, start_position=-len(begun))

    def _columns(self, text: str) -> Iterable[str]:
        named = [name for name in _NAME.findall(text) if name in self._tables]
        return (column for name in named or self._tables for column in self._tables[name])


def converse(stored: Stored) -> int:
    """Answer queries, one a line, until Ctrl-D; what is pasted over several lines is one query."""
    session = _session(stored)
    screen.say(f"{', '.join(stored.tables)}; Tab completes, ↑ goes back, .help says more, Ctrl-D leaves")
    while True:
        try:
            line = session.prompt(_PROMPT).strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return 0
        if line in {".quit", ".exit"}:
            return 0
        try:
            _answer(stored, line)
        except ReporterError as fault:
            screen.say(f"error: {fault}")


def _answer(stored: Stored, line: str) -> None:
    command, _, rest = line.partition(" ")
    if command == ".tables":
        columns.table(
            ("table", "columns"), [(name, str(len(names))) for name, names in stored.columns.items()], right={1}
        )
    elif command == ".columns":
        _show_columns(stored, rest.strip())
    elif command.startswith("."):
        columns.table(("say", "and see"), _HELP)
    elif line:
        show(ask(stored, line), stored.timezone)


def _show_columns(stored: Stored, table: str) -> None:
    found = [one for one in describe(stored) if one.table == table]
    if not found:
        screen.say(f"error: there is no table `{table}`; there are {', '.join(stored.tables)}")
        return
    columns.table(
        ("column", "type", "unit", "label"), [(one.column, one.type, one.unit, one.label.en) for one in found]
    )


def _session(stored: Stored) -> PromptSession[str]:
    return PromptSession(
        history=FileHistory(str(history_file())),
        completer=Names(stored.columns),
        auto_suggest=AutoSuggestFromHistory(),
        complete_while_typing=False,
        prompt_continuation=_MORE,
    )


def history_file() -> Path:
    """Return the file of past queries, readable by its owner alone: a query may hold somebody's phone."""
    base = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_STATE_HOME")
    folder = Path(base or Path.home() / ".local" / "state") / "reporter"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "query_history"
        path.touch(mode=0o600)
    except OSError:
        return Path(os.devnull)
    return path
