"""The parsers of vendors' values: each takes anything that JSON can hold, and gives a value, null, or a ValueError."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.model import Period, Pull, Reply
from reporter.tables import frame
from reporter.vendors.parse import (
    Problems,
    count,
    dashed,
    decode,
    flag,
    instant,
    instant_of_milliseconds,
    lone_surrogates,
    milliseconds,
    minutes,
    money,
    number,
    ratio,
    seconds,
    seconds_together,
    text,
)

Parser = Callable[[object], object]
DURATIONS: tuple[Parser, ...] = (seconds, seconds_together, milliseconds, minutes)
YEAR = 366 * 86_400
PARSERS: tuple[Parser, ...] = (text, dashed, count, number, *DURATIONS, ratio, flag, instant, money)

ZONE = ZoneInfo("Asia/Shanghai")
PERIOD = Period("2026-W47", datetime(2026, 11, 16, tzinfo=ZONE), datetime(2026, 11, 23, tzinfo=ZONE), ZONE.key)
PULL = Pull("quanshi", "qs", "event/report/details", None, PERIOD, room="609768")

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ODD_TEXT = st.text("0123456789:.-+%eE_ ０１infa", max_size=12)


def _reply(body: bytes = b"{}") -> Reply:
    return Reply("reply", 1, body, datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize("parser", PARSERS)
@settings(deadline=None)
@given(value=JSON_VALUES | ODD_TEXT)
def test_parser_takes_anything_and_raises_nothing_but_value_errors(parser: Parser, value: object) -> None:
    try:
        parser(value)
    except ValueError:
        return


@settings(deadline=None)
@given(value=JSON_VALUES | ODD_TEXT)
def test_what_a_parser_gives_fits_its_column(value: object) -> None:
    columns = {
        "visits": (
            ("watch_seconds", seconds),
            ("speak_seconds", minutes),
            ("row_page_seconds", milliseconds),
            ("completion_ratio", ratio),
            ("comments", count),
            ("joined_at", instant),
        ),
        "activity": (("paid_amount", money), ("pay_count", count), ("viewer_id", dashed)),
    }
    for table, parsers in columns.items():
        for column, parser in parsers:
            row = {column: Problems(PULL).take(parser, value, name=column, reply=_reply(), row=1)}
            assert frame(table, [row])[column][0] == row[column]


@pytest.mark.parametrize("parser", [*DURATIONS, ratio, count, number, flag, money, instant, dashed])
@pytest.mark.parametrize("nothing", [None, "", "-"])
def test_nothing_is_null_and_never_zero(parser: Parser, nothing: object) -> None:
    assert parser(nothing) is None


def test_dash_is_text_where_it_is_not_the_vendors_null() -> None:
    assert (text("-"), dashed("-"), text("")) == ("-", None, None)


@settings(deadline=None)
@given(number=st.integers(0, 10**19))
def test_id_keeps_every_digit_however_it_comes(number: int) -> None:
    assert text(number) == text(str(number)) == str(number)
    assert text(json.loads(json.dumps({"id": number}))["id"]) == str(number)
    assert text(decode(json.dumps({"id": min(number, 2**64 - 1)}).encode())["id"]) == str(min(number, 2**64 - 1))


@pytest.mark.parametrize("value", [1.0, True, [], {}, 8.602268011035296e18])
def test_id_that_was_a_float_is_refused_and_not_guessed(value: object) -> None:
    with pytest.raises(ValueError, match="neither text"):
        text(value)


@settings(deadline=None)
@given(hours=st.integers(0, 8783), sixtieths=st.integers(0, 59), rest=st.integers(0, 59))
def test_clock_gives_its_seconds_also_past_a_day(hours: int, sixtieths: int, rest: int) -> None:
    total = hours * 3600 + sixtieths * 60 + rest
    assert {parser(f"{hours:02d}:{sixtieths:02d}:{rest:02d}") for parser in DURATIONS} == {total}
    assert seconds(total) == seconds(float(total)) == seconds(str(total)) == total


@settings(deadline=None)
@given(thousandths=st.integers(0, YEAR // 60 - 1))
def test_one_duration_is_the_same_seconds_in_every_unit(thousandths: int) -> None:
    assert milliseconds(thousandths) == milliseconds(str(thousandths)) == thousandths / 1000
    assert milliseconds(thousandths) == seconds(f"{thousandths // 1000}.{thousandths % 1000:03d}")
    assert minutes(thousandths) == minutes(f"{thousandths}.0") == seconds(thousandths * 60)
    assert minutes(f"{thousandths}.5") == seconds(thousandths * 60 + 30)


@pytest.mark.parametrize(
    ("parser", "longest", "unit"),
    [(seconds, YEAR, 1), (seconds_together, 10**10, 1), (milliseconds, YEAR, 1000), (minutes, YEAR, 1 / 60)],
)
def test_duration_longer_than_anybody_watches_is_refused(parser: Parser, longest: int, unit: float) -> None:
    assert parser(int(longest * unit)) == longest // 60 * 60 if unit < 1 else longest
    for beyond in (int(longest * unit) + 1, f"{longest // 3600 + 1}:00:00", 1_700_000_000_000, 10**13, 1e300):
        with pytest.raises(ValueError, match="longer than anybody watches"):
            parser(beyond)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12:30", 750),
        ("90:00", 5400),
        ("99:59:59", 359_999),
        ("1:2:3", 3723),
        ("00:00:01.5", 1.5),
        (" 00:01:00 ", 60),
        (57, 57),
        (57.25, 57.25),
        ("57.25", 57.25),
        (0, 0),
    ],
)
def test_duration_is_seconds(value: object, expected: float) -> None:
    assert seconds(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "00:60:00",
        "00:00:60",
        "1:00:99",
        "1:2:3:4",
        "-1",
        -1,
        "-00:01:00",
        True,
        "1 h",
        "inf",
        math.inf,
        [],
        "1_000",
        "１",
    ],
)
def test_duration_that_is_none_is_refused(value: object) -> None:
    for parser in DURATIONS:
        with pytest.raises(ValueError, match=r".+"):
            parser(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("6%", 0.06), ("6.5%", 0.065), ("104%", 1.04), ("6 %", 0.06), ("0%", 0), (0.06, 0.06), (0, 0), ("0.06", 0.06)],
)
def test_percentage_is_a_part_of_one_and_may_pass_it(value: object, expected: float) -> None:
    assert ratio(value) == expected


@settings(deadline=None)
@given(hundredths=st.integers(0, 100_000))
def test_percentage_is_exact_to_the_hundredth(hundredths: int) -> None:
    assert ratio(f"{hundredths // 100}.{hundredths % 100:02d}%") == hundredths / 10_000


@pytest.mark.parametrize("value", ["%", "6%%", "-6%", "six", True, math.inf, [6], 6, "6", 1, "1.04"])
def test_percentage_that_is_none_or_may_be_two_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ratio(value)


@pytest.mark.parametrize("value", ["Y", "是", 1, "1", True, "true"])
def test_yes_is_yes(value: object) -> None:
    assert flag(value) is True


@pytest.mark.parametrize("value", ["N", "否", 0, "0", False, "false"])
def test_no_is_no(value: object) -> None:
    assert flag(value) is False


@pytest.mark.parametrize("value", ["maybe", 2, "yes and no", [], 1.0])
def test_perhaps_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="neither yes nor no"):
        flag(value)


@settings(deadline=None)
@given(whole=st.integers(0, 10**15))
def test_count_is_whole_however_it_comes(whole: int) -> None:
    assert count(whole) == count(str(whole)) == count(f"{whole}.0") == whole


@pytest.mark.parametrize(
    "value", [5.5, "5.5", -5, "-5", 10**15 + 1, "1e30", 1e300, True, math.inf, math.nan, "five", [], "1_000"]
)
def test_count_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no whole number"):
        count(value)


@pytest.mark.parametrize("value", [1666772823, "1666772823", 1666772823.0])
def test_instant_is_unix_seconds_in_utc(value: object) -> None:
    assert instant(value) == datetime(2022, 10, 26, 8, 27, 3, tzinfo=UTC)


@pytest.mark.parametrize("value", [0, "0", None])
def test_instant_of_zero_is_not_yet(value: object) -> None:
    assert instant(value) is None


@pytest.mark.parametrize("value", [1666772823000, -1, 1, 2**33, "2022-10-26 16:27:03", 1666772823.5])
def test_instant_outside_our_years_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        instant(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2", "2.00"), ("2.5", "2.50"), (2, "2.00"), (2.5, "2.50"), ("12345678901234567.89", "12345678901234567.89")],
)
def test_money_is_exact_to_the_cent(value: object, expected: str) -> None:
    assert str(money(value)) == expected


@settings(deadline=None)
@given(cents=st.integers(0, 10**20))
def test_money_as_text_is_never_rounded(cents: int) -> None:
    assert money(f"{cents // 100}.{cents % 100:02d}") == Decimal(cents) / 100


@pytest.mark.parametrize("value", ["2.505", "two", True, "1e40", "NaN", math.inf, []])
def test_money_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no amount"):
        money(value)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\ud83d"', "�"),
        (rb'"a\uDE00b\uD83D"', "a�b�"),
        (rb'"\\ud83d"', r"\ud83d"),
        (rb'"\ud83d\ud83d\ude00"', "�😀"),
        (b'\xef\xbb\xbf"bom"', "bom"),
        (b"8602268011035296205", 8602268011035296205),
    ],
)
def test_reply_is_decoded_with_half_letters_made_visible(body: bytes, expected: object) -> None:
    assert decode(body) == expected


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[1,", b"NaN", b"[Infinity]", b'"\xff"', b"[" * 100_000, b'{"a":1}{'],
    ids=lambda body: body[:8],
)
def test_reply_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(body)


@settings(deadline=None)
@given(words=st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
def test_any_text_survives_but_for_its_half_letters(words: str) -> None:
    read = decode(json.dumps(words).encode())
    whole = words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert read.replace("�", "") == whole.replace("�", "")
    assert not any("\ud800" <= letter <= "\udfff" for letter in read)


def test_half_letters_are_told() -> None:
    problems = Problems(PULL)
    assert problems.decode(_reply(rb'["\ud83d", "\udc00", "\ud83d\ude00"]')) == ["�", "�", "😀"]
    assert lone_surrogates(rb'["\ud83d", "\udc00", "\ud83d\ude00"]') == 2
    ((issue),) = problems.issues()
    assert (issue.code, issue.message.en[-9:]) == ("lone-surrogate", "(2 times)")


def test_problem_is_told_once_a_kind_with_its_number_and_first_row() -> None:
    problems = Problems(PULL)
    for row, value in enumerate(["王语嫣", "00:01:00", "19000100041"], start=1):
        problems.take(count, value, name="times", reply=_reply(), row=row)
    (issue,) = problems.issues()
    assert (issue.level, issue.code) == ("warning", "bad-count")
    assert issue.message.en == "times holds a value that cannot be read; taken as null (2 times)"
    assert issue.where == "quanshi:qs event/report/details room 609768 reply reply row 1"


def test_new_fields_are_told_in_the_order_of_the_row() -> None:
    problems = Problems(PULL)
    problems.unknown_fields({"b": 1, "known": 2, "a": 3}, {"known"}, reply=_reply(), row_no=1)
    assert ["field b," in issue.message.en for issue in problems.issues()] == [True, False]
    assert {(issue.level, issue.code) for issue in problems.issues()} == {("info", "new-field")}


@given(st.integers(1, 4 * 10**12))
def test_instant_of_milliseconds_is_exact_and_agrees_with_that_of_seconds(elapsed: int) -> None:
    told = instant_of_milliseconds(elapsed)
    assert (
        told
        == instant_of_milliseconds(str(elapsed))
        == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=elapsed)
    )
    whole = elapsed // 1000 % 10**9 + 1_262_304_000
    assert instant_of_milliseconds(whole * 1000) == instant(whole)


@pytest.mark.parametrize("nothing", [None, "", "-", 0, "0"])
def test_instant_of_milliseconds_takes_0_for_none(nothing: object) -> None:
    assert instant_of_milliseconds(nothing) is None
