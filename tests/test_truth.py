"""The whole chain judged by the sandbox's truth: who is whom, and who watched how long.

Everything but the sockets and the waiting is real: requests are signed, paged, stored, read and joined.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

Viewer = tuple[str, str]
WORLDS = [(7, 1.0), (11, 1.0), (23, 4.0)]


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: f"seed{world[0]}-scale{world[1]:g}")
def made(request: pytest.FixtureRequest, chain: Callable[..., Any]) -> Any:
    return chain(*request.param).run()


def _pairs(groups: Iterator[list[Viewer]]) -> set[tuple[Viewer, Viewer]]:
    return {pair for group in groups for pair in itertools.combinations(sorted(set(group)), 2)}


def _joined(made: Any) -> dict[Viewer, str]:
    rows = made.tables["viewers"].select("vendor", "viewer_id", "person_id").iter_rows()
    return {(vendor, viewer): person for vendor, viewer, person in rows}


def test_every_pull_is_complete_and_nothing_is_unexplained(made: Any) -> None:
    assert {one.verdict for one in made.report.pulls} == {"complete"}
    assert [one for one in made.report.findings if one.verdict == "unexplained"] == []


def test_join_merges_nobody_who_does_not_share_a_key(made: Any) -> None:
    joined, truth = _joined(made), made.truth
    groups = defaultdict(list)
    for viewer, person in joined.items():
        groups[person].append(viewer)
    sharing = {frozenset(pair) for one in truth.shared() for pair in itertools.combinations(one.people, 2)}
    wrong = 0
    for one, other in _pairs(iter(groups.values())):
        first, second = truth.person(*one), truth.person(*other)
        assert first is not None
        assert second is not None
        wrong += first != second and frozenset((first.number, second.number)) not in sharing
    assert wrong == 0


def test_join_finds_99_of_100_pairs_that_share_a_key(made: Any) -> None:
    joined = _joined(made)
    hidden = {person for one in made.truth.shared() if len(one.people) > 5 for person in one.people}
    found = asked = 0
    for person in made.truth.people:
        by_key = defaultdict(list)
        for viewer in person.viewers:
            for key in viewer.shows:
                by_key[key].append((viewer.vendor, viewer.viewer_id))
        for one, other in _pairs(iter(by_key.values())):
            if one in joined and other in joined and person.number not in hidden:
                asked += 1
                found += joined[one] == joined[other]
    assert asked > 50
    assert found / asked >= 0.99


def test_seconds_by_room_and_mode_are_the_truths(made: Any) -> None:
    """But for the room that is pulled as tracks, whose bias the about sheet names."""
    period, truth = made.report.period, made.truth
    asked = set(made.tables["rooms"]["room_id"]) - {"172183460688"}
    expected: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for (_, vendor, room, mode), seconds in truth.watched(period.start, period.end).items():
        if room in asked:
            expected[vendor, room, mode] += seconds
    rows = (
        made.tables["visits"]
        .filter(pl.col("room_id") != "172183460688")
        .group_by("vendor", "room_id", "mode")
        .agg(pl.col("watch_seconds").sum())
    )
    assert {tuple(row[:3]): row[3] for row in rows.iter_rows()} == dict(expected)


def test_a_person_is_seen_on_three_vendors(made: Any) -> None:
    assert made.tables["people"]["vendors"].list.len().max() == 3


@pytest.mark.parametrize(
    ("ours", "another", "call"),
    [
        (b'"eventId":609768,', b'"eventId":123,', "event/report/details"),
        (b'"ActMsg":{"Id":172183460671,', b'"ActMsg":{"Id":1,', "GetCustomActMsgAPI"),
    ],
)
def test_reply_about_another_room_fails_its_pull_and_makes_the_report_partial(
    chain: Callable[..., Any], ours: bytes, another: bytes, call: str
) -> None:
    made = chain(bend=lambda body: body.replace(ours, another)).run()
    assert made.report.status == "partial"
    (failed,) = [one for one in made.report.pulls if not one.is_whole]
    assert (failed.pull.endpoint, failed.verdict) == (call, "failed")
    assert "another room, event or viewer" in failed.issues[0].message.en
