from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.model import Issue, Period, Room

START = datetime(2026, 11, 15, 16, tzinfo=UTC)

instants = st.none() | st.integers(-3, 10).map(lambda days: START + timedelta(days=days))
visits = st.fixed_dictionaries(
    {
        "room_id": st.sampled_from(["100", "200"]),
        "viewer_id": st.none() | st.sampled_from("abc"),
        "mode": st.none() | st.sampled_from(["live", "vod"]),
        "joined_at": instants,
        "left_at": instants,
        "watch_seconds": st.none() | st.floats(-10, 1e6),
    }
)
plays = st.fixed_dictionaries(
    {"day": st.integers(10, 28).map(lambda day: date(2026, 11, day)), "plays": st.integers(0, 9)}
)
viewers = st.fixed_dictionaries({"viewer_id": st.none() | st.sampled_from("abc"), "name": st.none() | st.just("王一")})


def _left_out(issues: list[Issue]) -> int:
    codes = ("outside-period", "track-before-period")
    counts = [re.match(r"\d+", issue.message.en) for issue in issues if issue.code in codes]
    return sum(int(found.group()) for found in counts if found)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(logged=st.lists(visits), tracked=st.lists(visits), played=st.lists(plays), known=st.lists(viewers))
def test_every_row_of_the_reports_rooms_is_kept_or_counted_in_an_issue(
    world: Any, week: Period, logged: Any, tracked: Any, played: Any, known: Any
) -> None:
    world.pulled.clear()
    world.says("log", room="100", detail="tracks", visits=[{**row, "room_id": "100"} for row in logged])
    world.says("list", room="200", detail="tracks", viewers=known)
    world.says("track", visits=tracked)
    world.says("log", room="m1", place=("aliyun", "vod"), plays=played)
    tables, issues = world.report(Room("volcengine", "volc", "100", week))
    kept = tables["visits"].height + tables["plays"].height
    assert kept + _left_out(issues) == len(logged) + len(tracked) + len(played)
    anonymous = sum(row["viewer_id"] is None for row in known)
    named = {row["viewer_id"] for row in known} - {None}
    assert tables["viewers"].height == anonymous + len(named)
