"""One query run by polars, its errors in one line that says what to do."""

from __future__ import annotations

import re
from difflib import get_close_matches

import polars as pl

from reporter.errors import UsageError
from reporter.query import guard
from reporter.query.stored import Stored

#: what a query gives
Found = pl.DataFrame

_NO_COLUMN = re.compile(r'unable to find column "([^"]+)"(?:; valid columns: (\[.*\]))?')
_NOT_OF = re.compile(r"no column named '([^']+)' found in table '([^']+)'")
_NAME = re.compile(r'"([^"]*)"')
_NO_TABLE = re.compile(r"relation '([^']+)' was not found")
_NO_FUNCTION = re.compile(r"unsupported function '([^']+)'")
#: names that an error lists
_MOST = 12


def ask(stored: Stored, sql: str) -> Found:
    """Return what a query gives; raises `UsageError` for what is no query, or names what there is not."""
    guard.check(sql)
    context = pl.SQLContext(dict(stored.tables), register_globals=False)
    try:
        found = context.execute(sql, eager=False).collect()
    except (pl.exceptions.PolarsError, ValueError, TypeError) as fault:
        raise UsageError(_told(str(fault), stored, sql)) from fault
    except pl.exceptions.PanicException as fault:
        raise UsageError("polars cannot run this query; write it in another way") from fault
    return found


def _told(fault: str, stored: Stored, sql: str) -> str:
    """Return an error of polars as one sentence, with the name that was meant where there is one near."""
    if found := _NO_TABLE.search(fault):
        return f"there is no table `{found[1]}`; {_near(found[1], [*stored.tables], 'there are ')}"
    if found := _NO_COLUMN.search(fault):
        return _no_column(found[1], _NAME.findall(found[2] or ""), stored)
    if found := _NOT_OF.search(fault):
        return _no_column(found[1], _columns_of(found[2], stored, sql), stored)
    if found := _NO_FUNCTION.search(fault):
        return f"polars' SQL has no function `{found[1]}`; see its list of SQL functions"
    said = fault.split("\n\n", maxsplit=1)[0].split("Resolved plan", maxsplit=1)[0].replace("\n", " ").strip()
    # polars goes on with the values that do not fit, and those are somebody's
    return f"the query cannot be run: {said.split(': [')[0][:300]}"


def _no_column(word: str, readable: list[str], stored: Stored) -> str:
    """Return what to write instead of a column that is none of the `readable`: the tables that have it, or one near."""
    if owners := [f"`{name}`" for name, columns in stored.columns.items() if word in columns and word not in readable]:
        return f"there is no column `{word}` in what is read here; it is in {', '.join(owners)}"
    # what a join renames (`room_id:r`) is nothing that anybody meant
    if not (known := [name for name in readable if ":" not in name]):
        return f"there is no column `{word}`; see `reporter query --tables`"
    return f"there is no column `{word}`; {_near(word, known, 'see `reporter query --tables`: ')}"


def _columns_of(called: str, stored: Stored, sql: str) -> list[str]:
    """Return the columns of a table as a query calls it, by its own name or by another; none of a query in a query."""
    for name, columns in stored.columns.items():
        known_as = rf"""["`]?\b{re.escape(name)}\b["`]?\s+(?:as\s+)?["`]?{re.escape(called)}\b"""
        if name == called or re.search(known_as, sql, re.IGNORECASE):
            return columns
    return []


def _near(word: str, words: list[str], otherwise: str) -> str:
    if near := get_close_matches(word, words, n=1):
        return f"did you mean `{near[0]}`?"
    return f"{otherwise}{', '.join(words[:_MOST])}{', …' if len(words) > _MOST else ''}"
