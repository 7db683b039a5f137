"""How fast a call may be made: the vendor's own limit, or the account's `rate` where that is lower."""

from __future__ import annotations

import re
from fractions import Fraction

from reporter.vendors.base import Account, Endpoint

_RATE = re.compile(r"(\d+(?:\.\d+)?)/(s|min)")


def per_second(text: str) -> Fraction:
    """Return calls a second of `5/s` or `30/min`, exactly; raises `ValueError` for anything else, and for 0."""
    found = _RATE.fullmatch(text)
    if found is None or not Fraction(found[1]):
        raise ValueError(f"`{text}` is no rate; write calls a second or a minute, such as 2/s or 30/min")
    return Fraction(found[1]) / (1 if found[2] == "s" else 60)


def allowed(endpoint: Endpoint, account: Account) -> float:
    """Return the calls a second that an account may make of an endpoint."""
    asked = (
        account.rate if account.rate is None or isinstance(account.rate, str) else dict(account.rate).get(endpoint.name)
    )
    return endpoint.rate if asked is None else min(endpoint.rate, float(per_second(asked)))
