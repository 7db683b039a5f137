from __future__ import annotations

import struct

import pytest

from reporter import logo
from reporter.errors import OutputError

HEAD = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 80, 40)


@pytest.mark.parametrize("length", range(len(HEAD)))
def test_file_that_ends_before_the_size_is_no_logo(length: int) -> None:
    with pytest.raises(OutputError, match=r"as brand\.logo"):
        logo.size(HEAD[:length])
