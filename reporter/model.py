"""The nouns that every room shares. A leaf: it imports nothing of ours.

Conventions, said once:
- A `Period` is half-open, `[start, end)`, aware datetimes in the report's zone; its days are whole.
- Ids are text. Durations are seconds. Instants are UTC but in a `Period`.
- A data problem that does not stop us is an `Issue`; what stops us is an exception of `reporter.errors`.
- Text that a reader sees is a `Text`: one wording for each language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Language = Literal["zh", "en"]
Level = Literal["info", "warning", "error"]
Verdict = Literal["complete", "short", "drifted", "failed"]
Outcome = Literal["agrees", "explained", "unexplained"]
Detail = Literal["list", "visits", "tracks"]

#: verdicts in the order in which one stands for several
WORST_FIRST: tuple[Verdict, ...] = ("failed", "short", "drifted", "complete")


@dataclass(frozen=True, slots=True)
class Text:
    """One wording in each language."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the wording for a reader of `language`."""
        return self.zh if language == "zh" else self.en

    def counted(self, count: int) -> Text:
        """Return the sentence with the number of what it tells of before it; the English one has a `Count`'s forms."""
        return Text(f"{count:,} {self.zh}", f"{Count(f'{count:,}'):{self.en}}")


@dataclass(frozen=True, slots=True)
class Count:
    """A number as it is shown, and the English words after it in the form that it asks for.

    `{n:person|people}` gives `1 person` and `3 people`; `{n:row is|rows are| left out}` gives `1 row is left out`.
    """

    shown: str

    def __format__(self, forms: str) -> str:
        """Return the number, and what follows: one's words, many's (none: the same), what is said of both."""
        one, _, rest = forms.partition("|")
        many, _, both = rest.partition("|")
        words = one if self.shown == "1" or not many else many
        return f"{self.shown} {words}{both}" if words else self.shown


@dataclass(frozen=True, slots=True)
class Issue:
    """A data problem that does not stop the run: it reaches run.json, a sheet and the page.

    `code` is kebab-case (`bad-duration`); `where` names vendor, call, room, reply and row, or a sheet
    and column. Neither holds personal data: no phone, name, address or ip, ever.
    """

    level: Level
    code: str
    message: Text
    where: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A range of whole days, `[start, end)`, in the zone of the report."""

    label: str
    start: datetime
    end: datetime
    timezone: str

    def days(self) -> Iterator[date]:
        """Yield each day that the period covers, in the report's zone."""
        day = self.start.date()
        while datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.timezone)) < self.end:
            yield day
            day += timedelta(days=1)

    @property
    def start_utc(self) -> datetime:
        """The first instant, in UTC."""
        return self.start.astimezone(UTC)

    @property
    def end_utc(self) -> datetime:
        """The first instant after the period, in UTC."""
        return self.end.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Room:
    """A room, event, video or media that the report asks for.

    `event` is the reader's name of it (None: named by its title once that is known); `period` is the
    event's own range of days inside the report's, else the report's. `entry` is the place of its event
    among the config's `events`: equal names of different entries are different events.
    """

    vendor: str
    account: str
    room_id: str
    period: Period
    event: str | None = None
    detail: Detail | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What a `rooms: [{match: …}]` entry asks for; `listed` are ids that `events` names already.

    `name` is a case-blind glob, `tags` are (tag, allowed values), `status` holds live, preview, replay
    or ended; an empty field asks for all.
    """

    name: str = ""
    tags: tuple[tuple[str, tuple[str, ...]], ...] = ()
    status: tuple[str, ...] = ()
    listed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pull:
    """One walk through one call of one vendor: what to ask, not how. Equal pulls are one pull.

    `options` is the account's own record (a frozen pydantic model: references to secrets, never
    secrets); `room` is None where the call is account-wide; `params` are the call's own parameters as
    text; `then` are the pulls that wait for this one's token.
    """

    vendor: str
    account: str
    endpoint: str
    options: object
    period: Period
    room: str | None = None
    detail: Detail | None = None
    params: tuple[tuple[str, str], ...] = ()
    match: Match | None = None
    then: tuple[Pull, ...] = ()

    def param(self, name: str, default: str = "") -> str:
        """Return one of `params`, or `default`."""
        return dict(self.params).get(name, default)


@dataclass(frozen=True, slots=True)
class Reply:
    """One accepted reply as the store keeps it: `kept` is the vendor's bytes, secrets removed, or what reads them.

    A long pull's replies are larger than memory: those of `fetch` are read from the store at each look at
    `body`, which raises `StoreError` where the stored bytes have changed. `reply_id` derives from vendor,
    account, call, parameters, page and generation, never from body or clock. `page` counts from 1.
    `fetched_at` is UTC.
    """

    reply_id: str
    page: int
    kept: bytes | Callable[[], bytes] = field(repr=False)
    fetched_at: datetime
    request_id: str = ""

    @property
    def body(self) -> bytes:
        """The vendor's bytes."""
        return self.kept if isinstance(self.kept, bytes) else self.kept()


@dataclass(frozen=True, slots=True)
class Pulled:
    """A pull and how it ended. `requests` counts what was sent, retries included (0: all from the store).

    `rows` are items read; `claimed` is what the vendor says there are (None: it does not say). `issues` are of the
    data, and the same whenever it is read again; `notes` are of how it came this time, and stay in run.json.
    """

    pull: Pull
    replies: tuple[Reply, ...]
    verdict: Verdict
    requests: int = 0
    rows: int = 0
    claimed: int | None = None
    issues: tuple[Issue, ...] = ()
    notes: tuple[Issue, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all rows came; what drifted is whole, though it moved while it was read."""
        return self.verdict not in {"short", "failed"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull has come, for whoever draws bars. `total` grows as rooms and viewers are found."""

    vendor: str
    account: str
    endpoint: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file of a finished run; `path` is relative to the run's folder, with `/`."""

    path: str
    kind: Literal["workbook", "page", "data", "mail"]
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Finding:
    """How one reconcile rule ended: what was expected, what was found, and why they may differ."""

    check: str
    label: Text
    where: str
    expected: str
    found: str
    verdict: Outcome
    why: Text


@dataclass(frozen=True, slots=True)
class RunManifest:
    """What `run.json` says of a run (DESIGN.md section 6)."""

    run_id: str
    client: str
    version: str
    config_sha256: str
    as_of: datetime
    period: Period
    status: Literal["complete", "partial"]
    files: tuple[OutputFile, ...]
    pulls: tuple[Pulled, ...]
    tables: dict[str, int]
    issues: tuple[Issue, ...]
    fonts: tuple[str, ...] = ()
    checks: tuple[Finding, ...] = ()
