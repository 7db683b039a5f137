"""What may be asked: one SELECT, with or without WITH, that opens nothing."""

from __future__ import annotations

import re

from reporter.errors import UsageError

#: blanks, comments and opening brackets, which may stand before the first word
_LEADING = re.compile(r"(?:\s|\(|--[^\n]*(?:\n|$)|/\*(?:(?!/\*|\*/).)*\*/)*", re.DOTALL)
_FIRST = re.compile(r"(?:SELECT|WITH)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+")
#: functions by which polars opens files; wherever the name stands, it is refused: no table or column is called so
_OPENING = re.compile(
    r"\b(?:read|scan)_(?:avro|csv|database|delta|excel|iceberg|ipc|json|lines|ndjson|ods|parquet|text)\w*",
    re.IGNORECASE,
)


def check(sql: str) -> None:
    """Raise `UsageError` for anything but a SELECT (or WITH) and for a function that reads files."""
    beginning = _LEADING.match(sql)
    rest = sql[beginning.end() if beginning else 0 :]
    if found := _OPENING.search(sql):
        raise UsageError(
            f"`{found[0]}` reads files, and a query reads tables of runs alone; `reporter query --tables` lists them"
        )
    if not rest:
        raise UsageError('the query is empty; write one SELECT, such as "select count(*) from visits"')
    if not _FIRST.match(rest):
        word = _WORD.match(rest)
        shown = word[0].upper() if word else rest[:10]
        raise UsageError(f"`{shown}` is no query: write one SELECT or WITH; queries only read")
