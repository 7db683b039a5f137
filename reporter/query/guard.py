"""What may be asked: one SELECT, with or without WITH, that opens nothing."""

from __future__ import annotations

import re

from reporter.errors import UsageError

#: blanks and opening brackets, which may stand before the first word
_LEADING = re.compile(r"[\s(]*")
_FIRST = re.compile(r"(?:SELECT|WITH)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+")
#: what is read as a whole; a literal with a letter before it (E'', q'[]') or a backslash in it, and one between
#: dollars, has rules of its own: it is odd
_PIECE = re.compile(
    r"""(?P<text>(?<![\w&])'(?:[^'\\]|'')*')|(?P<line>--[^\n]*)|(?P<comment>/\*)"""
    r"""|(?P<name>"[^"]*"|`[^`]*`)|(?P<odd>['"`$])"""
)
_COMMENT_SIGN = re.compile(r"/\*|\*/")
#: functions by which polars opens files; wherever but in a text the name stands, it is refused: no table or column is
#: called so
_OPENING = re.compile(
    r"\b(?:read|scan)_(?:avro|csv|database|delta|excel|iceberg|ipc|json|lines|ndjson|ods|parquet|text)\w*",
    re.IGNORECASE,
)


def check(sql: str) -> None:
    """Raise `UsageError` for anything but a SELECT (or WITH) and for a function that reads files."""
    code = _code(sql)
    if found := _OPENING.search(code):
        raise UsageError(
            f"`{found[0]}` reads files, and a query reads tables of runs alone; `reporter query --tables` lists them"
        )
    rest = _LEADING.sub("", code, count=1)
    if not rest:
        raise UsageError('the query is empty; write one SELECT, such as "select count(*) from visits"')
    if not _FIRST.match(rest):
        word = _WORD.match(rest)
        shown = word[0].upper() if word else rest[:10]
        raise UsageError(f"`{shown}` is no query: write one SELECT or WITH; queries only read")


def _code(sql: str) -> str:
    """Return a query with its comments left out and its texts emptied, from the first odd piece on as it is.

    What polars may read in another way than we do stays, so that nothing can be hidden in it.
    """
    kept, place = list[str](), 0
    while found := _PIECE.search(sql, place):
        kind = found.lastgroup
        end = _end_of_comment(sql, found.end()) if kind == "comment" else found.end()
        if kind == "odd" or end < 0:
            break
        kept.append(sql[place : found.start()])
        kept.append("''" if kind == "text" else found[0] if kind == "name" else " ")
        place = end
    return "".join(kept) + sql[place:]


def _end_of_comment(sql: str, place: int) -> int:
    """Return where a comment that is open at `place` ends, comments within it closed; -1 where it never does."""
    depth = 1
    for sign in _COMMENT_SIGN.finditer(sql, place):
        depth += 1 if sign[0] == "/*" else -1
        if not depth:
            return sign.end()
    return -1
