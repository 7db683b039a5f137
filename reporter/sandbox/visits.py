"""Who came when: one week of one room, drawn from its own luck.

A visit is live where it overlaps a live span of its room, preview where it ends before the first one,
else replay; in Quanshi's app live is called interactive. A video's visits are vod. Unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import NamedTuple

from reporter.sandbox.calls import start_of
from reporter.sandbox.people import Person, Viewer
from reporter.sandbox.rooms import Room, Slot

_WEEK = 7 * 86_400
_MINUTE, _HOUR = 60, 3600


class Span(NamedTuple):
    """A live span, half-open."""

    start: int
    end: int


class Acts(NamedTuple):
    """What somebody did during one visit; `paid` is in cents."""

    comments: int = 0
    likes: int = 0
    questions: int = 0
    votes: int = 0
    surveys: int = 0
    sign_ins: int = 0
    lotteries: int = 0
    wins: int = 0
    hand_raises: int = 0
    shares: int = 0
    red_packets: int = 0
    goods: int = 0
    paid: int = 0


class Visit(NamedTuple):
    """One stretch of watching; `device` counts a person's devices from 0."""

    viewer: Viewer
    room: str
    mode: str
    joined: int
    left: int
    device: int = 0
    acts: Acts = Acts()

    @property
    def seconds(self) -> int:
        """How long it took."""
        return self.left - self.joined


@dataclass(frozen=True, slots=True)
class Scene:
    """One week of one room: its luck, its live spans, and those of the weeks around."""

    rng: Random
    room: Room
    week: date
    spans: list[Span]
    around: list[Span]

    @property
    def start(self) -> int:
        """The week's first instant."""
        return start_of(self.week)


def order(visit: Visit) -> tuple[int, int, str]:
    """Sort visits by start, then by person, then by record."""
    return (visit.joined, visit.viewer.number, visit.viewer.viewer_id)


def scheduled(slot: Slot, week: date) -> int:
    """Return when a slot of a week is due."""
    return start_of(week) + slot.weekday * 86_400 + slot.hour * 3600 + slot.minute * 60


def mode_of(joined: int, left: int, spans: list[Span]) -> str:
    """Return live, preview or replay by the room's live spans, which are in order."""
    if any(joined < span.end and left > span.start for span in spans):
        return "live"
    return "preview" if spans and left <= spans[0].start else "replay"


def week(scene: Scene, audience: list[Person]) -> Iterator[Visit]:
    """Yield the visits of everybody who comes this week."""
    for person in audience:
        if scene.room.slots:
            yield from _at_live_room(scene, person)
        else:
            yield from _at_video(scene, person)


def _at_live_room(scene: Scene, person: Person) -> Iterator[Visit]:
    rng, records = scene.rng, person.at(scene.room.vendor)
    app = next((viewer for viewer in records if viewer.app), None)
    web = next((viewer for viewer in records if not viewer.app), None)
    for span in scene.spans:
        if app and (app.role != "attendee" or not web or _happens(rng, 0.4)):
            yield from _in_app(scene, app, span)
        if web and (not app or app.role != "attendee" or _happens(rng, 0.7)):
            yield from _live(scene, web, span)
    if web:
        yield from _before_and_after(scene, web)


def _in_app(scene: Scene, viewer: Viewer, span: Span) -> Iterator[Visit]:
    """The host is there from before the first minute to after the last; others come and go."""
    rng, room_id = scene.rng, scene.room.room_id
    if viewer.role == "attendee":
        joined, left = _stay(rng, span)
    else:
        joined, left = span.start - rng.randint(60, 300), span.end + rng.randint(10, 120)
    yield Visit(viewer, room_id, "interactive", joined, left)


def _live(scene: Scene, viewer: Viewer, span: Span) -> Iterator[Visit]:
    rng = scene.rng
    if scene.room.grows and _happens(rng, 0.12):  # not today
        return
    joined, left = _stay(rng, span)
    device = int(_happens(rng, 0.3))
    if left - joined > 20 * _MINUTE and _happens(rng, 0.2):  # the connection breaks once
        cut, gap = rng.randint(joined + 300, left - 600), rng.randint(20, 200)
        yield _visit(scene, viewer, joined, cut, device=device)
        joined = cut + gap
    yield _visit(scene, viewer, joined, left, device=device)
    if _happens(rng, 0.05):  # a second screen at the same time
        yield _visit(scene, viewer, joined + 30, max(left - 10, joined + 31), device=2)


