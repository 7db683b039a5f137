"""The truth that the vendors only show in part: who is whom, who watched what and for how long.

Written for tests that judge the join and the sums. Periods are half-open and given as aware datetimes; a visit
belongs where it starts, whole. Only what the vendors can know is told: visits that have ended by now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reporter.sandbox.calls import CHINA
from reporter.sandbox.cast import Key
from reporter.sandbox.people import Person
from reporter.sandbox.rooms import Room
from reporter.sandbox.visits import Visit
from reporter.sandbox.world import World

#: person's number, vendor, room id, mode
Place = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class Shared:
    """A key that several people really share; `value` is E.164 for a phone."""

    key: Key
    value: str
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tracked:
    """What Volcengine's track says of a viewer in a room: first coming ever, seconds since then."""

    viewer_id: str
    joined_at: datetime
    live_seconds: int
    replay_seconds: int


@dataclass(frozen=True, slots=True)
class Played:
    """The plays of a media on a day in China."""

    viewers: int
    plays: int
    play_seconds: int


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth of one sandbox, as far as its clock has come."""

    world: World
    now: Callable[[], datetime]

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody, with every record that a vendor has of them, whether they ever come or not."""
        return self.world.people

    def person(self, vendor: str, viewer_id: str) -> Person | None:
        """Return who is behind a vendor's viewer id."""
        return self.world.owner(vendor, viewer_id)

    def groups(self) -> list[frozenset[tuple[str, str]]]:
        """Return for each person the (vendor, viewer id) pairs that are really that person."""
        return [frozenset((viewer.vendor, viewer.viewer_id) for viewer in person.viewers) for person in self.people]

    def shared(self) -> tuple[Shared, ...]:
        """Return the keys that several people show to some vendor, in order of key and value."""
        holders: defaultdict[tuple[Key, str], set[int]] = defaultdict(set)
        for person in self.people:
            for key in {key for viewer in person.viewers for key in viewer.shows}:
                holders[key, getattr(person, key)].add(person.number)
        common = {place: tuple(sorted(people)) for place, people in holders.items() if len(people) > 1}
        return tuple(Shared(key, value, common[key, value]) for key, value in sorted(common))

    def rooms(self, vendor: str) -> tuple[Room, ...]:
        """Return every room of a vendor."""
        return tuple(self.world.rooms(vendor, self._moment))

    def spans(self, room: Room) -> list[tuple[datetime, datetime]]:
        """Return when a room was live, half-open; the last one may still be going on."""
        return [(_instant(span.start), _instant(span.end)) for span in self.world.begun(room, self._moment)]

    def visits(self, start: datetime, end: datetime, rooms: Iterable[Room] | None = None) -> list[Visit]:
        """Return the visits that began in `[start, end)`, room by room, each room's in order."""
        first, last, now = start.timestamp(), end.timestamp(), self._moment
        return [
            visit
            for room in (self._watched_rooms() if rooms is None else rooms)
            for visit in self.world.seen(room, now)
            if first <= visit.joined < last and visit.left <= now
        ]

    def watched(self, start: datetime, end: datetime, rooms: Iterable[Room] | None = None) -> dict[Place, int]:
        """Return the seconds watched by person, room and mode in visits that began in `[start, end)`."""
        vendors = {room.room_id: room.vendor for room in self._watched_rooms()}
        sums: defaultdict[Place, int] = defaultdict(int)
        for visit in self.visits(start, end, rooms):
            sums[visit.viewer.number, vendors[visit.room], visit.room, visit.mode] += visit.seconds
        return dict(sorted(sums.items()))

    def week(self, label: str) -> dict[Place, int]:
        """Return `watched` of an ISO week in China, like `2026-W46`."""
        monday = datetime.strptime(f"{label}-1", "%G-W%V-%u").replace(tzinfo=CHINA)
        return self.watched(monday, monday + timedelta(weeks=1))

    def tracks(self, room: Room) -> dict[str, Tracked]:
        """Return by viewer id what the track call says of a Volcengine room."""
        told: dict[str, Tracked] = {}
        ended = [visit for visit in self.world.seen(room, self._moment) if visit.left <= self._moment]
        for viewer_id in dict.fromkeys(visit.viewer.viewer_id for visit in ended):
            own = [visit for visit in ended if visit.viewer.viewer_id == viewer_id]
            live, replay = (sum(visit.seconds for visit in own if visit.mode == mode) for mode in ("live", "replay"))
            told[viewer_id] = Tracked(viewer_id, _instant(own[0].joined), live, replay)
        return told

    def plays(self, media: Room, day: date) -> Played:
        """Return the plays of a media on one day in China."""
        plays = self.world.plays(media, day)
        return Played(len({play.viewer for play in plays}), len(plays), sum(play.seconds for play in plays))

    @property
    def _moment(self) -> int:
        return int(self.now().timestamp()) // 60 * 60

    def _watched_rooms(self) -> list[Room]:
        return [room for vendor in ("volcengine", "quanshi", "talkcloud") for room in self.rooms(vendor)]


def _instant(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, CHINA)
