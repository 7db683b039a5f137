"""Pulls that failed are told again as they were: by a run made again, and offline, with no reply to tell it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]


def test_run_made_again_tells_of_each_failed_pull_what_the_run_told(bench: Bench, says: Says) -> None:
    bench.rooms |= {"a": [1], "b": [1], "c": [1]}
    bench.slips |= {"a": says("NoSuchRoom"), "b": says("BadKey")}
    run_id, pulls = bench.begin(), [bench.pull(room) for room in "abc"]
    pulled = bench.fetch(*pulls, run_id=run_id)
    assert [one.issues[0].code for one in pulled[:2]] == ["unknown-item", "refused"]
    replayed = bench.fetch(*pulls, run_id=run_id, replay=True)
    assert replayed == [replace(one, requests=0) for one in pulled]


def test_pull_that_was_not_asked_since_its_account_had_stopped_is_told_again(bench: Bench, says: Says) -> None:
    bench.slips |= {room: says("BadKey") for room in "abcdefgh"}
    run_id, pulls = bench.begin(), [bench.pull(room) for room in "abcdefgh"]
    pulled = bench.fetch(*pulls, run_id=run_id)
    assert pulled[-1].issues[0].code == "not-asked"
    assert bench.fetch(*pulls, run_id=run_id, replay=True) == [replace(one, requests=0) for one in pulled]


def test_pull_that_waited_for_a_token_that_failed_is_told_again(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips["token"] = [1], says("BadKey")
    run_id, user = bench.begin(), bench.pull(None, "user", then=(bench.pull("a"),))
    pulled = bench.fetch(user, run_id=run_id)
    assert [one.issues[0].code for one in pulled[1:]] == ["refused", "not-reached"]
    assert bench.fetch(user, run_id=run_id, replay=True) == [replace(one, requests=0) for one in pulled]


def test_token_that_came_at_first_and_failed_when_the_run_went_on_is_told_as_failed(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says("NoSuchRoom")
    run_id, user = bench.begin(), bench.pull(None, "user", then=(bench.pull("a"),))
    bench.fetch(user, run_id=run_id)
    bench.slips["token"] = says("BadKey")
    pulled = bench.fetch(user, run_id=run_id)
    assert [one.verdict for one in pulled] == ["complete", "failed", "failed"]
    assert bench.fetch(user, run_id=run_id, replay=True) == [replace(one, requests=0) for one in pulled]


def test_failure_is_forgotten_once_the_pull_came(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips["a"] = [1], says("NoSuchRoom")
    run_id = bench.begin()
    bench.fetch(bench.pull("a"), run_id=run_id)
    bench.slips.clear()
    (pulled,) = bench.fetch(bench.pull("a"), run_id=run_id)
    assert pulled.verdict == "complete"
    assert bench.fetch(bench.pull("a"), run_id=run_id, replay=True) == [replace(pulled, requests=0)]


def test_offline_a_pull_fails_as_it_did_when_its_period_was_reported(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says("NoSuchRoom")
    run_id = bench.begin()
    (pulled,) = bench.fetch(bench.pull("a"), run_id=run_id)
    bench.store.finish_run(run_id, "partial", "{}", {})
    later = bench.begin()
    assert bench.fetch(bench.pull("a"), run_id=later, offline=True) == [replace(pulled, requests=0)]
    assert bench.fetch(bench.pull("a"), run_id=later, replay=True) == [replace(pulled, requests=0)]
    (other,) = bench.fetch(bench.pull("a"), run_id=bench.begin("other"), offline=True)
    assert other.issues[0].code == "not-stored"


def test_offline_what_another_run_has_of_a_failed_pull_is_taken(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips["a"] = [1], says("NoSuchRoom")
    run_id = bench.begin()
    bench.fetch(bench.pull("a"), run_id=run_id)
    bench.store.finish_run(run_id, "partial", "{}", {})
    bench.slips.clear()
    bench.fetch(bench.pull("a"), run_id=bench.begin("other"))
    (pulled,) = bench.fetch(bench.pull("a"), run_id=bench.begin(), offline=True)
    assert (pulled.verdict, pulled.rows) == ("complete", 1)


def test_question_of_two_pulls_that_fails_is_asked_once_and_both_tell_the_same(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says("NoSuchRoom")
    run_id, pulls = bench.begin(), (bench.pull("a", "find"), bench.pull("a", "find", detail="tracks"))
    first, second = bench.fetch(*pulls, run_id=run_id)
    assert (bench.paths(), first.issues, first.requests, second.requests) == (["find a 1"], second.issues, 1, 0)
    assert [one.issues for one in bench.fetch(*pulls, run_id=run_id, replay=True)] == [first.issues] * 2


def test_question_of_two_pulls_that_falls_short_is_asked_once_and_both_tell_the_same(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[2] = ["x", "y", "z"], says("NoSuchPage")
    run_id, pulls = bench.begin(), (bench.pull("a", "find"), bench.pull("a", "find", detail="tracks"))
    first, second, *_ = bench.fetch(*pulls, run_id=run_id)
    assert bench.paths()[:2] == ["find a 1", "find a 2"]
    assert "find a 2" not in bench.paths()[2:]
    assert (first.verdict, second.verdict, second.replies, second.issues) == (
        "short",
        "short",
        first.replies,
        first.issues,
    )
    replayed = bench.fetch(*pulls, run_id=run_id, replay=True)
    assert [one.issues for one in replayed[:2]] == [first.issues] * 2


def test_pages_that_came_are_not_given_up_when_the_account_is_stopped_as_the_run_goes_on(
    bench: Bench, says: Says
) -> None:
    bench.rooms |= {"a": [1], "b": [1, 2, 3]}
    bench.slips |= {3: says("NoSuchPage"), "a": says("NoSuchRoom")}
    run_id, pulls = bench.begin(), (bench.pull("a"), bench.pull("b"))
    _, short = bench.fetch(*pulls, run_id=run_id)
    assert (short.verdict, short.rows) == ("short", 2)
    bench.slips = {"a": says("BadKey"), "b": says("BadKey")}
    _, again = bench.fetch(*pulls, run_id=run_id)
    assert (again.verdict, again.rows) == ("short", 2)
    assert bench.fetch(*pulls, run_id=run_id, replay=True)[1] == replace(again, requests=0)


def test_token_that_was_renewed_is_a_note_of_the_run_and_nothing_of_its_data(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[4] = [1, 2, 3], says("Expired")
    run_id, user = bench.begin(), bench.pull(None, "user", then=(bench.pull("a"),))
    pulled = bench.fetch(user, run_id=run_id)
    assert [issue.code for issue in pulled[1].notes] == ["token-renewed"]
    replayed = bench.fetch(user, run_id=run_id, replay=True)
    assert replayed == [replace(one, requests=0, notes=()) for one in pulled]
