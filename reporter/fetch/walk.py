"""One walk: page after page to the proven end, each durable before it counts, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from reporter.errors import BadRequestError, ProtocolError, UnknownItemError, VendorError, WrongPageError
from reporter.fetch import issues
from reporter.fetch.ask import GivenUp, ask
from reporter.fetch.line import Line
from reporter.fetch.send import Accepted, Told, told_by
from reporter.model import Issue, Pull, Pulled, Reply, Verdict
from reporter.store import Outcome, Page, PageHead, Store, StoredWalk, WalkKey, reply_id
from reporter.vendors.base import Cursor, Endpoint, Token
from reporter.vendors.reach import held_days, lost_days

#: errors that a cursor which has died may be told as: the walk is read again from its first page
_DEAD_CURSOR = (BadRequestError, UnknownItemError, ProtocolError)

#: a walk that brought as many times the rows that the vendor counts goes round, and is not read on
_OVERRUN = 2
#: where the vendor counts none, so many pages in a row with nothing new say the same
_IDLE = 2


@dataclass(frozen=True, slots=True)
class _Bodies:
    """The bodies of a walk: read from the store when one is looked at, small ones some at a time.

    `_ahead` are those that were read with another and not looked at yet.
    """

    store: Store
    walk_id: int
    _ahead: dict[int, bytes] = field(default_factory=dict, compare=False, repr=False)

    def of(self, number: int) -> bytes:
        body = self._ahead.pop(number, None)
        if body is not None:
            return body
        found = self.store.bodies(self.walk_id, number)
        body = found.pop(number)
        self._ahead.update(found)
        return body


@dataclass(frozen=True, slots=True)
class _Body:
    """Where the body of a reply is read when it is looked at."""

    bodies: _Bodies
    number: int

    def __call__(self) -> bytes:
        return self.bodies.of(self.number)


@dataclass(slots=True)
class Reading:
    """How far one reading of a walk has come; `cursor` is what to ask for next, None at the proven end.

    `repeated` pages hold what an earlier one held, `doubled` rows came before under the same id, surely, `unnamed`
    ones lack the id that they need. `has_moved` says that page 1, read again at the end, was not what it had been;
    `resumed` pages were stored before this process began.
    """

    pages: list[PageHead] = field(default_factory=list)
    cursor: Cursor | None = field(default_factory=Cursor)
    rows: int = 0
    claims: list[int] = field(default_factory=list)
    repeated: int = 0
    doubled: int = 0
    unnamed: int = 0
    first: Told | None = None
    has_moved: bool = False
    resumed: int = 0
    _asked: set[Cursor] = field(default_factory=set)
    _before: tuple[bytes, ...] = ()
    _pages_seen: set[int] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set)
    _idle: int = 0

    def repeats(self, told: Told) -> bool:
        """Say whether a page holds what came before: the rows that an earlier one began with, or an id.

        Equal rows without ids are honest, so that such a page may be right all the same.
        """
        return self._is_page_again(told) or told.doubled > 0 or not self._ids.isdisjoint(told.ids)

    def add(self, page: Page, told: Told) -> None:
        """Count a page, and go on to the next."""
        if self.cursor is not None:
            self._asked.add(self.cursor)
        self.repeated += self.repeats(told)
        self.doubled += self._doubled_by(told)
        self.unnamed += told.unnamed
        self._idle = 0 if self._brings_more(told) else self._idle + 1
        self.first = self.first or told
        self.pages.append(PageHead(page.number, page.fetched_at, page.request_id))
        self.rows += told.rows
        self.claims += [] if told.claimed is None else [told.claimed]
        self._before = told.prints
        self._pages_seen |= {hash(told.prints)} if told.prints else set()
        self._ids |= told.ids
        self.cursor = told.following

    @property
    def goes_in_circles(self) -> bool:
        """Whether the vendor sends us to where we have been."""
        return self.cursor in self._asked

    @property
    def overruns(self) -> bool:
        """Whether so much more came than the vendor counts that it cannot be rows which were added meanwhile.

        A cursor that leads to the same rows for ever, under other names, shows in nothing else. Where the vendor
        counts nothing, pages that bring nothing show it.
        """
        return self.rows > _OVERRUN * max(self.claims) if self.claims else self._idle >= _IDLE

    def _is_page_again(self, told: Told) -> bool:
        is_same = bool(told.prints) and told.prints == self._before[: len(told.prints)]
        return is_same or hash(told.prints) in self._pages_seen

    def _doubled_by(self, told: Told) -> int:
        """Return how many rows of a page surely came before: by their ids, or as a whole page of rows that differ.

        A page of one row, or of rows that are all alike, may honestly be as an earlier one.
        """
        if told.has_sure_ids:
            return len(self._ids & told.ids) + told.doubled
        return told.rows if self._is_page_again(told) and len(set(told.prints)) > 1 else 0

    def _brings_more(self, told: Told) -> bool:
        is_known = hash(told.prints) in self._pages_seen or (bool(told.ids) and told.ids <= self._ids)
        return bool(told.prints) and not is_known

    @property
    def claimed(self) -> int | None:
        """How many rows the vendor says there are, by its last word that can be so; None where it counts none.

        A total below what has come already is none: an empty page that counts nothing ends no walk of a thousand rows.
        """
        likely = [claim for claim in self.claims if claim >= self.rows] or self.claims
        return likely[-1] if likely else None

    @property
    def agreement(self) -> Literal["agrees", "moved", "shifted", "short", "unnamed", "over"]:
        """How the rows that came compare with those that the vendor says there are, and with each other.

        Rows that are missing come first: a total that moved explains none of them, and rows that came twice make up
        for none.
        """
        claimed = self.rows if self.claimed is None else self.claimed
        if self.claimed is not None and self.rows - self.doubled < claimed:
            return "short"
        if self.unnamed:
            return "unnamed"
        if len(set(self.claims)) > 1:
            return "moved"
        if self.rows > claimed:
            return "over"
        return "shifted" if self.has_moved or (self.repeated and self._ids) else "agrees"


@dataclass(slots=True)
class Walk:
    """One pull being walked on one line; `token` is what the call granted, if it is such a call."""

    line: Line
    pull: Pull
    key: WalkKey
    walk_id: int
    reading: Reading
    requests: int = 0
    token: Token | None = None

    async def read(self) -> Pulled:
        """Read to the end, again where the source changed under us or the cursor died, and say how it ended."""
        given_up, readings = await self._to_the_end(), 1
        while self._is_worth_another(given_up) and readings < self.line.limits.readings:
            self.line.store.restart_walk(self.walk_id)
            self.reading, readings = Reading(), readings + 1
            given_up = await self._to_the_end()
        if given_up is not None:
            return self._ended_early(given_up)
        return self._ended(readings)

    async def _to_the_end(self) -> GivenUp | None:
        """Ask for page after page; return what stopped the reading before its end."""
        while (cursor := self.reading.cursor) is not None:
            number = len(self.reading.pages) + 1
            if self.reading.goes_in_circles or self.reading.overruns or number > self.line.limits.pages:
                return self._endless(number)
            got = await self._page(cursor, number)
            if isinstance(got, GivenUp):
                return got
            page = Page(number, got.data, got.fetched_at, got.request_id)
            self.line.store.add_page(self.walk_id, page)
            self.reading.add(page, got.told)
            self.token = got.token or self.token
        return await self._look_back()

    async def _look_back(self) -> GivenUp | None:
        """Read page 1 again where rows have no ids: a row that came or went while we read shows there, or nowhere."""
        reading, endpoint = self.reading, self.line.access.vendor.endpoints[self.pull.endpoint]
        if not endpoint.rereads_first or len(reading.pages) < 2 or reading.agreement != "agrees":  # noqa: PLR2004 - one page is one moment
            return None
        got = await self._asked(Cursor(), 1)
        if isinstance(got, GivenUp):
            return got
        reading.has_moved = reading.first is None or _seen(got.told) != _seen(reading.first)
        return None

    async def _page(self, cursor: Cursor, number: int) -> Accepted | GivenUp:
        """Return one page; one that repeats an earlier one is asked for again, and taken if it stays so."""
        got = await self._asked(cursor, number)
        for _ in range(self.line.limits.readings - 1):
            if isinstance(got, GivenUp) or not self.reading.repeats(got.told):
                break
            got = await self._asked(cursor, number)
        return got

    async def _asked(self, cursor: Cursor, number: int) -> Accepted | GivenUp:
        asked = await ask(self.line, self.pull, cursor, number)
        self.requests += asked.requests
        return asked.outcome

    def _endless(self, number: int) -> GivenUp:
        if self.reading.goes_in_circles:
            what = "the vendor repeats its cursor"
        elif self.reading.overruns:
            counted = (
                f" of {max(self.reading.claims)} that the vendor counts" if self.reading.claims else ", then no more"
            )
            what = f"{self.reading.rows} rows came{counted}, and the walk goes on"
        else:
            what = f"the walk has no end at page {number}"
        return GivenUp(ProtocolError(what, where=issues.where(self.pull, number)), "skip")

    def _is_worth_another(self, given_up: GivenUp | None) -> bool:
        """Say whether reading from the first page may help: counts that disagree, a cursor that died."""
        if given_up is None:
            return self.reading.agreement != "agrees" and not self._is_out_of_reach
        if not self.reading.pages or given_up.action == "wait" or not given_up.was_asked:
            return False
        has_cursor = self.reading.cursor is not None and bool(self.reading.cursor.token)
        # how a dead cursor is refused is documented nowhere: at one that an earlier process left any code may mean it,
        # also one that stops the account; without its cursor the vendor says whether it means that
        if has_cursor and self.reading.resumed == len(self.reading.pages) and given_up.error.code:
            return True
        # a code that no table knows is no dead cursor: it stops the account, as does a refusal
        if given_up.action == "stop":
            return False
        is_dead = isinstance(given_up.error, _DEAD_CURSOR) and not isinstance(given_up.error, WrongPageError)
        return (has_cursor and is_dead) or self.reading.goes_in_circles or self.reading.overruns

    @property
    def _is_out_of_reach(self) -> bool:
        """Whether the vendor counts more rows than any walk of this call comes to: reading again brings no more."""
        reaches = self.line.access.vendor.endpoints[self.pull.endpoint].reaches
        return reaches is not None and min(self.reading.claims, default=0) > reaches

    def _ended(self, readings: int) -> Pulled:
        reading, found = self.reading, list[Issue]()
        claimed = reading.claimed
        verdict: Verdict = "complete"
        if self._is_out_of_reach:
            verdict, found = "short", [issues.out_of_reach(self.pull, reading.rows, claimed or 0)]
        elif reading.agreement == "moved":
            verdict, found = "drifted", [issues.total_moved(self.pull, readings)]
        elif reading.agreement == "shifted":
            verdict, found = "drifted", [issues.rows_shifted(self.pull, readings)]
        elif reading.agreement == "short":
            verdict, found = "short", [issues.rows_short(self.pull, reading.rows, claimed or 0, reading.doubled)]
        elif reading.agreement == "unnamed":
            verdict, found = "short", [issues.rows_unnamed(self.pull, reading.unnamed)]
        elif reading.agreement == "over":
            verdict, found = "drifted", [issues.rows_over(self.pull, reading.rows, claimed or 0)]
        if reading.repeated and not found:
            found.append(issues.page_repeated(self.pull, reading.repeated))
        last = reading.pages[-1]
        return self._kept(verdict, [issues.at_page(one, last.number, last.request_id) for one in found])

    def _ended_early(self, given_up: GivenUp) -> Pulled:
        """Keep what came as a short walk; a call that brought nothing has failed and is no walk at all."""
        if given_up.was_asked:
            self.line.note_given_up(given_up.error, given_up.action)
        told = issues.of_error(given_up.error) if given_up.was_asked else issues.not_asked(self.pull, given_up.error)
        if self.reading.pages or given_up.action == "wait":
            return self._kept("short", [told])
        return Pulled(self.pull, (), "failed", self.requests, issues=(told,))

    def _kept(self, verdict: Verdict, found: list[Issue]) -> Pulled:
        reading, endpoint = self.reading, self.line.access.vendor.endpoints[self.pull.endpoint]
        oldest_at = min((page.fetched_at for page in reading.pages), default=None)
        outcome = Outcome(
            verdict,
            reading.rows,
            reading.claimed,
            tuple(found),
            oldest_at,
            held_days(endpoint, self.pull, oldest_at) if oldest_at else (),
        )
        walk = self.line.store.finish_walk(self.walk_id, outcome)
        pulled = pulled_from(self.line.store, self.pull, self.key, walk, reading.pages, requests=self.requests)
        return within_reach(pulled, endpoint, walk)


def _seen(told: Told) -> tuple[object, ...]:
    """Return what is the same of a page that did not change; a cursor's token is another at each asking."""
    return told.rows, told.claimed, told.prints, told.following and told.following.page


