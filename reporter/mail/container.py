"""Whether a workbook's zip file holds its parts and nothing else: what no reader shows would leave unseen. Pure."""

from __future__ import annotations

import io
import zipfile
import zlib

#: bytes of a part's own header, of its entry in the directory, and of the directory's end, their names aside
_LOCAL, _CENTRAL, _ENDING = 30, 46, 22


def holds_more(data: bytes) -> bool:
    """Say whether a readable zip file holds anything beside its parts.

    That is a comment, an extra field, bytes before, between or behind parts, or behind the end of a packed one. Our
    writer leaves none of them, whichever library it packs with.
    """
    at, directory = 0, 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            name = len(entry.orig_filename.encode())
            start = at + _LOCAL + name
            packed = data[start : start + entry.compress_size]
            if entry.header_offset != at or entry.comment or entry.extra or not _is_whole(packed, entry):
                return True
            at = start + entry.compress_size
            directory += _CENTRAL + name
        return bool(archive.comment) or at + directory + _ENDING != len(data)


def _is_whole(packed: bytes, entry: zipfile.ZipInfo) -> bool:
    """Say whether bytes are one packed part to their end."""
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return False
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        length = len(unpacking.decompress(packed, entry.file_size + 1))
    except zlib.error:
        return False
    return length == entry.file_size and unpacking.eof and not unpacking.unused_data
