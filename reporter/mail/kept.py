"""What the store keeps of a finished run, held against itself before anybody is written to by it."""

from __future__ import annotations

import msgspec

from reporter import rebuild
from reporter.config import Config
from reporter.errors import ConfigError, HeldError, StoreError
from reporter.store import FinishedRun, Store


class _File(msgspec.Struct):
    """What mail asks of a file in a run's record."""

    path: str
    kind: str
    sha256: str


class _Record(msgspec.Struct):
    """What mail asks of a run's record; older versions told no tables."""

    files: list[_File]
    tables: dict[str, int] = {}


def config_of(store: Store, run: FinishedRun) -> Config:
    """Return the config that a run was made with.

    Raises `HeldError` where the store's copy, or its record of the run, cannot be read or is not this client's: whom
    the mail is for is then not known, so that nothing of it is sent or planned. Other clients have no part in it.
    """
    if not is_readable(run):
        raise HeldError(f"the record that the store keeps of this run is damaged; {_advice(run)}")
    try:
        config = rebuild.kept_config(store, run)
    except (ConfigError, StoreError) as fault:
        raise HeldError(
            f"the config that the store keeps of this run cannot be read: {_told(fault)}; {_advice(run)}"
        ) from fault
    if config.client != run.record.client:
        raise HeldError(
            f"the config that the store keeps of this run is of client {config.client}, and the run is of "
            f"{run.record.client}; {_advice(run)}"
        )
    if config.sha256 != run.record.config_sha256:
        raise HeldError(
            f"the config that the store keeps of this run is not the one that it was made with; {_advice(run)}"
        )
    return config


def is_readable(run: FinishedRun) -> bool:
    """Say whether the store's own record of a run has what mail asks of it, each of its kind."""
    try:
        msgspec.json.decode(run.manifest, type=_Record)
    except msgspec.DecodeError:
        return False
    return True


def _told(fault: ConfigError | StoreError) -> str:
    """Return a fault on one line, without the lines of the file that it shows."""
    if isinstance(fault, ConfigError):
        return "; ".join(f"{one.where}: {one.message}" for one in fault.complaints)
    return str(fault)


def _advice(run: FinishedRun) -> str:
    return f"run {run.record.label} again"
