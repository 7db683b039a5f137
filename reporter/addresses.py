"""Mail addresses as configs and headers write them: `name@example.com`, or `名字 <name@example.com>`. A leaf.

Checked here, not left to the standard library, which lets NUL, lists with commas and broken quotes pass.
An address is a plain dot-atom in ASCII at a domain name. A domain in other letters travels as IDNA 2008 spells it,
with no letter taken for another: Python's own codec is of 2003, and sends straße.example's mail to strasse.example.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult

import idna

from reporter import oneline

_FORM = re.compile(r"(?:(?P<name>[^<>]*?)\s*<(?P<angle>[^<>]*)>|(?P<bare>[^<>]*))")
#: RFC 5322's dot-atom
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
#: octets before the @, and of a whole domain (RFC 5321, 4.5.3.1)
_MOST_LOCAL, _MOST_DOMAIN = 64, 253
#: what a label in other letters begins with as it travels
_ENCODED = "xn--"
#: its small letter is σ or ς, and domains tell these apart
_TWO_SMALL = "Σ"


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
    if not at or not _LOCAL.fullmatch(local) or "." not in domain or "@" in domain:
        raise ValueError("is no mail address")
    if len(local) > _MOST_LOCAL:
        raise ValueError("is longer than a mail address may be")
    try:
        ascii_domain(domain)
    except ValueError as fault:
        raise ValueError(f"has a domain that {fault}") from None
    return Mailbox(name, local, domain)


def ascii_domain(domain: str) -> str:
    """Return a domain as it travels: ASCII as it is written, other letters as IDNA, small and composed (NFC).

    Raises `ValueError` with the rest of a sentence for what is no domain, and for what would become another.
    """
    strange = next((one for one in domain if unicodedata.normalize("NFC", one) != one), "")
    if strange:
        raise ValueError(_no_letter(strange))
    wire = ".".join(_ascii_label(one) for one in unicodedata.normalize("NFC", domain).split("."))
    if len(wire) > _MOST_DOMAIN:
        raise ValueError(f"is longer than the {_MOST_DOMAIN} letters that a domain may have")
    return wire


def ascii_host(parts: SplitResult) -> str:
    """Return the host of a URL as it travels; raises `ValueError` likewise."""
    # `hostname` is in small letters already, by a rule that makes a `k` of the sign of kelvin
    written = parts.netloc.rpartition("@")[2]
    return parts.hostname or "" if written.isascii() else ascii_domain(written.partition(":")[0])


def _ascii_label(label: str) -> str:
    if label.isascii() and not label.lower().startswith(_ENCODED):
        if _LABEL.fullmatch(label):
            return label
        raise ValueError("is no row of letters, digits and hyphens with dots between")
    small = label.lower()
    if _TWO_SMALL in label or small.upper() != label.upper():
        raise ValueError("holds a capital letter whose small one is not certain: write that")
    try:
        return idna.alabel(small).decode("ascii")
    except idna.IDNAError as fault:
        strange = "" if fault.codepoint is None else chr(fault.codepoint)
        raise ValueError(_no_letter(strange) if strange else "breaks the rules of IDNA 2008") from None


def _no_letter(char: str) -> str:
    return f"holds U+{ord(char):04X}, which no domain may, or not in this place"


def _unquoted(name: str) -> str:
    """Return a name without the quotes around it; one that could be read as an address is none."""
    bare = name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name
    if any(char in bare for char in '"\\@'):
        raise ValueError("has a name that could be read as something else")
    return bare.strip()
