"""One run of a report at a time: locks that a killed process lets go of, and who holds them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from reporter.errors import LockedError
from reporter.files import cannot_write


@contextmanager
def alone(places: Sequence[Path], what: str) -> Iterator[None]:
    """Hold each of `places` for this process; `what` names the report in the message.

    For each place a `.NAME.lock` stays behind, unheld, and a `.NAME.owner` while it is held. Raises
    `LockedError` that says who holds it, and `OutputError` where a lock cannot be made.
    """
    with ExitStack() as held:
        for place in places:
            held.enter_context(_held(place, what))
        yield


@contextmanager
def _held(place: Path, what: str) -> Iterator[None]:
    lock, owner = FileLock(place.with_name(f".{place.name}.lock")), place.with_name(f".{place.name}.owner")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        owner.write_text(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8")
    except Timeout as fault:
        raise LockedError(f"{what} is being made by another run ({_who(owner)}); wait for it, or stop it") from fault
    except OSError as fault:
        raise cannot_write(place, fault) from fault
    try:
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _who(owner: Path) -> str:
    try:
        return owner.read_text(encoding="utf-8")
    except OSError:  # it has just been let go, or is not ours to read
        return "unknown"
