"""Config: YAML with marks -> `Config`; calendar periods; secret references; rosters; the schema for editors.

Reads files and nothing else; `access` and `secret` look secrets up when a command needs them. Names load when
they are asked for: `brief` and `periods` need none of the libraries that a whole load does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporter.config.changed import Changed, changes
    from reporter.config.json_schema import schema
    from reporter.config.loader import as_kept, load, sha256_of
    from reporter.config.record import Config, HtmlOutput, Mail, Reference, WorkbookOutput
    from reporter.config.rooms import Event, ListedRoom, Search
    from reporter.config.secrets import access, known_secrets, privacy, secret

_HOMES = {
    **dict.fromkeys(("Changed", "changes"), "changed"),
    **dict.fromkeys(("Config", "HtmlOutput", "Mail", "Reference", "WorkbookOutput"), "record"),
    **dict.fromkeys(("Event", "ListedRoom", "Search"), "rooms"),
    **dict.fromkeys(("access", "known_secrets", "privacy", "secret"), "secrets"),
    **dict.fromkeys(("as_kept", "load", "sha256_of"), "loader"),
    "schema": "json_schema",
}

__all__ = [
    "Changed",
    "Config",
    "Event",
    "HtmlOutput",
    "ListedRoom",
    "Mail",
    "Reference",
    "Search",
    "WorkbookOutput",
    "access",
    "as_kept",
    "changes",
    "known_secrets",
    "load",
    "privacy",
    "schema",
    "secret",
    "sha256_of",
]


def __getattr__(name: str) -> object:
    """Return one of the names above, its module imported now."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
