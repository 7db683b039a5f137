"""The join judged by the sandbox, which knows who is who: no false person, and none torn apart who shares a key."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from reporter.sandbox import Sandbox, Truth, Viewer

ACCOUNT_OF = {"volcengine": "volc", "quanshi": "qs", "talkcloud": "talk"}


def _row(viewer: Viewer) -> dict[str, Any]:
    """Return a viewer as normalise gives it; TalkCloud's only key is its userId, whatever that is."""
    told: dict[str, Any] = {key: getattr(viewer, key) for key in ("phone", "email", "external_id")}
    if viewer.vendor == "talkcloud":
        told = dict.fromkeys(viewer.shows, viewer.viewer_id)
    return {"account": ACCOUNT_OF[viewer.vendor], "viewer_id": viewer.viewer_id, "name": viewer.name, **told}


def _sharing(truth: Truth) -> set[frozenset[int]]:
    """Return the pairs of people who share a key that names both: one phone is one person, by the rules."""
    return {frozenset(pair) for shared in truth.shared() for pair in combinations(shared.people, 2)}


@pytest.mark.parametrize("scale", [1, 10])
def test_join_has_precision_1_and_recall_of_at_least_99_in_100(joined: Any, scale: int) -> None:
    truth = Sandbox(seed=7, scale=scale).truth
    viewers = {(viewer.vendor, viewer.viewer_id): viewer for person in truth.people for viewer in person.viewers}
    done, _ = joined(viewers=[_row(viewer) for viewer in viewers.values()])
    table = done.tables["viewers"].select("vendor", "viewer_id", "person_id")
    person_of = {(vendor, viewer_id): person for vendor, viewer_id, person in table.iter_rows()}
    together: dict[str, list[Viewer]] = {}
    for place, person in person_of.items():
        together.setdefault(person, []).append(viewers[place])
    joined_pairs = [pair for group in together.values() for pair in combinations(group, 2)]
    false = {frozenset((a.number, b.number)) for a, b in joined_pairs if a.number != b.number}
    assert false <= _sharing(truth)
    due = [(a, b) for person in truth.people for a, b in combinations(person.viewers, 2) if set(a.shows) & set(b.shows)]
    found = [person_of[a.vendor, a.viewer_id] == person_of[b.vendor, b.viewer_id] for a, b in due]
    assert len(due) > 100 * scale
    assert sum(found) >= 0.99 * len(due)
