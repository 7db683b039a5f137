"""A message read back by parsers that had no part in writing it."""

from __future__ import annotations

import email
import subprocess
from collections.abc import Callable
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from reporter.addresses import parse
from reporter.mail.message import Attachment, compose, message_id
from tests.mail.drafts import AT, BODY, BOOK, envelope


@pytest.fixture
def raw() -> bytes:
    return compose(envelope(), BODY, [BOOK, Attachment("page.html", b"<p>")], AT)


@pytest.fixture
def message(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=policy.default)


def test_headers_say_who_what_and_that_a_machine_wrote_it(message: EmailMessage) -> None:
    assert {name: str(message[name]) for name in ("From", "To", "Cc", "Reply-To", "Subject")} == {
        "From": "周报 <reports@agency.example>",
        "To": "运营 <ops@acme.example>",
        "Cc": "boss@acme.example",
        "Reply-To": "manager@agency.example",
        "Subject": "Acme 直播周报 2026-W47",
    }
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<acme.2026-W47.0123456789abcdef@agency.example>"
    assert message["Date"].datetime == AT
    assert "Bcc" not in message
    assert not message.defects


def test_body_is_html_with_its_picture_and_the_same_in_plain(message: EmailMessage) -> None:
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds[:6] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert html.get_content().strip() == BODY.html
    assert plain.get_content().replace("\r\n", "\n") == BODY.plain
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_payload(decode=True)) == ("<chart1>", BODY.pictures[0].data)


def test_attachment_arrives_with_its_chinese_name_and_every_byte(message: EmailMessage) -> None:
    book, page = message.iter_attachments()
    assert (book.get_filename(), book.get_payload(decode=True)) == (BOOK.name, BOOK.data)
    assert book.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (page.get_filename(), page.get_content_type()) == ("page.html", "text/html")


def test_name_is_spelled_for_those_who_know_rfc_2231_and_for_those_who_do_not(raw: bytes) -> None:
    book, page = [
        part for part in email.message_from_bytes(raw).walk() if part.get_content_disposition() == "attachment"
    ]
    unfolded = str(book["Content-Disposition"]).replace("\r\n", "")
    assert unfolded == f"attachment; filename*=UTF-8''{quote(BOOK.name)}"
    kind, named = str(book["Content-Type"]).replace("\r\n", "").split("; name=")
    assert kind == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert str(make_header(decode_header(named.strip('"')))) == BOOK.name
    assert (page["Content-Type"], page["Content-Disposition"]) == (
        'text/html; name="page.html"',
        'attachment; filename="page.html"',
    )


def test_every_line_is_short_ascii_and_ends_with_crlf(raw: bytes) -> None:
    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line or line.startswith(b".") for line in lines)


def test_same_content_gives_the_same_bytes_and_the_same_id(raw: bytes) -> None:
    assert compose(envelope(), BODY, [BOOK, Attachment("page.html", b"<p>")], AT) == raw
    sender = parse("reports@agency.example")
    ids = {
        message_id(client, label, audience, content, sender, kind)
        for client in ("acme", "bolt")
        for label in ("2026-W46", "2026-11-01..2026-11-07")
        for audience in ("client", "internal")
        for content in ("a", "b")
        for kind in ("", "to-me")
    }
    assert len(ids) == 32
    assert not [one for one in ids if ".." in one]
    assert message_id("acme", "2026-W46", "client", "a", sender) in ids


def test_another_program_finds_the_same_files_names_and_bodies(
    raw: bytes, tmp_path: Path, need_program: Callable[[str], Path]
) -> None:
    """Python's parsers share a maker; ripMIME has another."""
    (tmp_path / "mail.eml").write_bytes(raw)
    reader = need_program("ripmime")
    subprocess.run([reader, "-i", "mail.eml", "-d", "out"], cwd=tmp_path, check=True)
    found = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    # what has no name it calls textfile, the nothing before the first part among it
    texts = {found.pop(f"textfile{at}").replace(b"\r\n", b"\n") for at in range(3)}
    assert texts == {b"", BODY.html.encode(), BODY.plain.encode()}
    assert found == {BOOK.name: BOOK.data, "page.html": b"<p>", "chart1.png": BODY.pictures[0].data}


@pytest.mark.parametrize(
    "name", [BOOK.name, "课" * 40 + ".xlsx", "公开课　第12课_2026-11-01..2026-11-07.zip", "plain one.xlsx"]
)
def test_another_program_saves_one_file_whatever_its_name(
    name: str, tmp_path: Path, need_program: Callable[[str], Path]
) -> None:
    (tmp_path / "mail.eml").write_bytes(compose(envelope(), replace(BODY, pictures=()), [Attachment(name, b"PK")], AT))
    subprocess.run([need_program("ripmime"), "-i", "mail.eml", "-d", "out", "--no-nameless"], cwd=tmp_path, check=True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]