def begin(line: Line, pull: Pull, key: WalkKey, run_id: str) -> Walk:
    """Return the walk of a pull: where an earlier start of this run left it, or at its first page."""
    opened = line.store.begin_walk(run_id, key)
    reading = resumed(line.access.vendor.endpoints[pull.endpoint], opened.pages)
    if opened.pages and not reading.pages:
        line.store.restart_walk(opened.walk_id)
    return Walk(line, pull, key, opened.walk_id, reading)


def pulled_from(
    store: Store, pull: Pull, key: WalkKey, walk: StoredWalk, pages: Sequence[PageHead], *, requests: int = 0
) -> Pulled:
    """Return a finished walk as a pull that has ended, its replies with their ids; the bodies stay in the store."""
    bodies = _Bodies(store, walk.walk_id)
    replies = tuple(
        Reply(
            reply_id(
                vendor=pull.vendor,
                account=pull.account,
                endpoint=pull.endpoint,
                key=key.pull_key,
                page=page.number,
                generation=walk.generation,
            ),
            page.number,
            _Body(bodies, page.number),
            page.fetched_at,
            page.request_id,
        )
        for page in pages
    )
    ended = walk.outcome
    return Pulled(pull, replies, ended.verdict, requests, ended.rows, ended.claimed, ended.issues)


