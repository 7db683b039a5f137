"""Configs that nobody wrote: the accounts and rules of one that is there, for rooms named on a command line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reporter.config.complaints import none_of
from reporter.config.inherit import read_tree
from reporter.config.loader import AD_HOC, stood, with_rooms
from reporter.config.loading import Loading
from reporter.config.record import Config
from reporter.errors import UsageError
from reporter.vendors import VENDORS

CLIENT = "audit"
_FORM = re.compile(r"([^:/]+):([^:/]+)/(.+)")


@dataclass(frozen=True, slots=True)
class Named:
    """A room or a viewer as a command line names it: `volcengine:volc/172183460671`."""

    vendor: str
    account: str
    id: str


def named(text: str, option: str) -> Named:
    """Return what `VENDOR:ACCOUNT/ID` names; raises `UsageError` for any other form, or a vendor that is none."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise UsageError(f"{option} {text}: write VENDOR:ACCOUNT/ID, such as volcengine:volc/172183460671")
    if found[1] not in VENDORS:
        raise UsageError(f"{option} {text}: {none_of(found[1], list(VENDORS), 'vendors')}")
    return Named(*found.groups())


@dataclass(frozen=True, slots=True)
class Base:
    """A config whose accounts are used; `kept` are the files of one that a store keeps, None for one on the disk."""

    path: Path
    kept: Mapping[Path, bytes] | None = None


def for_rooms(base: Base, rooms: Sequence[Named], period: str) -> Config:
    """Return a config of the base's accounts and rules with these rooms, each an event of its own, for a period.

    The base may hold accounts alone. Raises `UsageError` for an account that it does not have, or of another vendor,
    and `ConfigError` for what is wrong in it.
    """
    for room in rooms:
        _check(base, room)
    lines = [
        f"extends: {json.dumps(base.path.name, ensure_ascii=False)}",
        f"client: {CLIENT}",
        f"period: {period}",
        "events:",
        *(line for room in rooms for line in _event(room)),
    ]
    return with_rooms(base.path, "\n".join(lines) + "\n", kept=base.kept)


def has_account(base: Base, room: Named) -> bool:
    """Say whether a base has the account of a room, and of its vendor."""
    return _accounts(base).get(room.account) == room.vendor


def is_report(base: Base) -> bool:
    """Say whether a base is a whole report's config, and not accounts alone."""
    tree = read_tree(Loading(base.path, kept=base.kept))
    return tree is not None and "client" in tree.fields and bool({"events", "rooms"} & set(tree.fields))


def of_sources(sources: Sequence[tuple[str, bytes]], path: Path) -> Base:
    """Return the config among a run's kept sources; `path` is where it stood, and where what it refers to is."""
    return Base(*stood(sources, path))


def _event(room: Named) -> list[str]:
    key, told = VENDORS[room.vendor].room_key, (json.dumps(one, ensure_ascii=False) for one in (room.account, room.id))
    account, room_id = told
    return [f"  - name: {room_id}", f"    rooms: [{{account: {account}, {key}: {room_id}}}]"]


def _check(base: Base, room: Named) -> None:
    accounts = _accounts(base)
    if room.account not in accounts:
        raise UsageError(f"{base.path}: {none_of(room.account, list(accounts), 'accounts')}")
    if accounts[room.account] != room.vendor:
        raise UsageError(f"{base.path}: {room.account} is an account of {accounts[room.account]}, not of {room.vendor}")


def _accounts(base: Base) -> dict[str, str]:
    """Return each account's vendor, as far as the base can be read; what is wrong with it is told by the load."""
    loading = Loading(base.path, kept=base.kept)
    tree = read_tree(loading)
    if tree is None:
        raise loading.complaints.error()
    accounts = tree.fields["accounts"].fields if "accounts" in tree.fields else {}
    vendors = {name: node.fields.get("vendor") for name, node in accounts.items()}
    return {name: node.text or "" for name, node in vendors.items() if node is not None}


__all__ = ["AD_HOC", "CLIENT", "Base", "Named", "for_rooms", "has_account", "is_report", "named", "of_sources"]
