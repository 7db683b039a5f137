from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.excel.stream.archive import Archive
from reporter.excel.stream.deflate import END, MOST_STORED, Compress, made, piece, stored, together, way_for


def _opened(file: io.BytesIO) -> zipfile.ZipFile:
    opened = zipfile.ZipFile(io.BytesIO(file.getvalue()))
    assert opened.testzip() is None
    return opened


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=6), st.sampled_from(["small", "fast"]))
def test_pieces_end_to_end_are_one_stream_with_one_checksum(parts: list[bytes], compress: Compress) -> None:
    made = [piece(part, compress) for part in parts]
    whole = b"".join(parts)
    assert zlib.decompress(b"".join(one.data for one in made) + END, wbits=-15) == whole
    assert together(made) == (zlib.crc32(whole), len(whole))


def _rows(count: int, names: Callable[[int], str]) -> bytes:
    cell = '<c r="A{at}" s="1" t="inlineStr"><is><t>{text}</t></is></c>'
    rows = (f'<row r="{at}">{cell.format(at=at, text=names(at))}</row>' for at in range(2, count + 2))
    return "".join(rows).encode()


def test_small_takes_a_quicker_way_only_where_the_first_rows_are_about_as_small() -> None:
    letters = random.Random(1)
    first = _rows(20_000, lambda at: f"Windows {at % 7}")
    texts = [_rows(20_000, lambda _: "".join(letters.choices("周吴郑王冯陈褚卫", k=6))), first]
    for data in texts:
        usual, chosen = piece(data, "small"), made(data, way_for(data, "small"))
        assert len(chosen.data) <= 1.03 * len(usual.data)
        assert zlib.decompress(chosen.data + END, wbits=-15) == data
    assert made(first, way_for(first, "small")).data != piece(first, "small").data


def test_short_sheet_and_fast_are_compressed_as_ever() -> None:
    data = _rows(1_000, str)
    assert made(data, way_for(data, "small")) == piece(data, "small")
    long = _rows(20_000, str)
    assert made(long, way_for(long, "fast")) == piece(long, "fast")


@pytest.mark.parametrize("length", [0, 1, MOST_STORED])
def test_stored_bytes_take_the_same_room_whatever_they_are(length: int) -> None:
    first, second = stored(b"a" * length), stored(bytes(range(256)) * (length // 256) + b"z" * (length % 256))
    assert len(first.data) == len(second.data) == length + 5
    assert zlib.decompress(first.data + END, wbits=-15) == b"a" * length


def test_member_holds_its_pieces_and_what_was_filled_in_afterwards() -> None:
    file = io.BytesIO()
    archive = Archive(file, "fast")
    archive.add("first.txt", b"whole")
    with archive.member("文件.txt") as member:
        member.add(piece(b"head ", "fast"))
        place = member.reserve(b"????")
        member.add(piece(b" tail" * 10_000, "small"))
        member.fill(place, b"1234")
    archive.close()
    opened = _opened(file)
    assert opened.namelist() == ["first.txt", "文件.txt"]
    assert opened.read("first.txt") == b"whole"
    assert opened.read("文件.txt") == b"head 1234" + b" tail" * 10_000


def test_archive_forgets_members_since_a_mark() -> None:
    file = io.BytesIO()
    archive = Archive(file, "small")
    archive.add("kept", b"k")
    mark = archive.mark()
    archive.add("forgotten", b"f" * 1000)
    archive.rewind(mark)
    archive.add("after", b"a")
    archive.close()
    assert {name: _opened(file).read(name) for name in _opened(file).namelist()} == {"kept": b"k", "after": b"a"}


def test_empty_member_and_empty_archive_are_valid() -> None:
    file = io.BytesIO()
    archive = Archive(file, "fast")
    with archive.member("empty"):
        pass
    archive.close()
    assert _opened(file).read("empty") == b""
    nothing = io.BytesIO()
    Archive(nothing, "fast").close()
    assert _opened(nothing).namelist() == []
