"""Curves held against counting second by second, whatever the visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter import metrics
from reporter.model import Period
from reporter.tables import Row, Tables

#: person (None: nobody known), mode, seconds after 23:58 of joining and leaving (None: unknown)
Stay = tuple[str | None, str, int, int | None]

SECONDS = st.integers(0, 320)
STAYS = st.lists(
    st.tuples(
        st.sampled_from(["p", "q", "r", None]),
        st.sampled_from(["live", "interactive", "replay"]),
        SECONDS,
        st.none() | SECONDS,
    ),
    max_size=10,
)
EXACTLY = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _live(stays: list[Stay]) -> dict[str, list[range]]:
    """Return the live seconds of each person, somebody unknown being another one each time."""
    found: dict[str, list[range]] = {}
    for number, (who, mode, joined, left) in enumerate(stays):
        if mode != "replay" and left is not None and joined < left:
            found.setdefault(who or f"#{number}", []).append(range(joined, left))
    return found


def _points(chart: str, found: pl.DataFrame, zero: datetime) -> dict[int, float]:
    rows = found.filter(pl.col("chart") == chart).select("at", "value").iter_rows()
    return {int((moment - zero) / timedelta(minutes=1)): value for moment, value in rows}


def _tables(
    stays: list[Stay], made: Callable[..., Tables], room: Callable[..., Row], visit: Callable[..., Row], zero: datetime
) -> Tables:
    visits = [
        visit(
            "quanshi",
            "1",
            who,
            mode,
            joined_at=zero + timedelta(seconds=joined),
            left_at=None if left is None else zero + timedelta(seconds=left),
        )
        for who, mode, joined, left in stays
    ]
    return made(rooms=[room("quanshi", "1", "E")], visits=visits)


@EXACTLY
@given(STAYS)
def test_concurrency_of_each_minute_is_the_most_persons_of_any_of_its_seconds(
    made: Callable[..., Tables],
    room: Callable[..., Row],
    visit: Callable[..., Row],
    at: Callable[[str], datetime],
    period: Period,
    stays: list[Stay],
) -> None:
    zero = at("16 23:58")  # a curve that crosses midnight is one curve
    points = _points(
        "concurrency", metrics.curves(metrics.world(_tables(stays, made, room, visit, zero), {}, period)), zero
    )
    people = _live(stays)
    for minute in range(-2, 8):
        online = [
            sum(any(second in stay for stay in several) for several in people.values())
            for second in range(minute * 60, minute * 60 + 60)
        ]
        assert points.get(minute, 0) == max(online)
    assert all(-2 <= minute < 8 for minute in points)


@EXACTLY
@given(STAYS)
def test_drop_off_at_each_of_its_minutes_is_the_part_that_leaves_in_it_or_later(
    made: Callable[..., Tables],
    room: Callable[..., Row],
    visit: Callable[..., Row],
    at: Callable[[str], datetime],
    period: Period,
    stays: list[Stay],
) -> None:
    zero = at("16 23:58")
    points = _points(
        "drop_off", metrics.curves(metrics.world(_tables(stays, made, room, visit, zero), {}, period)), zero
    )
    last = [max(stay.stop for stay in several) for several in _live(stays).values()]
    first = [min(stay.start for stay in several) for several in _live(stays).values()]
    left_in = {leaving // 60 + 1 for leaving in last}
    assert set(points) == left_in | ({min(first) // 60} if first else set())
    for minute, value in points.items():
        assert value == pytest.approx(sum(leaving >= minute * 60 for leaving in last) / len(last))
