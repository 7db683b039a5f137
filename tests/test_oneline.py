from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.oneline import fault, shown


@pytest.mark.parametrize(
    "text",
    [
        "Acme　直播周报",
        "a\xa0b",
        "a\u2003b\u202fc\u205fd",
        "👩\u200d🏫 公开课",
        "می\u200cخواهم",
        "\ue000",
        "\U0003fff0",
        "",
    ],
)
def test_blanks_joiners_and_letters_of_every_kind_stand_on_a_line(text: str) -> None:
    assert (fault(text), shown(text)) == ("", text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\nb", "holds a line break (U+000A)"),
        ("a\r\nb", "holds a line break (U+000D)"),
        ("a\x85b", "holds a line break (U+0085)"),
        ("a\u2028b", "holds a line break (U+2028)"),
        ("a\u2029b", "holds a line break (U+2029)"),
        ("a\0b", "holds a control character (U+0000)"),
        ("a\tb", "holds a control character (U+0009)"),
        ("a\x7fb", "holds a control character (U+007F)"),
        ("周\u202e报", "holds a mark that turns the writing round (U+202E)"),
        ("周\u2066报", "holds a mark that turns the writing round (U+2066)"),
        ("周\u200f报", "holds a mark that turns the writing round (U+200F)"),
        ("\ufeff周报", "holds a character that is not seen (U+FEFF)"),
        ("周\u200b报", "holds a character that is not seen (U+200B)"),
        ("\ud800", "holds half a character (U+D800)"),
        ("\uffff", "holds what is no character (U+FFFF)"),
    ],
)
def test_what_no_line_may_hold_is_named_and_never_shown(text: str, told: str) -> None:
    assert fault(text) == told
    assert fault(shown(text)) == ""


@given(st.text())
def test_what_stands_on_a_line_is_one_line_for_everybody(text: str) -> None:
    if not fault(text):
        assert len(text.splitlines()) <= 1
        assert not {"B"} & {unicodedata.bidirectional(char) for char in text}
    assert len(shown(text)) == len(text)
