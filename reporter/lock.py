"""One run of a report at a time: a lock on the report's folder that names who holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from reporter.errors import LockedError, OutputError


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the report of `folder` for this process; the system frees it should the process die.

    Raises `LockedError`, which names the process at work and when it began, and `OutputError` for a place
    that cannot be written. Nothing of it stays behind.
    """
    made = [one for one in (folder.parent, *folder.parent.parents) if not one.exists()]
    lock, owner = FileLock(folder.parent / f".{folder.name}.lock"), folder.parent / f".{folder.name}.owner"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as fault:
        raise LockedError(f"{folder} is being made by another run ({_who(owner)}); wait for it, or stop it") from fault
    except OSError as fault:
        raise OutputError(
            f"{folder.parent} cannot be written: {fault.strerror}; name another folder with --out"
        ) from fault
    try:
        owner.write_text(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8")
        yield
    finally:
        _clear(owner, Path(lock.lock_file), made, lock)


def _who(owner: Path) -> str:
    try:
        return owner.read_text(encoding="utf-8") or "just begun"
    except OSError:
        return "just begun"


def _clear(owner: Path, file: Path, made: list[Path], lock: FileLock) -> None:
    """Let go, and take away what was only there for the lock; a folder that holds anything stays."""
    # while the lock is held: whoever opened the file before it went sees that it has, and asks anew
    with suppress(OSError):
        owner.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
    lock.release()
    for one in made:
        with suppress(OSError):
            one.rmdir()
