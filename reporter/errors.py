"""Every error that reporter raises. A leaf: it imports nothing of ours.

    ReporterError                 1   the root; never raised itself
      UsageError                  2   a command was called in a way that cannot work
        NothingDueError           2   a period that moves has no complete day yet
      ConfigError                 2   one or more complaints about YAML, rosters or secrets
      StoreError                  1   the database cannot be used
        DamageError               1   what it keeps of one thing cannot be read; the rest can
      OutputError                 1   a file cannot be written
      IncompleteError             3   what is asked for is not stored, and nothing may be sent for it
      LockedError                75   another run of the same report is at work
      HeldError                   5   a safety rule holds something back
      VendorError                 3   a vendor's reply, or its absence; see the fields
        RefusedError              3   credentials, signature or permission: stop the account
        UnknownItemError          3   this room, event, media or viewer does not exist: skip it
        BadRequestError           3   the vendor says that the request itself is wrong
        NotReadyError             3   the vendor has not counted this day yet
        ClockError                3   our clock and the vendor's differ too much
        ThrottledError            3   too many calls
        UnavailableError          3   the vendor failed, broke off, or never answered
        ProtocolError             3   a reply that is not what the vendor documents
          TooLargeError           3   a reply beyond the caps on size
          WrongPageError          3   another page came than was asked for

The number is the exit code of the command (DESIGN.md section 7). Each message says what, where and
what to do. Data problems that do not stop us are no errors but `Issue` values (`reporter.model`).
"""

from __future__ import annotations

from dataclasses import dataclass


class ReporterError(Exception):
    """The root of every error that reporter raises."""

    exit_code = 1


class UsageError(ReporterError):
    """A command was called in a way that cannot work."""

    exit_code = 2


class NothingDueError(UsageError):
    """A period that moves with the clock has no complete day yet: there is nothing to report."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with a config: `where` is `file:line:column` (1-based) or a file's path."""

    where: str
    message: str
    line_shown: str = ""

    def __str__(self) -> str:
        """Return one line, and the offending line of the file beneath it where there is one."""
        shown = f"\n    {self.line_shown.strip()}" if self.line_shown.strip() else ""
        return f"{self.where}: {self.message}{shown}"


class ConfigError(ReporterError):
    """One or more complaints about configs, rosters or secrets; all that were found, at once."""

    exit_code = 2

    def __init__(self, complaints: list[Complaint]) -> None:
        """Keep the complaints in the order of the file."""
        self.complaints = tuple(complaints)
        super().__init__("\n".join(str(complaint) for complaint in complaints))


class StoreError(ReporterError):
    """The database cannot be opened, read, written or understood."""


class DamageError(StoreError):
    """What the database keeps of one thing cannot be read; whoever does not need that goes on."""


class OutputError(ReporterError):
    """A file of the report cannot be written; whatever stood there before still stands."""


class IncompleteError(ReporterError):
    """What is asked for is not stored, and nothing may be sent for it."""

    exit_code = 3


class LockedError(ReporterError):
    """Another run of the same client and period is at work."""

    exit_code = 75


class HeldError(ReporterError):
    """A safety rule holds something back."""

    exit_code = 5


@dataclass(frozen=True, slots=True)
class Where:
    """Where in a pull something happened; empty parts are not known or do not apply."""

    vendor: str = ""
    account: str = ""
    call: str = ""
    room: str = ""
    page: int = 0
    attempt: int = 0

    def __str__(self) -> str:
        """Return `volcengine:volc GetCustomActMsgAPI room 172183460671 page 1 try 2`."""
        parts = [f"{self.vendor}:{self.account}".strip(":"), self.call]
        parts += [f"room {self.room}"] if self.room else []
        parts += [f"page {self.page}"] if self.page else []
        parts += [f"try {self.attempt}"] if self.attempt else []
        return " ".join(part for part in parts if part)


class VendorError(ReporterError):
    """A vendor's reply, or its absence, that stops a pull.

    `status` is the HTTP status (0 where no reply came), `code` the vendor's own code as text,
    `request_id` what the vendor's support asks for, `where` is filled in by `fetch`.
    """

    exit_code = 3
    advice = "see the vendor's documentation of this code"

    def __init__(
        self,
        what: str,
        *,
        status: int = 0,
        code: str = "",
        request_id: str = "",
        where: Where | None = None,
        advice: str = "",
    ) -> None:
        """Build the sentence: where, what, the vendor's code and request id, what to do."""
        self.what = what
        self.status = status
        self.code = code
        self.request_id = request_id
        self.where = where or Where()
        self.advice = advice or type(self).advice
        super().__init__(what)

    def at(self, where: Where) -> VendorError:
        """Return the same error with its place filled in."""
        return type(self)(
            self.what,
            status=self.status,
            code=self.code,
            request_id=self.request_id,
            where=where,
            advice=self.advice,
        )

    def __str__(self) -> str:
        """Return one line."""
        facts = [f"HTTP {self.status}"] if self.status else []
        facts += [f"code {self.code}"] if self.code else []
        facts += [f"request id {self.request_id}"] if self.request_id else []
        place = f"{self.where}: " if str(self.where) else ""
        return f"{place}{self.what}" + (f" ({', '.join(facts)})" if facts else "") + f"; {self.advice}"


class RefusedError(VendorError):
    """Credentials, signature or permission were refused."""

    advice = "check the account's keys and its permissions in the vendor's console"


class UnknownItemError(VendorError):
    """The room, event, media or viewer does not exist, or this account may not see it."""

    advice = "check the id in the config and whether this account may see it"


class BadRequestError(VendorError):
    """The vendor says that the request itself is wrong."""

    advice = "check the ids and dates in the config"


class NotReadyError(VendorError):
    """The vendor has not counted this day yet."""

    advice = "run again later; the day is not taken for empty"


class ClockError(VendorError):
    """This machine's clock and the vendor's differ too much for a signature to hold."""

    advice = "set this machine's clock"


class ThrottledError(VendorError):
    """More calls than the vendor allows."""

    advice = "lower the account's `rate`, or run when nothing else uses the account"


class UnavailableError(VendorError):
    """The vendor failed, broke off, or never answered."""

    advice = "run again: what was pulled is kept, the rest is asked for again"


class ProtocolError(VendorError):
    """A reply that is not what the vendor documents."""

    advice = "keep the request id and tell whoever maintains reporter"


class TooLargeError(ProtocolError):
    """A reply beyond the caps on size: refused before it fills the memory."""

    advice = "raise the account's `limits` if the vendor's replies are that large, else tell whoever maintains reporter"


class WrongPageError(ProtocolError):
    """Another page came than was asked for, by the number that the reply echoes."""

    advice = "run again; if it stays so, keep the request id and ask the vendor"
