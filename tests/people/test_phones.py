from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.people.phones import parse_phone, to_e164

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
