"""Whether a content may go without `--revise`: it was the last that was tried, and nothing else has come between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reporter.mail import earlier
from reporter.model import Period
from reporter.store import Delivery, FinishedRun, State, Store
from reporter.store.ledger import Verdict
from tests.mail.drafts import AT, draft


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'reporter.db'}") as opened:
        yield opened


def finished(store: Store) -> FinishedRun:
    period = Period("2026-W47", AT, AT + timedelta(days=7), "UTC")
    begun = store.begin_run(client="acme", period=period, config_sha256="c" * 64, as_of=AT, sources=(), now=AT)
    store.finish_run(begun.run_id, "complete", '{"files": []}', {}, AT)
    run = store.finished(begun.run_id)
    assert run is not None
    return run


def content(name: str) -> list[Delivery]:
    """Return the rows of a content, not in any ledger yet."""
    return [replace(row, key=f"{name}-{row.key}", content_sha256=name) for row in draft().rows]


def try_all(store: Store, rows: list[Delivery], minute: int, state: State) -> None:
    at = AT + timedelta(minutes=minute)
    store.ledger.plan(rows, at)
    attempt = store.ledger.claim([row.key for row in rows], at)
    store.ledger.settle([Verdict(row.key, state) for row in rows], at, attempt)


def test_content_that_was_tried_last_needs_no_second_word_and_one_that_another_came_after_does(store: Store) -> None:
    run, old, new = finished(store), content("old"), content("new")
    try_all(store, old, 0, "deferred")
    assert earlier.is_begun(store, run, old)
    try_all(store, new, 1, "accepted")
    assert [earlier.is_begun(store, run, rows) for rows in (old, new)] == [False, True]
    assert {row.key for row in earlier.tried_before(store, run, old)} == {row.key for row in new}
    assert earlier.tried_before(store, run, new) == []


def test_content_that_was_only_held_back_was_never_begun(store: Store) -> None:
    run, old, new = finished(store), content("old"), content("new")
    try_all(store, old, 0, "accepted")
    store.ledger.hold(new, "another content", AT + timedelta(minutes=1))
    assert not earlier.is_begun(store, run, new)
    assert {row.content_sha256 for row in earlier.tried_before(store, run, new)} == {"old"}


def test_content_that_comes_back_is_the_last_that_was_tried_whenever_it_was_planned(store: Store) -> None:
    run, old, new = finished(store), content("old"), content("new")
    try_all(store, old, 0, "deferred")
    try_all(store, new, 1, "accepted")
    try_all(store, old, 2, "deferred")
    assert [earlier.is_begun(store, run, rows) for rows in (old, new)] == [True, False]
    third = content("third")
    tried = earlier.tried_before(store, run, third)
    assert [row.content_sha256 for row in earlier.last_of(tried)] == ["old", "new"]
    assert {row.content_sha256 for row in earlier.replaced_by(tried, third[0])} == {"new"}
    try_all(store, old, 3, "accepted")
    tried = earlier.tried_before(store, run, third)
    assert [row.content_sha256 for row in earlier.last_of(tried)] == ["old"]
    assert earlier.replaced_by(tried, third[0])[-1].content_sha256 == "old"
    assert earlier.replaced_by(tried, old[0]) == []


def test_content_that_was_held_back_or_said_to_be_lost_since_was_not_tried_then(store: Store) -> None:
    run, old, new = finished(store), content("old"), content("new")
    try_all(store, old[:1], 0, "unknown")
    try_all(store, old[1:], 0, "deferred")
    try_all(store, new, 1, "accepted")
    store.ledger.hold(old, "another content", AT + timedelta(minutes=2))
    store.ledger.resolve(old[0].key, is_delivered=False, now=AT + timedelta(minutes=3))
    assert [earlier.is_begun(store, run, rows) for rows in (old, new)] == [False, True]


def test_try_that_no_server_answered_is_one(store: Store) -> None:
    run, rows = finished(store), content("old")
    store.ledger.plan(rows, AT)
    assert not earlier.is_begun(store, run, rows)
    store.ledger.settle([Verdict(row.key, "deferred") for row in rows], AT)
    assert earlier.is_begun(store, run, rows)


def test_content_for_another_audience_counts_where_its_readers_are_the_same(store: Store) -> None:
    run, new = finished(store), content("new")
    old = [replace(row, key=f"internal-{row.key}", audience="internal") for row in content("old")]
    try_all(store, old, 0, "accepted")
    assert earlier.tried_before(store, run, new, ["someone@acme.example"]) == []
    assert [row.key for row in earlier.tried_before(store, run, new, [old[0].recipient.upper()])] == [old[0].key]


def test_same_bytes_for_another_audience_are_another_content(store: Store) -> None:
    run, new = finished(store), content("same")
    old = [replace(row, key=f"internal-{row.key}", audience="internal") for row in new]
    try_all(store, old, 0, "accepted")
    readers = [row.recipient for row in old]
    assert len(earlier.tried_before(store, run, new, readers)) == len(old)
    assert not earlier.is_begun(store, run, new, readers)
