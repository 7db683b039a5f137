from __future__ import annotations

import os
import sqlite3 as driver
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects.sqlite import dialect as sqlite

from reporter.errors import StoreError
from reporter.model import Issue, Period, Text
from reporter.store import Outcome, Page, PageHead, Store, WalkKey, pull_key, reply_id, statements

NOW = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
PERIOD = Period("2026-W46", NOW - timedelta(weeks=1), NOW, "UTC")
KEY = WalkKey("scope", "k" * 64, "acme", "rows")
ONE, TWO = Page(1, b'{"rows":[1]}', NOW, "id-1"), Page(2, b'{"rows":[2]}', NOW + timedelta(seconds=1), "id-2")


def run_of(store: Store, client: str = "acme") -> str:
    begun = store.begin_run(
        client=client, period=PERIOD, config_sha256="c" * 64, as_of=NOW, pinned=False, sources=(), now=NOW
    )
    return begun.run_id


def whole(rows: int = 2) -> Outcome:
    return Outcome("complete", rows, rows, (), NOW)


def test_walk_is_gone_on_with_by_the_run_that_began_it(store: Store) -> None:
    run_id = run_of(store)
    walk = store.begin_walk(run_id, KEY)
    store.add_page(walk.walk_id, ONE)
    again = store.begin_walk(run_id, KEY)
    assert (again.walk_id, again.pages) == (walk.walk_id, (ONE,))


def test_walk_of_one_run_is_not_touched_by_another(store: Store) -> None:
    walk = store.begin_walk(run_of(store), KEY)
    store.add_page(walk.walk_id, ONE)
    other = store.begin_walk(run_of(store, "other"), KEY)
    assert (other.walk_id == walk.walk_id, other.pages) == (False, ())


def test_restarted_walk_forgets_its_pages(store: Store) -> None:
    run_id = run_of(store)
    walk = store.begin_walk(run_id, KEY)
    store.add_page(walk.walk_id, ONE)
    store.restart_walk(walk.walk_id)
    assert store.begin_walk(run_id, KEY).pages == ()


def test_finished_walk_comes_back_as_it_ended(store: Store) -> None:
    run_id = run_of(store)
    walk = store.begin_walk(run_id, KEY)
    store.add_page(walk.walk_id, ONE)
    store.add_page(walk.walk_id, TWO)
    issue = Issue("warning", "total-moved", Text("总数变化", "it moved"), "acme rows")
    ended = store.finish_walk(walk.walk_id, Outcome("drifted", 2, 3, (issue,), NOW))
    assert store.walk_of_run(run_id, KEY) == ended
    assert store.newest_walk(KEY) is None
    assert store.newest_walk(KEY, ("drifted",)) == ended
    assert store.pages(ended.walk_id) == (ONE, TWO)


def test_generation_counts_finished_walks_only(store: Store) -> None:
    first, second = run_of(store), run_of(store, "other")
    store.begin_walk(first, KEY)
    generations = [store.finish_walk(store.begin_walk(second, KEY).walk_id, whole()).generation]
    generations.append(store.finish_walk(store.begin_walk(first, KEY).walk_id, whole()).generation)
    assert generations == [1, 2]


def test_short_walk_is_gone_on_with_and_keeps_its_generation(store: Store) -> None:
    run_id = run_of(store)
    walk = store.begin_walk(run_id, KEY)
    store.add_page(walk.walk_id, ONE)
    short = store.finish_walk(walk.walk_id, Outcome("short", 1, 2, (), NOW))
    again = store.begin_walk(run_id, KEY)
    assert (again.walk_id, again.pages) == (walk.walk_id, (ONE,))
    assert store.walk_of_run(run_id, KEY) is None
    assert store.finish_walk(again.walk_id, whole()).generation == short.generation


def test_used_walk_is_linked_to_the_run_that_uses_it(store: Store) -> None:
    made = store.finish_walk(store.begin_walk(run_of(store), KEY).walk_id, whole())
    other = run_of(store, "other")
    assert store.walk_of_run(other, KEY) is None
    store.use_walk(other, KEY, made)
    store.use_walk(other, KEY, made)
    assert store.walk_of_run(other, KEY) == made


def test_walk_of_an_earlier_run_is_that_of_the_same_client_and_period(store: Store) -> None:
    first = run_of(store)
    used = store.finish_walk(store.begin_walk(first, KEY).walk_id, whole())
    store.finish_run(first, "complete", "{}", {})
    store.finish_walk(store.begin_walk(run_of(store, "other"), KEY).walk_id, whole(9))
    assert store.walk_of_earlier_run(run_of(store), KEY) == used


def test_run_knows_how_many_walks_it_has_of_each_call(store: Store) -> None:
    run_id, other = run_of(store), run_of(store, "other")
    made = store.finish_walk(store.begin_walk(run_id, KEY).walk_id, whole())
    store.begin_walk(run_id, WalkKey("scope", "j" * 64, "acme", "rows"))
    store.use_walk(other, KEY, made)
    assert store.walks_made(run_id) == store.walks_made(other) == {("scope", "rows"): 1}


