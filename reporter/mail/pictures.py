"""What a picture says beside what it shows: texts in the chunks of a PNG, plain words in any other. Pure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: chunks that hold what is shown, and nothing that can be read
_SHOWN = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
#: a chunk's length, kind and checksum
_FRAME = 12
#: bytes of a packed text that are looked at
_MOST = 4_000_000
#: words in the plain: fewer letters are chance
_WORDS = re.compile(rb"[\x20-\x7e]{6,}")


def texts(data: bytes) -> Iterator[str]:
    """Yield the texts of a picture: a PNG's chunks and what stands behind its end; any other's words as they stand."""
    at = len(_SIGNATURE) if data.startswith(_SIGNATURE) else 0
    while at and at + _FRAME <= len(data):
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + int.from_bytes(data[at : at + 4])]
        at += _FRAME + len(body)
        if kind not in _SHOWN:
            yield from _chunk(kind, body)
        if kind == b"IEND":
            break
    yield from _words(data[at:])


def _chunk(kind: bytes, body: bytes) -> Iterator[str]:
    name, _, rest = body.partition(b"\0")
    if kind == b"tEXt":
        yield from (_text(name), _text(rest))
    elif kind == b"zTXt":
        yield from (_text(name), _text(_unpacked(rest[1:])))
    elif kind == b"iTXt":
        language, _, more = rest[2:].partition(b"\0")
        again, _, text = more.partition(b"\0")
        yield from map(_text, (name, language, again, _unpacked(text) if rest[:1] == b"\1" else text))
    elif kind == b"iCCP":
        yield from (_text(name), *_words(_unpacked(rest[1:])))
    else:
        yield from _words(body)


def _words(data: bytes) -> Iterator[str]:
    """Yield runs of plain letters, one byte or two to each."""
    for one in (data, data.replace(b"\0", b"")):
        yield from (found.decode("ascii") for found in _WORDS.findall(one))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unpacked(data: bytes) -> bytes:
    """Return a packed text; one that cannot be unpacked as it stands."""
    try:
        return zlib.decompressobj().decompress(data, _MOST)
    except zlib.error:
        return data
