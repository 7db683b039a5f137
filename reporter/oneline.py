"""Text that stands on one line: titles, names, subjects, file names. A leaf.

Every blank is text, the full-width one of Chinese (U+3000) and the one that does not break (U+00A0) among them, and so
are joiners, which hold an emoji's parts together, and letters that are younger than this Python. What breaks the line,
turns the writing round or is not seen at all is not.
"""

from __future__ import annotations

import unicodedata

#: what `str.splitlines` breaks at
_BREAKS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
#: marks, embeddings, overrides and isolates of the Unicode Bidirectional Algorithm (UAX 9, 2)
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_KINDS = {"Cc": "a control character", "Cf": "a character that is not seen", "Cs": "half a character"}


def fault(text: str) -> str:
    """Return what keeps a text from standing on one line, as the rest of a sentence: `holds a line break (U+2028)`.

    "" where nothing does.
    """
    if text.isprintable():
        return ""
    return next((f"holds {kind} (U+{ord(char):04X})" for char in text if (kind := _kind(char))), "")


def shown(text: str, instead: str = "\ufffd") -> str:
    """Return a text as it may be shown on one line, `instead` for each character that must not be."""
    return text if text.isprintable() else "".join(instead if _kind(char) else char for char in text)


def _kind(char: str) -> str:
    """Return what a character that no line may hold is, "" for any other."""
    if char in _BREAKS:
        return "a line break"
    if char in _TURNS:
        return "a mark that turns the writing round"
    if char in _JOINERS:
        return ""
    if ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef":  # noqa: PLR2004 - the last two of each plane
        return "what is no character"
    return _KINDS.get(unicodedata.category(char), "")
