"""Where a SQLite store lies as files, for those who must not make one by looking, or who begin with none."""

from __future__ import annotations

from pathlib import Path

from reporter.errors import StoreError
from reporter.store.database import parsed


def exists(url: str) -> bool:
    """Say whether a store is there already; a database that is no file is taken to be."""
    path = _file(url)
    return path is None or path.is_file()


def remove(url: str) -> None:
    """Remove a SQLite store and what SQLite keeps beside it; raises `StoreError` where that cannot be done."""
    path = _file(url)
    for leftover in () if path is None else (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        try:
            leftover.unlink(missing_ok=True)
        except OSError as fault:
            reason = (fault.strerror or str(fault)).lower()
            raise StoreError(f"{leftover} cannot be removed: {reason}; choose another folder") from fault


def holds_secret(url: str) -> bool:
    """Say whether a store's address has a password in it, or (where drivers take one too) options after a `?`.

    Raises `StoreError` for what is no address.
    """
    place = parsed(url)
    return place.password is not None or (place.get_backend_name() != "sqlite" and bool(place.query))


def _file(url: str) -> Path | None:
    place = parsed(url)
    return Path(place.database) if place.get_backend_name() == "sqlite" and place.database else None
