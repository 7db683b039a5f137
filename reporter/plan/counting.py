"""Each pull counted, and what is known to follow from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reporter.errors import VendorError
from reporter.model import Pull
from reporter.plan.reach import asked_detail, day_of
from reporter.plan.records import Day, Known, Look
from reporter.vendors.base import Access, Body, Endpoint, one_page

#: what following a reply of another shape than documented runs into
_SHAPE_FAULTS = (VendorError, KeyError, IndexError, TypeError, ValueError, AttributeError)


@dataclass(slots=True)
class Tally:
    """The calls of one endpoint for one room, being counted."""

    calls: int = 0
    stored: int = 0
    exact: bool = True
    likely: int = 0
    depends_on: str | None = None

    def add(self, calls: int, *, exact: bool, likely: int | None = None, depends_on: str | None = None) -> None:
        """Count more calls; the first thing that a floor depends on is the one that is told."""
        self.calls += calls
        self.exact &= exact
        self.likely += max(calls, likely or 0)
        self.depends_on = self.depends_on or depends_on


Where = tuple[str, str, str, "str | None"]


@dataclass(slots=True)
class Count:
    """All that a plan has counted so far, in the order in which a run would come to it."""

    access: Mapping[str, Access]
    tallies: dict[Where, Tally] = field(default_factory=dict)
    missing: list[Pull] = field(default_factory=list)
    lost: list[Day] = field(default_factory=list)
    #: questions that were counted already, those of them that are to be asked, and those that wait for a token
    seen: set[Hashable] = field(default_factory=set)
    asked: set[Hashable] = field(default_factory=set)
    waiting: set[Hashable] = field(default_factory=set)
    #: of walks that are not known whole: (pull, call that follows, how many more of it are likely, what decides)
    partial: list[tuple[Pull, str, int | None, str]] = field(default_factory=list)

    def tally(self, pull: Pull, endpoint: str | None = None, *, is_of_account: bool = False) -> Tally:
        """Return the tally of a pull's call, or of another of its account, for its room or for the account."""
        where = (pull.vendor, pull.account, endpoint or pull.endpoint, None if is_of_account else pull.room)
        return self.tallies.setdefault(where, Tally())

    def is_again(self, pull: Pull, known: Known) -> bool:
        """Note a pull's question; say whether another pull, or a run planned before, asks it already."""
        question = known.question or pull
        is_again = question in self.seen or known.is_shared
        self.seen.add(question)
        if not is_again and not known.is_at_hand:
            self.asked.add(question)
        return is_again


def counted(count: Count, pull: Pull, known: Known, look: Look) -> Sequence[Pull]:
    """Count one pull; return what is known to follow from it."""
    endpoint, tally = count.access[pull.account].vendor.endpoints[pull.endpoint], count.tally(pull)
    is_again = count.is_again(pull, known)
    if pull.then or endpoint.grants is not None:
        return _counted_token(count, pull, known, look, is_again=is_again)
    if known.is_at_hand:
        tally.stored += 0 if is_again else known.calls or 0
        count.lost += [day_of(pull, day) for day in known.lost]
    else:
        count.missing.append(pull)
        tally.stored += 0 if is_again else known.held
        if is_again:
            tally.add(0, exact=True)
        elif known.calls is not None or endpoint.fits_a_page or endpoint.next_cursor is one_page:
            tally.add(1 if known.calls is None else known.calls, exact=True)
        else:
            tally.add(1, exact=False, likely=_likely(endpoint, known), depends_on="how many pages there are")
    return _following(count, endpoint, pull, known, is_again=is_again)


def _likely(endpoint: Endpoint, known: Known) -> int | None:
    """Return how many calls a walk will take if it has as many pages as an earlier one; page 1 may be read twice."""
    pages = known.likely_calls
    return pages + 1 if pages is not None and pages > 1 and endpoint.rereads_first else pages


def _counted_token(count: Count, pull: Pull, known: Known, look: Look, *, is_again: bool) -> Sequence[Pull]:
    """Count a call that others wait for, and the token call that it leads to; neither is made where nothing waits."""
    tally, vendor = count.tally(pull), count.access[pull.account].vendor
    tally.stored += 1 if known.is_at_hand and not is_again else 0
    waiting = {
        one.question or later
        for later, one in zip(pull.then, look(pull.then), strict=True)
        if not (one.is_at_hand or one.is_shared)
    }
    if not waiting:
        return pull.then
    # what waits under another name of the account too may have come by then
    is_sure = not waiting <= count.waiting
    count.waiting |= waiting
    own = 0 if known.is_at_hand or is_again else 1 if known.calls is None else known.calls
    _add_token(tally, own, is_sure=is_sure or not own)
    for one in vendor.endpoints.values():
        if one.grants is not None and one.name != pull.endpoint:
            _add_token(count.tally(pull, one.name), 1, is_sure=is_sure)
    return pull.then


def _add_token(tally: Tally, calls: int, *, is_sure: bool) -> None:
    depends_on = None if is_sure else "what another name of the account asks first"
    tally.add(calls if is_sure else 0, exact=is_sure, likely=calls, depends_on=depends_on)


def _following(count: Count, endpoint: Endpoint, pull: Pull, known: Known, *, is_again: bool) -> Sequence[Pull]:
    """Return what is known to follow from a pull; of a walk that is not known whole it is a floor."""
    names = endpoint.leads_to(pull)
    if not names:
        return ()
    following = _followed(endpoint, pull, known.bodies)
    if not known.is_whole:
        count.partial += [(pull, later, None, f"what {name} finds") for name, later in _further(count, pull, names)]
    for name in () if known.is_whole else names:
        more, depends_on = None if is_again else known.likely_rows, f"what {pull.endpoint} finds"
        if known.rows is not None and not is_again:
            # rows may have no id, be of somebody who is asked for already, or whose reply is stored
            more = max(0, known.rows - sum(one.endpoint == name for one in following))
            depends_on = f"what the other pages of {pull.endpoint} hold"
        count.partial.append((pull, name, more, depends_on))
    return following


def _further(count: Count, pull: Pull, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (call, call that follows from it) for calls that follow from rows which nobody has seen yet."""
    endpoints = count.access[pull.account].vendor.endpoints
    for name in names:
        unseen = replace(pull, endpoint=name, match=None, params=(), detail=asked_detail(pull))
        for later in endpoints[name].leads_to(unseen):
            yield name, later
            yield from _further(count, unseen, (later,))


def _followed(endpoint: Endpoint, pull: Pull, bodies: Sequence[Body]) -> tuple[Pull, ...]:
    try:
        return tuple(endpoint.follow(pull, bodies)) if bodies else ()
    except _SHAPE_FAULTS:
        return ()
