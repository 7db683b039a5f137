"""Every figure reckoned a second time, by plain loops over what the sandbox knows, in every scope it is given in."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from statistics import median
from typing import Any, NamedTuple

import polars as pl
import pytest

from reporter import metrics
from reporter.sandbox import Room, Visit
from reporter.sandbox.calls import CHINA

#: the demo's room that is pulled as tracks: one visit a viewer and mode, at the first coming ever
TRACKED = "172183460688"
LIVE = {"live", "interactive"}
WATCHED = LIVE | {"replay", "vod"}
WORLDS = [(7, 1.0), (11, 1.0), (23, 3.0)]


class Fact(NamedTuple):
    """A visit that counts, as the vendor can tell it; `who` is the report's person."""

    vendor: str
    event: str
    who: str
    mode: str
    joined: float | None
    left: float | None
    seconds: float

    @property
    def day(self) -> str | None:
        return None if self.joined is None else f"{datetime.fromtimestamp(self.joined, CHINA):%Y-%m-%d}"


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: f"seed{world[0]}-scale{world[1]:g}")
def made(request: pytest.FixtureRequest, chain: Callable[..., Any]) -> Any:
    return chain(*request.param).run()


@pytest.fixture(scope="module")
def rooms(made: Any) -> dict[str, str]:
    """The event of each room of the report."""
    return dict(made.tables["rooms"].select("room_id", "event").iter_rows())


@pytest.fixture(scope="module")
def persons(made: Any) -> dict[tuple[str, str], str]:
    """The report's person behind each viewer that no rule excludes; the join itself is judged elsewhere."""
    viewers = made.tables["viewers"].select("vendor", "viewer_id", "person_id").iter_rows()
    out = set(
        made.tables["visits"].filter(pl.col("excluded_by").is_not_null()).select("vendor", "viewer_id").iter_rows()
    )
    return {(vendor, viewer): person for vendor, viewer, person in viewers if (vendor, viewer) not in out}


@pytest.fixture(scope="module")
def facts(made: Any, rooms: dict[str, str], persons: dict[tuple[str, str], str]) -> list[Fact]:
    found = []
    for vendor, room, visit in _visits(made, rooms):
        who = persons.get((vendor, visit.viewer.viewer_id))
        if who is not None and room.room_id != TRACKED:
            is_timed = vendor != "talkcloud"
            joined, left = (float(at) if is_timed else None for at in (visit.joined, visit.left))
            found.append(Fact(vendor, rooms[room.room_id], who, visit.mode, joined, left, visit.seconds))
    return found + list(_tracked(made, rooms, persons))


def _asked(made: Any, rooms: dict[str, str]) -> Iterator[tuple[str, Room]]:
    for vendor in ("volcengine", "quanshi", "talkcloud"):
        yield from ((vendor, room) for room in made.truth.rooms(vendor) if room.room_id in rooms)


def _visits(made: Any, rooms: dict[str, str]) -> Iterator[tuple[str, Room, Visit]]:
    for vendor, room in _asked(made, rooms):
        yield from ((vendor, room, visit) for visit in made.truth.visits(*made.bounds, [room]))


def _tracked(made: Any, rooms: dict[str, str], persons: dict[tuple[str, str], str]) -> Iterator[Fact]:
    (room,) = (room for _, room in _asked(made, rooms) if room.room_id == TRACKED)
    for viewer, track in made.truth.tracks(room).items():
        who = persons.get(("volcengine", viewer))
        if who is not None and made.bounds[0] <= track.joined_at < made.bounds[1]:
            for mode, spent in (("live", track.live_seconds), ("replay", track.replay_seconds)):
                if spent:
                    yield Fact("volcengine", rooms[TRACKED], who, mode, track.joined_at.timestamp(), None, spent)


