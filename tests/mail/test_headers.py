"""Header fields: whatever a text holds, it stays in its field, and comes back as it was."""

from __future__ import annotations

import email
from email import policy
from email.header import decode_header, make_header
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporter import oneline
from reporter.addresses import Mailbox
from reporter.errors import HeldError
from reporter.mail import headers

#: text as a config can hold it, and all that a vendor or a slip might put there
WRITTEN = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=300)
HOSTILE = st.text(max_size=120) | st.sampled_from(
    [
        "周报\r\nBcc: x@evil.example",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\x85b",
        "a\u2028b",
        "a\u202eb",
        "\ud800",
        "=?UTF-8?B?DQpCY2M6IHg=?=",
        "\r\n\r\n<script>",
        " leading",
        "trailing ",
        "",
    ]
)


def read_back(raw: bytes) -> email.message.Message:
    return email.message_from_bytes(raw + b"\r\nbody\r\n", policy=policy.compat32)


@given(HOSTILE)
def test_text_never_begins_another_header(text: str) -> None:
    try:
        raw = headers.field("Subject", headers.text(text))
    except HeldError:
        return
    assert read_back(raw).keys() == ["Subject"]
    assert read_back(raw).get_payload() == "body\r\n"
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")


@given(WRITTEN.filter(lambda text: text == text.strip() and bool(text) and not oneline.fault(text)))
@example("Acme　直播周报　第12课")
@example("a\xa0b")
@example("👩\u200d🏫 公开课")
def test_subject_comes_back_as_it_was(text: str) -> None:
    raw = read_back(headers.field("Subject", headers.text(text)))["Subject"]
    assert str(make_header(decode_header(str(raw).replace("\r\n", "")))) == text


@given(HOSTILE)
def test_name_of_a_file_never_leaves_its_parameter(name: str) -> None:
    try:
        raw = headers.field("Content-Disposition", headers.attached(name))
        raw += headers.field("Content-Type", headers.typed("text/html", name))
    except HeldError:
        return
    message = read_back(raw)
    assert message.keys() == ["Content-Disposition", "Content-Type"]
    assert (message.get_content_disposition(), message.get_content_type()) == ("attachment", "text/html")
    kinds = [key for one in message for key, _ in message.get_params(header=one) or ()]
    assert kinds == ["attachment", "filename", "text/html", "name"]


@given(HOSTILE)
def test_display_name_never_becomes_another_recipient(name: str) -> None:
    box = Mailbox(name, "ops", "acme.example")
    try:
        raw = headers.field("To", headers.mailboxes([box, Mailbox("", "boss", "acme.example")]))
    except HeldError:
        return
    parsed = email.message_from_bytes(raw + b"\r\n", policy=policy.default)["To"].addresses
    assert [one.addr_spec for one in parsed] == ["ops@acme.example", "boss@acme.example"]


@pytest.mark.parametrize("text", ["a\r\nBcc: b@c.example", "a\nb", "a\0b", "a\u202eb", "a\u2028b", "\ud800"])
def test_line_breaks_controls_and_direction_marks_are_refused(text: str) -> None:
    for make in (headers.text, headers.one_line, headers.attached, partial(headers.typed, "text/html")):
        with pytest.raises(HeldError):
            make(text)


@pytest.mark.parametrize("name", ["", "Bad Name", "A:B", "Ä", "a\r\nb"])
def test_name_of_a_header_is_a_word(name: str) -> None:
    with pytest.raises(HeldError):
        headers.field(name, "value")


def test_encoded_words_are_short_and_cut_no_character_in_two() -> None:
    for word in headers.words("直播周报🎓" * 40).split(" "):
        assert len(word) <= 75
        assert "\ufffd" not in str(make_header(decode_header(word)))


def test_names_with_specials_are_quoted_and_plain_ones_are_not() -> None:
    assert headers.mailbox(Mailbox("Weekly Report", "a", "b.example")) == "Weekly Report <a@b.example>"
    assert headers.mailbox(Mailbox("Doe, Jane", "a", "b.example")) == '"Doe, Jane" <a@b.example>'
    assert headers.mailbox(Mailbox("", "a", "例子.example")) == "a@xn--fsqu00a.example"
