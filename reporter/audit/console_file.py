"""A console's export as it was read: where its head is, its rows, and the rows of totals among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import polars as pl

from reporter.audit.console_cells import number, steps
from reporter.audit.console_columns import DAY, KEYS, MEASURES, Column, columns_of, known, not_taken
from reporter.config.loading import MAX_FILE_BYTES, UnreadableError, read_bytes
from reporter.config.rosters import RosterError, Row, read_rows
from reporter.errors import UsageError
from reporter.tables import TEXT

#: the number of a row in its file
ROW = "file_row"
#: before a column's name: its cells that are no numbers, as they are written
UNREAD = "cell of "
#: before the name of a column of times: what the last digit of its cells is worth, in seconds, and whether these are
#: whole minutes or hours
STEP, IS_WHOLE = "step of ", "whole in "
#: the head stands in one of so many rows: titles and notes may stand above it
_MOST_ABOVE = 20
#: what a row of totals says in place of a viewer or a day, with a colon or a number of rows behind it
_TOTAL = re.compile(r"(?:合计|总计|总和|汇总|小计|(?:grand |sub)?totals?|sum)\s*(?:[:：]|[(（].*[)）])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Export:
    """A file as rows: `columns` says what each known column is, `unknown` are the headers of all others.

    `rows` have their number in the file as `ROW`, and beside each column that is compared, under its name with
    `UNREAD` before it, the cells in it that are no numbers, as they are written; beside one of times also `STEP` and
    `IS_WHOLE`. `totals` are the rows of totals, of the same columns. `head` are the numbers of the rows that name the
    columns, `first` that of the first row that says anything.
    """

    name: str
    columns: tuple[Column, ...]
    rows: pl.DataFrame
    unknown: tuple[str, ...] = ()
    totals: pl.DataFrame = field(default_factory=pl.DataFrame)
    head: tuple[int, ...] = (1,)
    first: tuple[int, ...] = (1,)

    @property
    def keys(self) -> list[str]:
        """The columns that say whom or which day a row is about."""
        return [one.name for one in self.columns if one.name in (*KEYS, DAY)]

    @property
    def measures(self) -> list[Column]:
        """The columns that can be compared."""
        return [one for one in self.columns if one.name in MEASURES]


@dataclass(frozen=True, slots=True)
class _Head:
    """Rows that may name the columns: their numbers, the headers, and how many rows of the file they end."""

    rows: tuple[int, ...]
    header: list[str]
    end: int

    def rank(self, told: set[str]) -> tuple[bool, int, int, int]:
        """Say how good a head this is: whether it names who and what, how many columns; then the plain and the wide."""
        names = {text if text in told else known(text) for text in self.header} - {None, ""}
        is_usable = bool(names & {*KEYS, DAY, *told}) and bool(names & {*MEASURES, *told})
        return is_usable, len(names), -len(self.rows), sum(map(bool, self.header))


def read(path: Path, mapping: Sequence[str] = ()) -> Export:
    """Return an export, CSV or xlsx; `mapping` are `HEADER=COLUMN` for headers that are not known.

    The head is looked for: consoles put titles above it, and spread it over two rows. Raises `UsageError` where the
    file cannot be read, or no column says whom it is about or can be compared.
    """
    try:
        filled = read_rows(read_bytes(path, MAX_FILE_BYTES))
    except (RosterError, UnreadableError) as fault:
        raise UsageError(f"--against {path} {fault}") from None
    told = {one.rpartition("=")[0] for one in mapping}
    head = max(_heads(filled, told), key=lambda one: one.rank(told))
    columns, below = columns_of(head.header, mapping), filled[head.end :]
    summed = [row for row in below if _is_total(row[1], columns)]
    table = [row for row in below if row not in summed]
    taken = {place for _, cells in table for place, cell in enumerate(cells) if cell}
    unknown = tuple(not_taken(head.header, columns, taken))
    frames = (_frame(columns, rows) for rows in (table, summed))
    rows, totals = frames
    made = Export(path.name, tuple(columns), rows, unknown, totals, head.rows, (filled[0][0],))
    _check(made, path, head)
    return made


def _check(made: Export, path: Path, head: _Head) -> None:
    if made.keys and made.measures:
        return
    what = "no column says whom or which day a row is about" if not made.keys else "no column can be compared"
    raise UsageError(
        f"--against {path}: {what}, whichever of its first {_MOST_ABOVE} rows is taken for the head "
        f"(row {'+'.join(map(str, head.rows))} has {', '.join(filter(None, head.header))}); "
        f"say which is which with --map HEADER=COLUMN, COLUMN one of {', '.join((*KEYS, DAY, *MEASURES))}"
    )


def _heads(filled: Sequence[Row], told: set[str]) -> Iterator[_Head]:
    """Yield each of the first rows as a head, alone and together with the row below it."""
    first = filled[:_MOST_ABOVE]
    for place, (number_, cells) in enumerate(first, start=1):
        yield _Head((number_,), cells, place)
    for place, ((upper, top), (lower, bottom)) in enumerate(pairwise(first), start=2):
        if lower == upper + 1:
            yield _Head((upper, lower), _joined(top, bottom, told), place)


def _joined(top: Sequence[str], bottom: Sequence[str], told: set[str]) -> list[str]:
    """Return the headers of two rows: what stands above several columns is written over the first of them alone."""
    header, above = list[str](), ""
    for place in range(max(len(top), len(bottom))):
        upper, lower = (row[place] if place < len(row) else "" for row in (top, bottom))
        above = upper or (above if lower else "")
        spelled = (f"{above}{lower}", lower, above)
        plain = f"{above} {lower}".strip()
        header.append(next((one for one in spelled if one and (one in told or known(one))), plain))
    return header


def _is_total(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    """Say whether a row is one of totals: it says so first, and names nobody."""
    label = next((cell for cell in cells if cell), "")
    named = [cells[one.place] for one in columns if one.name in (*KEYS, DAY) and one.place < len(cells)]
    return _TOTAL.fullmatch(label.strip()) is not None and all(one in ("", "-", label) for one in named)


def _frame(columns: Sequence[Column], table: Sequence[Row]) -> pl.DataFrame:
    cells = [[row[one.place] if one.place < len(row) else "" for _, row in table] for one in columns]
    values = [one for column, own in zip(columns, cells, strict=True) for one in _values(column, own)]
    return pl.DataFrame([pl.Series(ROW, [row for row, _ in table], pl.Int64()), *values])


def _values(column: Column, cells: Sequence[str]) -> Iterator[pl.Series]:
    """Yield a column's values; of one that is compared, also its cells that are no numbers, and of times its steps."""
    if column.name not in MEASURES:
        yield pl.Series(column.name, [cell or None for cell in cells], TEXT)
        return
    values, unread = list[float | None](), list[str | None]()
    for cell in cells:
        try:
            values.append(number(cell, column.factor))
            unread.append(None)
        except ValueError:
            values.append(None)
            unread.append(cell)
    yield pl.Series(column.name, values, pl.Float64())
    yield pl.Series(UNREAD + column.name, unread, TEXT)
    shown = steps(cells, column.factor) if column.is_time else [None] * len(cells)
    yield pl.Series(STEP + column.name, [one and one.seconds for one in shown], pl.Float64())
    yield pl.Series(IS_WHOLE + column.name, [one is not None and one.is_whole for one in shown], pl.Boolean())
