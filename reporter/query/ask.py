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

_NO_COLUMN = re.compile(r'unable to find column "([^"]+)"')
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
        raise UsageError(_told(str(fault), stored)) from fault
    except pl.exceptions.PanicException as fault:
        raise UsageError("polars cannot run this query; write it in another way") from fault
    return found


def _told(fault: str, stored: Stored) -> str:
    """Return an error of polars as one sentence, with the name that was meant where there is one near."""
    if found := _NO_TABLE.search(fault):
        return f"there is no table `{found[1]}`; {_near(found[1], [*stored.tables], 'there are ')}"
    if found := _NO_COLUMN.search(fault):
        columns = sorted({column for names in stored.columns.values() for column in names})
        return f"there is no column `{found[1]}`; {_near(found[1], columns, 'see `reporter query --tables`: ')}"
    if found := _NO_FUNCTION.search(fault):
        return f"polars' SQL has no function `{found[1]}`; see its list of SQL functions"
    said = fault.split("\n\n", maxsplit=1)[0].split("Resolved plan", maxsplit=1)[0].replace("\n", " ").strip()
    # polars goes on with the values that do not fit, and those are somebody's
    return f"the query cannot be run: {said.split(': [')[0][:300]}"


def _near(word: str, words: list[str], otherwise: str) -> str:
    if near := get_close_matches(word, words, n=1):
        return f"did you mean `{near[0]}`?"
    return f"{otherwise}{', '.join(words[:_MOST])}{', …' if len(words) > _MOST else ''}"
