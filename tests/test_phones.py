from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.phones import parse_phone, to_e164

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
separators = st.sampled_from(["", " ", "-", "--", " - "])


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    mobile = draw(mobiles)
    cuts = (mobile[:3], mobile[3:7], mobile[7:])
    prefix = draw(st.sampled_from(["", "86", "+86", "0086"]))
    return mobile, prefix + draw(separators) + draw(separators).join(cuts)


@pytest.mark.parametrize(
    ("spelled", "e164"),
    [
        ("19000101106", "+8619000101106"),
        ("+86-19000101106", "+8619000101106"),
        ("86 190 0010 1106", "+8619000101106"),
        ("0086 190-0010-1106", "+8619000101106"),
        ("019000101106", "+8619000101106"),
        ("(+86)19000101106", "+8619000101106"),
        ("１９０００１０１１０６", "+8619000101106"),
        ("+44-7700900123", "+447700900123"),
        ("+19000101106", "+19000101106"),  # another country's, however Chinese it looks
        ("010-62785001", "+861062785001"),
        ("010-62785001 ext 5", None),
        ("190****1106", None),
        ("19000101106/19000101107", None),
        ("tel:+8619000101106", "+8619000101106"),
        ("Mobile: 190-0010-1106", "+8619000101106"),
        ("手机：19000101106", "+8619000101106"),
        ("\u202a19000101106\u202c", "+8619000101106"),
        ("'019000101106", "+8619000101106"),
        ("+44 (0)7700.900.123", "+447700900123"),
        ("1106", None),
        ("9000101106", None),
        ("无", None),
        ("-", None),
        ("", None),
        (None, None),
    ],
)
def test_phone_is_e164_or_nothing(spelled: str | None, e164: str | None) -> None:
    assert to_e164(pl.Series("phone", [spelled], pl.String)).to_list() == [e164]


@pytest.mark.parametrize("mask", ["X", "x", "＊", "*", "#", "•", "●", "×", "?", "_", ".", "…", "-", "~", "O", "某"])
@pytest.mark.parametrize(
    "spelled", ["1900010{}", "190{}1106", "{}00101106", "+44 7700 {}123", "+44 7700 90{}", "190{3}"]
)
def test_masked_phone_is_nobody_s(spelled: str, mask: str) -> None:
    masked = spelled.replace("{3}", mask * 8).replace("{}", mask * 4)
    assert to_e164(pl.Series([masked])).to_list() == [None]


@settings(deadline=None)
@given(mobiles, st.integers(1, 10), st.sampled_from("ABCXYZxyz"))
def test_phone_with_a_letter_in_it_is_nobody_s(mobile: str, place: int, letter: str) -> None:
    assert parse_phone(mobile[:place] + letter + mobile[place + 1 :]) is None
    assert parse_phone(mobile[:place] + letter + mobile[place:]) is None


@settings(deadline=None)  # the first example loads phonenumbers
@given(spellings())
def test_phone_expression_and_phonenumbers_agree_on_mainland_mobiles(case: tuple[str, str]) -> None:
    mobile, spelled = case
    assert to_e164(pl.Series([spelled])).to_list() == [parse_phone(spelled)] == [f"+86{mobile}"]


def test_phones_keep_their_order_and_name() -> None:
    spelled = pl.Series("phone", ["+44 7700 900123", "19000101106", None, "+44-7700900123"])
    read = to_e164(spelled)
    assert read.name == "phone"
    assert read.to_list() == ["+447700900123", "+8619000101106", None, "+447700900123"]
