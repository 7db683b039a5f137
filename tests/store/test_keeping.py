"""Verifying, pruning, refused replies, found rooms, runs that ask anew."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reporter.errors import StoreError
from reporter.model import Issue, Period, Text, Verdict
from reporter.store import Outcome, Page, Rejection, Store, WalkKey, reply_id

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
KEY = WalkKey("scope", "k" * 64, "toy", "rows", "main", "a", "topic")


def week(number: int) -> Period:
    start = datetime(2026, 11, 9, tzinfo=UTC) + timedelta(weeks=number - 46)
    return Period(f"2026-W{number}", start, start + timedelta(weeks=1), "UTC")


def run_of(store: Store, number: int = 46, *, refresh: bool = False, is_finished: bool = False) -> str:
    run = store.begin_run(
        client="acme",
        period=week(number),
        config_sha256="c" * 64,
        as_of=NOW,
        sources=(("acme.yaml", b"client: acme\n"),),
        now=NOW,
        refresh=refresh,
    )
    if is_finished:
        store.finish_run(run.run_id, "complete", "{}", {"people": number}, NOW)
    return run.run_id


def walked(store: Store, run_id: str, *bodies: bytes, key: WalkKey = KEY) -> int:
    walk = store.begin_walk(run_id, key)
    for number, body in enumerate(bodies, 1):
        store.add_page(walk.walk_id, Page(number, body, NOW, f"r{number}"))
    store.finish_walk(walk.walk_id, Outcome("complete", len(bodies), len(bodies), (), NOW))
    return walk.walk_id


def changed(tmp_path: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(tmp_path / "reporter.db")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def test_verify_counts_what_it_hashed(store: Store) -> None:
    walked(store, run_of(store), b"one", b"two")
    assert (store.verify().replies, store.verify().files, store.verify().damages) == (2, 1, ())


def test_flipped_bit_is_named_by_reply_and_run(store: Store, tmp_path: Path) -> None:
    run_id = run_of(store)
    walked(store, run_id, b'{"a":1}', b'{"a":2}')
    changed(tmp_path, "UPDATE replies SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x') WHERE page = 2")
    made = reply_id(vendor="toy", account="main", endpoint="rows", key=KEY.pull_key, page=2, generation=1)
    (damage,) = store.verify().damages
    assert damage.what == f"toy:main rows room a page 2 (reply {made}, run {run_id})"
    with pytest.raises(StoreError, match=f"reply {made}, run {run_id}"):
        store.pages(1)


@pytest.mark.parametrize("seed", range(60))
def test_any_flipped_bit_of_a_reply_is_found(store: Store, tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    walked(store, run_of(store), *(bytes(draw.randbytes(draw.randint(0, 300))) for _ in range(5)))
    page = draw.randint(1, 5)
    connection = sqlite3.connect(tmp_path / "reporter.db")
    (body,) = connection.execute("SELECT body FROM replies WHERE page = ?", (page,)).fetchone()
    place = draw.randrange(len(body) * 8)
    flipped = bytearray(body)
    flipped[place // 8] ^= 1 << place % 8
    cut = bytes(flipped) if seed % 3 else body[: draw.randrange(len(body))]
    connection.execute("UPDATE replies SET body = ? WHERE page = ?", (cut, page))
    connection.commit()
    connection.close()
    assert [f" page {page} (" in one.what for one in store.verify().damages] == [True]
    with pytest.raises(StoreError, match="a stored reply is damaged"):
        store.pages(1)


def _flip(tmp_path: Path, draw: random.Random) -> int:
    """Flip one bit anywhere in one stored reply, as a disk would; return its page."""
    connection = sqlite3.connect(tmp_path / "reporter.db")
    page, column = draw.randint(1, 5), draw.choice(("body", "sha256", "fetched_at", "request_id", "seal"))
    (old, kind) = connection.execute(
        f"SELECT CAST({column} AS BLOB), typeof({column}) FROM replies WHERE page = ?",  # noqa: S608 - our own names
        (page,),
    ).fetchone()
    flipped = bytearray(old)
    place = draw.randrange(len(old) * 8)
    flipped[place // 8] ^= 1 << place % 8
    statement = f"UPDATE replies SET {column} = CAST(? AS {kind.upper()}) WHERE page = ?"  # noqa: S608 - likewise
    connection.execute(statement, (bytes(flipped), page))
    connection.commit()
    connection.close()
    return page


def _finds_flips(store: Store, tmp_path: Path, seeds: range) -> None:
    original = tmp_path / "original.db"
    draw = random.Random(seeds.start)
    walked(store, run_of(store), *(draw.randbytes(draw.randint(0, 300)) for _ in range(5)))
    store.close()
    with sqlite3.connect(tmp_path / "reporter.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(tmp_path / "reporter.db", original)
    for seed in seeds:
        shutil.copy(original, tmp_path / "reporter.db")
        page = _flip(tmp_path, random.Random(seed))
        assert [f" page {page} (" in one.what for one in store.verify().damages] == [True], seed
        with pytest.raises(StoreError, match="a stored reply is damaged"):
            store.pages(1)
        store.close()


def test_fifty_bits_flipped_anywhere_in_stored_replies_are_found_and_named(store: Store, tmp_path: Path) -> None:
    _finds_flips(store, tmp_path, range(50))


@pytest.mark.soak
def test_a_thousand_bits_flipped_anywhere_in_stored_replies_are_found_and_named(store: Store, tmp_path: Path) -> None:
    _finds_flips(store, tmp_path, range(1000, 2000))


_RECORDS = (
    "issues cut",
    "issues of another shape",
    "a verdict",
    "a walk's time",
    "a run's time",
    "a refused reply",
    "why a pull failed",
)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM replies WHERE page = 2", "page 2"),
        ("DELETE FROM replies WHERE page = 3", "page 3"),
        ("UPDATE replies SET fetched_at = 'yesterday' WHERE page = 1", "page 1"),
        ("UPDATE sources SET body = zeroblob(9)", "acme.yaml"),
        ("UPDATE walks SET issues = '[[\"error\"'", "toy:main rows room a"),
        ("UPDATE walks SET issues = '[7]'", "toy:main rows room a"),
        ("UPDATE walks SET verdict = 'complfte'", "toy:main rows room a"),
        ("UPDATE walks SET oldest_at = '2026-11-16X12:00:00'", "walks.oldest_at of walk_id 1"),
        ("UPDATE runs SET started_at = '2026-1l-16T12:00:00.000000+00:00'", "runs.started_at of run_id"),
        ("UPDATE rejected SET body = x'00'", "refused reply 1"),
        ("UPDATE failures SET issues = '[7'", "toy:main rows room f"),
        ("UPDATE replies SET body = x'28b52ffde0ffffffffffffff7f' WHERE page = 1", "page 1"),
    ],
    ids=["a page gone", "the last page gone", "another time", "a file", *_RECORDS, "a header that claims exabytes"],
)
def test_verify_finds_what_is_wrong(store: Store, tmp_path: Path, statement: str, says: str) -> None:
    walked(store, run_of(store), b"one", b"two", b"three")
    store.fail(run_of(store), replace(KEY, pull_key="f", room="f"), ())
    store.reject(rejection(1))
    changed(tmp_path, statement)
    (damage,) = store.verify().damages
    assert says in damage.what


def test_prune_drops_replies_that_only_old_runs_used(store: Store) -> None:
    old, new = run_of(store, 44, is_finished=True), run_of(store, 46, is_finished=True)
    shared, alone = KEY, WalkKey("scope", "j" * 64, "toy", "rows", "main", "b")
    kept, gone = walked(store, old, b"both", key=shared), walked(store, old, b"old", key=alone)
    newest = store.newest_walk(shared)
    assert newest is not None
    store.use_walk(new, shared, newest)
    assert store.prune({old}, NOW, is_rehearsal=True).walks == 1
    assert (store.prune({old}, NOW, is_rehearsal=False).replies, store.pages(gone)) == (1, ())
    assert [page.body for page in store.pages(kept)] == [b"both"]
    assert store.verify().damages == ()


def test_pruned_walk_is_never_taken_for_an_answer_but_serves_to_estimate(store: Store) -> None:
    run_id = run_of(store, 44, is_finished=True)
    walked(store, run_id, b"one", b"two")
    store.prune({run_id}, NOW, is_rehearsal=False)
    assert (store.newest_walk(KEY), store.walk_of_run(run_id, KEY)) == (None, None)
    assert store.walks_known([KEY])[0].expected_pages == 2
    again = store.begin_walk(run_of(store, 46), KEY)
    assert store.finish_walk(again.walk_id, Outcome("complete", 0)).generation == 2


def test_prune_keeps_runs_totals_and_files(store: Store) -> None:
    run_id = run_of(store, 44, is_finished=True)
    walked(store, run_id, b"one")
    store.prune({run_id}, NOW, is_rehearsal=False)
    assert store.sources(run_id) == (("acme.yaml", b"client: acme\n"),)
    assert [one.totals for one in store.past("acme", run_of(store, 46))] == [{"people": 44}]


def test_prune_gives_the_room_back(store: Store, tmp_path: Path) -> None:
    run_id = run_of(store, 44, is_finished=True)
    walked(store, run_id, random.Random(1).randbytes(2_000_000))
    path = tmp_path / "reporter.db"
    store.prune({run_id}, NOW, is_rehearsal=False)
    assert path.stat().st_size < 300_000


def test_holdings_say_what_is_kept_of_each_call(store: Store) -> None:
    assert store.holdings() == []
    walked(store, run_of(store), b"one", b"two")
    (one,) = store.holdings()
    assert (one.vendor, one.account, one.endpoint, one.walks, one.replies) == ("toy", "main", "rows", 1, 2)
    assert (one.oldest_at, one.spans, one.undated) == (NOW, (), 1)


def _days(*numbers: int) -> frozenset[date]:
    return frozenset(date(2026, 11, number) for number in numbers)


def _span(first: int, last: int) -> tuple[date, date]:
    return date(2026, 11, first), date(2026, 11, last)


def _asked(store: Store, run_id: str, day: int, *, verdict: Verdict = "complete", room: str = "a") -> WalkKey:
    """Walk one day of a room, as far as its verdict says."""
    key = WalkKey("scope", f"{room}{day}", "toy", "rows", "main", room, days=_span(day, day))
    walk = store.begin_walk(run_id, key)
    store.add_page(walk.walk_id, Page(1, b"{}", NOW))
    store.finish_walk(walk.walk_id, Outcome(verdict, 0, 0, (), NOW, (date(2026, 11, day),)))
    return key


def test_days_that_are_held_are_those_of_whole_walks_not_of_the_runs_that_made_them(store: Store) -> None:
    run_id = run_of(store)
    verdicts: dict[int, Verdict] = {9: "complete", 10: "drifted", 11: "short", 13: "complete"}
    for day, verdict in verdicts.items():
        _asked(store, run_id, day, verdict=verdict)
    (one,) = store.holdings()
    assert (one.spans, one.undated) == ((_span(9, 10), _span(13, 13)), 0)


def test_days_that_were_asked_for_are_told_from_those_that_came_room_by_room(store: Store) -> None:
    run_id, other = run_of(store), run_of(store, 47)
    _asked(store, run_id, 9)
    failed = replace(_asked(store, other, 9, room="b"), pull_key="b10", days=_span(10, 10))
    store.fail(run_id, failed, ())
    a, b = sorted(store.coverages([("toy", "rows"), ("toy", "other")]), key=lambda one: one.room or "")
    assert (a.room, a.asked, a.told) == ("a", _days(9), _days(9))
    assert (b.room, b.asked, b.told) == ("b", _days(9, 10), _days(9))
    store.finish_run(run_id, "complete", "{}", {}, NOW)
    store.prune({run_id}, NOW, is_rehearsal=False)
    assert {one.room: one.told for one in store.coverages([("toy", "rows")])}["a"] == _days(9)
    assert store.holdings()[0].spans == (_span(9, 9),)  # room b's


def test_failure_of_a_run_stays_until_the_question_is_answered(store: Store) -> None:
    run_id = run_of(store)
    told = (Issue("error", "refused", Text("被拒", "refused"), "toy:main rows room a"),)
    store.fail(run_id, KEY, told)
    assert store.failure_of_run(run_id, KEY) == told
    walked(store, run_id, b"one")
    assert (store.failure_of_run(run_id, KEY), store.walk_of_run(run_id, KEY) is None) == (None, False)
    store.fail(run_id, KEY, told)
    assert (store.failure_of_run(run_id, KEY), store.walk_of_run(run_id, KEY)) == (told, None)


def test_failure_of_an_earlier_run_is_that_of_a_finished_one_of_the_same_report(store: Store) -> None:
    told = (Issue("error", "refused", Text("被拒", "refused"), "toy:main rows room a"),)
    earlier = run_of(store)
    store.fail(earlier, KEY, told)
    store.finish_run(earlier, "partial", "{}", {}, NOW)
    assert store.failure_of_earlier_run(run_of(store), KEY) == told
    assert store.failure_of_earlier_run(run_of(store, 47), KEY) is None


def rejection(number: int, *, at: datetime = NOW, body: bytes = b"<html>") -> Rejection:
    return Rejection("run", "toy", "main", "rows", "a", number, 1, 200, "Busy", "r1", at, body, len(body))


def test_refused_replies_are_kept_cut_few_and_not_for_long(store: Store) -> None:
    store.reject(rejection(0, at=NOW - timedelta(days=8)))
    store.reject(rejection(1, body=b"x" * 100_000))
    (one,) = store.rejections()
    assert (one.page, len(one.body), one.byte_count) == (1, 64 * 1024, 100_000)
    for number in range(2, 203):
        store.reject(rejection(number))
    assert [one.page for one in store.rejections()] == list(range(202, 2, -1))


@pytest.mark.parametrize(
    ("statement", "look"),
    [
        ("UPDATE replies SET fetched_at = '2026-11-16Tl2:00:00.000000+00:00'", lambda store: store.heads(1)),
        ("UPDATE replies SET fetched_at = 'z'", Store.holdings),
        ("UPDATE walks SET issues = '[[7]'", lambda store: store.newest_walk(KEY)),
        ("UPDATE walks SET issues = '[7]'", lambda store: store.newest_walk(KEY)),
        ("UPDATE walks SET oldest_at = 'z'", lambda store: store.newest_walk(KEY)),
        ("UPDATE runs SET started_at = 'z'", Store.runs),
    ],
    ids=["heads", "holdings", "issues cut", "issues of another shape", "walk", "runs"],
)
def test_damaged_record_is_one_line_that_says_what_to_do(
    store: Store, tmp_path: Path, statement: str, look: Callable[[Store], object]
) -> None:
    walked(store, run_of(store), b"one")
    changed(tmp_path, statement)
    with pytest.raises(StoreError, match=r"reporter\.db is damaged: .*; `reporter archive verify` names what is"):
        look(store)


def test_refused_reply_that_is_damaged_is_told_in_its_place(store: Store, tmp_path: Path) -> None:
    store.reject(rejection(1))
    changed(tmp_path, "UPDATE rejected SET body = x'00'")
    (one,) = store.rejections()
    assert one.body.startswith(b"(damaged")


def test_found_rooms_stay_in_the_runs_record_in_order(store: Store) -> None:
    run_id = run_of(store)
    store.add_rooms(run_id, "toy", "main", ["9", "1", "9"])
    store.add_rooms(run_id, "toy", "other", ["1"])
    store.add_rooms(run_id, "toy", "main", ["1", "5"])
    assert [room for _, _, room in store.rooms_found(run_id)] == ["9", "1", "1", "5"]


def test_run_that_asks_anew_goes_on_only_with_one_that_does(store: Store) -> None:
    usual = run_of(store)
    anew = run_of(store, refresh=True)
    assert anew != usual
    assert run_of(store, refresh=True) == anew


def test_unfinished_run_that_asks_anew_goes_on_asking_anew(store: Store) -> None:
    anew = run_of(store, refresh=True)
    run = store.begin_run(
        client="acme", period=week(46), config_sha256="c" * 64, as_of=NOW, sources=(), now=NOW + timedelta(hours=1)
    )
    assert (run.run_id, run.refreshes, run.resumed) == (anew, True, True)
