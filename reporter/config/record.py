"""A config as a value: what was written, checked, with every file that it names already read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reporter.config import periods
from reporter.config.complaints import Place
from reporter.config.models import MailShape
from reporter.config.rooms import Event, Search
from reporter.errors import Complaint, ConfigError, UsageError
from reporter.model import Language, Match, Period, Room, Text
from reporter.rules import Attendance, Audience, Brand, Exclusions, Identity, Privacy, Roster

if TYPE_CHECKING:
    from reporter.vendors.base import Account, Vendor

#: a mail section as checked; `allowed_domains` is None where no list was written, which is not the same as any list
Mail = MailShape


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a secret, where it stands, and the folder that `file:` starts from."""

    text: str
    place: Place
    folder: Path


@dataclass(frozen=True, slots=True)
class WorkbookOutput:
    """What the config chose for the workbook; no sheets: all that have something to show."""

    sheets: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    template: Path | None = None
    compress: Literal["small", "fast"] = "small"


@dataclass(frozen=True, slots=True)
class HtmlOutput:
    """What the config chose for the page: `summary`, or the path of a template."""

    template: str | Path = "summary"


@dataclass(frozen=True, slots=True)
class Config:
    """One client's config. `references` are by dotted key (`accounts.volc.secret_key`, `mail.smtp`).

    `sources` are the (name, bytes) of every file that was read, the config first, named from the folder
    that holds them all, with `/`; `sha256` is theirs together.
    """

    path: Path
    client: str
    title: Text
    language: Language
    timezone: str
    period: str
    accounts: Mapping[str, Account]
    events: tuple[Event, ...]
    searches: tuple[Search, ...]
    identity: Identity
    exclusions: Exclusions
    rosters: tuple[Roster, ...]
    attendance: Attendance
    engagement: Mapping[str, float]
    workbook: WorkbookOutput | None
    html: HtmlOutput | None
    audience: Audience
    brand: Brand
    privacy: Privacy
    mail: Mail | None
    references: Mapping[str, Reference]
    sources: tuple[tuple[str, bytes], ...] = field(repr=False)
    sha256: str
    vendors: Mapping[str, Vendor] = field(repr=False, compare=False)

    def reckoned(self, period: str | None, now: datetime) -> Period:
        """Return the period of a report made at `now`: `period` where one is given, else the config's own.

        Raises `UsageError` for what is no period, is empty, or is not over.
        """
        return periods.resolve(self.period if period is None else period, self.timezone, now)

    def rooms(self, period: Period) -> tuple[Room, ...]:
        """Return the listed rooms in the order of the file, for a report of `period`.

        Raises `ConfigError` where an event's own days reach outside of it.
        """
        rooms, complaints = list[Room](), list[Complaint]()
        for number, event in enumerate(self.events):
            try:
                own = periods.inside(event.period, period) if event.period else period
            except UsageError as fault:
                complaints.append(event.place.complaint(f"events[{number}].period: {fault}"))
                continue
            rooms += self._rooms_of(event, own, number)
        if complaints:
            raise ConfigError(complaints)
        return tuple(rooms)

    def matches(self) -> Mapping[str, tuple[Match, ...]]:
        """Return what is to be found, by account; `listed` are the ids that events of that account name."""
        found: dict[str, tuple[Match, ...]] = {}
        for search in self.searches:
            listed = frozenset(
                room.room_id for event in self.events for room in event.rooms if room.account == search.account
            )
            wanted = search.match
            match = Match(wanted.name or "", tuple(wanted.tags.items()), wanted.status or (), listed)
            found[search.account] = (*found.get(search.account, ()), match)
        return found

    def _rooms_of(self, event: Event, period: Period, entry: int) -> list[Room]:
        rooms = []
        for room in event.rooms:
            account = self.accounts[room.account]
            detail = room.detail or getattr(account, "detail", None)
            rooms.append(Room(account.vendor, room.account, room.room_id, period, event.name, detail, entry))
        return rooms
