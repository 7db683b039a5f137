from __future__ import annotations

import unicodedata

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter import oneline
from reporter.addresses import Mailbox, ascii_domain, parse


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


@pytest.mark.parametrize(
    ("domain", "wire"),
    [
        ("例子.example", "xn--fsqu00a.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("strasse.example", "strasse.example"),
        ("σοφος.example", "xn--0xaajbq.example"),
        ("σοφοσ.example", "xn--0xaakcn.example"),
        ("BÜCHER.Example", "xn--bcher-kva.Example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("हिन्दी.भारत", "xn--j2bd4cyah0f.xn--h2brj9c"),
        ("xn--strae-oqa.example", "xn--strae-oqa.example"),
        ("my_host.r3---a.example", "my_host.r3---a.example"),
    ],
)
def test_domain_in_other_letters_travels_in_ascii_and_stays_itself(domain: str, wire: str) -> None:
    assert parse(f"ops@{domain}").wire == f"ops@{wire}"


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("\u2488com.example", r"has a domain that holds U\+2488"),
        ("\u24d0cme.example", r"holds U\+24D0"),
        ("\uff41cme.example", r"holds U\+FF41"),
        ("\ufb01n.example", r"holds U\+FB01"),
        ("\u212aelvin.example", r"holds U\+212A"),
        ("\uf900.example", r"holds U\+F900"),
        ("ac\u00adme.example", "."),
        ("acme\u3002example", r"."),
        ("acme\u3002x.example", r"holds U\+3002"),
        ("ΣΟΦΟΣ.example", "whose small one is not certain"),
        ("STRA\u1e9eE.example", "whose small one is not certain"),
        ("\u0130x.example", "whose small one is not certain"),
        ("xn--zzzz99999.example", "breaks the rules of IDNA 2008"),
        ("XN--A-ECP.ru", "breaks the rules of IDNA 2008|holds U"),
        ("例" * 60 + ".example", "breaks the rules of IDNA 2008"),
        ("acme.example.", "is no row of letters"),
        ("a..example", "is no row of letters"),
        (("a" * 60 + ".") * 4 + "example.com", "longer than the 253 letters"),
    ],
)
def test_domain_that_would_become_another_is_refused(domain: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(f"ops@{domain}")


@given(st.text(max_size=30))
def test_domain_that_is_taken_reads_back_as_it_was_written_but_for_its_case(text: str) -> None:
    try:
        wire = ascii_domain(text)
    except ValueError:
        return
    assert wire.isascii()
    assert wire.count(".") == text.count(".")
    read = wire if text.isascii() else ".".join(map(idna.ulabel, wire.split(".")))
    assert read.lower() == unicodedata.normalize("NFC", text).lower()


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
