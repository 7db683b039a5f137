from __future__ import annotations

from xml.etree.ElementTree import canonicalize
from xml.parsers.expat import ExpatError

import pytest

from reporter.excel.spelling import respelled


def test_prefixes_stay_and_are_declared_once_at_the_root_in_order() -> None:
    part = b'<a xmlns="u:a" k="1"><r:b xmlns:r="u:r"/><c xmlns:d="u:d" d:e="2" xmlns:r="u:r" r:f="3"/></a>'
    assert respelled(part) == (b'<a xmlns:d="u:d" xmlns:r="u:r" xmlns="u:a" k="1"><r:b/><c d:e="2" r:f="3"/></a>')


def test_prefix_that_means_two_things_is_declared_where_it_means_them() -> None:
    part = b'<a><x:b xmlns:x="u:1"/><x:b xmlns:x="u:2"><c xmlns="u:3"/></x:b></a>'
    assert canonicalize(respelled(part).decode()) == canonicalize(part.decode().replace("<a>", '<a xmlns:x="u:1">'))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"<a></a>", b"<a />"),
        (b"<t>&#20154; &gt; &#39;</t>", "<t>人 > '</t>".encode()),
        (b'<a k="&#x9;&#xA;&quot;&gt;"/>', b"<a k='&#9;&#10;\">' ></a>"),
        (b"<?xml version='1.0' encoding='ascii'?>\n<t>&#233;</t>", "<t>é</t>".encode()),
        (b"<a><b/>\n<![CDATA[<&]]></a>", b"<a><b></b>\r\n&lt;&amp;</a>"),
    ],
)
def test_what_says_the_same_is_spelled_the_same(one: bytes, other: bytes) -> None:
    assert respelled(one) == respelled(other)
    assert canonicalize(respelled(one).decode()) == canonicalize(one.decode("ascii"))


@pytest.mark.parametrize("text", ["\t a\n", "a\rb", "<&>\"'", "\U0001f600\u2028"])
def test_text_and_value_come_back_as_they_were(text: str) -> None:
    spelled = respelled(f'<a xml:space="preserve">{_escaped(text)}<b k="{_escaped(text)}"/></a>'.encode())
    assert canonicalize(spelled.decode()) == canonicalize(
        f'<a xml:space="preserve">{_escaped(text)}<b k="{_escaped(text)}"/></a>'
    )
    assert respelled(spelled) == spelled


def test_what_is_no_xml_is_refused() -> None:
    with pytest.raises(ExpatError):
        respelled(b"<a>")


def _escaped(text: str) -> str:
    return "".join(f"&#{ord(letter)};" for letter in text)
