"""What a vendor is: two frozen records of functions. No I/O, no config, and no clock but to sign with.

`fetch` walks an endpoint like this: `request(pull, cursor)` is signed by the account's `httpx.Auth`,
sent, judged by `Vendor.check`, stored, and `next_cursor(body, cursor)` says where to go on; when the
walk has ended, `follow(pull, bodies)` says what to ask next because of what came. Later, offline,
`read(pull, replies, as_of)` turns the stored bytes into rows of `reporter.tables`, with issues.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reporter.vendors.caps import Caps

if TYPE_CHECKING:
    import polars as pl

    from reporter.model import Issue, Period, Pull, Reply
    from reporter.tables import Tables
    from reporter.vendors.rows import Listing

#: a decoded JSON reply; what is in it is the vendor's affair
Body = Any
#: secrets by the account's field name, resolved; a `call:` reference is a callable
Keys = Mapping[str, "str | Callable[..., str]"]
#: what to do about an error: retry soon, wait long (not ready), re-sign with the server's clock, sign with a new
#: token, skip this item and report it, or stop the account
Action = Literal["retry", "wait", "resign", "regrant", "skip", "stop"]
#: a secret by reference, never by value; `fetch` gets it resolved
SecretRef = Annotated[str, StringConstraints(pattern=r"^(env|file|call):.+")]


class Account(BaseModel):
    """What every account of a config may say; each vendor adds its keys. Frozen and hashable.

    `key_id` names the fields that tell one key from another (they make `Access.scope`; all secrets where
    it is empty), `callable_keys` those that may be a `call:` reference.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_id: ClassVar[tuple[str, ...]] = ()
    callable_keys: ClassVar[tuple[str, ...]] = ()

    vendor: str
    base_url: str | None = None
    rate: str | tuple[tuple[str, str], ...] | None = None
    proxy: str | None = None
    limits: Caps | None = Field(
        None, description="Bounds of one try and one reply.", examples=["{seconds: 60, wire: 64MiB}"]
    )


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a walk stands: the page asked for (from 1) and the vendor's own token, if it has one."""

    page: int = 1
    token: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply off the wire; `body` is decoded JSON, None where it was none, and `raw` then how it begins."""

    status: int
    headers: Mapping[str, str]
    body: Body
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Retry:
    """One line of a retry table: the first line that fits (status, code, words) says what to do.

    `status` 0 fits any; `code` fits the vendor's code as a case-blind glob (`Throttling*`, `*`); `said` is a
    case-blind pattern that is found in the vendor's words, for a vendor whose codes do not say enough.
    """

    action: Action
    code: str = "*"
    status: int = 0
    said: str = ""

    def fits(self, status: int, code: str, said: str) -> bool:
        """Say whether an error is one that this line is about."""
        is_code = self.status in {0, status} and fnmatchcase(code.lower(), self.code.lower())
        return is_code and (not self.said or re.search(self.said, said, re.IGNORECASE) is not None)


@dataclass(frozen=True, slots=True)
class Access:
    """An account ready to be used: secrets resolved, `account.base_url` and `account.proxy` literal.

    `scope` names the account in the store, the same for every client that uses the same key at the
    same place: a hash of vendor, place and key id, from which nothing can be read back.
    """

    name: str
    vendor: Vendor
    account: Account
    keys: Keys = field(repr=False)
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that a call granted, for the account's auth to put into later requests."""

    value: str
    expires_at: datetime | None = None


def says_nothing(_pull: Pull, _body: Body) -> bool:
    """Say that a call's replies do not name what they are about."""
    return True


def leads_nowhere(_pull: Pull) -> tuple[str, ...]:
    """Say that no row of a call's replies leads to further calls."""
    return ()


@dataclass(frozen=True, slots=True)
class Telling:
    """What a reading tells of single rows, for who has to account for each; issues only count them.

    noted    frames of reply_id, row_no, code, zh and en: a row that an issue is about, in the order told
    summed   table -> frames of its columns with `call` and `of_room` (whether the call asked for one room): the
             rows behind those that add several up
    refused  the reply_id of replies of which no row is used
    """

    noted: list[pl.DataFrame] = field(default_factory=list)
    summed: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Walk:
    """One pull with its replies, in order; what is read of them is told to `telling`, where there is one."""

    pull: Pull
    replies: Sequence[Reply]
    telling: Telling | None = None


