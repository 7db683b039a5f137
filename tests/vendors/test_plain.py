"""Each parser's expression says what the parser says, of any text and any whole number."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.vendors.plain import (
    AMOUNT,
    DASHED,
    DURATION,
    DURATION_TOGETHER,
    MILLISECONDS,
    MINUTES,
    MOMENT,
    NUMBER,
    RATIO,
    TEXT_AS_IT_STANDS,
    WHOLE,
    YES_NO,
    Parser,
    parse_text,
)
from reporter.vendors.quanshi.values import IDENTITY, LIVE_TYPE, PLACES, ROLE
from reporter.vendors.volcengine.listing import VIEWER_ID

PARSERS = {
    parser.of.__name__: parser
    for parser in (
        *(
            TEXT_AS_IT_STANDS,
            DASHED,
            WHOLE,
            DURATION,
            DURATION_TOGETHER,
            MILLISECONDS,
            MINUTES,
            NUMBER,
            RATIO,
            YES_NO,
            MOMENT,
            AMOUNT,
        ),
        *(ROLE, IDENTITY, LIVE_TYPE, PLACES, VIEWER_ID),
    )
}
DIGITS = st.text("0123456789", min_size=1, max_size=19)
SPELLED = st.one_of(
    st.text(max_size=8),
    st.text("0123456789:.,+-%eE_ -是否YNyn/\t\n１٣", max_size=12),
    DIGITS,
    st.integers(366 * 86_400 - 2, 366 * 86_400 + 2).map(str),
    st.integers(1_262_303_990, 2_556_144_010).map(str),
    st.builds("{}:{}:{}".format, DIGITS, st.integers(0, 99), st.integers(0, 99)),
    st.builds("{:02d}:{:02d}:{:02d}".format, st.integers(0, 9000), st.integers(0, 61), st.integers(0, 61)),
    st.builds("{}{}".format, st.decimals(-1, 10**6, places=2), st.sampled_from(["", "%", " %", " "])),
    st.sampled_from(["", "-", "--", "Y", "N", "是", "否", "true", "False", "0", "00", "-0", "+5", "1e3", "inf", "nan"]),
    st.sampled_from(["主持人", "观众", "参会人", "巡检", "-,陕西西安", " - ", ",", "中国-北京-北京"]),
)


def _read(parser: Parser, spelled: pl.Series) -> tuple[list[object], list[bool]]:
    plain = spelled.to_frame().select(parser.of_column(spelled.name, spelled.dtype)).to_series()
    values, bad = parse_text(spelled, parser, plain)
    return values.to_list(), [False] * len(spelled) if bad is None else bad.to_list()


def _reference(parser: Parser, value: object) -> tuple[object, bool]:
    try:
        return parser.of(value), False
    except (ValueError, ArithmeticError):
        return None, True


@pytest.mark.parametrize("name", PARSERS)
@settings(deadline=None)
@given(spelled=st.lists(st.none() | SPELLED, max_size=20))
def test_a_column_of_text_is_read_as_each_of_its_values(name: str, spelled: list[str | None]) -> None:
    values, bad = _read(PARSERS[name], pl.Series("x", spelled, pl.String))
    expected = [_reference(PARSERS[name], value) for value in spelled]
    assert list(zip(values, bad, strict=True)) == expected


@pytest.mark.parametrize("name", [name for name, parser in PARSERS.items() if parser.whole is not None])
@settings(deadline=None)
@given(numbers=st.lists(st.none() | st.integers(-(10**18), 10**18) | st.integers(-5, 10**8), max_size=20))
def test_a_column_of_whole_numbers_is_read_as_each_of_its_values(name: str, numbers: list[int | None]) -> None:
    values, bad = _read(PARSERS[name], pl.Series("x", numbers, pl.Int64))
    expected = [_reference(PARSERS[name], number) for number in numbers]
    assert list(zip(values, bad, strict=True)) == expected


@pytest.mark.parametrize("name", PARSERS)
@settings(deadline=None)
@given(spelled=SPELLED)
def test_what_the_expression_reads_alone_is_never_wrong(name: str, spelled: str) -> None:
    plain = pl.select(PARSERS[name].plain(pl.lit(spelled))).item()
    assert plain is None or plain == _reference(PARSERS[name], spelled)[0]


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        *(("seconds", text) for text in ("00:00:00", "01:02:03", "26:55:00", "100:00:59", "57")),
        *(("milliseconds", text) for text in ("57250", "100:00:59")),
        *(("minutes", text) for text in ("90", "100:00:59")),
        ("number", "20"),
        *(("count", text) for text in ("0", "12", "999999999999999")),
        *(("ratio", text) for text in ("6%", "104%", "0%")),
        *(("flag", text) for text in ("Y", "N", "是", "否", "0", "1")),
        *(("money", text) for text in ("2", "2.5", "2.50", "12345678901234567.89")),
        ("instant", "1666772823"),
    ],
)
def test_the_common_spellings_cost_no_python(name: str, spelled: str) -> None:
    value = pl.select(PARSERS[name].plain(pl.lit(spelled))).item()
    assert value == PARSERS[name].of(spelled)
    assert value is not None
    assert not isinstance(value, Decimal) or value.as_tuple().exponent == -2


@pytest.mark.parametrize(("name", "spelling"), [("ratio", "{}%"), ("milliseconds", "{}")])
def test_a_part_of_a_hundred_or_thousand_is_the_nearest_number_there_is(name: str, spelling: str) -> None:
    spelled = pl.Series("x", [spelling.format(whole) for whole in range(2000)])
    assert _read(PARSERS[name], spelled)[0] == [PARSERS[name].of(one) for one in spelled.to_list()]
