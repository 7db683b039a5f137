from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reporter.store import Pace, Slot, Store

NOW = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
AT = NOW.timestamp()
PACE = Pace("scope", "call", interval=0.5, spacing=0.4)


def _after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def _sent(store: Store, pace: Pace, sent_at: datetime) -> None:
    slot = store.hold_slot(pace, sent_at)
    assert slot.is_ours
    store.slot_sent(pace, slot, sent_at)


def test_first_slot_is_now(store: Store) -> None:
    assert store.slot(PACE, NOW) == Slot(AT)


def test_looking_takes_no_slot(store: Store) -> None:
    _sent(store, PACE, NOW)
    assert [store.slot(PACE, NOW) for _ in range(2)] == [Slot(AT + 0.5)] * 2


def test_slot_is_held_by_one(store: Store) -> None:
    assert store.hold_slot(PACE, NOW) == Slot(AT, AT + 2.5, is_ours=True)
    assert store.hold_slot(PACE, NOW) == Slot(AT, AT + 2.5)
    assert store.slot(PACE, NOW).held_until == AT + 2.5


def test_slot_let_go_is_free_at_once(store: Store) -> None:
    slot = store.hold_slot(PACE, NOW)
    assert slot.is_ours
    store.free_slot(PACE, slot)
    assert store.slot(PACE, NOW) == Slot(AT)


def test_slots_hold_across_restarts(url: str) -> None:
    with Store.open(url) as first:
        _sent(first, PACE, NOW)
    with Store.open(url) as second:
        assert second.slot(PACE, _after(0.2)) == Slot(AT + 0.5)


def test_late_send_moves_the_next_slot_only_as_far_as_the_least_spacing_asks(store: Store) -> None:
    slot = store.hold_slot(PACE, NOW)
    assert slot.is_ours
    store.slot_sent(PACE, slot, _after(0.05))
    assert store.slot(PACE, NOW) == Slot(AT + 0.5)
    late = store.hold_slot(PACE, NOW)
    assert late.is_ours
    store.slot_sent(PACE, late, _after(0.8))
    assert abs(store.slot(PACE, NOW).due - (AT + 1.2)) < 1e-6


def test_slot_missed_is_not_made_up_for(store: Store) -> None:
    _sent(store, PACE, NOW)
    _sent(store, PACE, _after(10))
    assert store.slot(PACE, _after(10)) == Slot(AT + 10.5)


def test_holder_that_died_holds_for_a_moment_only(store: Store) -> None:
    store.hold_slot(PACE, NOW)
    assert not store.hold_slot(PACE, _after(2.4)).is_ours
    assert store.hold_slot(PACE, _after(2.6)) == Slot(AT + 2.6, AT + 5.1, is_ours=True)


def test_holder_that_died_with_a_long_interval_may_have_sent(store: Store) -> None:
    slow = Pace("scope", "call", interval=20, spacing=19)
    store.hold_slot(slow, NOW)
    assert not store.hold_slot(slow, _after(21.9)).is_ours
    assert store.hold_slot(slow, _after(22.1)).is_ours


def test_slot_that_is_far_off_is_not_held(store: Store) -> None:
    _sent(store, PACE, NOW)
    assert store.hold_slot(PACE, _after(0.1), within=0.3) == Slot(AT + 0.5)
    assert store.hold_slot(PACE, _after(0.3), within=0.3).is_ours


def test_holder_that_comes_too_late_takes_nothing_from_the_next(store: Store) -> None:
    slow = store.hold_slot(PACE, NOW)
    next_one = store.hold_slot(PACE, _after(3))
    assert slow.is_ours
    assert next_one.is_ours
    store.slot_sent(PACE, slow, _after(3.1))
    assert store.slot(PACE, _after(3.1)).held_until == next_one.held_until


def test_slots_of_calls_and_scopes_are_their_own(store: Store) -> None:
    _sent(store, PACE, NOW)
    assert store.slot(Pace("scope", "other", 0.5, 0.4), NOW) == Slot(AT)
    assert store.slot(Pace("other", "call", 0.5, 0.4), NOW) == Slot(AT)


def test_clock_set_back_never_makes_a_call_wait_for_hours(store: Store) -> None:
    _sent(store, PACE, NOW)
    store.hold_slot(PACE, NOW)
    before = NOW - timedelta(hours=1)
    assert store.slot(PACE, before) == Slot(before.timestamp() + 0.5)
    assert not store.hold_slot(PACE, before, within=0.1).is_ours
    assert store.hold_slot(PACE, before + timedelta(seconds=0.4), within=0.1 + 1e-6).is_ours
