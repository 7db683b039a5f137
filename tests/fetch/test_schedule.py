from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reporter.errors import BadRequestError, StoreError
from reporter.model import Pull
from reporter.vendors.base import Cursor

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]


def test_what_follows_comes_after_the_plan_breadth_first(bench: Bench) -> None:
    bench.rooms |= {"one": ["x", "y"], "two": ["y", "z"], "x": [1], "y": [2], "z": [3], "a": [4]}
    pulled = bench.fetch(bench.pull("one", "find"), bench.pull("a"), bench.pull("two", "find"))
    assert [(one.pull.endpoint, one.pull.room) for one in pulled] == [
        ("find", "one"),
        ("rows", "a"),
        ("find", "two"),
        ("rows", "x"),
        ("rows", "y"),
        ("rows", "z"),
    ]
    assert sorted(bench.paths()).count("rows y 1") == 1


def test_equal_pulls_are_walked_once(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    assert len(bench.fetch(bench.pull("a"), bench.pull("a"))) == 1
    assert len(bench.sent) == 1


def test_token_goes_into_what_waited_for_it_and_nowhere_else(bench: Bench) -> None:
    bench.rooms |= {"a": [1], "b": [2]}
    user = bench.pull(None, "user", then=(bench.pull("a"), bench.pull("b")))
    pulled = bench.fetch(user)
    assert [one.pull.endpoint for one in pulled] == ["user", "token", "rows", "rows"]
    assert [request.headers["X-Token"] for request in bench.sent] == ["", "", "t0ken1", "t0ken1"]
    assert not any(b"t0ken" in reply.body for one in pulled for reply in one.replies)


def test_pulls_whose_token_never_came_are_listed_as_failed(bench: Bench, says: Says) -> None:
    bench.slips["token"] = says("NoSuchUser")
    pulled = bench.fetch(bench.pull(None, "user", then=(bench.pull("a"), bench.pull("b"))))
    assert [(one.pull.endpoint, one.verdict) for one in pulled] == [
        ("user", "complete"),
        ("token", "failed"),
        ("rows", "failed"),
        ("rows", "failed"),
    ]
    assert pulled[-1].issues[0].code == "not-reached"
    assert bench.paths() == ["user  1", "token  1"]


def test_reply_that_leads_nowhere_sensible_fails_its_pull(bench: Bench, says: Says) -> None:
    bench.slips["find"] = says(text='{"code":"","requestId":"x","rows":[{"no":"room"}],"total":1,"pages":1}')
    pulled = bench.fetch(bench.pull("a", "find"))
    assert [(one.verdict, [issue.code for issue in one.issues]) for one in pulled] == [("failed", ["protocol"])]


def test_of_what_leads_on_only_the_pages_that_are_looked_at_are_read(bench: Bench, tmp_path: Path) -> None:
    def first_page_leads_on(pull: Pull, bodies: Sequence[Any]) -> list[Pull]:
        return [replace(pull, endpoint="rows", room=row) for body in bodies[: len(bodies) - 1] for row in body["rows"]]

    bench.rooms |= {"one": ["x", "y", "z"], "x": [1], "y": [2]}
    wanted = bench.pull("one", "find")
    vendor = bench.access["main"].vendor
    finding = replace(vendor.endpoints["find"], follow=first_page_leads_on)
    bench.access["main"] = replace(
        bench.access["main"], vendor=replace(vendor, endpoints={**vendor.endpoints, "find": finding})
    )
    bench.fetch(wanted)
    with sqlite3.connect(tmp_path / "reporter.db") as other:
        other.execute("UPDATE replies SET body = zeroblob(20) WHERE page = 2")
    other.close()
    pulled = bench.fetch(wanted, offline=True)
    assert [(one.pull.room, one.verdict) for one in pulled] == [
        ("one", "complete"),
        ("x", "complete"),
        ("y", "complete"),
    ]


def test_pull_that_cannot_be_asked_fails_alone(bench: Bench) -> None:
    def refuse(pull: Pull, _cursor: Cursor) -> httpx.Request:
        raise BadRequestError(f"{pull.room} is no id")

    rows, bad = bench.pull("b"), bench.pull("a", "find")
    vendor = bench.access["main"].vendor
    finding = replace(vendor.endpoints["find"], request=refuse)
    bench.access["main"] = replace(
        bench.access["main"], vendor=replace(vendor, endpoints={**vendor.endpoints, "find": finding})
    )
    bench.rooms["b"] = [1]
    pulled = bench.fetch(bad, rows)
    assert [(one.verdict, one.requests) for one in pulled] == [("failed", 0), ("complete", 1)]
    assert pulled[0].issues[0].where == "toy:main find room a"


def test_store_that_fails_stops_the_run_with_its_own_error(bench: Bench, tmp_path: Path) -> None:
    bench.rooms["a"], run_id = [1], bench.begin()
    with sqlite3.connect(tmp_path / "reporter.db") as other:
        other.execute("DROP TABLE replies")
    other.close()
    with pytest.raises(StoreError, match="cannot be used: no such table: replies"):
        bench.fetch(bench.pull("a"), run_id=run_id)


def test_progress_grows_as_rooms_are_found(bench: Bench) -> None:
    bench.rooms |= {"one": ["x", "y"], "x": [1], "y": [2]}
    bench.fetch(bench.pull("one", "find"))
    assert [(one.endpoint, one.done, one.total) for one in bench.heard] == [
        ("find", 0, 1),
        ("find", 1, 1),
        ("rows", 0, 1),
        ("rows", 0, 2),
        ("rows", 1, 2),
        ("rows", 2, 2),
    ]


def test_calls_of_an_account_keep_the_vendors_rate(bench: Bench) -> None:
    bench.rooms |= {room: [1] for room in "abcdefgh"}
    bench.fetch(*(bench.pull(room) for room in "abcdefgh"))
    gaps = [(later - sooner).total_seconds() for sooner, later in zip(bench.sent_at, bench.sent_at[1:], strict=False)]
    assert min(gaps) >= 0.5
    assert sum(gaps) / len(gaps) <= 0.5 / 0.97


def test_account_may_be_slowed_down(bench: Bench) -> None:
    bench.account("slow", rate="30/min")
    bench.rooms |= {"a": [1], "b": [1]}
    bench.fetch(bench.pull("a", account="slow"), bench.pull("b", account="slow"))
    assert (bench.sent_at[1] - bench.sent_at[0]).total_seconds() >= 2
