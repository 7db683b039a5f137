from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reporter.store import Store

NOW = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)


def test_slots_are_an_interval_apart(store: Store) -> None:
    assert [store.take_slot("scope", "call", 0.5, NOW) for _ in range(3)] == [0, 0.5, 1.0]


def test_slots_hold_across_restarts(url: str) -> None:
    with Store.open(url) as first:
        first.take_slot("scope", "call", 2, NOW)
    with Store.open(url) as second:
        assert second.take_slot("scope", "call", 2, NOW + timedelta(seconds=0.5)) == 1.5


def test_slot_missed_is_not_made_up_for(store: Store) -> None:
    store.take_slot("scope", "call", 1, NOW)
    late = NOW + timedelta(seconds=10)
    assert [store.take_slot("scope", "call", 1, late) for _ in range(2)] == [0, 1]


def test_slots_of_calls_and_scopes_are_their_own(store: Store) -> None:
    store.take_slot("scope", "call", 1, NOW)
    assert store.take_slot("scope", "other", 1, NOW) == 0
    assert store.take_slot("other", "call", 1, NOW) == 0


def test_looking_takes_no_slot(store: Store) -> None:
    store.take_slot("scope", "call", 1, NOW)
    assert [store.slot_wait("scope", "call", 1, NOW) for _ in range(2)] == [1, 1]


def test_clock_set_back_never_makes_a_call_wait_for_hours(store: Store) -> None:
    store.take_slot("scope", "call", 1, NOW)
    assert store.take_slot("scope", "call", 1, NOW - timedelta(hours=1)) == 1
