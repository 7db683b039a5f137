"""Rosters and staff lists: CSV in UTF-8 or GB18030, or xlsx, as rows of text.

What a spreadsheet made of a phone (1.9001010001E+10, 19001010001.0) is brought back to its digits, and marked
as having been a number, as a number cell of xlsx is: zeros and a plus sign before it are gone. One
that lost digits on the way (1.9E+10) is refused, since that person would be shown as absent, or as no staff.
A column of keys that is not there is refused for the same reason; one of names or companies is only missed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from decimal import Decimal

from openpyxl import load_workbook

from reporter.config.complaints import choice, none_of, quoted
from reporter.rules import Roster, RosterEntry, StaffPhone

#: the headers of a staff list's phones, case-blind
PHONE_HEADERS = ("phone", "mobile", "手机", "手机号", "电话")

#: a number cell of a spreadsheet is exact up to here
_EXACT = 10**15
#: how spreadsheets write whole numbers that were phones: 1.9001010001E+10, 2E+10, 19001010001.0
_SCIENTIFIC = re.compile(r"\d(?:\.(\d+)[eE]\+?|[eE]\+)(\d{2,3})")
#: spreadsheets that round show at most five digits behind the point; beyond, only zeros are left out
_SURE = 6
_POINT_ZERO = re.compile(r"(\d+)\.0+")
_NUMBER_KEYS = ("phone", "external_id")
#: fields that match nobody: a report without them is poorer, not wrong
_BESIDE = {"name", "company"}
#: rows that a message names, before it says how many more there are
_SHOWN = 3


class Number(str):
    """A cell that a workbook holds as a number."""

    __slots__ = ()


#: the number of a row in its file, from 1, and its cells
Row = tuple[int, list[str]]


class RosterError(Exception):
    """A list that cannot be used; `column` is the wanted column that is the matter, "" for the whole file."""

    def __init__(self, what: str, column: str = "") -> None:
        """Keep the column that is the matter."""
        self.column = column
        super().__init__(what)


def read_roster(name: str, data: bytes, columns: Mapping[str, str]) -> Roster:
    """Return a roster and its people; `columns` maps the fields of an entry to headers.

    Raises `RosterError` for a file that cannot be read, a header of keys that is not there, or lost digits.
    """
    header, rows = read_table(data)
    missing = {field: column for field, column in columns.items() if field in _BESIDE and column not in header}
    places = {field: _column(header, column, field) for field, column in columns.items() if field not in missing}
    _refuse_cut(rows, places)
    entries = []
    for number, row in rows:
        cells = {field: _cell(row, place, field) for field, place in places.items()}
        if any(cells.values()):
            was_number = any(_was_number(row, places[field]) for field in _NUMBER_KEYS if field in places)
            entries.append(RosterEntry(**cells, row=number, was_number=was_number))
    return Roster(name, tuple(entries), tuple(missing.values()))


def staff_phones(name: str, data: bytes) -> tuple[StaffPhone, ...]:
    """Return the phones of the staff list in the file `name`.

    They are its only column, or the one headed phone, mobile, 手机, 手机号 or 电话.

    Raises `RosterError` where there is no such column, or two.
    """
    header, rows = read_table(data)
    place = 0 if len(header) == 1 else _phone_column(header)
    is_phone = len(header) == 1 and sum(c.isdigit() for c in header[0]) > 6  # noqa: PLR2004 - no header has as many
    listed = [(1, header), *rows] if is_phone else rows
    _refuse_cut(listed, {"phone": place})
    phones = ((number, row, _cell(row, place, "phone")) for number, row in listed)
    return tuple(StaffPhone(phone, name, number, _was_number(row, place)) for number, row, phone in phones if phone)


def read_table(data: bytes) -> tuple[list[str], list[Row]]:
    """Return the first row that says anything, and the rows below it that do; raises `RosterError`."""
    filled = read_rows(data)
    header = filled[0][1]
    while not header[-1]:
        header = header[:-1]
    return header, filled[1:]


def read_rows(data: bytes) -> list[Row]:
    """Return every row that says anything, at least one; raises `RosterError`."""
    if data.startswith(b"PK\x03\x04"):
        rows = _xlsx_rows(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RosterError("is an old .xls, or a workbook with a password; save it as .xlsx or CSV without one")
    else:
        rows = _csv_rows(_decode(data))
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if not filled:
        raise RosterError("is empty; the first row names the columns")
    return filled


def _decode(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.removeprefix(codecs.BOM_UTF8).decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterError("is neither UTF-8 nor GB18030; save it as CSV UTF-8, or as xlsx")


def _csv_rows(text: str) -> list[list[str]]:
    # a title above the columns has none of these
    first = next((line for line in text.splitlines() if any(one in line for one in ",\t;")), "")
    delimiter = max(",\t;", key=first.count)
    # strict: a quote that nothing closes would take the rows below it into its cell, and nobody would miss them
    reader, begun = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
    rows = []
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            begun = reader.line_num + 1
    except csv.Error as fault:
        what = (
            f"is no CSV from line {begun} on: {fault}; close or take out the quote there, or save it again as CSV UTF-8"
        )
        raise RosterError(what) from None
    return rows


def _xlsx_rows(data: bytes) -> list[list[str]]:
    # openpyxl warns about styles and extensions, which a list does not need
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
            sheet.reset_dimensions()  # writers that stream (EasyExcel) say A1 of whatever comes
            return [[_written(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        except Exception:  # noqa: BLE001 - a broken workbook makes openpyxl raise anything
            raise RosterError("cannot be read as xlsx; open and save it again, or save it as CSV UTF-8") from None


def _written(value: object) -> str:
    """Return a cell as text; a number keeps the form that shows whether it is exact."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and value < _EXACT:
        return Number(int(value))
    return Number(value) if isinstance(value, int) else str(value).strip()


