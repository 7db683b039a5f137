from __future__ import annotations

import io
import re
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from reporter.config.rosters import RosterError, read_roster, staff_phones
from reporter.rules import RosterEntry

COLUMNS = {"phone": "手机", "name": "姓名"}
TEXT = "姓名,手机\n王小萌,19000101101\n李知行,190-0010-1102\n"
ENTRIES = (
    RosterEntry(phone="19000101101", name="王小萌"),
    RosterEntry(phone="190-0010-1102", name="李知行"),
)


def roster_entries(data: bytes, columns: dict[str, str]) -> tuple[RosterEntry, ...]:
    return read_roster("报名名单", data, columns).entries


def staff_list(data: bytes) -> tuple[str, ...]:
    return tuple(one.phone for one in staff_phones("staff.csv", data))


def xlsx(rows: list[list[object]]) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(buffer)
    return buffer.getvalue()


def with_dimension(book: bytes, said: bytes) -> bytes:
    """Return the workbook with another word on how far its sheet reaches."""
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as told, ZipFile(buffer, "w") as changed:
        for part in told.namelist():
            changed.writestr(part, re.sub(rb"<dimension [^>]*>", said, told.read(part)))
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_roster_is_the_same_in_every_csv(encoding: str, newline: str, delimiter: str) -> None:
    data = TEXT.replace("\n", newline).replace(",", delimiter).encode(encoding)
    assert roster_entries(data, COLUMNS) == ENTRIES


def test_roster_in_xlsx_is_the_same() -> None:
    data = xlsx([["姓名", "手机"], ["王小萌", 19000101101], ["李知行", "190-0010-1102"]])
    assert roster_entries(data, COLUMNS) == ENTRIES


@pytest.mark.parametrize(
    "rows",
    [
        '19000101101,"王\n19000101102,李\n19000101103,赵\n',
        '19000101101,"王\n19000101102,"李"\n19000101103,赵\n',
        '"19000101101,王\n"19000101102",李\n',
    ],
)
def test_quote_that_nothing_closes_is_told_with_its_line_and_swallows_no_rows(rows: str) -> None:
    with pytest.raises(RosterError, match=r"is no CSV from line 4 on: .*close or take out the quote"):
        roster_entries(f'手机,姓名\n19000101100,"王 ""小"" 萌\n经理"\n{rows}'.encode(), COLUMNS)


def test_quoted_cell_may_hold_quotes_delimiters_and_lines() -> None:
    (entry,) = roster_entries('手机,姓名\n19000101100,"王, ""小"" 萌\n经理"\n'.encode(), COLUMNS)
    assert entry.name == '王, "小" 萌\n经理'


@pytest.mark.parametrize("said", [b'<dimension ref="A1"/>', b'<dimension ref="A1:A2"/>', b""])
def test_xlsx_is_read_whole_whatever_it_says_of_its_size(said: bytes) -> None:
    data = with_dimension(xlsx([["姓名", "手机"], ["王小萌", 19000101101], [], ["李知行", "190-0010-1102"]]), said)
    assert roster_entries(data, COLUMNS) == ENTRIES
    assert [one.row for one in staff_phones("staff.xlsx", data)] == [2, 4]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("1.9001010001e10", "19001010001"),
        ("1.9001010001E+10", "19001010001"),
        ("1.900101001E+10", "19001010010"),
        ("19001010001.0", "19001010001"),
        ("19001010001.00", "19001010001"),
        ("+86 190 0101 0001", "+86 190 0101 0001"),
        ("+86-19001010001", "+86-19001010001"),
        ("019001010001", "019001010001"),
        ("８６", "８６"),
        (" 19001010001 ", "19001010001"),
    ],
)
def test_phone_that_a_spreadsheet_made_a_number_is_brought_back(cell: str, phone: str) -> None:
    assert staff_list(f"手机\n{cell}\n".encode()) == (phone,)


@pytest.mark.parametrize("cell", ["1.9E+10", "1.90010E+10", "2E+10"])
def test_phone_that_lost_digits_is_refused_with_its_row(cell: str) -> None:
    with pytest.raises(RosterError, match="row 3: a spreadsheet has cut digits off"):
        staff_list(f"手机\n19001010001\n{cell}\n".encode())


def test_phone_in_a_float_cell_of_xlsx_is_brought_back() -> None:
    assert staff_list(xlsx([["手机"], [19001010001.0], [None], ["190"]])) == ("19001010001", "190")


