"""What may not leave is found wherever it stands in a file, and nothing else is taken for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from reporter.errors import HeldError
from reporter.mail import reading
from reporter.mail.reading import Said
from reporter.mail.search import Search, search_for
from reporter.rules import Privacy

FRAMES = {
    "viewers": pl.DataFrame(
        {
            "phone": ["+86-19000101106", "010-8765 4321", "+44 20 7946 0018", "+14155552671", "12345"],
            "email": ["wang@x.example", None, None, None, None],
            "room_id": ["18721834606", None, None, None, None],
            "reply_id": ["0123456789abcdef01234567"] * 5,
        }
    ),
    "visits": pl.DataFrame({"ip": ["203.0.113.7", "2001:db8::1", "::ffff:192.0.2.9"]}),
}
ALLOWED = ["Acme 热线 13900000000", "ops@acme.example", "138", "1", "第12课", ""]


SECRETS = {
    "mail.smtp": "smtps://reports:p%40ss%20w0rd@mail.example:465",
    "accounts.volc.secret_key": 'canary"<&>/secret',
    "mail.encrypt.password": "直播周报",
    "privacy.key": "2026",
}


@pytest.fixture(scope="module")
def search() -> Search:
    return search_for(Privacy(), FRAMES, ["0571-88881234"], ALLOWED, {})


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "王 13812345678",
        "a13812345678b",
        "138 1234 5678",
        "138-1234-5678",
        "+8613812345678",
        "86 13812345678",
        "013812345678",
        "电话:13812345678。",
        "(010)87654321",
        "020 7946 0018 or +442079460018",
        "0571 8888 1234",
        "１３８１２３４５６７８",
        "138　1234　5678",
        "wang＠x.example",
        "wang@x.example",
        "写信到wang@x.example。",
        "张三@公司.example",
        "rtmp://push.example.com/live/abc",
        "https://x.example/?txSecret=1",
        "StreamingCode",
        "203.0.113.7",
        "来自 2001:db8::1",
        "18721834606 与 13812345678",
        "Acme 热线 13900000000，13812345678",
        "Acme 热线 13900000001",
        "138－1234－5678",
        "139–1234–5678",
        "139\u20111234\u20115678",
        "139 - 1234 - 5678",
        "139.1234.5678",
        "139/1234/5678",
        "139\u200b1234\u200b5678",
        "No.1.19000101106",
        "+86 10 8765 4321",
        "+86-010-87654321",
        "203.0.113.7:443",
        "2001:DB8:0:0:0:0:0:1",
        "来自 2001:DB8::1",
        "::ffff:203.0.113.7",
        "::ffff:cb00:7107",
        "192.0.2.9",
        "190_0010_1106",
        "190·0010·1106",
        "190・0010・1106",
        "190\t0010\t1106",
        "190\r\n0010\r\n1106",
        "(415) 555-2671",
        "1-415-555-2671",
        "020 7946 0018",
        "boops@acme.example",
        "ops@acme.example.evil.example",
    ],
)
def test_personal_text_is_found(search: Search, text: str) -> None:
    assert search.find(Said("x", text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "138****5678",
        "****4321",
        "w***@x.example",
        "第12课 2026-11-09 19:00:00",
        "0.13812345678",
        "139.12345678",
        "150  2000  3000",
        "45976.13812345678",
        "172183460671",
        "8602268011035296205",
        "18721834606",
        "0123456789abcdef01234567",
        "Acme 热线 13900000000",
        "Acme 热线 13900000000_2026-W47.xlsx",
        "请联系 ops@acme.example",
        "请联系ops@acme.example。",
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "198.51.100.1",
        "12345",
        "@media screen and (max-width: 600px)",
        "01:02:03",
        "1,381 2,345",
    ],
)
def test_other_text_is_left_alone(search: Search, text: str) -> None:
    assert search.find(Said("x", text)) is None


@pytest.mark.parametrize(
    ("number", "is_found"),
    [("13812345678", True), ("13812345678.0", True), ("1.3812345678E+10", True)]
    + [
        (number, False)
        for number in ("45976.13812345678", "0.13812345678", "138123456789", "1381234567", "23812345678")
    ],
)
def test_number_is_a_phone_only_as_a_whole(search: Search, number: str, is_found: bool) -> None:
    assert (search.find(Said("x", number, is_number=True)) is not None) == is_found


def test_rule_to_keep_lets_it_through_and_stream_keys_never_are() -> None:
    keep = search_for(Privacy(phone="keep", email="keep", ip="keep"), FRAMES, [], [], {})
    for text in ("13812345678", "wang@x.example", "203.0.113.7"):
        assert keep.find(Said("x", text)) is None
    assert keep.find(Said("x", "rtmp://push.example.com/live")) is not None


def test_hash_of_a_phone_is_none_though_its_digits_look_like_one_and_a_phone_beside_it_is() -> None:
    hashing = search_for(Privacy(phone="hash", key="k" * 20), {}, [], [], {})
    assert hashing.find(Said("x", "ab13812345678cde")) is None
    assert hashing.find(Said("x", "ab13812345678cde 13812345678")) == "a phone number"
    assert search_for(Privacy(), {}, [], [], {}).find(Said("x", "ab13812345678cde")) == "a phone number"


@given(st.integers(3, 9), st.integers(0, 10**9 - 1), st.text("中a _:，", max_size=5), st.text("中a _:，", max_size=5))
def test_every_mobile_is_found_in_whatever_stands_around_it(second: int, rest: int, before: str, after: str) -> None:
    text = f"{before}1{second}{rest:09}{after}"
    assert search_for(Privacy(), {}, [], [], {}).find(Said("x", text)) == "a phone number"


def places(edit: Any) -> Iterator[str]:
    book = openpyxl.Workbook()
    edit(book)
    data = io.BytesIO()
    book.save(data)
    found = search_for(Privacy(), {}, [], [], {})
    yield from (said.where for said in reading.workbook(data.getvalue()) if found.find(said))


PHONE = "13812345678"


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (lambda book: book.active.append(["x", PHONE]), "sheet1.xml B1"),
        (lambda book: book.active.append([int(PHONE)]), "sheet1.xml A1"),
        (lambda book: book.active.append([f'="{PHONE}"']), "sheet1.xml A1"),
        (lambda book: setattr(book.active, "title", PHONE), "xl/workbook.xml"),
        (lambda book: setattr(book.properties, "creator", PHONE), "docProps/core.xml"),
        (lambda book: setattr(book.active["C3"], "comment", Comment(PHONE, "x")), "xl/comments/comment1.xml"),
        (lambda book: book.defined_names.add(DefinedName("n", attr_text=f'"{PHONE}"')), "xl/workbook.xml"),
        (lambda book: setattr(book.active["A1"], "hyperlink", f"tel:{PHONE}"), "xl/worksheets/_rels/sheet1.xml.rels"),
        (lambda book: setattr(book.active.oddHeader.center, "text", PHONE), "sheet1.xml"),
    ],
)
def test_phone_is_found_in_every_part_of_a_workbook(edit: Any, where: str) -> None:
    assert where in list(places(edit))


def test_digits_outside_of_cells_are_text_and_those_of_a_number_in_a_cell_are_not() -> None:
    """A phone of another kind than mainland mobiles is known by its value, and in no number."""

    book, data = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.append([1087654321, "1087654321"])
    sheet["C3"].comment = Comment("01087654321", "x")
    book.properties.title, book.properties.creator = "01087654321", "1087654321"
    book.defined_names.add(DefinedName("n", attr_text="01087654321"))
    book.save(data)
    known = search_for(Privacy(), {"viewers": pl.DataFrame({"phone": ["010-8765 4321", "1087654321"]})}, [], [], {})
    found = [said.where for said in reading.workbook(data.getvalue()) if known.find(said)]
    assert sorted(found) == [
        "docProps/core.xml",
        "docProps/core.xml",
        "sheet1.xml B1",
        "xl/comments/comment1.xml",
        "xl/workbook.xml",
    ]


def test_escaped_text_is_read_as_excel_reads_it() -> None:
    assert list(places(lambda book: book.active.append(["1_x0033_812345678"]))) == ["sheet1.xml A1"]


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{PHONE}</p>",
        f'<p title="{PHONE}">x</p>',
        f"<!-- {PHONE} -->",
        f"<script>const x = {{p: '{PHONE}'}}</script>",
        "<script>const x = '\\u00313812345678'</script>",
        "<p>1&#51;812345678</p>",
        f"<svg><text>{PHONE}</text></svg>",
        f"<style>p::after {{content: '{PHONE}'}}</style>",
        f"<![CDATA[{PHONE}]]>",
    ],
)
def test_phone_is_found_in_every_part_of_a_page(page: str) -> None:
    found = search_for(Privacy(), {}, [], [], {})
    assert [said for said in reading.page(page.encode()) if found.find(said)]


def test_coordinates_of_a_drawing_are_no_phones() -> None:
    found = search_for(Privacy(), {}, [], [], {})
    page = b'<svg viewBox="0 0 13812345678 1"><path d="M 13812345678 0"/></svg>'
    assert not [said for said in reading.page(page) if found.find(said)]


def test_what_is_no_workbook_is_held() -> None:
    for data in (b"", b"PK\x03\x04 broken", b"<html>"):
        with pytest.raises(HeldError):
            list(reading.workbook(data))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("smtps://reports:p%40ss%20w0rd@mail.example:465", "mail.smtp"),
        ("say p@ss w0rd to them", "mail.smtp"),
        ("p%40ss%20w0rd", "mail.smtp"),
        ("cEBzcyB3MHJk", "mail.smtp"),
        ('xcanary"<&>/secretx', "accounts.volc.secret_key"),
        ("canary%22%3C%26%3E%2Fsecret", "accounts.volc.secret_key"),
        ('{"key": "canary\\"<&>/secret"}', "accounts.volc.secret_key"),
        ("Acme 直播周报", "mail.encrypt.password"),
        ("in 2026-W47", "privacy.key"),
        ("2026", "privacy.key"),
    ],
)
def test_secret_is_found_however_it_is_spelled_and_named_by_its_key(text: str, key: str) -> None:
    found = search_for(Privacy(phone="keep", email="keep", ip="keep"), {}, [], [text], SECRETS)
    assert found.find(Said("x", text, is_number=text.isdecimal())) == f"the secret {key}"


def test_secret_that_only_looks_like_a_url_is_found_as_it_is() -> None:
    found = search_for(Privacy(), {}, [], [], {"accounts.volc.proxy": "http://[secret"})
    assert found.find(Said("x", "at http://[secret!")) == "the secret accounts.volc.proxy"


@pytest.mark.parametrize("text", ["172183460671202611", "a2026", "p@ss", "mail.example:465", "周报", ""])
def test_part_of_a_secret_and_a_short_one_within_a_word_are_none(text: str) -> None:
    found = search_for(Privacy(), {}, [], [], SECRETS)
    assert found.find(Said("x", text)) is None
