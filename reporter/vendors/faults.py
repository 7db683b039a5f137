"""A vendor's table of faults: what an error means and what to do about it, one line for both.

The same table raises the classed error (`Vendor.check`) and makes the retry table (`Vendor.retries`), so
that the two cannot disagree. The first line that fits counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporter.errors import (
    BadRequestError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    VendorError,
    WrongPageError,
)
from reporter.vendors.base import Action, Answer, Retry

#: a vendor's words are cut here; its code and request id say the rest
_LONGEST = 200
#: a total of none: counts come as 0.0 and as text too
_NO_ROWS = ("0", "0.0")
#: where HTTP's errors start
HTTP_ERROR = 400


@dataclass(frozen=True, slots=True)
class Fault:
    """One line: the error that a code, a status and the vendor's words mean, as in `Retry`, and what to do."""

    code: str
    error: type[VendorError]
    action: Action
    status: int = 0
    advice: str = ""
    said: str = ""

    @property
    def retry(self) -> Retry:
        """The same line of the retry table."""
        return Retry(self.action, self.code, self.status, self.said)


def faults(error: type[VendorError], action: Action, *codes: str) -> Iterator[Fault]:
    """Return a line for each of several codes that mean the same."""
    return (Fault(code, error, action) for code in codes)


#: statuses that pass by themselves, where the reply names no code: a gateway's page, or what cannot be read
PASSING = (
    *(Fault("", ThrottledError, "retry", status) for status in (408, 429)),
    *(Fault("", UnavailableError, "retry", status) for status in (500, 502, 503, 504)),
)
UNKNOWN = "the code is in no table: find out at the vendor's what it means; nothing more was sent for the account"
#: a code that no line names stops the account at once, also with a status that would pass by itself
UNKNOWN_CODES = (
    *(Fault("?*", ProtocolError, "stop", passing.status, advice=UNKNOWN) for passing in PASSING),
    Fault("?*", BadRequestError, "stop", advice=UNKNOWN),
)
#: what a status means where the vendor's code does not say: the end of every vendor's table
BY_STATUS = (
    *PASSING,
    *(Fault("*", RefusedError, "stop", status) for status in (401, 403, 407)),
    Fault("", BadRequestError, "stop", 404, advice="check the account's base_url: nobody answers at this path"),
    Fault("", ProtocolError, "retry", 200),
    *UNKNOWN_CODES,
    Fault("*", BadRequestError, "stop"),
)


def retries(table: Sequence[Fault]) -> tuple[Retry, ...]:
    """Return the retry table that a table of faults says."""
    return tuple(fault.retry for fault in table)


def fault_of(table: Sequence[Fault], status: int, code: str, said: str = "") -> Fault:
    """Return the first line that fits; a table ends with a line that fits everything."""
    return next(fault for fault in table if fault.retry.fits(status, code, said))


def classed(table: Sequence[Fault], answer: Answer, *, code: str, said: object, request_id: str = "") -> VendorError:
    """Return the error that a reply means; `said` are the vendor's own words, cut and made printable."""
    what = printable(said) or "the vendor answered with an error and no words"
    fault = fault_of(table, answer.status, code, what)
    return fault.error(what, status=answer.status, code=code, request_id=request_id, advice=fault.advice)


def has_rows(body: Mapping[str, Any], name: str, total: str) -> bool:
    """Say whether a reply has its rows under `name`: a list, or null where `total` counts none."""
    rows = body.get(name)
    return isinstance(rows, list) or (rows is None and name in body and str(body.get(total)) in _NO_ROWS)


def wrong_page(asked: int, came: object, request_id: object = "") -> WrongPageError:
    """Return the error of a reply that echoes another page than the one asked for."""
    return WrongPageError(
        f"page {asked} was asked for and page {printable(came)} came", status=200, request_id=printable(request_id)
    )


def printable(said: object) -> str:
    """Return a vendor's words on one line: 200 characters at most, nothing that moves a terminal's cursor."""
    words = "".join(letter if letter.isprintable() else " " for letter in str(said or ""))
    return words[:_LONGEST].strip()
