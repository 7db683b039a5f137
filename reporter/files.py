"""Files appear whole or not at all: written beside, made durable, then renamed. A leaf."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from reporter.errors import OutputError

#: readable by the owner alone; what Windows makes of it is the owner's default
PRIVATE = 0o600
PUBLIC = 0o644
#: how a file is opened that nobody has yet, byte for byte on Windows too
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_FULL = "make room there and run again: what was pulled is kept"
_DENIED = "check who may write there, or name another folder"
_ELSE = "name another folder, or clear the way and run again"
#: what is no regular file, and must not become one by being replaced -> its word
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
#: error number -> what to do
_ADVICE = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EIO: "check the disk and run again: what was pulled is kept",
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: _DENIED,
}
#: what `write_whole` writes beside a file before it is renamed
_PART = re.compile(r"\..+\.[a-z0-9_]{8}\.part")
#: bytes that are written before the system is told to take them to the disk
_PORTION = 2_000_000


def write_whole(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Write `data` to `path` so that a reader sees the old file or the new one, never a part.

    Raises `OutputError` that names the path; the old file then still stands and nothing is left over.
    """
    with writing(path, mode=mode) as file:
        file.write(data)


@contextmanager
def writing(path: Path, *, mode: int = PUBLIC, is_durable: bool = True) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` when all went well; it can seek.

    What stands at `path` is whole at any moment; `is_durable` waits until the new file is what a power cut leaves.
    A link stays and its target is written; a folder, a pipe or a device is refused. Raises `OutputError` that names
    the path. After any error the old file still stands and nothing is left over; what killed processes had begun to
    write of it is taken away (not on Windows), and what others write at the same time stays.
    """
    path = _target(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(path)
        name, handle = _begun(path, mode)
    except OSError as fault:
        raise cannot_write(path, fault) from fault
    try:
        # held until it has its name, but for Windows, which renames no open file
        with _Flowing(io.FileIO(handle, "wb", closefd=os.name == "nt")) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        name.replace(path)
        if is_durable:
            _sync_folder(path.parent)
    except OSError as fault:
        raise cannot_write(path, fault) from fault
    finally:  # also where a signal breaks in; once it is renamed there is none
        with suppress(OSError):
            name.unlink(missing_ok=True)
        if os.name != "nt":
            os.close(handle)


def _begun(path: Path, mode: int) -> tuple[Path, int]:
    """Return a new file beside `path`, held for as long as this process has it open."""
    while True:
        name = path.parent / f"{_stem(path)}{secrets.token_hex(4)}.part"
        # the system takes from the mode what the user's umask takes from all files
        handle = os.open(name, _NEW, mode)
        _hold(handle)
        if os.name == "nt" or os.fstat(handle).st_nlink:
            return name, handle
        os.close(handle)  # it was taken for abandoned before it was held


def _hold(handle: int) -> None:
    """Hold an open file against `_clear_abandoned`."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - Windows has none

        with suppress(OSError):  # some network's folders cannot
            fcntl.flock(handle, fcntl.LOCK_EX)


def _clear_abandoned(path: Path) -> None:
    """Take away what killed processes had begun to write of one file: what no process holds. Windows cannot tell."""
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - Windows has none

    for part in path.parent.glob(".*.part"):
        if not (part.name.startswith(_stem(path)) and _PART.fullmatch(part.name)):
            continue
        with suppress(OSError):  # somebody holds it, or nobody can say: it stays
            handle = os.open(part, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                part.unlink()
            finally:
                os.close(handle)


def _target(path: Path) -> Path:
    """Return where a file is written: `path`, or what it leads to; a regular file stands there, or none."""
    try:
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        kind = stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):  # what is in the way is told by making the folder
        return target
    except OSError as fault:
        raise cannot_write(path, fault) from fault
    except ValueError as fault:
        raise no_path(path, fault) from fault
    if kind != stat.S_IFREG:
        found = f"{path} is {_KINDS.get(kind, 'no regular file')}"
        raise OutputError(f"{found}, which would be lost by writing there; name a file, or a place where nothing is")
    return target


class _Flowing(io.BufferedWriter):
    """A file that the system takes to the disk while more of it is written, so that little is left for `fsync`.

    To say of a range that nobody will read it starts its way to the disk, and waits for nothing:
    https://man7.org/linux/man-pages/man2/posix_fadvise.2.html
    """

    _waiting = 0

    def write(self, data: bytes, /) -> int:  # type: ignore[override] # we write bytes alone
        count = super().write(data)
        self._waiting += count
        if self._waiting >= _PORTION and hasattr(os, "posix_fadvise"):  # macOS and Windows have none
            self.flush()
            os.posix_fadvise(self.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._waiting = 0
        return count


def clear_parts(folder: Path) -> None:
    """Take away what a killed process had begun to write in a folder and below; only for who has it to himself."""
    for part in folder.rglob(".*.part"):
        if _PART.fullmatch(part.name):
            with suppress(OSError):  # it is in nobody's way
                part.unlink()


def _stem(path: Path) -> str:
    return f".{path.name[:40]}."


def make_folder(path: Path) -> None:
    """Make a folder and those above it where they are missing; raises `OutputError` that names it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise cannot_write(path, fault) from fault
    except ValueError as fault:
        raise no_path(path, fault) from fault


def sha256(data: bytes) -> str:
    """Return the lower-case hex digest."""
    return hashlib.sha256(data).hexdigest()


def cannot_write(path: Path, fault: OSError) -> OutputError:
    """Return the error that says which path could not be written, why, and what to do."""
    reason, advice = (fault.strerror or str(fault)).lower(), _ADVICE.get(fault.errno or 0, _ELSE)
    return OutputError(f"{path} cannot be written: {reason}; what stood there before still stands; {advice}")


def no_path(path: str | Path, fault: ValueError) -> OutputError:
    """Return the error for a path that no system takes: with a zero byte, or with half of a surrogate pair."""
    return OutputError(f"{str(path)!r} is no path: {fault}; take that character out of it")


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows cannot open folders and needs no such step."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
