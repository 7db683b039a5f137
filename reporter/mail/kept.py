"""What the store keeps of a finished run, held against itself before anybody is written to by it."""

from __future__ import annotations

import json

from reporter import rebuild
from reporter.config import Config
from reporter.errors import ConfigError, HeldError, StoreError
from reporter.store import FinishedRun, Store


def config_of(store: Store, run: FinishedRun) -> Config:
    """Return the config that a run was made with.

    Raises `HeldError` where the store's copy, or its record of the run, cannot be read or is not this client's: whom
    the mail is for is then not known, so that nothing of it is sent or planned. Other clients have no part in it.
    """
    if not _is_readable(run.manifest):
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


def _is_readable(manifest: str) -> bool:
    try:
        return all({"path", "kind", "sha256"} <= file.keys() for file in json.loads(manifest)["files"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _told(fault: ConfigError | StoreError) -> str:
    """Return a fault on one line, without the lines of the file that it shows."""
    if isinstance(fault, ConfigError):
        return "; ".join(f"{one.where}: {one.message}" for one in fault.complaints)
    return str(fault)


def _advice(run: FinishedRun) -> str:
    return f"run {run.record.label} again"
