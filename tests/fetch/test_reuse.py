from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from reporter.errors import StoreError

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]


def _is_unsettled(bench: Bench) -> None:
    """Set the clock to two hours after the period's end."""
    bench.clock.moment -= timedelta(hours=10)


def test_settled_walk_is_not_asked_again(bench: Bench) -> None:
    bench.rooms["a"] = [1, 2, 3]
    (first,) = bench.fetch(bench.pull("a"), run_id=bench.begin("acme"))
    (second,) = bench.fetch(bench.pull("a"), run_id=bench.begin("other"))
    assert second == replace(first, requests=0)
    assert len(bench.sent) == 2


def test_walk_that_was_not_settled_is_asked_again_by_another_run(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    _is_unsettled(bench)
    (first,) = bench.fetch(bench.pull("a"), run_id=bench.begin("acme"))
    (second,) = bench.fetch(bench.pull("a"), run_id=bench.begin("other"))
    assert len(bench.sent) == 2
    assert first.replies[0].reply_id != second.replies[0].reply_id


def test_resumed_run_uses_what_it_has_made(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    _is_unsettled(bench)
    (first,) = bench.fetch(bench.pull("a"))
    (second,) = bench.fetch(bench.pull("a"))
    assert second == replace(first, requests=0)


def test_run_that_goes_on_asks_for_what_is_new_while_it_looks_through_what_it_has(bench: Bench) -> None:
    """Looking through thousands of stored pulls takes seconds, and the slots should not wait for it."""
    rooms = [f"r{number}" for number in range(50)]
    bench.rooms |= {room: [1] for room in [*rooms, "new"]}
    _is_unsettled(bench)
    bench.fetch(*map(bench.pull, rooms))
    bench.sent.clear()
    bench.heard.clear()
    done_when_asked = list[int]()

    def answer(_request: httpx.Request) -> httpx.Response:
        done_when_asked.append(bench.heard[-1].done)
        return httpx.Response(200, json={"code": "", "total": 1, "pages": 1, "rows": [1]})

    bench.slips["new"] = answer
    pulled = bench.fetch(*map(bench.pull, [*rooms, "new"]))
    assert ([one.verdict for one in pulled], bench.paths()) == (["complete"] * 51, ["rows new 1"])
    assert done_when_asked[0] < 10


def test_body_stays_in_the_store_until_it_is_looked_at(bench: Bench, tmp_path: Path) -> None:
    bench.rooms["a"] = [1]
    (pulled,) = bench.fetch(bench.pull("a"))
    (reply,) = pulled.replies
    assert b'"rows":[1]' in reply.body.replace(b" ", b"")
    with closing(sqlite3.connect(tmp_path / "reporter.db")) as other, other:
        other.execute("UPDATE replies SET body = zeroblob(20)")
    with pytest.raises(StoreError, match="a stored reply is damaged"):
        _ = reply.body


def test_resumed_walk_goes_on_where_it_was(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[2] = [1, 2, 3], says("NoSuchPage")
    (first,) = bench.fetch(bench.pull("a"))
    (second,) = bench.fetch(bench.pull("a"))
    assert bench.paths() == ["rows a 1", "rows a 2", "rows a 2"]
    assert (first.verdict, second.verdict, second.rows, second.requests) == ("short", "complete", 3, 1)
    assert second.replies[0].reply_id == first.replies[0].reply_id


def test_resumed_run_ends_with_the_ids_of_an_unbroken_one(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[2] = [1, 2, 3], says("NoSuchPage")
    bench.fetch(bench.pull("a"))
    broken = bench.fetch(bench.pull("a"))[0].replies
    bench.access["main"] = replace(bench.access["main"], scope="another store, as it were")
    unbroken = bench.fetch(bench.pull("a"))[0].replies
    assert [reply.reply_id for reply in broken] == [reply.reply_id for reply in unbroken]


def test_refresh_asks_anew(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    bench.fetch(bench.pull("a"), run_id=bench.begin("acme"))
    (pulled,) = bench.fetch(bench.pull("a"), run_id=bench.begin("other"), refresh=True)
    assert (pulled.requests, len(bench.sent)) == (1, 2)


def test_offline_takes_what_the_store_has_and_sends_nothing(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    _is_unsettled(bench)
    (first,) = bench.fetch(bench.pull("a"), run_id=bench.begin("acme"))
    stored, missing = bench.fetch(bench.pull("a"), bench.pull("b"), run_id=bench.begin("other"), offline=True)
    assert stored == replace(first, requests=0)
    assert (missing.verdict, missing.issues[0].code) == ("failed", "not-stored")
    assert "not stored for 2026-W46: run once without --offline" in missing.issues[0].message.en
    assert len(bench.sent) == 1


def test_offline_takes_what_the_period_was_reported_with(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    _is_unsettled(bench)
    run_id = bench.begin("acme")
    (first,) = bench.fetch(bench.pull("a"), run_id=run_id)
    bench.store.finish_run(run_id, "complete", "{}", {})
    bench.rooms["a"] = [1, 2]
    bench.fetch(bench.pull("a"), run_id=bench.begin("other"))
    (again,) = bench.fetch(bench.pull("a"), run_id=bench.begin("acme"), offline=True)
    assert again == replace(first, requests=0)


def test_equal_questions_of_two_pulls_are_asked_once(bench: Bench) -> None:
    bench.rooms["a"] = ["x"]
    first, second = bench.pull("a", "find"), bench.pull("a", "find", detail="tracks")
    bench.rooms["x"] = [1]
    pulled = bench.fetch(first, second)
    assert bench.paths() == ["find a 1", "rows x 1"]
    assert [one.requests for one in pulled] == [1, 0, 1, 0]


def test_token_is_not_asked_for_when_nothing_waits_for_it(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    user = bench.pull(None, "user", then=(bench.pull("a"),))
    first = bench.fetch(user)
    second = bench.fetch(user)
    assert bench.paths() == ["user  1", "token  1", "rows a 1"]
    assert second == [replace(one, requests=0) for one in first]


def test_token_is_asked_for_again_while_something_waits_for_it(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[3] = [1], says("NoSuchRoom")
    user = bench.pull(None, "user", then=(bench.pull("a"),))
    bench.fetch(user)
    pulled = bench.fetch(user)
    assert bench.paths() == ["user  1", "token  1", "rows a 1", "token  1", "rows a 1"]
    assert [one.verdict for one in pulled] == ["complete"] * 3


def test_offline_run_needs_no_token(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    user = bench.pull(None, "user", then=(bench.pull("a"),))
    online = bench.fetch(user, run_id=bench.begin("acme"))
    offline = bench.fetch(user, run_id=bench.begin("other"), offline=True)
    assert offline == [replace(one, requests=0) for one in online]
    assert b"t0ken" not in offline[1].replies[0].body
