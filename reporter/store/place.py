"""Where a SQLite store lies as files, for those who must not make one by looking, or who begin with none."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from reporter.errors import StoreError


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


def _file(url: str) -> Path | None:
    try:
        place = make_url(url)
    except ArgumentError as fault:
        raise StoreError(f"{url} is no store; write sqlite:///PATH") from fault
    return Path(place.database) if place.get_backend_name() == "sqlite" and place.database else None