def test_external_ids_stay_text_and_leading_zeros_stay() -> None:
    data = "id,手机\n00123,1\n12E5,2\n8602268011035296205,3\n".encode()
    entries = roster_entries(data, {"external_id": "id"})
    assert [entry.external_id for entry in entries] == ["00123", "12E5", "8602268011035296205"]


def test_external_id_that_a_number_cell_rounded_is_refused() -> None:
    with pytest.raises(RosterError, match="row 2"):
        roster_entries(xlsx([["id"], [8.602268011035296e18]]), {"external_id": "id"})


def test_roster_skips_blank_rows_and_keeps_people_without_phone() -> None:
    data = b"name,phone,company\n\nA,,\n,,\nB,19000101101\n"
    entries = roster_entries(data, {"phone": "phone", "name": "name", "company": "company"})
    assert entries == (RosterEntry(name="A"), RosterEntry(name="B", phone="19000101101"))


@pytest.mark.parametrize("header", ["phone", "Mobile", "手机", "手机号", "电话"])
def test_staff_list_takes_the_column_of_phones(header: str) -> None:
    assert staff_list(f"姓名,{header}\n孙主持,19000101190\n".encode()) == ("19000101190",)


def test_staff_list_takes_its_only_column_whatever_its_name() -> None:
    assert staff_list("同事\n19000101190\n".encode()) == ("19000101190",)


def test_staff_list_may_do_without_a_header() -> None:
    assert staff_list(b"19000101190\n19000101191\n") == ("19000101190", "19000101191")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        ("手机\n1".encode("utf-16"), "neither UTF-8 nor GB18030"),
        (b"\xd0\xcf\x11\xe0rest", "an old .xls, or a workbook with a password"),
        (b"PK\x03\x04rest", "cannot be read as xlsx"),
        ("姓名,部门\n".encode(), "has the columns 姓名 | 部门"),
        ("手机,电话\n".encode(), "more than one column of phones"),
    ],
)
def test_staff_list_that_cannot_be_used_says_why(data: bytes, told: str) -> None:
    with pytest.raises(RosterError) as caught:
        staff_list(data)
    assert told in str(caught.value)


def test_roster_without_a_named_column_shows_the_columns_there_are() -> None:
    with pytest.raises(RosterError) as caught:
        roster_entries(TEXT.encode(), {"phone": "手机号"})
    assert str(caught.value) == "`手机号` is none of the columns 姓名 | 手机; write `手机`"
    assert caught.value.column == "phone"


def test_roster_without_a_column_that_matches_nobody_is_read_and_says_which() -> None:
    found = read_roster("报名名单", TEXT.encode("gb18030"), {**COLUMNS, "name": "名字", "company": "单位"})
    assert [entry.phone for entry in found.entries] == ["19000101101", "190-0010-1102"]
    assert found.missing == ("名字", "单位")


def test_entries_of_a_roster_know_their_rows_in_the_file() -> None:
    entries = roster_entries("\n姓名,手机\n甲,1\n,\n乙,2\n".encode(), COLUMNS)
    assert [entry.row for entry in entries] == [3, 5]


@pytest.mark.parametrize(
    ("data", "marked"),
    [
        ("手机\n19001010001\n1.9001010001E+10\n19001010001.0\n0190\n".encode(), [3, 4]),
        (xlsx([["手机"], ["19001010001"], [19001010002], [None], [19001010001.0]]), [3, 5]),
    ],
    ids=["csv", "xlsx"],
)
def test_cells_that_a_spreadsheet_held_as_numbers_are_marked_with_their_rows(data: bytes, marked: list[int]) -> None:
    entries = roster_entries(data, {"phone": "手机"})
    assert [entry.row for entry in entries if entry.was_number] == marked
    staff = staff_phones("staff.csv", data)
    assert [one.row for one in staff if one.was_number] == marked
    assert {one.file for one in staff} == {"staff.csv"}


def test_number_in_a_column_of_names_is_no_phone_that_was_one() -> None:
    (entry,) = roster_entries(xlsx([["姓名", "手机"], [17, "19001010001"]]), COLUMNS)
    assert (entry.name, entry.was_number) == ("17", False)


def test_phones_that_lost_digits_are_all_counted() -> None:
    with pytest.raises(RosterError, match="rows 2, 3, 4 and 2 more: a spreadsheet has cut digits off") as caught:
        roster_entries(("手机,姓名\n" + "1.38E+10,王\n" * 5).encode(), COLUMNS)
    assert caught.value.column == "phone"


def test_roster_with_the_same_header_twice_is_refused() -> None:
    with pytest.raises(RosterError, match="stands twice"):
        roster_entries("手机,手机\n1,2\n".encode(), {"phone": "手机"})