def _column(header: Sequence[str], name: str, field: str) -> int:
    if name not in header:
        raise RosterError(none_of(name, [one for one in header if one], "columns"), field)
    if header.count(name) > 1:
        raise RosterError(f"the column {quoted(name)} stands twice; rename one", field)
    return header.index(name)


def _phone_column(header: Sequence[str]) -> int:
    found = [place for place, name in enumerate(header) if name.casefold() in PHONE_HEADERS]
    if len(found) == 1:
        return found[0]
    shown = choice(name for name in header if name)
    if found:
        raise RosterError(f"has more than one column of phones ({shown}); keep one")
    raise RosterError(f"has the columns {shown}; head that of the phones with one of {choice(PHONE_HEADERS)}")


def _refuse_cut(rows: Sequence[Row], places: Mapping[str, int]) -> None:
    for field in _NUMBER_KEYS:
        place = places.get(field)
        cut = [number for number, row in rows if place is not None and place < len(row) and _is_cut(row[place])]
        if cut:
            what = "a spreadsheet has cut digits off; format the column as text, save again"
            raise RosterError(f"{_rows(cut)}: {what}", field)


def _rows(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    return f"rows {', '.join(str(number) for number in numbers[:_SHOWN])}{more}"


def _is_cut(text: str) -> bool:
    """Say whether a number was written with fewer digits than it has, or read beyond what a cell holds exactly."""
    found = _SCIENTIFIC.fullmatch(text)
    if found is None:
        return False
    return len(found[1] or "") < min(_SURE, int(found[2])) or Decimal(text) >= _EXACT


def _cell(row: Sequence[str], place: int, field: str) -> str | None:
    text = row[place] if place < len(row) else ""
    if not text:
        return None
    return _digits(text) if field in _NUMBER_KEYS else text


def _was_number(row: Sequence[str], place: int) -> bool:
    return place < len(row) and (isinstance(row[place], Number) or _digits(row[place]) != row[place])


def _digits(text: str) -> str:
    """Return the digits of what a spreadsheet turned into a number, any other text as it stands."""
    if whole := _POINT_ZERO.fullmatch(text):
        return whole[1]
    if _SCIENTIFIC.fullmatch(text) is None:
        return text
    value = Decimal(text)
    return str(int(value)) if value == int(value) else text