def _stay(rng: Random, span: Span) -> tuple[int, int]:
    """Return a stay that overlaps the span: most come early, and most of those stay to the end."""
    length = span.end - span.start
    joined = span.start + (rng.randint(-300, 300) if _happens(rng, 0.7) else rng.randint(300, length - 300))
    if _happens(rng, 0.7):
        return joined, span.end + rng.randint(-200, 120)
    return joined, max(joined, span.start) + rng.randint(30, max(31, (span.end - max(joined, span.start)) // 2))


def _before_and_after(scene: Scene, viewer: Viewer) -> Iterator[Visit]:
    """Replays until the week ends, some of them over its last midnight; previews of rooms that are new."""
    rng, first, last = scene.rng, scene.spans[0], scene.spans[-1]
    if scene.room.week and first.start - scene.start > 2 * _HOUR and _happens(rng, 0.15):
        joined = rng.randint(scene.start, first.start - _HOUR)
        yield _visit(scene, viewer, joined, joined + rng.randint(15, 120))
    for _ in range(rng.choice((0, 0, 0, 0, 1, 1, 2))):
        low, high = last.end + 600, scene.start + _WEEK - 1
        if low > high:  # live over the week's end: what is left of the week is the time before
            low, high = scene.start, first.start - 2 * _HOUR
        joined = rng.randint(low, high) if _happens(rng, 0.95) else high
        yield _visit(scene, viewer, joined, joined + rng.randint(20, 2400), device=rng.randint(0, 1))


def _visit(scene: Scene, viewer: Viewer, joined: int, left: int, *, device: int = 0) -> Visit:
    mode = mode_of(joined, left, scene.around)
    acts = _acts(scene.rng) if mode == "live" and _happens(scene.rng, 0.35) else Acts()
    return Visit(viewer, scene.room.room_id, mode, joined, left, device, acts)


def _acts(rng: Random) -> Acts:
    few = (0, 0, 0, 1, 1, 2, 3)
    lotteries = rng.choice((0, 0, 1))
    return Acts(
        comments=rng.choice((0, 1, 1, 2, 3, 5, 12)),
        likes=rng.choice((0, 0, 1, 5, 20, 66)),
        questions=rng.choice((0, 0, 0, 1, 2)),
        votes=rng.choice(few),
        surveys=rng.choice((0, 0, 0, 1)),
        sign_ins=rng.choice((0, 1)),
        lotteries=lotteries,
        wins=lotteries * rng.choice((0, 0, 0, 1)),
        hand_raises=rng.choice((0, 0, 0, 0, 1)),
        shares=rng.choice((0, 0, 0, 1)),
        red_packets=rng.choice((0, 0, 1)),
        goods=rng.choice((0, 0, 0, 2)),
        paid=rng.choice((0,) * 20 + (990, 200)),
    )


def _at_video(scene: Scene, person: Person) -> Iterator[Visit]:
    """Watch a video once or more, to its end or not; some open it several times for just a minute."""
    rng, viewer, length = scene.rng, person.at(scene.room.vendor)[0], scene.room.seconds
    joined = scene.start + rng.randint(0, _WEEK - 2 * _HOUR)
    if _happens(rng, 0.08):
        for again in range(rng.randint(2, 4)):
            start = joined + again * 600
            yield Visit(viewer, scene.room.room_id, "vod", start, start + _MINUTE)
        return
    for _ in range(rng.choice((1, 1, 2))):
        seconds = length if _happens(rng, 0.3) else rng.randint(20, length + 60)
        yield Visit(viewer, scene.room.room_id, "vod", joined, joined + seconds)
        joined += seconds + rng.randint(60, _HOUR)


def _happens(rng: Random, share: float) -> bool:
    """Say yes in this share of cases."""
    return rng.random() < share
