"""A config's first pulls, what a run will cost, and which days are out of reach. Pure: nothing is sent.

What the store knows, or a probe has asked, is exact, and so is what follows from it. What only a call can
tell (rooms that a search finds, viewers that tracks need, pages past the first) is a floor, `exact` false,
with what it depends on and what an earlier walk, or the vendor's own count, lets expect. Pulls that ask the
same question (two searches of one request, two names of one account) are one call, as they are in a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reporter.model import Pull
from reporter.plan.counting import Count, Tally, Where, counted
from reporter.plan.first import first_pulls, with_waiting
from reporter.plan.reach import days, notes
from reporter.plan.records import DETAILS, Day, Known, Look, Plan, PlannedCall, Pole
from reporter.vendors.base import Access
from reporter.vendors.rates import allowed

__all__ = [
    "DETAILS",
    "Day",
    "Known",
    "Look",
    "Plan",
    "PlannedCall",
    "Pole",
    "first_pulls",
    "notes",
    "plan",
    "poles",
    "with_waiting",
]


def plan(pulls: Sequence[Pull], access: Mapping[str, Access], now: datetime, look: Look) -> Plan:
    """Return the calls and minutes of `pulls` and of what is known to follow; `look` says what is known of each."""
    count = Count(access)
    level, seen = list(dict.fromkeys(pulls)), set(pulls)
    while level:
        known = look(level)
        following = [later for pull, one in zip(level, known, strict=True) for later in counted(count, pull, one, look)]
        level = [pull for pull in dict.fromkeys(following) if pull not in seen]
        seen.update(level)
    for pull, name, more, depends_on in count.partial:
        count.tally(pull, name, is_of_account=True).add(0, exact=False, likely=more, depends_on=depends_on)
    calls = tuple(_call(where, tally, access[where[1]]) for where, tally in count.tallies.items())
    gone, soon = days(count.missing, count.lost, access, now)
    return Plan(calls, gone, soon, notes(pulls, access, now), frozenset(count.asked))


def poles(plans: Sequence[tuple[Plan, Mapping[str, Access]]]) -> list[Pole]:
    """Return each account's calls over several plans, the longest first; who shares a key shares its limits."""
    found: dict[tuple[str, str], Pole] = {}
    for one, access in plans:
        for call in one.calls:
            account = access[call.account]
            rate = allowed(account.vendor.endpoints[call.endpoint], account.account)
            key = (account.scope or call.account, call.endpoint)
            pole = found.get(key, Pole(call.account, call.endpoint, 0, exact=True, minutes=0.0, per_second=rate))
            found[key] = replace(
                pole,
                calls=pole.calls + call.calls,
                exact=pole.exact and call.exact,
                minutes=pole.minutes + call.minutes,
                likely=pole.likely + (call.likely or call.calls),
            )
    return sorted(found.values(), key=lambda pole: -pole.minutes)


def _call(where: Where, tally: Tally, access: Access) -> PlannedCall:
    vendor, account, endpoint, room = where
    minutes = tally.calls / allowed(access.vendor.endpoints[endpoint], access.account) / 60
    likely = tally.likely if not tally.exact and tally.likely > tally.calls else None
    depends_on = None if tally.exact else tally.depends_on
    return PlannedCall(
        vendor, account, endpoint, room, tally.calls, tally.exact, minutes, tally.stored, likely, depends_on
    )
