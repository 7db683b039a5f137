"""Days that a call no longer tells: the pull is short and says which, what is stored of them stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from reporter.fetch.known import Knowledge
from reporter.model import Period, Pull

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

_LATE = timedelta(days=3)


def _log(bench: Bench, period: Period | None = None) -> Pull:
    """Return a pull of a call that reaches back nine days: all of the week on Monday, not its first two on Thursday."""
    bench.rooms["a"] = [1, 2, 3]
    return bench.pull("a", "days-back-9") if period is None else bench.pull("a", "days-back-9", period=period)


def test_days_that_left_the_window_make_the_pull_short_and_are_named(bench: Bench) -> None:
    bench.clock.moment += _LATE
    (pulled,) = bench.fetch(_log(bench))
    assert (pulled.verdict, pulled.rows, pulled.is_whole) == ("short", 3, False)
    (issue,) = pulled.issues
    assert (issue.level, issue.code, issue.where) == ("error", "out-of-window", "toy:main days-back-9 room a")
    assert "reaches back 9 days: 2026-11-09..2026-11-10 could not be asked" in issue.message.en
    assert "2026-11-09..2026-11-10" in issue.message.zh


def test_days_within_the_window_are_whole(bench: Bench) -> None:
    (pulled,) = bench.fetch(_log(bench))
    assert (pulled.verdict, pulled.issues) == ("complete", ())


def test_pull_without_the_days_says_so_as_well_when_it_is_gone_on_with_or_made_again(bench: Bench) -> None:
    bench.clock.moment += _LATE
    run_id = bench.begin()
    (first,) = bench.fetch(_log(bench), run_id=run_id)
    sent = len(bench.sent)
    (again,) = bench.fetch(_log(bench), run_id=run_id)
    (replayed,) = bench.fetch(_log(bench), run_id=run_id, replay=True)
    assert again.issues == replayed.issues == first.issues
    assert {again.verdict, replayed.verdict} == {"short"}
    assert len(bench.sent) == sent


def test_walk_that_reached_the_days_is_used_also_after_one_that_did_not(bench: Bench) -> None:
    (monday,) = bench.fetch(_log(bench), run_id=bench.begin("monday"))
    bench.clock.moment += _LATE
    (refreshed,) = bench.fetch(_log(bench), run_id=bench.begin("thursday"), refresh=True)
    (pulled,) = bench.fetch(_log(bench), run_id=bench.begin("friday"))
    (offline,) = bench.fetch(_log(bench), run_id=bench.begin("saturday"), offline=True)
    assert (refreshed.verdict, pulled.verdict, pulled.requests) == ("short", "complete", 0)
    assert pulled.replies == offline.replies == monday.replies


def test_walk_of_a_later_period_does_not_pass_for_one_that_reached_the_days(bench: Bench) -> None:
    bench.clock.moment += _LATE
    days = Period("2026-11-15", bench.clock.moment - timedelta(days=4), bench.clock.moment - timedelta(days=3), "UTC")
    (newer,) = bench.fetch(_log(bench, days), run_id=bench.begin("newer"))
    (older,) = bench.fetch(_log(bench), run_id=bench.begin("older"))
    assert (newer.verdict, older.verdict, older.requests) == ("complete", "short", 0)
    (known,) = Knowledge(bench.access, bench.store).look([_log(bench)])
    assert [str(day) for day in known.lost] == ["2026-11-09", "2026-11-10"]


def test_days_that_a_walk_holds_are_over_and_were_in_reach_when_it_was_made(bench: Bench) -> None:
    calls = [("toy", "days-back-9")]
    bench.clock.moment -= timedelta(days=3)  # within the week: four of its days are over
    bench.fetch(_log(bench), run_id=bench.begin("friday"))
    (held,) = bench.store.coverages(calls)
    assert sorted(day.day for day in held.asked) == [*range(9, 16)]
    assert sorted(day.day for day in held.told) == [*range(9, 13)]
    bench.clock.moment += timedelta(days=3) + _LATE
    bench.fetch(_log(bench), run_id=bench.begin("thursday"), refresh=True)
    assert sorted(day.day for day in bench.store.coverages(calls)[0].told) == [*range(9, 16)]
    assert [(str(first), str(last)) for first, last in bench.store.holdings()[0].spans] == [
        ("2026-11-09", "2026-11-15")
    ]
