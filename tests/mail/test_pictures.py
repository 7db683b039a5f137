"""Texts that a picture carries unseen: found by the gates, and left out of a logo where it enters."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from base64 import b64encode
from pathlib import Path

import pytest

from reporter import logo
from reporter.mail import pictures, reading

PHONE = "13812345678"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def part(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*more: bytes, behind: bytes = b"") -> bytes:
    """Return a black dot with more parts, and bytes behind its end."""
    head = part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return SIGNATURE + head + b"".join(more) + part(b"IDAT", zlib.compress(b"\0\0")) + part(b"IEND", b"") + behind


_TEXT = f"学员 {PHONE}".encode()
#: how a PNG may carry a text
CARRIED = {
    "tEXt": png(part(b"tEXt", b"Comment\0" + PHONE.encode())),
    "zTXt": png(part(b"zTXt", b"Comment\0\0" + zlib.compress(PHONE.encode()))),
    "iTXt": png(part(b"iTXt", b"Comment\0\0\0zh\0\0" + _TEXT)),
    "iTXt packed": png(part(b"iTXt", b"Comment\0\1\0zh\0\0" + zlib.compress(_TEXT))),
    "eXIf": png(part(b"eXIf", b"MM\0*" + PHONE.encode())),
    "eXIf in two bytes a letter": png(part(b"eXIf", b"II*\0" + PHONE.encode("utf-16-le"))),
    "a part of one's own": png(part(b"prVt", PHONE.encode())),
    "behind the end": png(behind=PHONE.encode()),
}


@pytest.mark.parametrize("how", CARRIED)
def test_text_that_a_picture_carries_is_read_in_workbook_and_page_and_left_out_of_a_logo(
    tmp_path: Path, how: str
) -> None:
    data, path = CARRIED[how], tmp_path / "logo.png"
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/media/image1.png", data)
    shown = b'<p>hello</p><img src="data:image/png;base64,%s">' % b64encode(data)
    said = {"xl/media/image1.png": reading.workbook(book.getvalue()), "a picture of line 1": reading.page(shown)}
    for where, texts in said.items():
        assert where in {one.where for one in texts if PHONE in one.text}
    path.write_bytes(data)
    assert logo.picture(path.read_bytes()) == png()


def test_jpegs_comment_is_read_and_a_pictures_own_bytes_say_nothing() -> None:
    comment = b"taken by ops@acme.example"
    jpeg = b"\xff\xd8\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + b"\xff\xd9"
    assert any("ops@acme.example" in text for text in pictures.texts(jpeg))
    assert list(pictures.texts(png())) == []


def test_logo_keeps_what_says_how_it_looks(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    data = png(part(b"gAMA", struct.pack(">I", 45455)), part(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)))
    path.write_bytes(data)
    assert logo.picture(path.read_bytes()) == data
