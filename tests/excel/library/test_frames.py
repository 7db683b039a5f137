"""Frames of any dtype beside a plain reference that judges one cell at a time."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.excel import write_xlsx
from reporter.excel.text import clean
from tests.excel.library.conftest import Cell, cells

EPOCH, LEAP = datetime(1899, 12, 30), datetime(1900, 3, 1)  # noqa: DTZ001 - wall clock
ZONE = "America/New_York"
NASTY = [
    *("", " ", " a", "a ", "\ta", "a\n", "=1+1", "_x0041_", "_x0041_x0042_", "_x004", "<&>\"'", "]]>", "&amp;", "#N/A"),
    *(
        "\x00",
        "\x1f",
        "\x7f",
        "\r",
        "\r\n",
        "a\r",
        "\ufffe",
        "\uffff",
        "\x85",
        "\u2028",
        "😀",
        "é\u0301",
        "TRUE",
        "007",
    ),
]
text = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
EDGES = [10**15 - 1, 10**15, 10**15 + 1, -(10**15) + 1, -(10**15), 0, 7, -1]
integer = st.one_of(st.sampled_from(EDGES), st.integers(-(2**63), 2**63 - 1))
#: microseconds since 1899 are whole numbers of a float until 2185; a serial cannot tell them apart much longer
wide = st.one_of(
    st.datetimes(datetime(1, 1, 1), datetime(2185, 1, 1)),  # noqa: DTZ001 - wall clock
    st.just(datetime(9999, 12, 31, 23, 59, 59)),  # noqa: DTZ001 - wall clock
)
near = st.datetimes(datetime(1899, 12, 1), datetime(1900, 4, 1))  # noqa: DTZ001 - wall clock
instant = st.datetimes(datetime(1850, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have no zone
money = st.decimals(min_value=-(10**17), max_value=10**17, places=2)


def _text(value: str) -> Cell:
    return clean(value)[0] or None


def _serial(wall: datetime) -> Cell:
    days = (wall - EPOCH) / timedelta(days=1)
    if wall < datetime(1900, 1, 1):  # noqa: DTZ001 - wall clock
        return None
    return days - 1 if wall < LEAP else days


def _moment(value: datetime) -> Cell:
    serial = _serial(value)
    if serial is not None:
        return serial
    shown = f"{value.year:04}-{value:%m-%d %H:%M:%S}"
    return f"{shown}.{value.microsecond:06}" if value.microsecond % 1000 else _thousandths(shown, value)


def _thousandths(shown: str, value: datetime) -> str:
    return f"{shown}.{value.microsecond // 1000:03}" if value.microsecond else shown


def _date(value: date) -> Cell:
    serial = _serial(datetime(value.year, value.month, value.day))  # noqa: DTZ001 - wall clock
    return serial if serial is not None else f"{value.year:04}-{value:%m-%d}"


def _span(value: timedelta) -> Cell:
    if value >= timedelta(0):
        return value / timedelta(days=1)
    seconds, rest = divmod(-value // timedelta(microseconds=1), 1_000_000)
    shown = f"-{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{shown}.{rest:06}".rstrip("0") if rest else shown


def _clock(value: time) -> Cell:
    since = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return since / timedelta(days=1)


def _float(value: float) -> Cell:
    return value if math.isfinite(value) else None


def _zoned(value: datetime) -> Cell:
    return _moment(value.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None))


def _joined(values: list[Any]) -> str:
    return ", ".join(str(one) for one in values if one is not None)


CASES: dict[str, tuple[pl.DataType | type[pl.DataType], st.SearchStrategy[Any], Callable[[Any], Cell]]] = {
    "text": (pl.String, text, _text),
    "categorical": (pl.Categorical, text, _text),
    "enum": (pl.Enum(["a", " b", "<c>", "d\x01"]), st.sampled_from(["a", " b", "<c>", "d\x01"]), _text),
    "flag": (pl.Boolean, st.booleans(), bool),
    "short": (pl.Int32, st.integers(-(2**31), 2**31 - 1), float),
    "float": (pl.Float64, st.floats(), _float),
    "single": (pl.Float32, st.floats(width=32), _float),
    "date": (pl.Date, st.one_of(st.dates(), near.map(datetime.date)), _date),
    "moment": (pl.Datetime("us"), st.one_of(wide, near), _moment),
    "milli": (pl.Datetime("ms"), st.just(datetime(2026, 6, 15, 12, 30, 1)), _moment),  # noqa: DTZ001 - wall clock
    "zoned": (pl.Datetime("us", "UTC"), instant, _zoned),
    "span": (pl.Duration("us"), st.timedeltas(timedelta(days=-9999), timedelta(days=9999)), _span),
    "clock": (pl.Time, st.times(), _clock),
    "list": (pl.List(pl.String), st.lists(st.one_of(st.none(), text), max_size=4), lambda some: _text(_joined(some))),
    "array": (pl.Array(pl.Int64, 2), st.lists(st.integers(-9, 9), min_size=2, max_size=2), _joined),
    "nothing": (pl.Null, st.none(), lambda _: None),
}


def _written(frame: pl.DataFrame | pl.LazyFrame) -> list[list[Cell]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.xlsx"
        write_xlsx({"t": frame}, path, compress="fast", timezone=ZONE)
        head, *rows = cells(path)["t"]
    return [row + [None] * (len(head) - len(row)) for row in rows]


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_every_dtype_is_written_as_the_plain_reference_says(case: str, data: st.DataObject) -> None:
    dtype, values, reference = CASES[case]
    column = data.draw(st.lists(st.one_of(st.none(), values), min_size=1, max_size=12))
    frame = pl.DataFrame({"x": pl.Series(column, dtype=dtype, strict=False), "row": range(len(column))})
    expected = [None if value is None else reference(value) for value in frame["x"].to_list()]
    assert [row[0] for row in _written(frame)] == expected


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), integer), min_size=1, max_size=8))
def test_integers_are_all_numbers_or_all_text(column: list[int | None]) -> None:
    is_text = any(value is not None and abs(value) >= 10**15 for value in column)
    expected = [None if value is None else str(value) if is_text else float(value) for value in column]
    frame = pl.DataFrame({"x": pl.Series(column, dtype=pl.Int64), "row": range(len(column))})
    assert [row[0] for row in _written(frame)] == expected


def _digits(value: Decimal) -> int:
    """Count digits as Excel would have to keep them: places that are zero need none, the zeros of 1000 do."""
    return (
        len(f"{value:f}".rstrip("0").rstrip(".").replace(".", "").lstrip("-0"))
        if value % 1
        else len(str(abs(int(value))))
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), money), min_size=1, max_size=8))
def test_decimals_are_all_numbers_or_all_text(column: list[Decimal | None]) -> None:
    series = pl.Series(column, dtype=pl.Decimal(38, 2))
    is_text = any(value is not None and _digits(value) > 15 for value in column)
    expected = [None if value is None else f"{value:.2f}" if is_text else float(value) for value in series.to_list()]
    frame = pl.DataFrame({"x": series, "row": range(len(column))})
    assert [row[0] for row in _written(frame)] == expected


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_columns_of_all_dtypes_stand_beside_each_other(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=8, unique=True))
    height = data.draw(st.integers(1, 5))
    columns, expected = {}, []
    for name in chosen:
        dtype, values, reference = CASES[name]
        drawn = data.draw(st.lists(st.one_of(st.none(), values), min_size=height, max_size=height))
        columns[name] = pl.Series(drawn, dtype=dtype, strict=False)
        expected.append([None if value is None else reference(value) for value in columns[name].to_list()])
    frame = pl.DataFrame(columns)
    assert _written(frame) == [list(row) for row in zip(*expected, strict=True)]