def test_walks_at_hand_are_the_runs_own_or_else_the_newest(store: Store) -> None:
    run_id, other = run_of(store), run_of(store, "other")
    assert store.walks_at_hand(run_id, KEY) == (None, None)
    made = store.finish_walk(store.begin_walk(run_id, KEY).walk_id, whole())
    assert store.walks_at_hand(run_id, KEY) == (made, None)
    assert store.walks_at_hand(other, KEY) == (None, made)
    short = store.finish_walk(store.begin_walk(other, KEY).walk_id, Outcome("short", 1, 2, (), NOW))
    assert store.walks_at_hand(other, KEY) == (short, made)


def test_pages_are_told_without_their_bodies_and_bodies_one_by_one(store: Store) -> None:
    walk = store.begin_walk(run_of(store), KEY)
    store.add_page(walk.walk_id, ONE)
    store.add_page(walk.walk_id, TWO)
    told = tuple(PageHead(one.number, one.fetched_at, one.request_id) for one in (ONE, TWO))
    assert store.heads(walk.walk_id) == told
    assert store.bodies(walk.walk_id, 2) == {2: TWO.body}
    with pytest.raises(StoreError, match="page 3 of walk 1 is no longer stored"):
        store.bodies(walk.walk_id, 3)


def test_small_pages_are_read_with_a_small_one_before_them_where_they_are_whole(store: Store, tmp_path: Path) -> None:
    walk = store.begin_walk(run_of(store), KEY)
    large = os.urandom(2**15)
    bodies = {1: b"one", 2: b"two", 3: large, 4: b"four", 5: large, 6: b"six", 7: b"seven", 8: b"eight"}
    for number, body in bodies.items():
        store.add_page(walk.walk_id, Page(number, body, NOW))
    with driver.connect(tmp_path / "reporter.db") as connection:
        connection.execute("UPDATE replies SET request_id = 'other' WHERE page = 7")
    connection.close()
    assert store.bodies(walk.walk_id, 1) == {number: bodies[number] for number in (1, 2, 4, 6, 8)}
    assert store.bodies(walk.walk_id, 5) == {5: large}
    with pytest.raises(StoreError, match="a stored reply is damaged"):
        store.bodies(walk.walk_id, 7)
    assert store.bodies(walk.walk_id, 8) == {8: b"eight"}


def test_damaged_reply_is_an_error(store: Store, tmp_path: Path) -> None:
    walk = store.begin_walk(run_of(store), KEY)
    store.add_page(walk.walk_id, ONE)
    with driver.connect(tmp_path / "reporter.db") as connection:
        connection.execute("UPDATE replies SET body = zeroblob(20)")
    connection.close()
    with pytest.raises(StoreError, match="a stored reply is damaged"):
        store.pages(walk.walk_id)
    with pytest.raises(StoreError, match="a stored reply is damaged"):
        store.bodies(walk.walk_id, 1)


def test_page_is_durable_once_it_is_added(store: Store, tmp_path: Path) -> None:
    walk = store.begin_walk(run_of(store), KEY)
    store.add_page(walk.walk_id, ONE)
    other = driver.connect(tmp_path / "reporter.db")
    assert other.execute("SELECT count(*) FROM replies").fetchone() == (1,)
    other.close()


def test_reply_id_is_told_apart_by_each_of_its_parts() -> None:
    def made(
        vendor: str = "v", account: str = "a", endpoint: str = "e", key: str = "k", page: int = 1, generation: int = 1
    ) -> str:
        return reply_id(vendor=vendor, account=account, endpoint=endpoint, key=key, page=page, generation=generation)

    others = [made("w"), made(account="b"), made(endpoint="f"), made(key="l"), made(page=2), made(generation=2)]
    assert len({made(), *others}) == 7
    assert made() == made()


def test_pull_key_keeps_its_parts_apart() -> None:
    assert pull_key("a", b"bc") != pull_key("ab", b"c")


@pytest.mark.parametrize(
    "query",
    [
        statements.UNFINISHED,
        statements.OF_RUN,
        statements.OF_EARLIER_RUN,
        statements.newest(("complete",)),
        statements.PAGES_OF_SAME,
        statements.PAGES_OF_TOPIC,
    ],
    ids=["unfinished", "of run", "of earlier run", "newest", "pages of same", "pages of topic"],
)
def test_question_never_goes_through_all_walks_of_a_run(store: Store, query: Select[Any]) -> None:
    """What a call costs must not grow with the calls made before it."""
    names = ("of_scope", "of_key", "of_run", "of_topic", "of_client", "of_label")
    compiled = query.params(dict.fromkeys(names, "x")).compile(dialect=sqlite(), compile_kwargs={"literal_binds": True})
    with store._reads() as connection:  # noqa: SLF001 - how SQLite goes about it is seen from inside only
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]
    of_walks = [step for step in steps if " walks " in step]
    assert of_walks
    assert all("walks_of_a_run" not in step and "SCAN" not in step for step in of_walks), steps
