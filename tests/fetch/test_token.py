"""A token that ends in the middle of a run: one new one, asked for like the first, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from reporter.model import Pull
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]


def _chain(bench: Bench, *rooms: str) -> Pull:
    """Return the call that leads to a token, with the rooms that wait for it."""
    return bench.pull(None, "user", then=tuple(bench.pull(room) for room in rooms))


def _ends(bench: Bench, says: Says, *tokens: str, over: str = "rows") -> None:
    """Have the vendor refuse these tokens, for the call `over`."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["X-Token"] in tokens:
            return says("Expired")(request)
        return httpx.Response(200, json=bench.body(request))

    bench.slips[over] = answer


def test_token_that_ends_is_asked_for_anew_and_the_page_asked_again(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1, 2, 3]
    bench.slips[4] = says("Expired")
    _, token, rows = bench.fetch(_chain(bench, "a"))
    assert (rows.verdict, rows.rows, rows.requests) == ("complete", 3, 3)
    assert bench.paths() == ["user  1", "token  1", "rows a 1", "rows a 2", "token  1", "rows a 2"]
    assert [request.headers["X-Token"] for request in bench.sent] == ["", "", "t0ken1", "t0ken1", "t0ken1", "t0ken2"]
    assert (token.verdict, token.requests) == ("complete", 2)
    assert [(issue.level, issue.code) for issue in token.notes] == [("info", "token-renewed")]
    assert token.issues == ()


def test_walks_side_by_side_ask_for_one_new_token(bench: Bench, says: Says) -> None:
    rooms = ("a", "b", "c", "d")
    bench.rooms |= {room: [1] for room in rooms}
    _ends(bench, says, "t0ken1")
    ended = bench.fetch(_chain(bench, *rooms))
    assert {one.verdict for one in ended} == {"complete"}
    assert bench.tokens == 2


def test_tokens_may_end_again_and_again_as_long_as_each_was_taken(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1, 2, 3, 4, 5, 6]
    bench.slips |= {4: says("Expired"), 7: says("Expired")}
    _, token, rows = bench.fetch(_chain(bench, "a"))
    assert (rows.verdict, rows.rows, token.requests, bench.tokens) == ("complete", 6, 3, 3)


def test_new_token_that_is_refused_too_stops_the_account(bench: Bench, says: Says) -> None:
    bench.rooms |= {"a": [1], "b": [1], "c": [1], "d": [1], "e": [1]}
    _ends(bench, says, "t0ken1", "t0ken2", "t0ken3")
    _, token, *rooms = bench.fetch(_chain(bench, *bench.rooms))
    assert bench.tokens == 2
    assert {one.verdict for one in rooms} == {"failed"}
    assert rooms[0].issues[0].code == "refused"
    assert rooms[-1].issues[0].code == "not-asked"
    assert token.requests == 2


def test_new_token_is_tried_for_until_it_comes(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1]
    bench.slips |= {3: says("Expired"), 4: says("Busy"), 5: says("Throttled", status=429)}
    _, token, rows = bench.fetch(_chain(bench, "a"))
    assert (rows.verdict, token.requests) == ("complete", 4)
    assert bench.clock.slept.count(1) == 1


def test_new_token_that_never_comes_is_what_the_page_failed_of(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1]
    bench.slips |= {3: says("Expired"), 4: says("BadKey")}
    _, _, rows = bench.fetch(_chain(bench, "a"))
    assert (rows.verdict, [issue.code for issue in rows.issues]) == ("failed", ["refused"])
    assert "toy:main token" in rows.issues[0].where


def test_new_token_that_is_refused_like_the_old_one_stops_the_account(bench: Bench, says: Says) -> None:
    bench.rooms |= {"a": [1], "b": [1]}
    bench.slips |= {"rows": says("Expired"), 4: says("Expired")}
    _, token, *rooms = bench.fetch(_chain(bench, *bench.rooms))
    assert bench.paths() == ["user  1", "token  1", "rows a 1", "token  1", "rows b 1"]
    assert [(one.verdict, one.issues[0].code) for one in rooms] == [("failed", "refused"), ("failed", "not-asked")]
    assert "toy:main token" in rooms[0].issues[0].where
    assert token.requests == 2


def test_account_that_was_granted_no_token_is_stopped(bench: Bench, says: Says) -> None:
    bench.slips[1] = says("Expired")
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.requests, pulled.issues[0].code) == ("failed", 1, "refused")
    assert bench.paths() == ["rows a 1"]


def test_run_that_goes_on_asks_for_a_new_token_as_well(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1, 2, 3]
    bench.slips[4] = says("BadKey")
    run_id = bench.begin()
    bench.fetch(_chain(bench, "a"), run_id=run_id)
    bench.slips = {6: says("Expired")}
    _, token, rows = bench.fetch(_chain(bench, "a"), run_id=run_id)
    assert (rows.verdict, rows.rows, token.requests) == ("complete", 3, 2)
