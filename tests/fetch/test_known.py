"""What a plan knows of a run that was begun and not ended: it is gone on with, so its replies are not asked again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx

from reporter.fetch.known import Knowledge, Known
from reporter.model import Pull
from reporter.plan import plan
from reporter.store import Page, Run
from reporter.vendors import VENDORS
from reporter.vendors.base import Access
from tests.fetch.conftest import NOW, SETTLED

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]


def _begun(bench: Bench) -> Run:
    """Return the run that was begun, before anything is settled."""
    bench.clock.moment -= timedelta(hours=10)
    bench.begin()
    run = bench.store.unfinished_run(
        client="acme", period=SETTLED, config_sha256="c" * 64, as_of=NOW, now=bench.clock.now()
    )
    assert run is not None
    return run


def _known(bench: Bench, run: Run | None, pull: Pull) -> Known:
    return Knowledge(bench.access, bench.store, run=run).look([pull])[0]


def _counts(bench: Bench, run: Run | None, *pulls: Pull) -> list[tuple[str, int, bool, int, int | None]]:
    made = plan(pulls, bench.access, bench.clock.now(), Knowledge(bench.access, bench.store, run=run).look)
    return [(one.endpoint, one.calls, one.exact, one.stored, one.likely) for one in made.calls]


def test_walk_that_the_unfinished_run_has_made_is_not_planned_again(bench: Bench) -> None:
    bench.rooms["a"], run = [1, 2, 3], _begun(bench)
    bench.fetch(bench.pull("a"), run_id=run.run_id)
    assert _counts(bench, run, bench.pull("a")) == [("rows", 0, True, 2, None)]
    assert _counts(bench, None, bench.pull("a")) == [("rows", 1, False, 0, 2)]


def test_pages_of_a_walk_that_was_stopped_are_stored_and_the_rest_is_a_floor(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[3], run = [1, 2, 3, 4, 5], says("BadKey"), _begun(bench)
    bench.fetch(bench.pull("a"), run_id=run.run_id)
    assert _counts(bench, run, bench.pull("a")) == [("rows", 1, False, 2, None)]
    bench.slips.clear()
    sent = len(bench.sent)
    (pulled,) = bench.fetch(bench.pull("a"), run_id=run.run_id)
    assert (pulled.verdict, len(bench.sent) - sent) == ("complete", 1)


def test_what_the_pages_of_a_stopped_search_found_is_counted(bench: Bench, says: Says) -> None:
    bench.rooms |= {"a": ["x", "y", "z"], "x": [1], "y": [1]}
    bench.slips[2], run = says("BadKey"), _begun(bench)
    bench.fetch(bench.pull("a", "find"), run_id=run.run_id)
    known = _known(bench, run, bench.pull("a", "find"))
    assert (known.is_at_hand, known.held, known.rows, known.is_whole) == (False, 1, 3, False)
    assert [body["rows"] for body in known.bodies] == [["x", "y"]]


def test_walk_whose_last_page_came_before_the_kill_takes_no_call(bench: Bench) -> None:
    bench.rooms["a"], run = [1, 2], _begun(bench)
    body = b'{"code":"","requestId":"r","rows":[1,2],"total":2,"pages":1}'
    key = Knowledge(bench.access, bench.store).key(bench.pull("a"))
    assert key is not None
    walk = bench.store.begin_walk(run.run_id, key)
    bench.store.add_page(walk.walk_id, Page(1, body, bench.clock.now()))
    assert _counts(bench, run, bench.pull("a")) == [("rows", 0, True, 1, None)]
    (pulled,) = bench.fetch(bench.pull("a"), run_id=run.run_id)
    assert (pulled.verdict, pulled.requests) == ("complete", 0)


def test_run_that_asks_anew_plans_what_it_has_not_asked_itself(bench: Bench) -> None:
    bench.rooms |= {"a": [1], "b": [1]}
    bench.fetch(bench.pull("a"), bench.pull("b"), run_id=bench.begin("other"))
    run_id = bench.begin()
    bench.fetch(bench.pull("a"), run_id=run_id, refresh=True)
    run = Run(run_id, NOW, resumed=True, refreshes=True)
    assert [_known(bench, run, bench.pull(room)).is_at_hand for room in "ab"] == [True, False]
    assert [_known(bench, None, bench.pull(room)).is_at_hand for room in "ab"] == [True, True]


def _plans_and_runs(bench: Bench, *jobs: tuple[Pull, ...]) -> tuple[list[int], list[int]]:
    """Return how many calls are planned of runs that go one after the other, and how many each then sends."""
    asked, planned, sent = frozenset[Hashable](), list[int](), list[int]()
    for pulls in jobs:
        look = Knowledge(bench.access, bench.store, asked=asked, now=bench.clock.now()).look
        made = plan(pulls, bench.access, bench.clock.now(), look)
        asked |= made.asked
        planned.append(sum(one.calls for one in made.calls))
    for number, pulls in enumerate(jobs):
        before = len(bench.sent)
        bench.fetch(*pulls, run_id=bench.begin(f"client-{number}"))
        sent.append(len(bench.sent) - before)
    return planned, sent


def test_question_of_two_pulls_is_planned_once_as_it_is_asked(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    pulls = (bench.pull("a"), bench.pull("a", detail="tracks"))
    assert _plans_and_runs(bench, pulls) == ([1], [1])


def test_room_under_two_names_of_one_account_is_planned_once_as_it_is_asked(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    pulls = (bench.pull("a"), bench.pull("a", account="again"))
    bench.access["again"] = replace(bench.access["again"], scope=bench.access["main"].scope)
    assert _plans_and_runs(bench, pulls) == ([1], [1])


def test_token_of_a_second_name_is_planned_as_what_may_not_be_needed(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    pulls = tuple(
        bench.pull(None, "user", account=name, then=(bench.pull("a", account=name),)) for name in ("main", "again")
    )
    bench.access["again"] = replace(bench.access["again"], scope=bench.access["main"].scope)
    made = plan(pulls, bench.access, bench.clock.now(), Knowledge(bench.access, bench.store).look)
    counted = {(one.account, one.endpoint): (one.calls, one.exact) for one in made.calls}
    assert counted[("main", "token")] == (1, True)
    assert counted[("again", "token")] == (0, False)
    (planned,), (sent,) = _plans_and_runs(bench, pulls)
    assert planned == 3 <= sent


def test_room_of_a_settled_period_that_two_configs_share_is_planned_once_as_it_is_asked(bench: Bench) -> None:
    bench.rooms |= {"a": [1], "b": [1]}
    assert _plans_and_runs(bench, (bench.pull("a"),), (bench.pull("a"), bench.pull("b"))) == ([1, 1], [1, 1])


def test_room_of_a_period_that_is_not_settled_is_planned_for_each_config_as_it_is_asked(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    bench.clock.moment -= timedelta(hours=10)
    assert _plans_and_runs(bench, (bench.pull("a"),), (bench.pull("a"),)) == ([1, 1], [1, 1])


def test_pull_that_the_vendor_cannot_write_a_request_for_is_planned_as_no_call(bench: Bench) -> None:
    account = VENDORS["quanshi"].account.model_validate(
        {"vendor": "quanshi", "app_key": "env:A", "app_secret": "env:B", "user_email": "ops@example.com"}
    )
    bench.access["qs"] = Access("qs", VENDORS["quanshi"], account, {}, "scope")
    pull = Pull("quanshi", "qs", "event/report/details", account, SETTLED, room="no number")
    assert _counts(bench, None, pull) == [("event/report/details", 0, True, 0, None)]
