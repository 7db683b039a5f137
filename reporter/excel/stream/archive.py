"""A zip file whose members are written piece by piece, their sizes filled in afterwards.

No data descriptors and no zip64, which some readers repair or refuse: the file must allow `seek`. Nothing in
it tells of a clock, a machine or a user, so the same members are the same bytes (APPNOTE.TXT 6.3.10, 4.3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from reporter.errors import OutputError
from reporter.excel.stream.deflate import END, Compress, Piece, piece, stored, together

#: what 32 bits can count
_MOST_BYTES = 0xFFFF_FFFF
_LOCAL, _CENTRAL, _ENDING = "<4sHHHHHIIIHH", "<4sHHHHHHIIIHHHHHII", "<4sHHHHIIH"
_VERSION, _UTF8, _DEFLATED = 20, 0x800, 8
#: 1980-01-01 00:00, the first moment that a zip file knows
_TIME, _DATE = 0, 0x21
_PLAIN_FILE = 0x20


@dataclass(frozen=True, slots=True)
class _Entry:
    name: bytes
    crc: int
    packed: int
    length: int
    offset: int


@dataclass(slots=True)
class Member:
    """A member that is being written."""

    file: BinaryIO
    pieces: list[Piece] = field(default_factory=list)
    packed: int = 0

    def add(self, one: Piece) -> None:
        """Put a piece behind those before it."""
        self.file.write(one.data)
        self.packed += len(one.data)
        # the bytes are in the file: what is kept of them is what the header must know
        self.pieces.append(Piece(b"", one.crc, one.length))

    def reserve(self, data: bytes) -> _Place:
        """Write bytes that `fill` may replace by as many others."""
        place = _Place(self.file.tell(), len(self.pieces), len(data))
        self.add(stored(data))
        return place

    def fill(self, place: _Place, data: bytes) -> None:
        """Replace reserved bytes by others of the same length."""
        assert len(data) == place.length, "reserved bytes are replaced by as many"  # noqa: S101 - ours, not data's
        end = self.file.tell()
        one = stored(data)
        self.file.seek(place.offset)
        self.file.write(one.data)
        self.file.seek(end)
        self.pieces[place.at] = Piece(b"", one.crc, one.length)


@dataclass(frozen=True, slots=True)
class _Place:
    offset: int
    at: int
    length: int


class Archive:
    """Members one after the other; call `close` when all are in."""

    def __init__(self, file: BinaryIO, compress: Compress) -> None:
        """Write into `file`, which is empty and can seek."""
        self._file = file
        self._compress = compress
        self._entries: list[_Entry] = []

    def add(self, name: str, data: bytes) -> None:
        """Write a whole member."""
        with self.member(name) as member:
            member.add(piece(data, self._compress))

    @contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """Open a member; its header is filled in when it is done.

        Raises `OutputError` where it, or the file, is beyond what a zip file of 32 bits counts.
        """
        offset = self._file.tell()
        spelled = name.encode()
        self._file.write(_local(_Entry(spelled, 0, 0, 0, offset)))
        member = Member(self._file)
        yield member
        self._file.write(END)
        crc, length = together(member.pieces)
        entry = _Entry(spelled, crc, member.packed + len(END), length, offset)
        end = self._file.tell()
        if max(length, end) > _MOST_BYTES:
            raise OutputError(f"{name} takes more than the 4 GiB that an xlsx file holds; write fewer columns or rows")
        self._file.seek(offset)
        self._file.write(_local(entry))
        self._file.seek(end)
        self._entries.append(entry)

    def mark(self) -> tuple[int, int]:
        """Return where the archive stands between two members, for `rewind`."""
        return self._file.tell(), len(self._entries)

    def rewind(self, mark: tuple[int, int]) -> None:
        """Forget the members since a mark."""
        offset, count = mark
        self._file.seek(offset)
        self._file.truncate()
        del self._entries[count:]

    def close(self) -> None:
        """Write the directory of the members."""
        start = self._file.tell()
        for entry in self._entries:
            self._file.write(_central(entry))
        count, size = len(self._entries), self._file.tell() - start
        self._file.write(struct.pack(_ENDING, b"PK\x05\x06", 0, 0, count, count, size, start, 0))


def _local(entry: _Entry) -> bytes:
    return (
        struct.pack(
            _LOCAL,
            b"PK\x03\x04",
            _VERSION,
            _flags(entry.name),
            _DEFLATED,
            _TIME,
            _DATE,
            entry.crc,
            entry.packed,
            entry.length,
            len(entry.name),
            0,
        )
        + entry.name
    )


def _central(entry: _Entry) -> bytes:
    return (
        struct.pack(
            _CENTRAL,
            b"PK\x01\x02",
            _VERSION,
            _VERSION,
            _flags(entry.name),
            _DEFLATED,
            _TIME,
            _DATE,
            entry.crc,
            entry.packed,
            entry.length,
            len(entry.name),
            0,
            0,
            0,
            0,
            _PLAIN_FILE,
            entry.offset,
        )
        + entry.name
    )


def _flags(name: bytes) -> int:
    return 0 if name.isascii() else _UTF8
