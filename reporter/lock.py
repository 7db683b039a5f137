"""One run of a report at a time: locks that a killed process lets go of, and who holds them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from reporter.errors import LockedError
from reporter.files import cannot_write


def places(folder: Path, client: str, label: str, database: Path | None) -> list[Path]:
    """Return what a run must have to itself: its folder, and its replies in the store, whatever its folder.

    `label` is the period's; `database` is the store's file, None where it is no file.
    """
    return [folder] if database is None else [folder, database.with_name(f"{database.name}.{client}.{label}")]


@contextmanager
def alone(
    places: Sequence[Path], what: str, *, busy: str = "is being made by another run", patience: float = 0
) -> Iterator[None]:
    """Hold each of `places` for this process; `what` names the report in the message, `busy` what is done to it.

    Whoever holds one is waited for `patience` seconds.

    The system frees them should the process die, and nothing of them stays behind. Raises `LockedError`,
    which names the process at work and when it began, and `OutputError` where a lock cannot be made.
    """
    with ExitStack() as held:
        for place in places:
            held.enter_context(_held(place, f"{what} {busy}", patience))
        yield


@contextmanager
def _held(place: Path, busy: str, patience: float) -> Iterator[None]:
    made = [one for one in (place.parent, *place.parent.parents) if not one.exists()]
    lock, owner = FileLock(place.with_name(f".{place.name}.lock")), place.with_name(f".{place.name}.owner")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=patience)
    except Timeout as fault:
        raise LockedError(f"{busy} ({_who(owner)}); wait for it, or stop it") from fault
    except OSError as fault:
        raise cannot_write(place, fault) from fault
    try:
        with suppress(OSError):  # who holds it is good to know, no more
            owner.write_text(
                f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8"
            )
        yield
    finally:
        _clear(owner, made, lock)


def _who(owner: Path) -> str:
    try:
        return owner.read_text(encoding="utf-8") or "just begun"
    except OSError:  # it has just begun, or has just been let go
        return "just begun"


def _clear(owner: Path, made: list[Path], lock: FileLock) -> None:
    """Let go, and take away what was only there for the lock; a folder that holds anything stays."""
    # while the lock is held: whoever opened the file before it went sees that it has, and asks anew
    with suppress(OSError):
        owner.unlink(missing_ok=True)
        Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()
    for one in made:
        with suppress(OSError):
            one.rmdir()
