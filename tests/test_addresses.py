from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter import oneline
from reporter.addresses import Mailbox, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ops@acme.example", Mailbox("", "ops", "acme.example")),
        ("周报 <reports@agency.example>", Mailbox("周报", "reports", "agency.example")),
        ('"Doe, Jane" <jane.doe+x@Acme.example>', Mailbox("Doe, Jane", "jane.doe+x", "Acme.example")),
        ("<ops@acme.example>", Mailbox("", "ops", "acme.example")),
        ("运营 <ops@例子.公司>", Mailbox("运营", "ops", "例子.公司")),
        ("运营　小王　<ops@acme.example>　", Mailbox("运营　小王", "ops", "acme.example")),
    ],
)
def test_address_is_read_with_its_name(text: str, expected: Mailbox) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ops",
        "ops@acme",
        "a@x.example, b@y.example",
        "a@x.example;b@y.example",
        "a@x.example b@y.example",
        "boss@acme.example <ops@acme.example>",
        '"boss@acme.example" <ops@acme.example>',
        'a "b" c <ops@acme.example>',
        "ops@acme.example\0",
        "ops@acme.example\r\nBcc: x@y.example",
        "o ps@acme.example",
        ".ops@acme.example",
        "ops@-acme.example",
        "ops@[127.0.0.1]",
        "运营@acme.example",
        "周\u202e报 <ops@acme.example>",
        "<ops@acme.example> <x@y.example>",
        "a" * 65 + "@acme.example",
        "ops@" + "a" * 250 + ".example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_name_that_breaks_the_line_is_told_as_that_and_not_as_no_address() -> None:
    with pytest.raises(ValueError, match=r"^holds a line break \(U\+2028\)$"):
        parse("周\u2028报 <ops@acme.example>")


def test_domain_in_other_letters_travels_in_ascii() -> None:
    assert parse("ops@例子.example").wire == "ops@xn--fsqu00a.example"


@given(st.text())
def test_whatever_is_taken_for_an_address_has_one_at_and_nothing_that_ends_a_line(text: str) -> None:
    try:
        box = parse(text)
    except ValueError:
        return
    assert box.wire.isascii()
    assert box.wire.count("@") == 1
    assert not set('\r\n\0 ,;<>"') & set(box.wire)
    assert not oneline.fault(box.name + box.wire)
