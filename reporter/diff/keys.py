"""What names a row: the business key of each table, and of each sheet of a report's own workbook."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from reporter import labels
from reporter.errors import UsageError
from reporter.model import Language
from reporter.tables import PLACE, VIEWER

#: what says where a row came from, and never what it is
SOURCE = ("reply_id", "row_no")

#: by the table's name (DESIGN.md section 7)
KEYS: Mapping[str, tuple[str, ...]] = {
    "rooms": PLACE,
    "viewers": VIEWER,
    "visits": (*VIEWER, "room_id", "mode", "joined_at"),
    "activity": (*VIEWER, "room_id"),
    "viewer_totals": (*VIEWER, "room_id"),
    "plays": (*PLACE, "day"),
    "popularity": (*PLACE, "at"),
    "people": ("person_id",),
    "attendance": ("event", "person_id"),
}
#: by what Excel calls the table of a sheet of ours, which is the same in both languages; of these columns, those count
#: that both workbooks show
SHEET_KEYS: Mapping[str, tuple[str, ...]] = {
    "events": ("event",),
    "people": ("person_id",),
    "attendance": ("event", "person_id"),
    "visits": KEYS["visits"],
    "activity": KEYS["activity"],
    "plays": KEYS["plays"],
    "roster": ("roster", "external_id", "phone", "email", "name"),
    "overlap": ("vendor", "other"),
    "excluded": KEYS["visits"],
    "unmatched": VIEWER,
    "reconcile": ("label", "where"),
    "issues": ("issue", "where", "message"),
    "glossary": ("code",),
    "curves": ("chart", "event", "at"),
}
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def key_of(name: str, code: str, columns: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that name a row of a table, of the `columns` that both sides have.

    `given` is what the user asked for, where the table has all of it; else the table's own key, by its `name`, or by
    its `code` where it is a sheet of ours. Raises `UsageError` where there is none.
    """
    if given and set(given) <= set(columns):
        return tuple(given)
    own = KEYS.get(name, ())
    if own and set(own) <= set(columns):
        return own
    if shown := tuple(_shown(code, columns)):
        return shown
    raise UsageError(_keyless(name, columns, given, own))


def _shown(code: str, columns: Sequence[str]) -> list[str]:
    """Return the headers of a sheet of ours that are its key, in either language."""
    wanted = [{labels.column(code, column, language) for language in _LANGUAGES} for column in SHEET_KEYS.get(code, ())]
    # a moment's header has the zone behind its label
    return [
        header
        for names in wanted
        for header in columns
        if header in names or any(header.startswith(f"{name} (") for name in names)
    ]


def shared(schemas: Sequence[Collection[str]], code: str) -> list[str]:
    """Return the columns that both tables have, but for those that say where a row came from."""
    return [one for one in schemas[0] if one in schemas[1] and not is_source(one, code)]


def is_source(column: str, code: str) -> bool:
    """Tell whether a column says where a row came from, of a table or of a sheet of ours."""
    return column in SOURCE or (
        bool(code) and column in {labels.column(code, one, language) for one in SOURCE for language in _LANGUAGES}
    )


def _keyless(name: str, columns: Sequence[str], given: Sequence[str], own: Sequence[str]) -> str:
    there = f"both sides have {', '.join(columns[:12])}{', …' if len(columns) > 12 else ''}"  # noqa: PLR2004 - enough to recognise
    for column in given:
        if column not in columns:
            near = get_close_matches(column, columns, n=1)
            hint = f"did you mean `{near[0]}`?" if near else there
            return f"{name} has no column `{column}`, of --key, on both sides; {hint}"
    lacks = f" (its own is {', '.join(own)})" if own else ""
    return f"nothing says what names a row of {name}{lacks}: give --key COLUMN, or leave it out with --table; {there}"
