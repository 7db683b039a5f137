"""Whose a row is: from a phone, or one id, to all ids that are one person's and nobody else's. Pure.

A phone is one person's. From the rows that have it every id of theirs leads on to further rows, and so on; but a value
that also stands in somebody else's row (an office's e-mail, the extId `guest`) leads nowhere: it goes from the
person's own rows, and the others' stay. Somebody else's is a row with a phone, or a vendor's id, that none of the
person's rows has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from reporter.archive.person import Person, Row, is_id


@dataclass(frozen=True, slots=True)
class Shared:
    """Values of a person's that others have too, by their fields, and how many rows of others were left for it."""

    fields: tuple[str, ...] = ()
    rows: int = 0


def grown(person: Person, rows: Counter[Row]) -> tuple[Person, Shared]:
    """Return a person with all ids that are theirs alone, and what of theirs is shared, of the rows of one account."""
    while True:
        own = [row for row in rows if row.is_of(person)]
        told = frozenset[str]().union(*(row.telling for row in own))
        found = {value for row in own for _name, value in row.known if is_id(value)} - person.ids
        left = _left(person, rows, told, found)
        added = found - {value for row in left for _name, value in row.known}
        if not added:
            return person, _shared(left, found)
        person = replace(person, ids=person.ids | added)


def _left(person: Person, rows: Counter[Row], told: frozenset[str], found: set[str]) -> Mapping[Row, int]:
    """Return the rows of others that have a value which was found in the person's."""
    return {
        row: count
        for row, count in rows.items()
        if not row.is_of(person)
        and any(value in found for _name, value in row.known)
        and any(value not in told and not person.is_named_by(value) for value in row.telling)
    }


def _shared(left: Mapping[Row, int], found: set[str]) -> Shared:
    names = {name for row in left for name, value in row.known if value in found}
    return Shared(tuple(sorted(names)), sum(left.values()))
