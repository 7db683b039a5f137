"""Checks for clocks that are whole hours off: visits against the live times of their room, and rooms of one event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from reporter.audit.check import SOURCE, Check, Found, where_of
from reporter.audit.evidence import Evidence
from reporter.checks.rule import EQUAL
from reporter.model import Text
from reporter.tables import PLACE, live_spans

_HOUR = timedelta(hours=1)
#: a zone taken for another is off by so many hours, a day taken for another by whole days or one and a half
_SHIFTS = (*(hours for hours in range(-12, 13) if hours), *(sign * hours for hours in (24, 36, 48) for sign in (-1, 1)))
#: the zone that all four vendors live in
_ZONE = 8
#: so many visits tell of a clock
_FEW = 10
#: a shift is told where it makes so many times as much fall into the live times, and that is most of it
_BETTER, _MOST, _LITTLE = 1.5, 0.5, 0.2

_VISITS = Text(
    "整体移动 {:+d} 小时后观看才落在直播时段内，时钟或时区可能有误",
    "visits meet the room's live times only when moved by {:+d} h: a zone was taken for another",
)
_ROOMS = Text(
    "同一场次各平台的直播时段相差 8 小时，时区可能有误",
    "the live times of an event's rooms lie 8 h apart: a zone was taken for another",
)

Span = tuple[datetime, datetime]


def _visits(check: Check, evidence: Evidence) -> Iterator[Found]:
    """Yield a finding a room with live times: the share of its watching that meets them (in %), and a shift's."""
    spans = live_spans(evidence.tables["rooms"]).drop_nulls("end")
    visits = evidence.raw["visits"].drop_nulls(["joined_at", "left_at"])
    seen = visits.join(spans.select(PLACE).unique(), on=PLACE, how="semi")
    for place, rows in seen.group_by(PLACE, maintain_order=True):
        if rows.height < _FEW:
            continue
        own = spans.filter(pl.col(name) == value for name, value in zip(PLACE, place, strict=True))
        met = _met(rows, own)
        best = max(_SHIFTS, key=lambda hours: met[hours])
        is_off = met[best] > _MOST and met[best] > _BETTER * met[0]
        sides = f"{met[best]:.0%}" if is_off else f"{met[0]:.0%}", f"{met[0]:.0%}"
        if is_off:
            why = Text(_VISITS.zh.format(best), _VISITS.en.format(best))
            shown = rows.select(*PLACE, "viewer_id", "joined_at", "left_at", *SOURCE)
            yield check.found(where_of(*place), *sides, "unexplained", why, shown)
        else:
            yield check.found(where_of(*place), *sides, "agrees", EQUAL)


def _met(visits: pl.DataFrame, spans: pl.DataFrame) -> dict[int, float]:
    """Return for no shift and each that is tried, in hours, which part of the visits' time then meets the spans.

    Spans of one room do not overlap, so a visit's part in each adds up.
    """
    joined, left = pl.col("joined_at"), pl.col("left_at")
    bounds = list(spans.select("start", "end").iter_rows())

    def met(hours: int) -> pl.Expr:
        # visits that are moved on meet what spans that are moved back do
        moved = ((start - hours * _HOUR, end - hours * _HOUR) for start, end in bounds)
        shares = [
            (pl.min_horizontal(left, pl.lit(end)) - pl.max_horizontal(joined, pl.lit(start)))
            .dt.total_microseconds()
            .clip(0)
            for start, end in moved
        ]
        return pl.sum_horizontal(shares).sum().alias(str(hours))

    sums = visits.select((left - joined).dt.total_microseconds().sum().alias("whole"), *map(met, (0, *_SHIFTS)))
    whole, *parts = sums.row(0)
    return {hours: part / whole if whole else 0.0 for hours, part in zip((0, *_SHIFTS), parts, strict=True)}


def _events(check: Check, evidence: Evidence) -> Iterator[Found]:
    """Yield a finding an event that ran on several vendors: how many pairs of its rooms were live together."""
    rooms = evidence.tables["rooms"]
    bounds = evidence.period.start_utc - _ZONE * _HOUR, evidence.period.end_utc + _ZONE * _HOUR
    spans = live_spans(rooms).drop_nulls("end").filter(pl.col("start").is_between(*bounds))
    placed = spans.join(rooms.select(*PLACE, "event"), on=PLACE, how="inner", validate="m:1").drop_nulls("event")
    for (event,), rows in placed.group_by("event", maintain_order=True):
        by_vendor = {str(vendor): _spans(own) for (vendor,), own in rows.group_by("vendor", maintain_order=True)}
        vendors = list(by_vendor)
        pairs = [(one, other) for place, one in enumerate(vendors) for other in vendors[place + 1 :]]
        off = [pair for pair in pairs if _is_off(by_vendor[pair[0]], by_vendor[pair[1]])]
        sides = str(len(pairs)), str(len(pairs) - len(off))
        if off:
            yield check.found(str(event), *sides, "unexplained", _ROOMS, rows.select(*PLACE, "start", "end"))
        elif pairs:
            yield check.found(str(event), *sides, "agrees", EQUAL)


def _spans(rows: pl.DataFrame) -> list[Span]:
    return list(rows.select("start", "end").iter_rows())


def _is_off(one: list[Span], other: list[Span]) -> bool:
    least = min(_length(one), _length(other))
    if not least or _shared(one, other, 0) > _LITTLE * least:
        return False
    return any(_shared(one, other, hours) > (1 - _LITTLE) * least for hours in (-_ZONE, _ZONE))


def _length(spans: list[Span]) -> float:
    return sum((end - start).total_seconds() for start, end in spans)


def _shared(one: list[Span], other: list[Span], hours: int) -> float:
    moved = [(start + hours * _HOUR, end + hours * _HOUR) for start, end in one]
    return sum(
        max(0.0, (min(end, until) - max(start, since)).total_seconds())
        for start, end in moved
        for since, until in other
    )


CHECKS = (
    Check("clock-shift", Text("落在直播时段内的观看", "Watching that meets the room's live times"), _visits),
    Check(
        "clock-event",
        Text("同一场次同时直播的平台对", "Pairs of an event's platforms that were live together"),
        _events,
    ),
)
