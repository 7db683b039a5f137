"""Complaints as they are found, and as they are shown: in the order of the file, with no secret in them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from reporter import oneline
from reporter.config.yaml_nodes import KeyPath, Mark, Node, Source
from reporter.errors import Complaint, ConfigError

_MASK = "***"
#: what covers a hidden value while other columns of its line are still to be found; its length is told to nobody
_RUN = re.compile("\0+")
#: a user and password inside a URL
_USERINFO = re.compile(r"(?<=://)[^/\s@'\"]+(?=@)")
#: sections that hold no secrets; any other may be a misspelt one that does
_HARMLESS = {
    *("extends", "client", "title", "language", "timezone", "period", "events", "rooms", "identity"),
    *("exclude", "rosters", "attendance", "engagement", "outputs", "brand"),
}
#: a key that is likely to hold a secret
SOUNDS_SECRET = re.compile(r"(?i)secret|token|passw|pwd|key|smtp|auth|credential")
#: what opens a section
_SECTION = re.compile(r"['\"]?(\w+)")
_TOKEN = re.compile(r"[^\s{}\[\],'\"]+")
_REFERENCE = re.compile(r"(env|file|call):[\w./:-]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a config that loaded, for complaints that come later."""

    where: str
    line_shown: str = ""

    def complaint(self, message: str) -> Complaint:
        """Return a complaint about this place."""
        return Complaint(self.where, message, self.line_shown)


@dataclass(slots=True)
class Complaints:
    """What a load has found wrong so far.

    `hidden` are the nodes whose text is shown to nobody, `hidden_keys` such keys (`secret_key:abc`, no blank),
    `known` the words that are no secrets wherever they stand, `unparsed` the files of which nobody knows which part
    is secret.
    """

    found: list[tuple[Mark, str]] = field(default_factory=list)
    files: list[Complaint] = field(default_factory=list)
    hidden: list[Node] = field(default_factory=list)
    hidden_keys: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    unparsed: list[Source] = field(default_factory=list)

    def add(self, mark: Mark, path: KeyPath, message: str) -> None:
        """Complain about a place in a file."""
        at = dotted(tuple(_MASK if part in self.hidden_keys else part for part in path))
        self.found.append((mark, f"{at}: {message}" if at else message))

    def add_unparsed(self, mark: Mark, message: str) -> None:
        """Complain about what makes a whole file unreadable."""
        self.unparsed.append(mark.source)
        self.found.append((mark, message))

    def add_file(self, where: str, message: str) -> None:
        """Complain about a file as a whole."""
        self.files.append(Complaint(where, message))

    def stands_at(self, mark: Mark) -> bool:
        """Say whether there is a complaint about a place already."""
        return any(one[0] == mark for one in self.found)

    def error(self) -> ConfigError:
        """Return all that was found, each once, in the order of the files."""
        placed = sorted(self.found, key=lambda one: (one[0].source.order, one[0].line, one[0].column))
        shown = [Complaint(str(mark), message, self._line(mark)) for mark, message in placed]
        return ConfigError(list(dict.fromkeys([*self.files, *shown])))

    def _line(self, mark: Mark) -> str:
        line = line_of(mark)
        for node in self.hidden:
            if node.mark.source is mark.source:
                line = _covered(line, mark.line, node)
        for key in sorted(self.hidden_keys, key=len, reverse=True):
            line = line.replace(key, _MASK)
        line = _USERINFO.sub(_MASK, _RUN.sub(_MASK, line))
        return self._guarded(mark, line) if mark.source in self.unparsed else line

    def _guarded(self, mark: Mark, line: str) -> str:
        """Return a line that does not parse; where secrets may stand, known words and references alone are shown."""
        openings = (_SECTION.match(one) for one in reversed(mark.source.lines[: mark.line]))
        section = next((found[1] for found in openings if found), "")
        if line.lstrip().startswith("#"):
            return ""
        is_harmless = section in _HARMLESS and not SOUNDS_SECRET.search(line)
        return line if is_harmless else _TOKEN.sub(self._guard, line)

    def _guard(self, token: re.Match[str]) -> str:
        word = token[0].rstrip(":")
        is_shown = word in self.known or _REFERENCE.fullmatch(word) or not any(map(str.isalnum, word))
        return token[0] if is_shown else _MASK + token[0][len(word) :]


def line_of(mark: Mark) -> str:
    """Return the line of the file that a mark points at."""
    lines = mark.source.lines
    return lines[mark.line - 1] if mark.line <= len(lines) else ""


def dotted(path: KeyPath) -> str:
    """Return `events[0].rooms[1].detail`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def quoted(text: str) -> str:
    """Return a value as messages show it, on one line and never longer than 60 characters."""
    short = text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - said above
    return f"`{oneline.shown(short, '·')}`"


def near(word: str, allowed: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the allowed word that is most like `word`, case-blind, None where none is as like as `cutoff` (0 to 1)."""
    by_fold = {one.casefold(): one for one in allowed}
    found = difflib.get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None


def none_of(word: str, allowed: Collection[str], what: str = "") -> str:
    """Return "`x` is none of a | b | c; write `b`", `what` naming the kind of word."""
    kind = f"the {what} " if what else ""
    match = near(word, allowed)
    return f"{quoted(word)} is none of {kind}{choice(allowed)}; write {quoted(match) if match else 'one of these'}"


def choice(allowed: Iterable[str]) -> str:
    """Return `a | b | c`."""
    return " | ".join(allowed)


def _covered(line: str, number: int, node: Node) -> str:
    """Return a line with the part that belongs to a hidden node covered, its columns kept."""
    if not node.mark.line <= number <= node.end.line:
        return line
    first = node.mark.column - 1 if number == node.mark.line else 0
    last = node.end.column - 1 if number == node.end.line else len(line)
    return line[:first] + "\0" * max(0, last - first) + line[last:]
