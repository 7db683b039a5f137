"""The join judged by the sandbox, which knows who is who: no false person, and none torn apart who shares a key."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Judged:
    """Pairs of viewers: joined, joined though no key makes them one person, due by a key both show, found of these."""

    joined: int
    false: int
    due: int
    found: int

    @property
    def precision(self) -> float:
        return 1 - self.false / self.joined

    @property
    def recall(self) -> float:
        return self.found / self.due


def _judged(joined: Any, truth: Truth) -> Judged:
    viewers = {(viewer.vendor, viewer.viewer_id): viewer for person in truth.people for viewer in person.viewers}
    done, _ = joined(viewers=[_row(viewer) for viewer in viewers.values()])
    table = done.tables["viewers"].select("vendor", "viewer_id", "person_id")
    person_of = {(vendor, viewer_id): person for vendor, viewer_id, person in table.iter_rows()}
    together: dict[str, list[Viewer]] = {}
    for place, person in person_of.items():
        together.setdefault(person, []).append(viewers[place])
    pairs = [pair for group in together.values() for pair in combinations(group, 2)]
    sharing = _sharing(truth)
    false = [(a, b) for a, b in pairs if a.number != b.number and frozenset((a.number, b.number)) not in sharing]
    due = [(a, b) for person in truth.people for a, b in combinations(person.viewers, 2) if set(a.shows) & set(b.shows)]
    found = [person_of[a.vendor, a.viewer_id] == person_of[b.vendor, b.viewer_id] for a, b in due]
    return Judged(len(pairs), len(false), len(due), sum(found))


@pytest.mark.parametrize("scale", [1, 4, 16])
@pytest.mark.parametrize("seed", [7, 11, 23])
def test_join_has_precision_1_and_recall_of_at_least_99_in_100(joined: Any, seed: int, scale: int) -> None:
    judged = _judged(joined, Sandbox(seed=seed, scale=scale).truth)
    row = f"| {seed} | {scale} | {judged.joined:,} | {judged.precision:.4f} | {judged.due:,} | {judged.recall:.4f} |"
    print(row)  # noqa: T201 - `pytest -s` shows the table of docs/identity.md
    assert judged.false == 0
    assert judged.due > 100 * scale
    assert judged.recall >= 0.99
