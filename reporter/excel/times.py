"""Days, moments and lengths of time as cells hold them: serials where Excel has any, else text, whatever the year.

polars counts moments far beyond the years that its calendar and its zones know (some 262,000 either way), where it
ends the program: such days are reckoned here. Serials are days since 1899-12-30, durations parts of a day.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from reporter.excel.safe import Change, change, divided, either, no_text

_UNIX = date(1970, 1, 1)
#: from Excel's first day to the one that polars counts from
EPOCH_DAYS = (_UNIX - date(1899, 12, 30)).days
#: days since 1970: Excel's first, that from which its count is right (it believes in 1900-02-29), and past its last
FIRST_DAY, LEAP_DAY = (date(1900, 1, 1) - _UNIX).days, (date(1900, 3, 1) - _UNIX).days
END_DAY = (date(9999, 12, 31) - _UNIX).days + 1
#: the first serial past its last: no number below it, however near, may be rounded up to it
END_SERIAL = float(END_DAY + EPOCH_DAYS)
DAY_SECONDS = 86_400
_PER_SECOND = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
#: days from 1970, either way, that polars' calendar is sure to know
_KNOWN_DAYS = 95_000_000
#: the days and years after which the calendar repeats itself
_CYCLE_DAYS, _CYCLE_YEARS = 146_097, 400
_MOST_PLAIN_YEAR = 9999


def per_second(dtype: pl.DataType) -> int:
    """Return how many of a moment's or a duration's units make a second."""
    assert isinstance(dtype, pl.Datetime | pl.Duration)  # noqa: S101 - nothing else is asked of
    return _PER_SECOND[dtype.time_unit]


def a_day(dtype: pl.DataType) -> int:
    """Return how many units of a day, a moment or a duration make a day."""
    return 1 if dtype == pl.Date else DAY_SECONDS * per_second(dtype)


def plain_unit(dtype: pl.DataType) -> int:
    """Return how many units make a second of what `plain` returns."""
    return per_second(dtype) if dtype == pl.Duration else min(per_second(dtype), _PER_SECOND["us"])


def plain(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return moments in microseconds or milliseconds, as they come: finer ones are cut, none can wrap."""
    if per_second(dtype) == plain_unit(dtype):
        return column
    assert isinstance(dtype, pl.Datetime)  # noqa: S101 - durations keep their unit
    return column.cast(pl.Datetime("us", dtype.time_zone))


def wall_clock(column: pl.Expr, dtype: pl.DataType, timezone: str, *, may_be_far: bool) -> pl.Expr:
    """Return moments as wall clock of `timezone`, those without a zone as they are.

    So are, in UTC, those of years that no zone knows; a column that `is_far` says has none need not be asked.
    """
    known = plain(column, dtype)
    if not isinstance(dtype, pl.Datetime) or dtype.time_zone is None:
        return known
    if not may_be_far or dtype.time_unit == "ns":
        return known.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    most = _KNOWN_DAYS * a_day(dtype)
    is_near = column.to_physical().is_between(-most, most)
    shown = pl.when(is_near).then(known).dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    return pl.when(is_near).then(shown).otherwise(known.dt.convert_time_zone("UTC").dt.replace_time_zone(None))


def is_far(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Tell of a column of moments whether some are of years that no zone knows."""
    if per_second(dtype) > plain_unit(dtype):
        return pl.lit(value=False)
    count, most = column.to_physical(), _KNOWN_DAYS * a_day(dtype)
    return ((count.min() < -most) | (count.max() > most)).fill_null(value=False)


def day_text(days: pl.Expr) -> pl.Expr:
    """Return days since 1970 as `2026-06-15`, years of more than four digits with their sign."""
    cycle, day = days // _CYCLE_DAYS, (days % _CYCLE_DAYS).cast(pl.Int32).cast(pl.Date)
    year = day.dt.year().cast(pl.Int64) + cycle * _CYCLE_YEARS
    sign = pl.when(year < 0).then(pl.lit("-")).when(year > _MOST_PLAIN_YEAR).then(pl.lit("+")).otherwise(pl.lit(""))
    return pl.concat_str(sign, year.abs().cast(pl.String).str.zfill(4), day.dt.to_string("-%m-%d"))


def moment_text(column: pl.Expr, unit: int, *, clock: str = "%H:%M:%S%.f") -> pl.Expr:
    """Return wall-clock moments, counted by so many units a second, as `2026-06-15 20:00:00`; `clock` is the format."""
    count, whole = column.to_physical(), DAY_SECONDS * unit
    time = ((count % whole) * (_PER_SECOND["ns"] // unit)).cast(pl.Time)
    return pl.concat_str(day_text(count // whole), time.dt.to_string(clock), separator=" ")


def days(series: pl.Series) -> tuple[pl.Series, pl.Series, list[Change]]:
    """Return days as serials, and as text where Excel has none."""
    return _serials(series, day_text(pl.col(series.name).to_physical().cast(pl.Int64)))


def moments(wall: pl.Series, *, clock: str = "%H:%M:%S%.f") -> tuple[pl.Series, pl.Series, list[Change]]:
    """Return wall-clock moments (no zone) as serials, and as text where Excel has no day."""
    return _serials(wall, moment_text(pl.col(wall.name), per_second(wall.dtype), clock=clock))


def is_late(count: int, whole: int) -> bool:
    """Tell whether a day or moment, counted by so many units a day, is past Excel's last as a serial: a rounded one."""
    return float(count + EPOCH_DAYS * whole) / whole >= END_SERIAL


def _serials(series: pl.Series, text: pl.Expr) -> tuple[pl.Series, pl.Series, list[Change]]:
    count, whole = series.to_physical().cast(pl.Int64), a_day(series.dtype)
    early = (count < FIRST_DAY * whole).fill_null(value=False)
    serials = divided(count + EPOCH_DAYS * whole, whole) - (count < LEAP_DAY * whole).cast(pl.Float64)
    # the last microseconds of 9999 are rounded up to a serial that Excel refuses; the last years of all wrap round
    late = ((count >= END_DAY * whole) | (serials >= END_SERIAL)).fill_null(value=False)
    found = [(code, rows) for code, rows in (("cell-early-date", early), ("cell-late-date", late)) if rows.any()]
    if not found:
        return serials, no_text(len(series)), []
    outside = early | late
    said = series.to_frame().select(text.alias("")).to_series()
    return (
        serials.set(outside, None),
        either(no_text(len(series)), outside, said),
        [change(code, rows) for code, rows in found],
    )


def spans(lengths: pl.Series) -> tuple[pl.Series, pl.Series, list[Change]]:
    """Return durations as parts of a day, and as text `-h:mm:ss` where they are negative: Excel has none."""
    count = lengths.to_physical()
    negative = (count < 0).fill_null(value=False)
    serials = divided(count, a_day(lengths.dtype))
    if not negative.any():
        return serials, no_text(len(lengths)), []
    unit = per_second(lengths.dtype)
    said = count.map_elements(lambda one: _length(one, unit), return_dtype=pl.String)
    texts = either(no_text(len(lengths)), negative, said)
    return serials.set(negative, None), texts, [change("cell-negative-duration", negative)]


def _length(count: int, unit: int) -> str:
    seconds, rest = divmod(abs(count), unit)
    shown = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    fraction = f".{rest:0{len(str(unit)) - 1}}".rstrip("0") if rest else ""
    return f"{'-' if count < 0 else ''}{shown}{fraction}"