def _figures(made: Any, metric: str, *scopes: str) -> dict[tuple[str, str], Any]:
    """Return the figures that the report has, those that nobody can give left out."""
    found = {(one.scope, one.key): one.value for one in made.report.figures if one.metric == metric}
    return {place: value for place, value in found.items() if place[0] in scopes and value is not None}


def _by_scope(made: Any, facts: Iterable[Fact]) -> dict[tuple[str, str], list[Fact]]:
    """Return the facts of every key that a report has figures of, those without any too."""
    by_key: dict[tuple[str, str], list[Fact]] = {(one.scope, one.key): [] for one in made.report.figures}
    for fact in facts:
        for place in (("total", ""), ("event", fact.event), ("day", fact.day or ""), ("vendor", fact.vendor)):
            by_key.setdefault(place, []).append(fact)
    return by_key


ALL = ("total", "event", "day", "vendor")


@pytest.mark.parametrize(
    ("metric", "modes"),
    [("live_people", LIVE), ("replay_people", {"replay"}), ("vod_people", {"vod"})],
)
def test_people_of_a_mode_are_the_truths_in_every_scope(
    made: Any, facts: list[Fact], metric: str, modes: set[str]
) -> None:
    truth = _by_scope(made, facts)
    found = _figures(made, metric, *ALL)
    assert found
    assert found == {place: len({fact.who for fact in truth[place] if fact.mode in modes}) for place in found}


def test_people_and_those_on_several_platforms_are_the_truths(made: Any, facts: list[Fact]) -> None:
    truth = _by_scope(made, facts)
    people = _figures(made, "people", *ALL)
    assert people == {place: len({fact.who for fact in truth[place]}) for place in people}
    overlap = _figures(made, "overlap_people", "total", "event", "day")
    for place, value in overlap.items():
        seen = defaultdict(set)
        for fact in truth[place]:
            seen[fact.who].add(fact.vendor)
        assert value == sum(len(vendors) > 1 for vendors in seen.values()), place


def test_overlap_matrix_is_the_truths(made: Any, facts: list[Fact]) -> None:
    on = defaultdict(set)
    for fact in facts:
        on[fact.vendor].add(fact.who)
    rows = made.report.tables["overlap"].select("vendor", "other", "people").rows()
    assert rows
    assert {(one, other): people for one, other, people in rows} == {
        (one, other): len(on[one] & on[other]) for one, other, _ in rows
    }


@pytest.mark.parametrize(
    ("metric", "modes"),
    [("watch_seconds", WATCHED), ("live_seconds", LIVE), ("replay_seconds", {"replay"}), ("vod_seconds", {"vod"})],
)
def test_seconds_are_the_truths_in_every_scope(made: Any, facts: list[Fact], metric: str, modes: set[str]) -> None:
    truth = _by_scope(made, facts)
    found = _figures(made, metric, *ALL)
    assert found
    assert found == {place: sum(fact.seconds for fact in truth[place] if fact.mode in modes) for place in found}


def _united(facts: Iterable[Fact]) -> float:
    """Return the seconds that at least one of the visits covers, plus those of visits without both times."""
    total, reach = 0.0, -math.inf
    timed = sorted((one.joined, one.left) for one in facts if one.joined is not None and one.left is not None)
    for joined, left in timed:
        total += max(0.0, left - max(joined, reach))
        reach = max(reach, left)
    return total + sum(one.seconds for one in facts if one.left is None)


def _stays(facts: Iterable[Fact]) -> dict[tuple[str, str], list[Fact]]:
    """Return the visits of each person at each event."""
    stays = defaultdict(list)
    for fact in facts:
        if fact.mode in WATCHED:
            stays[fact.event, fact.who].append(fact)
    return stays