#: (walks, as_of) -> tables with a column `_walk` beside theirs, and the issues of each walk
ReadMany = Callable[[Sequence[Walk], datetime], "tuple[Tables, list[list[Issue]]]"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of a vendor.

    rate         calls a second that the vendor allows
    request      (pull, cursor) -> an unsigned request with its full URL
    next_cursor  (body, cursor) -> where to go on, None at the proven end
    rows         body -> items in this reply (1 for one object, 0 for a token)
    claimed      body -> rows that the vendor says the whole walk has, None where it does not say
    follow       (pull, bodies) -> pulls to make next because of what came
    read         (pull, replies, as_of) -> rows and issues; replies are one whole walk, in order
    read_many    the same for many walks at once, as columns; None where `read` is all there is
    grants       body -> the token that this call fetched, None for every other call
    scrub        top-down paths of fields that are secrets, blanked before a reply is stored
    is_about     (pull, body) -> whether the reply is about the room or viewer that was asked for, as far as it says
    window_days  how many days back this call reaches (None: no limit known)
    by_day       it asks for one day by its name, not for a stretch of time
    leads_to     (pull) -> the names of the calls that each row of its replies leads to
    fits_a_page  its walks have one page but in odd cases, so that a plan may count on one call
    items        body -> its rows, by which a page that came twice is known; None where there is one page
    row_id       row -> the id that no other row of its walk has, None where it has none
    has_sure_ids  `row_id` is the vendor's own id: a second row with it is the same one, where equal rows may be honest
    needs_ids    what follows is asked by each row's id: a walk with a row that has none is short
    rereads_first  rows may shift unseen: page 1 is read again at the end, and must still be the same
    reaches      how many rows a walk can come to, whatever the vendor counts (None: all)
    listing      where its rows are and which of their fields are read; None where no rows come by the thousand
    """

    name: str
    rate: float
    request: Callable[[Pull, Cursor], httpx.Request]
    next_cursor: Callable[[Body, Cursor], Cursor | None]
    rows: Callable[[Body], int]
    claimed: Callable[[Body], int | None]
    follow: Callable[[Pull, Sequence[Body]], Sequence[Pull]]
    read: Callable[[Pull, Sequence[Reply], datetime], tuple[Tables, list[Issue]]]
    grants: Callable[[Body], Token | None] | None = None
    scrub: tuple[tuple[str, ...], ...] = ()
    is_about: Callable[[Pull, Body], bool] = says_nothing
    window_days: int | None = None
    by_day: bool = False
    leads_to: Callable[[Pull], tuple[str, ...]] = leads_nowhere
    fits_a_page: bool = False
    items: Callable[[Body], Sequence[Any]] | None = None
    row_id: Callable[[Any], str | None] | None = None
    has_sure_ids: bool = False
    needs_ids: bool = False
    rereads_first: bool = False
    reaches: int | None = None
    read_many: ReadMany | None = None
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor.

    account       the pydantic model of its accounts
    room_key      the key of a room in a config: room, video or media
    default_url   where it lives (scheme and host), unless `base_url` says otherwise
    auth          (keys, account) -> an `httpx.Auth` that signs at send time, afresh for each try; where
                  the vendor has tokens it has a settable attribute `token`
    check         raises a classed `VendorError` for a reply that is an error, whatever its status
    retries       what to do about which error
    window_days   how far back its most forgetful call can be asked (None: no limit known)
    settled_at    (period, day) -> the instant from which a reply for that period is final; `day` is given
                  for calls that ask a day
    server_time   the server's clock in a reply, None where it does not say (the Date header is used then)
    start         (account, options, rooms, matches, period) -> the first pulls
    capabilities  which columns it can give; another is null, and "不可得" on the sheet
    """

    name: str
    label: str
    account: type[Account]
    room_key: str
    default_url: str
    auth: Callable[[Keys, Account], httpx.Auth]
    check: Callable[[Answer], None]
    retries: tuple[Retry, ...]
    endpoints: Mapping[str, Endpoint]
    start: Callable[..., Sequence[Pull]]
    window_days: int | None = None
    settled_at: Callable[[Period, str | None], datetime] | None = None
    server_time: Callable[[Answer], datetime | None] | None = None
    capabilities: frozenset[str] = frozenset()


def place(pull: Pull, default_url: str) -> str:
    """Return where a pull's account is served: its `base_url`, else `default_url`, with no slash at the end."""
    base_url = pull.options.base_url if isinstance(pull.options, Account) else None
    return (base_url or default_url).rstrip("/")


def one_page(_body: Body, _cursor: Cursor) -> None:
    """Say that a call has no second page."""


def no_claim(_body: Body) -> None:
    """Say that a call's replies do not count their rows."""


def nothing_follows(_pull: Pull, _bodies: Sequence[Body]) -> tuple[Pull, ...]:
    """Say that a call's replies lead to no further calls."""
    return ()


#: all vendors but Aliyun: a reply is final this long after the period's end
SETTLE = timedelta(hours=12)
