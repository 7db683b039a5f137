"""Mail addresses as configs and headers write them: `name@example.com`, or `名字 <name@example.com>`. A leaf.

Checked here, not left to the standard library, which lets NUL, lists with commas and broken quotes pass.
An address is a plain dot-atom in ASCII at a domain name; a domain in other letters travels as IDNA.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reporter import oneline

_FORM = re.compile(r"(?:(?P<name>[^<>]*?)\s*<(?P<angle>[^<>]*)>|(?P<bare>[^<>]*))")
#: RFC 5322's dot-atom
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"\w(?:[\w-]*\w)?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
#: octets before the @, and of a whole domain (RFC 5321, 4.5.3.1)
_MOST_LOCAL, _MOST_DOMAIN = 64, 253


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address and, if it has one, the name that readers see."""

    name: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        """The address as it is written, without its name."""
        return f"{self.local}@{self.domain}"

    @property
    def wire(self) -> str:
        """The address in ASCII, its domain as IDNA."""
        return f"{self.local}@{ascii_domain(self.domain)}"


def parse(text: str) -> Mailbox:
    """Return the one address that `text` holds; raises `ValueError` for anything else, several among it."""
    wrong = oneline.fault(text)
    if wrong:
        raise ValueError(wrong)
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError("is no mail address")
    name, address = _unquoted(found["name"] or ""), found["angle"] if found["bare"] is None else found["bare"]
    local, at, domain = address.partition("@")
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError("is no mail address")
    if len(local) > _MOST_LOCAL or len(ascii_domain(domain)) > _MOST_DOMAIN:
        raise ValueError("is longer than a mail address may be")
    return Mailbox(name, local, domain)


def ascii_domain(domain: str) -> str:
    """Return a domain as it travels; raises `ValueError` for what cannot be spelled so."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("has a domain that cannot be spelled in ASCII") from None


def _unquoted(name: str) -> str:
    """Return a name without the quotes around it; one that could be read as an address is none."""
    bare = name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name
    if any(char in bare for char in '"\\@'):
        raise ValueError("has a name that could be read as something else")
    return bare.strip()