def test_watch_time_with_overlaps_once_its_average_and_median_are_the_truths(made: Any, facts: list[Fact]) -> None:
    truth = _by_scope(made, facts)
    for place, value in _figures(made, "watch_union_seconds", "total", "event").items():
        by_person: defaultdict[str, float] = defaultdict(float)
        for (_, who), own in _stays(truth[place]).items():
            by_person[who] += _united(own)
        times = [seconds for seconds in by_person.values() if seconds]
        assert value == sum(times), place
        average = _figures(made, "average_watch_seconds", *ALL).get(place)
        assert average == (pytest.approx(sum(times) / len(times)) if times else None), place
        assert _figures(made, "median_watch_seconds", *ALL).get(place) == (median(times) if times else None), place


def _online(facts: Iterable[Fact]) -> list[tuple[float, int]]:
    """Return the instants at which somebody comes or goes live, and how many persons are there from then on."""
    live = [fact for fact in facts if fact.mode in LIVE and fact.joined is not None and fact.left is not None]
    instants = sorted({at for fact in live for at in (fact.joined, fact.left) if at is not None})
    return [(at, len({fact.who for fact in live if (fact.joined or 0) <= at < (fact.left or 0)})) for at in instants]


def test_peak_and_average_concurrency_are_the_truths(made: Any, facts: list[Fact]) -> None:
    truth = _by_scope(made, facts)
    peaks, averages = (_figures(made, f"{kind}_concurrency", "total", "event") for kind in ("peak", "average"))
    assert len(peaks) > 3
    for (scope, event), value in peaks.items():
        if scope == "event" and (steps := _online(truth[scope, event])):
            assert value == max(online for _, online in steps), event
            spans = [(after - at, online) for (at, online), (after, _) in pairwise(steps)]
            lasted = sum(span for span, online in spans if online)
            expected = sum(span * online for span, online in spans) / lasted
            assert averages[scope, event] == pytest.approx(expected), event
    assert peaks["total", ""] == max(value for (scope, _), value in peaks.items() if scope == "event")


def test_drop_off_points_are_instants_by_which_a_part_has_left(
    made: Any, rooms: dict[str, str], facts: list[Fact]
) -> None:
    spans: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, room in _asked(made, rooms):
        if room.slots:
            spans[rooms[room.room_id]] += [(a.timestamp(), b.timestamp()) for a, b in made.truth.spans(room)]
    live = [fact for fact in facts if fact.mode in LIVE and fact.joined is not None and fact.left is not None]
    events = [event for scope, event in _figures(made, "half_left_seconds", "event") if scope == "event"]
    alone = [event for event in events if sum(event == other for other in rooms.values()) == 1]
    assert alone
    for event in alone:
        stays = defaultdict(list)
        for fact in (one for one in live if one.event == event):
            ends = sorted(end for _, end in spans[event])
            session = next((end for end in ends if end > (fact.joined or 0)), ends[-1])
            stays[session, fact.who].append(fact)
        opened = {
            session: min(fact.joined or 0 for (other, _), own in stays.items() if other == session for fact in own)
            for session, _ in stays
        }
        stayed = sorted(max(fact.left or 0 for fact in own) - opened[session] for (session, _), own in stays.items())
        for metric, part in (("quarter_left", 0.25), ("half_left", 0.5), ("three_quarters_left", 0.75)):
            expected = stayed[math.ceil(len(stayed) * part) - 1]
            assert _figures(made, f"{metric}_seconds", "event")["event", event] == expected, (event, metric)


def _days(made: Any) -> list[date]:
    return list(made.report.period.days())


def test_plays_and_their_averages_are_the_truths(made: Any, rooms: dict[str, str]) -> None:
    media = [room for room in made.truth.rooms("aliyun") if room.room_id in rooms]
    assert len(media) == 2
    days = {(room.room_id, day): made.truth.plays(room, day) for room in media for day in _days(made)}
    plays, seconds, viewers = (
        sum(getattr(one, name) for one in days.values()) for name in ("plays", "play_seconds", "viewers")
    )
    expected = {
        "plays": plays,
        "play_seconds": seconds,
        "play_viewer_days": viewers,
        "average_play_seconds": pytest.approx(seconds / plays),
        "play_seconds_per_viewer_day": pytest.approx(seconds / viewers),
        "plays_per_viewer_day": pytest.approx(plays / viewers),
        # the vendor rounds each day, and calls per viewer what is per play
        "vendor_plays_per_viewer": pytest.approx(plays / viewers, rel=0.01),
        "vendor_seconds_per_viewer": pytest.approx(seconds / plays, rel=0.05),
    }
    for metric, value in expected.items():
        assert _figures(made, metric, "total") == {("total", ""): value}, metric
    by_day = {("day", day.isoformat()): sum(days[room.room_id, day].plays for room in media) for day in _days(made)}
    assert _figures(made, "plays", "day") == by_day


