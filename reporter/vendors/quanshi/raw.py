"""Rows of lives and interactions, read once: who it is, when, what this one stay counted; and whom they make known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reporter.model import Text
from reporter.tables import Row
from reporter.vendors.parse import count, dashed, instant, seconds
from reporter.vendors.quanshi.fields import RAW_COUNTS, SPEAKING
from reporter.vendors.quanshi.values import identity, places, role
from reporter.vendors.row import Item

Counts = dict[str, "int | float | None"]

_NO_ID = Text("观看记录没有任何标识，不与任何人合并", "a row has no id of any kind: it joins nobody")
_NO_SINGLE = Text(
    "汇总行没有标识，且姓名加上线时间对应不到唯一观众，观众为空",
    "a summary row has no id, and its name with its online time names no single viewer; its viewer is null",
)
_BACKWARDS = Text("离开早于进入，离开时间按空值处理", "a visit ends before it begins; its end is taken as null")
_UNIT = Text("厂商未说明合计发言时长的单位，按秒计", "the unit of call_duration is not documented: seconds are assumed")


@dataclass(frozen=True, slots=True)
class Person:
    """Who a row is about; the phone is `mobile`, never `phoneNumber`, which is a dial-in line."""

    name: str | None
    phone: str | None
    email: str | None
    external_id: str | None
    company: str | None
    role: str | None
    location: str | None

    def known_by(self) -> list[str]:
        """Return what the person may be known by, best first."""
        return [key for key in (self.phone, self.email, self.external_id) if key]

    def columns(self) -> Row:
        """Return what is known, in columns of `viewers`."""
        row = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in row.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Stay:
    """One row of lives or interactions; `mode` is null where its live_type cannot be read."""

    item: Item
    mode: str | None
    viewer_id: str | None
    joined_at: datetime | None
    left_at: datetime | None
    person: Person
    counts: Counts


def stay(item: Item, mode: str | None) -> Stay:
    """Read what both lists say alike."""
    who = person(item)
    joined_at, left_at = item.take(instant, "online_time"), item.take(instant, "offline_time")
    if joined_at is not None and left_at is not None and left_at < joined_at:
        item.note("backwards", _BACKWARDS)
        left_at = None
    counted = {**counts(item, RAW_COUNTS), "speak_seconds": speaking(item)}
    return Stay(item, mode, _viewer_id(item, who), joined_at, left_at, who, counted)


def person(item: Item) -> Person:
    """Return who a row of any of the three lists is about."""
    return Person(
        name=item.take(dashed, "name"),
        phone=item.take(dashed, "mobile"),
        email=item.take(dashed, "email"),
        external_id=item.take(dashed, "extId"),
        company=item.take(dashed, "company"),
        role=item.take(role, "role") or item.take(identity, "iden"),
        location=item.take(places, "location"),
    )


def counts(item: Item, names: Mapping[str, str]) -> Counts:
    """Return counts by column; null is "not tracked", never 0."""
    return {column: item.take(count, name) for column, name in names.items()}


def speaking(item: Item) -> float | None:
    """Return how long somebody spoke, in what we take for seconds."""
    spoken = item.take(seconds, SPEAKING)
    if spoken:
        item.note("assumed-seconds", _UNIT, level="info")
    return spoken


def _viewer_id(item: Item, who: Person) -> str | None:
    found = item.take(dashed, "distinctId") or next(iter(who.known_by()), None) or item.take(dashed, "viewerId")
    if found is None:
        item.note("no-viewer-id", _NO_ID, level="info")
    return found


class Known:
    """The viewers of the raw rows and what they counted, to find whom a summary row is about: it has no distinctId."""

    def __init__(self, stays: Sequence[Stay]) -> None:
        """Index viewers by their keys, and by name with online time."""
        self._by_key: dict[str, set[str]] = defaultdict(set)
        self._by_coming: dict[tuple[str | None, datetime | None], set[str]] = defaultdict(set)
        self.sums: dict[str, Counts] = {}
        for one in stays:
            if one.viewer_id is not None:
                self._index(one, one.viewer_id)

    def viewer_of(self, summary: Item, who: Person) -> str | None:
        """Return a summary row's viewer: by its keys, else by name and online time where that is unique, else None."""
        keys = who.known_by()
        for key in keys:
            if len(self._by_key[key]) == 1:
                return next(iter(self._by_key[key]))
        if keys:
            return keys[0]
        coming = self._by_coming[who.name, summary.take(instant, "online_time")]
        if who.name is not None and len(coming) == 1:
            return next(iter(coming))
        summary.note("unknown-viewer", _NO_SINGLE)
        return None

    def _index(self, one: Stay, viewer_id: str) -> None:
        for key in one.person.known_by():
            self._by_key[key].add(viewer_id)
        self._by_coming[one.person.name, one.joined_at].add(viewer_id)
        sums = self.sums.setdefault(viewer_id, {})
        for column, value in one.counts.items():
            if value is not None:
                sums[column] = (sums.get(column) or 0) + value
