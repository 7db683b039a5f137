"""Two sides, whole: which tables are compared, by which key, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reporter.diff.compare import TableDiff, compare
from reporter.diff.keys import KEYS, key_of, shared
from reporter.diff.reasons import reasons
from reporter.diff.side import Side, Sided
from reporter.errors import UsageError
from reporter.model import Text


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """How b differs from a: their tables, sheets that were left out, tables of one side alone, and the reasons.

    `left_out` are pages of workbooks, which have no rows to name.
    """

    a: Side
    b: Side
    tables: tuple[TableDiff, ...]
    reasons: tuple[Text, ...]
    left_out: tuple[str, ...] = ()
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the two sides are not the same."""
        return bool(self.only_a or self.only_b) or any(table.differs for table in self.tables)


def diff(
    a: Side,
    b: Side,
    *,
    key: Sequence[str] = (),
    tolerances: Mapping[str, float] | None = None,
    tables: Sequence[str] = (),
) -> Difference:
    """Hold two sides against each other, table by table.

    `key` names the rows of every table that has all of its columns; the others go by their own. `tables` leaves out
    all but these. Raises `UsageError` where the sides have no table in common, a table has no key, or a tolerance
    names no column.
    """
    pairs, only_a, only_b = _paired(a, b, tables)
    chosen = [(name, sides, _key(name, sides, key)) for name, sides in pairs.items()]
    _check_tolerances(tolerances or {}, chosen)
    found = tuple(compare(name, sides, columns, tolerances or {}) for name, sides, columns in chosen)
    left_out = tuple(dict.fromkeys((*a.left_out, *b.left_out)))
    differs = any(one.differs for one in found)
    return Difference(a, b, found, reasons(a, b, found) if differs else (), left_out, only_a, only_b)


def _paired(
    a: Side, b: Side, wanted: Sequence[str]
) -> tuple[dict[str, tuple[Sided, Sided]], tuple[str, ...], tuple[str, ...]]:
    """Return the tables of both sides by name, and the names of those that one side alone has."""
    ours, theirs = _named(a, b)
    names = dict.fromkeys((*ours, *theirs))
    for one in wanted:
        if one not in names:
            near = get_close_matches(one, names, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(names)}"
            raise UsageError(f"--table {one}: neither side has it; {hint}")
    names = dict.fromkeys(one for one in names if not wanted or one in wanted)
    pairs = {name: (ours[name], theirs[name]) for name in names if name in ours and name in theirs}
    if not pairs:
        raise UsageError(
            f"{a.word} and {b.word} have no table in common: {_listed(a)} beside {_listed(b)}; compare two of a kind"
        )
    if a.is_table or b.is_table:  # it is held against its table of a run, and says nothing of the others
        return pairs, (), ()
    return pairs, tuple(one for one in names if one not in theirs), tuple(one for one in names if one not in ours)


def _named(a: Side, b: Side) -> tuple[Mapping[str, Sided], Mapping[str, Sided]]:
    """Return the tables of both by name; two single tables of other names are held against each other all the same."""
    if len(a.tables) != 1 or len(b.tables) != 1:
        return a.tables, b.tables
    (ours, one), (theirs, other) = (next(iter(side.tables.items())) for side in (a, b))
    if ours == theirs or (ours in KEYS and theirs in KEYS):
        return a.tables, b.tables
    name = theirs if theirs in KEYS else ours
    return {name: one}, {name: other}


def _listed(side: Side) -> str:
    return ", ".join([*side.tables][:8]) or "no table"


def _key(name: str, sides: tuple[Sided, Sided], given: Sequence[str]) -> tuple[str, ...]:
    schemas = [one.frame.collect_schema() for one in sides]
    return key_of(name, sides[0].code, shared(schemas, sides[0].code), given)


def _check_tolerances(
    tolerances: Mapping[str, float], chosen: Sequence[tuple[str, tuple[Sided, Sided], tuple[str, ...]]]
) -> None:
    columns = {column for _, sides, _ in chosen for one in sides for column in one.frame.collect_schema()}
    for column in tolerances:
        if column not in columns:
            near = get_close_matches(column, columns, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "name a column of a table that is compared"
            raise UsageError(f"--tolerance {column}: no table has this column; {hint}")
