"""The files of a mail: named as the client saves them, encrypted if asked, made smaller where they are too large.

Too large goes by steps: as they are; in one zip; left out, with the summary in the body; held back. Which step
was taken is said in the mail and to whoever sends it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

import msoffcrypto  # type: ignore[import-untyped] # it has no stubs
from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-untyped] # likewise

from reporter import oneline
from reporter.config import Mail
from reporter.errors import HeldError
from reporter.mail.gates import Folder
from reporter.mail.message import Attachment
from reporter.mail.wording import WORDS
from reporter.model import Language

Step = Literal["whole", "zipped", "summary"]

#: octets of a file's name, its end aside: some systems take 255 in all, and headers triple them
_MOST_NAME = 120
#: what no file system, or only some, takes
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
#: what a name does not begin or end with: some systems take these away, others cannot be told to open such a file
_AT_ENDS = " .\u3000\xa0"
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_MEGABYTE = 1_000_000
_EPOCH = (1980, 1, 1, 0, 0, 0)


#: what each step is to whoever sends the mail
_SAID: dict[Step, str] = {
    "whole": "files as they are",
    "zipped": "files in one zip, since they are too large as they are",
    "summary": "files left out, since they are too large; the body holds the summary",
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """The attachments of one step, and the sentences that the mail says about them."""

    step: Step
    attachments: tuple[Attachment, ...]
    notes: tuple[str, ...]

    @property
    def said(self) -> str:
        """What is done with the files, to whoever sends the mail."""
        return _SAID[self.step]


#: what `mail.attach` names, and the file of a run that it is
_SUFFIXES = {"workbook": ".xlsx", "page": ".html", "pdf": ".pdf"}


def chosen(mail: Mail, folder: Folder) -> tuple[list[str], list[str]]:
    """Return the paths of the run's files that the config attaches, and reasons for those that there are not."""
    paths, reasons = list[str](), list[str]()
    for kind in mail.attach:
        found = [path for path, one in folder.kinds.items() if one != "data" and path.endswith(_SUFFIXES[kind])]
        paths += found
        if not found:
            reasons.append(f"mail.attach names a {kind}, and the run made none; see outputs in the config")
    return paths, reasons


def name_of(stem: str, suffix: str) -> str:
    """Return a file's name as its reader sees it: Chinese stays, what no file system takes becomes `_`."""
    kept = _NOT_IN_NAMES.sub("_", oneline.shown(stem, "")).strip(_AT_ENDS)
    while len(kept.encode()) > _MOST_NAME:
        kept = kept[:-1]
    safe = f"_{kept}" if not kept or _RESERVED.fullmatch(kept) else kept
    return f"{safe}{suffix}"


def files(folder: Folder, paths: Sequence[str], stem: str, password: str) -> tuple[Attachment, ...]:
    """Return the attached files; workbooks are encrypted where there is a password."""
    made = []
    for path in paths:
        suffix, data = PurePosixPath(path).suffix, folder.files[path]
        is_book = suffix == ".xlsx" and bool(password)
        made.append(Attachment(name_of(stem, suffix), encrypted(data, password) if is_book else data))
    return tuple(made)


def encrypted(data: bytes, password: str) -> bytes:
    """Return a workbook that opens with `password` only (AES, ECMA-376 agile); it was opened again and compared.

    Raises `HeldError` where what comes out does not open to the same bytes.
    """
    sealed, opened = io.BytesIO(), io.BytesIO()
    try:
        OOXMLFile(io.BytesIO(data)).encrypt(password, sealed)
        sealed.seek(0)
        reader = msoffcrypto.OfficeFile(sealed)
        reader.load_key(password=password, verify_password=True)
        reader.decrypt(opened, verify_integrity=True)
    except Exception as fault:  # the library's own errors have no common base
        raise HeldError(f"the workbook cannot be encrypted ({type(fault).__name__}), and is not sent bare") from fault
    if opened.getvalue() != data or data[:512] in sealed.getvalue():
        raise HeldError("the encrypted workbook does not open to what was put in, and is not sent")
    return sealed.getvalue()


def steps(
    attachments: tuple[Attachment, ...], stem: str, language: Language, *, is_encrypted: bool
) -> Iterator[Parcel]:
    """Yield what may be attached, the best first."""
    notes = (WORDS["encrypted"].in_(language),) if is_encrypted else ()
    yield Parcel("whole", attachments, notes)
    if attachments:
        zipped = Attachment(name_of(stem, ".zip"), _zip(attachments))
        yield Parcel("zipped", (zipped,), (*notes, WORDS["zipped"].in_(language)))
        size = f"{sum(len(one.data) for one in attachments) / _MEGABYTE:.1f}"
        yield Parcel("summary", (), (WORDS["left_out"].in_(language).format(size=size),))


def _zip(attachments: Sequence[Attachment]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for one in attachments:
            entry = zipfile.ZipInfo(one.name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, one.data)
    return packed.getvalue()
