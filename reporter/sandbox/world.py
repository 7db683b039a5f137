"""The made-up world: rooms, when they are live, and who watched, from a seed.

Everything of one ISO week (China's Monday to Monday) follows from seed, scale and that week, never from
the clock; the clock only says how much of it has happened. The vendors remember `weeks` weeks, the
current one included. Instants are Unix seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from reporter.sandbox import visits
from reporter.sandbox.calls import local
from reporter.sandbox.cast import CAST_SIZE, TRACKED
from reporter.sandbox.people import Person, population
from reporter.sandbox.rooms import FIRST_WEEK, ROOMS, Room, found
from reporter.sandbox.visits import Span, Visit

#: how many weeks of visits the vendors remember, so that Aliyun's 30 days are covered
WEEKS = 6
#: how many of such lists are kept, so that one room is not reckoned again for each page
_KEPT = 64


class Play(NamedTuple):
    """One play of a media by one device; `viewer` counts the devices of the day."""

    viewer: int
    os: str
    terminal: str
    region: str
    seconds: int


class World:
    """What is the case, whatever the vendors say of it."""

    def __init__(self, seed: int, scale: float, weeks: int = WEEKS) -> None:
        """Draw the people; everything else is drawn when it is asked for."""
        self.seed = seed
        self.scale = scale
        self.weeks = weeks
        self.people = population(seed, scale)
        self._members = {
            vendor: [person for person in self.people if person.at(vendor)]
            for vendor in ("volcengine", "quanshi", "talkcloud")
        }
        self._owners = {
            (viewer.vendor, viewer.viewer_id): person for person in self.people for viewer in person.viewers
        }
        self._weeks_of: dict[tuple[str, date], tuple[Visit, ...]] = {}
        self._seen: OrderedDict[tuple[str, int], tuple[Visit, ...]] = OrderedDict()

    def owner(self, vendor: str, viewer_id: str) -> Person | None:
        """Return who is behind a vendor's viewer id."""
        return self._owners.get((vendor, viewer_id))

    def visible(self, moment: int) -> list[date]:
        """Return the Mondays of the weeks that the vendors remember, the oldest first."""
        this = week_of(moment)
        return [this - timedelta(weeks=back) for back in range(self.weeks - 1, -1, -1)]

    def rooms(self, vendor: str, moment: int) -> list[Room]:
        """Return the vendor's rooms: those that recur, and each remembered week's own, with the next week's."""
        listed = [room for room in ROOMS if room.vendor == vendor]
        if vendor != "volcengine":
            return listed
        weeks = self.visible(moment)
        return listed + [room for week in [*weeks, weeks[-1] + timedelta(weeks=1)] for room in found(week)]

    def room(self, vendor: str, room_id: str, moment: int) -> Room | None:
        """Return one room, or None where the vendor knows none by that id."""
        return next((room for room in self.rooms(vendor, moment) if room.room_id == room_id), None)

    def spans(self, room: Room, weeks: list[date]) -> list[Span]:
        """Return when a room is live in these weeks, in order."""
        return [
            self._span(room, week, place)
            for week in weeks
            if room.week in (None, week)
            for place in range(len(room.slots))
        ]

    def begun(self, room: Room, moment: int) -> list[Span]:
        """Return the live spans that have begun; one week more than the visits, so that none comes before the first."""
        weeks = self.visible(moment)
        spans = self.spans(room, [weeks[0] - timedelta(weeks=1), *weeks])
        return [span for span in spans if span.start <= moment]

    def planned(self, room: Room, moment: int) -> int:
        """Return the room's `LiveTime`: the scheduled start of its latest session, or of its first."""
        weeks = [room.week] if room.week else self.visible(moment)
        starts = [visits.scheduled(slot, week) for week in weeks for slot in room.slots]
        return max((start for start in starts if start <= moment), default=min(starts))

    def seen(self, room: Room, moment: int) -> tuple[Visit, ...]:
        """Return the remembered visits that have begun, by start."""
        key = (room.room_id, moment)
        if key not in self._seen:
            rows = [visit for week in self.visible(moment) for visit in self._visits(room, week)]
            self._seen[key] = tuple(sorted((visit for visit in rows if visit.joined <= moment), key=visits.order))
            if len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return self._seen[key]

    def plays(self, media: Room, day: date) -> tuple[Play, ...]:
        """Return the plays of a media on one day in China, none on the weekdays on which it rests."""
        if day.weekday() in media.rests or (day - FIRST_WEEK).days < 0:
            return ()
        rng = Random(f"{self.seed}/plays/{media.room_id}/{day}")
        devices = max(1, round(media.seats * self.scale * rng.uniform(0.6, 1.2)))
        return tuple(
            _play(rng, viewer, media.seconds)
            for viewer in range(devices)
            for _ in range(rng.choice((1, 1, 1, 2, 2, 5)))
        )

    def _span(self, room: Room, week: date, place: int) -> Span:
        rng = Random(f"{self.seed}/span/{room.room_id}/{week}/{place}")
        slot = room.slots[place]
        start = visits.scheduled(slot, week) + rng.randint(-120, 300)
        return Span(start, start + slot.minutes * 60 + rng.randint(-300, 300))

    def _visits(self, room: Room, week: date) -> tuple[Visit, ...]:
        if room.week not in (None, week):
            return ()
        if (room.room_id, week) not in self._weeks_of:
            rng = Random(f"{self.seed}/visits/{room.room_id}/{week}")
            around = [week - timedelta(weeks=1), week, week + timedelta(weeks=1)]
            scene = visits.Scene(rng, room, week, self.spans(room, [week]), self.spans(room, around))
            made = visits.week(scene, self._audience(rng, room, week))
            self._weeks_of[room.room_id, week] = tuple(made)
        return self._weeks_of[room.room_id, week]

    def _audience(self, rng: Random, room: Room, week: date) -> list[Person]:
        """Return who comes this week: the vendor's cast, where the room is big enough, and a sample of the others."""
        if not room.grows:
            return [self.people[number] for number in _newcomers(week)]
        members = self._members[room.vendor]
        seats = min(len(members), max(4, round(room.seats * self.scale * rng.uniform(0.85, 1.15))))
        big = room.seats > CAST_SIZE
        cast = [person for person in members if big and person.number < CAST_SIZE]
        others = [person for person in members if person.number >= CAST_SIZE]
        return cast + rng.sample(others, min(len(others), max(0, seats - len(cast))))


def _newcomers(week: date) -> list[int]:
    """Return who comes to the small room: two new people, and the two who were new a week ago."""
    turn = (week - FIRST_WEEK).days // 7 * 2
    return [TRACKED[place % len(TRACKED)] for place in range(turn - 2, turn + 2)]


def week_of(moment: int) -> date:
    """Return the Monday of the week in China that an instant falls into."""
    day = local(moment).date()
    return day - timedelta(days=day.weekday())


def _play(rng: Random, viewer: int, length: int) -> Play:
    os, terminal = rng.choice(
        (
            ("Android", "Native"),
            ("iOS", "Native"),
            ("Windows", "Web"),
            ("macOS", "Web"),
            ("Linux", "Web"),
        )
    )
    region = "cn-beijing" if rng.random() < 0.1 else "cn-shanghai"  # noqa: PLR2004 - one play in ten
    return Play(viewer, os, terminal, region, rng.randint(5, length))
