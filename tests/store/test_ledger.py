from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reporter.errors import LockedError
from reporter.store import Delivery, Store
from reporter.store.ledger import Verdict

NOW = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
ROW = Delivery(
    key="k1",
    client="acme",
    label="2026-W46",
    audience="client",
    content_sha256="c" * 64,
    workbook_sha256="w" * 64,
    recipient="ops@acme.example",
    message_id="<1@agency.example>",
    run_id="run-1",
)
OTHER = replace(ROW, key="k2", recipient="boss@acme.example")


def states(store: Store) -> dict[str, str]:
    return {row.key: row.state for row in store.ledger.rows()}


def test_planned_rows_are_put_in_once_and_come_back_as_they_stand(store: Store) -> None:
    store.ledger.plan([ROW], NOW)
    attempt = store.ledger.claim(["k1"], NOW)
    store.ledger.settle([Verdict("k1", "accepted", "250 ok")], NOW, attempt)
    first, second = store.ledger.plan([ROW, OTHER], LATER)
    assert (first.state, first.reason, first.tries, first.changed_at) == ("accepted", "250 ok", 1, NOW)
    assert (second.state, second.tries, second.changed_at) == ("planned", 0, LATER)


def test_claim_takes_all_or_none(store: Store) -> None:
    store.ledger.plan([ROW, OTHER], NOW)
    store.ledger.claim(["k1"], NOW)
    with pytest.raises(LockedError):
        store.ledger.claim(["k1", "k2"], NOW)
    assert states(store) == {"k1": "sending", "k2": "planned"}


@pytest.mark.parametrize("state", ["accepted", "unknown"])
def test_what_is_out_or_may_be_is_never_claimed_again(store: Store, state: str) -> None:
    store.ledger.plan([ROW], NOW)
    attempt = store.ledger.claim(["k1"], NOW)
    store.ledger.settle([Verdict("k1", state)], NOW, attempt)  # type: ignore[arg-type]
    with pytest.raises(LockedError):
        store.ledger.claim(["k1"], NOW)
    store.ledger.hold([ROW], "a rule", NOW)
    store.ledger.plan([ROW], NOW)
    store.ledger.settle([Verdict("k1", "deferred")], NOW)
    assert states(store) == {"k1": state}


def test_try_settles_only_what_it_claimed_itself(store: Store) -> None:
    store.ledger.plan([ROW], NOW)
    first = store.ledger.claim(["k1"], NOW)
    store.ledger.settle([Verdict("k1", "deferred", due_at=LATER)], NOW, first)
    second = store.ledger.claim(["k1"], NOW)
    store.ledger.settle([Verdict("k1", "accepted")], NOW, first)
    assert states(store) == {"k1": "sending"}
    store.ledger.settle([Verdict("k1", "refused", "550 no")], NOW, second)
    (row,) = store.ledger.rows()
    assert (row.state, row.reason, row.tries, row.due_at) == ("refused", "550 no", 2, None)


def test_what_was_being_sent_when_its_process_died_is_unknown(store: Store) -> None:
    store.ledger.plan([ROW, OTHER], NOW)
    store.ledger.claim(["k1"], NOW)
    store.ledger.recover("acme", "2026-W46", LATER)
    assert states(store) == {"k1": "unknown", "k2": "planned"}


@pytest.mark.parametrize(("is_delivered", "state"), [(True, "accepted"), (False, "planned")])
def test_person_settles_what_is_unknown_and_nothing_else(store: Store, is_delivered: bool, state: str) -> None:
    store.ledger.plan([ROW, OTHER], NOW)
    store.ledger.claim(["k1"], NOW)
    store.ledger.recover("acme", "2026-W46", NOW)
    resolved = store.ledger.resolve("k1", is_delivered=is_delivered, now=LATER)
    assert resolved is not None
    assert resolved.state == state
    assert store.ledger.resolve("k1", is_delivered=is_delivered, now=LATER) is None
    assert store.ledger.resolve("k2", is_delivered=is_delivered, now=LATER) is None


def test_held_rows_are_planned_again_once_the_rule_is_content(store: Store) -> None:
    assert [row.state for row in store.ledger.hold([ROW], "a phone", NOW)] == ["held"]
    assert [row.reason for row in store.ledger.rows("acme", "2026-W46")] == ["a phone"]
    assert [row.state for row in store.ledger.plan([replace(ROW, run_id="run-2")], LATER)] == ["planned"]
    assert [(row.run_id, row.reason) for row in store.ledger.rows()] == [("run-2", "")]


def test_rows_are_found_by_the_beginning_of_their_key(store: Store) -> None:
    store.ledger.plan([ROW, OTHER], NOW)
    assert [row.key for row in store.ledger.find("k1")] == ["k1"]
    assert len(store.ledger.find("k")) == 2
    assert store.ledger.find("%") == []
