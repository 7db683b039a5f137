"""Where mail is handed over: `smtp+starttls://user:password@host:587`, `smtps://…`, or `smtp://` on loopback."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from reporter import oneline
from reporter.addresses import ascii_host
from reporter.errors import UsageError

Security = Literal["starttls", "tls", "none"]

#: scheme -> (how the line is secured, the port where none is named)
_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp": ("none", 25),
}
_FORMS = "write smtp+starttls://user:password@host:587, smtps://user:password@host:465, or smtp://127.0.0.1:25"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, how its line is secured, and who we are there ("": nobody, no authentication)."""

    security: Security
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.host}:{self.port}"


def parse(url: str) -> Server:
    """Return the server of a URL; user and password are percent-decoded.

    Raises `UsageError`, which never quotes the URL, for what is none, and for plain smtp that leaves this
    machine: mail and password would travel in the clear.
    """
    parts, port = _split(url)
    if parts.scheme not in _SCHEMES:
        raise UsageError(f"mail.smtp is no address of a mail server; {_FORMS}")
    security, usual = _SCHEMES[parts.scheme]
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise UsageError(f"mail.smtp holds more than a server after the host; {_FORMS}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if oneline.fault(user + password):
        raise UsageError("mail.smtp has a user or a password that holds a control character; see how it is written")
    if bool(user) != bool(password):
        raise UsageError(f"mail.smtp names a user without a password, or the other way round; {_FORMS}")
    if security == "none" and not is_loopback(parts.hostname or ""):
        raise UsageError("mail.smtp is plain smtp to another machine, in the clear; write smtp+starttls:// or smtps://")
    return Server(security, _host(parts), usual if port is None else port, user, password)


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, by its name alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError(f"mail.smtp is no address of a mail server; {_FORMS}") from None
    if not parts.hostname or port == 0:
        raise UsageError(f"mail.smtp names no host, or no port that can be; {_FORMS}")
    return parts, port


def _host(parts: SplitResult) -> str:
    try:
        return ascii_host(parts)
    except ValueError:
        raise UsageError(f"mail.smtp names a host that cannot be; {_FORMS}") from None
