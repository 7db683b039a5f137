"""Config: YAML with marks -> `Config`; calendar periods; secret references; rosters; the schema for editors.

Reads files and nothing else; `access` and `secret` look secrets up when a command needs them.
"""

from __future__ import annotations

from reporter.config.load import load
from reporter.config.record import Config, HtmlOutput, Mail, Reference, WorkbookOutput
from reporter.config.rooms import Event, ListedRoom, Search
from reporter.config.schema import schema
from reporter.config.secrets import access, privacy, secret

__all__ = [
    "Config",
    "Event",
    "HtmlOutput",
    "ListedRoom",
    "Mail",
    "Reference",
    "Search",
    "WorkbookOutput",
    "access",
    "load",
    "privacy",
    "schema",
    "secret",
]