def test_counts_and_money_are_the_truths(made: Any, rooms: dict[str, str], persons: dict[tuple[str, str], str]) -> None:
    """Quanshi counts each visit; Volcengine a room's whole life, which is told where the room is first live now."""
    totals: defaultdict[str, int] = defaultdict(int)
    names = {"volcengine": ("comments", "likes", "votes", "sign_ins", "paid")}
    names["quanshi"] = ("comments", "likes", "votes", "sign_ins", "questions")
    for vendor, room in _asked(made, rooms):
        spans = made.truth.spans(room) if room.slots else []
        is_new = bool(spans) and made.bounds[0] <= spans[0][0] < made.bounds[1]
        if vendor == "quanshi" or (vendor == "volcengine" and is_new):
            bounds = made.bounds if vendor == "quanshi" else (datetime(2024, 1, 1, tzinfo=UTC), datetime.now(UTC))
            for visit in made.truth.visits(*bounds, [room]):
                if (vendor, visit.viewer.viewer_id) in persons:
                    for name in names[vendor]:
                        totals[name] += getattr(visit.acts, name)
    for metric in ("comments", "likes", "votes", "sign_ins", "questions"):
        assert _figures(made, metric, "total") == {("total", ""): totals[metric]}, metric
    paid = _figures(made, "paid_amount", "total")
    assert paid == {("total", ""): Decimal(totals["paid"]) / 100}


def test_weekly_people_are_no_sum_of_daily_people(made: Any) -> None:
    people = _figures(made, "people", *ALL)
    for scope, group in groupby(people.items(), key=lambda item: item[0][0]):
        values = [value for _, value in group]
        if scope != "total":
            assert max(values) < people["total", ""] < sum(values), scope


def test_totals_obey_what_each_metric_says_of_adding_up(made: Any) -> None:
    values: defaultdict[str, dict[tuple[str, str], Any]] = defaultdict(dict)
    for one in made.report.figures:
        values[one.metric][one.scope, one.key] = one.value
    checked: defaultdict[str, int] = defaultdict(int)
    for definition in made.report.definitions:
        own = values[definition.code]
        parts = [value for (scope, _), value in own.items() if scope == "event" and value is not None]
        total = own.get(("total", ""))
        if total is None or not parts:
            continue
        checked[definition.additivity] += 1
        if definition.additivity == "sum":
            assert total == sum(parts), definition.code
        elif definition.additivity == "max":
            assert total == max(parts), definition.code
        elif definition.additivity == "union":
            assert max(parts) <= total <= sum(parts), definition.code
    assert min(checked[kind] for kind in ("sum", "max", "union")) > 0


def test_ratios_are_made_from_the_sums_of_their_own_scope(made: Any) -> None:
    values = {(one.metric, one.scope, one.key): one.value for one in made.report.figures}
    ratios = [metric for metric in metrics.REGISTRY if isinstance(metric.how, metrics.Ratio)]
    checked = 0
    for metric in ratios:
        assert isinstance(metric.how, metrics.Ratio)
        for (code, *place), value in values.items():
            if code == metric.code and value is not None:
                top, bottom = (values[part, *place] for part in (metric.how.top, metric.how.bottom))
                assert value == float(top) / float(bottom), (code, place)
                checked += 1
    assert checked > 20