def with_gaps(pulled: Pulled, walk: StoredWalk) -> Pulled:
    """Return a pull as it ended; short, or failed, where pages that its walk had are no longer stored.

    Its record stands and counts the rows of all of them: what is left would be taken for the whole.
    """
    held = {reply.page for reply in pulled.replies}
    gone = [page for page in range(1, (walk.page_count or 0) + 1) if page not in held]
    if not gone:
        return pulled
    told = issues.replies_gone(pulled.pull, gone, walk.page_count or 0)
    return replace(pulled, verdict="short" if held else "failed", issues=(*pulled.issues, told))


def within_reach(pulled: Pulled, endpoint: Endpoint, walk: StoredWalk) -> Pulled:
    """Return a pull as it ended; short where days of it were past the call's window when its walk was made.

    The walk itself may be whole: the same one answers a pull for another period.
    """
    lost = lost_days(endpoint, pulled.pull, walk.outcome.oldest_at) if walk.outcome.oldest_at else ()
    if not lost or endpoint.window_days is None:
        return pulled
    told = issues.out_of_window(pulled.pull, endpoint.window_days, lost)
    return replace(pulled, verdict="short", issues=(*pulled.issues, told))


def resumed(endpoint: Endpoint, pages: tuple[Page, ...]) -> Reading:
    """Return a reading that has the stored pages behind it; an empty one where they do not lead on."""
    reading = Reading()
    if endpoint.grants is not None:  # the stored token is blanked: what the call grants has to be asked for again
        return reading
    for page in pages:
        try:
            told = told_by(endpoint, page.body, reading.cursor or Cursor())
        except VendorError:
            return Reading()
        reading.add(page, told)
    reading.resumed = len(pages)
    return reading if reading.agreement == "agrees" or reading.cursor is not None else Reading()
