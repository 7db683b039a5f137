"""Volcengine's live watching and replays, each held against the visits and against the log's own words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reporter.model import Pull, Pulled
from reporter.tables import Tables
from tests.checks.rows import PERIOD, START, Ending, endings_of, room_row, row_of, tables_of


def _tables(live: float | None, replay: float | None, *, left_out: float = 0, **total: Any) -> Tables:
    """Return a room with one live visit and one replay of so many seconds, and what the list says of their viewer."""
    told = {"as_of": START + timedelta(days=7), "outside_visits": 0, "outside_live_seconds": left_out} | total
    visits = [
        row_of("volcengine", "v", mode=mode, row_visits=2, watch_seconds=seconds, joined_at=START)
        for mode, seconds in (("live", live), ("replay", replay))
    ]
    return tables_of(
        rooms=[room_row("volcengine") | {"live_spans": [f"{START:%Y-%m-%dT%H:%M:%SZ}/.."]}],
        visits=visits,
        viewer_totals=[row_of("volcengine", "v", **told)],
    )


def _endings(made: Tables, pulled: tuple[Pulled, ...] = ()) -> tuple[list[Ending], list[Ending]]:
    return endings_of(made, "volcengine-live", pulled), endings_of(made, "volcengine-replay", pulled)


def _verdicts(made: Tables) -> tuple[list[str], list[str]]:
    live, replay = _endings(made)
    return [verdict for _, _, verdict in live], [verdict for _, _, verdict in replay]


def test_modes_that_are_the_same_agree_and_exchanged_ones_do_not() -> None:
    same = _endings(_tables(900, 300, live_seconds=900.0, replay_seconds=300.0))
    assert same == ([("900 s", "900 s", "agrees")], [("300 s", "300 s", "agrees")])
    exchanged = _endings(_tables(900, 300, live_seconds=300.0, replay_seconds=900.0, page_seconds=9000.0))
    assert exchanged == ([("300 s", "900 s", "unexplained")], [("900 s", "300 s", "unexplained")])


@pytest.mark.parametrize(
    ("total", "live", "replay"),
    [
        # times of joining and leaving are cut to whole seconds, two of them here
        ({"live_seconds": 902.0, "replay_seconds": 298.0}, "agrees", "agrees"),
        ({"live_seconds": 903.0, "replay_seconds": 297.0}, "unexplained", "unexplained"),
        # he stayed on for a minute: live as a whole here, and the platform splits it
        ({"live_seconds": 840.0, "replay_seconds": 360.0, "beyond_live_seconds": 60.0}, "explained", "explained"),
        ({"live_seconds": 830.0, "replay_seconds": 370.0, "beyond_live_seconds": 60.0}, "unexplained", "unexplained"),
        # which makes no replay live
        ({"live_seconds": 960.0, "replay_seconds": 240.0, "beyond_live_seconds": 60.0}, "unexplained", "unexplained"),
        # less was played than he stayed, in one of both
        ({"live_seconds": 800.0, "replay_seconds": 300.0}, "explained", "agrees"),
        ({"live_seconds": 900.0, "replay_seconds": 200.0}, "agrees", "explained"),
        ({"live_seconds": 700.0, "replay_seconds": 400.0}, "unexplained", "unexplained"),
        # what the log lacks may be of either mode
        ({"live_seconds": 1500.0, "replay_seconds": 300.0}, "explained", "agrees"),
        ({"live_seconds": 1600.0, "replay_seconds": 200.0}, "unexplained", "unexplained"),
        # what was read outside the period is in the sums
        ({"live_seconds": 1500.0, "replay_seconds": 300.0, "left_out": 600.0}, "explained", "agrees"),
        ({"live_seconds": 900.0, "replay_seconds": 900.0, "left_out": 600.0}, "unexplained", "unexplained"),
        ({"live_seconds": None, "replay_seconds": 900.0}, None, None),
    ],
)
def test_modes_may_differ_by_what_is_known_to_differ(
    total: dict[str, Any], live: str | None, replay: str | None
) -> None:
    found = _verdicts(_tables(900, 300, **total))
    assert found == ([live] if live else [], [replay] if replay else [])


def test_viewer_all_of_whose_visits_are_outside_the_period_is_compared_in_a_room_with_others() -> None:
    made = _tables(900, 300, live_seconds=900.0, replay_seconds=300.0)
    other = {"live_seconds": 60.0, "replay_seconds": 0.0, "outside_visits": 1, "outside_replay_seconds": 60.0}
    both = [*made["viewer_totals"].iter_rows(named=True), row_of("volcengine", "w", **other)]
    made["viewer_totals"] = tables_of(viewer_totals=both)["viewer_totals"]
    assert _verdicts(made) == (["unexplained"], ["unexplained"])


def test_what_cannot_be_told_live_from_replay_and_rooms_that_failed_are_not_compared() -> None:
    made = _tables(900, 300, live_seconds=300.0, replay_seconds=900.0)
    pull = Pull("volcengine", "a", "ListAnActivityStartAndEndTimeAPI", None, PERIOD, room="1")
    assert _endings(made, (Pulled(pull, (), "failed"),)) == ([], [])
    unclear = made["visits"].with_columns(mode=None)
    assert _endings({**made, "visits": unclear.cast(made["visits"].schema)}) == ([], [])


@pytest.mark.parametrize(
    ("listed", "logged", "moves", "age", "verdicts"),
    [
        (60.0, 60.0, False, 0, ["agrees"]),
        (60.0, 61.0, False, 0, ["unexplained"]),
        (60.0, 61.0, True, 0, ["explained"]),
        (61.0, 60.0, True, 0, ["unexplained"]),
        (61.0, 60.0, False, 100, ["explained"]),
        (60.0, 61.0, False, 100, ["unexplained"]),
        (60.0, None, False, 0, []),
        (None, 60.0, False, 0, []),
    ],
)
def test_rows_of_the_log_are_held_against_the_list_mode_by_mode(
    listed: float | None, logged: float | None, moves: bool, age: int, verdicts: list[str]
) -> None:
    begun = START - timedelta(days=age)
    told = {"as_of": START, "replay_seconds": listed, "log_replay_seconds": logged}
    made = tables_of(
        rooms=[room_row("volcengine") | {"live_spans": [f"{begun:%Y-%m-%dT%H:%M:%SZ}/.."]}],
        viewer_totals=[row_of("volcengine", "v", **told)],
        activity=[row_of("volcengine", "v", log_moves=moves)],
    )
    assert [verdict for _, _, verdict in endings_of(made, "volcengine-log-replay")] == verdicts
    assert endings_of(made, "volcengine-log-live") == []
