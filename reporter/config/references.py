"""How references to secrets are written, and which fields of an account hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic.fields import FieldInfo

from reporter.vendors.base import Account

#: fields of every account that may be references though they are no secrets
PLACES = ("base_url", "proxy")

#: how each kind is written, and what to write
SYNTAX = {
    "env": re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*"),
    "file": re.compile(r"file:\S.*"),
    "call": re.compile(r"call:[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*"),
}
FORMS = {"env": "env:NAME", "file": "file:PATH", "call": "call:package.module:function"}

#: the complaint about a secret in the file, which never shows it
LITERAL_SECRET = "a secret stands here itself; put it into the environment and write env:NAME, or file:PATH"  # noqa: S105 - a sentence


def secret_fields(model: type[Account]) -> tuple[str, ...]:
    """Return the fields of an account that hold references to secrets."""
    return tuple(name for name, field in model.model_fields.items() if is_secret(field))


def is_secret(field: FieldInfo) -> bool:
    """Say whether a field is annotated as a `SecretRef`, optional or not."""
    return any(is_secret_pattern(pattern) for pattern in _patterns([field.annotation, *field.metadata]))


def is_secret_pattern(pattern: object) -> bool:
    """Say whether a constraint's pattern is that of `SecretRef`."""
    return str(pattern).startswith("^(env|file")


def _patterns(parts: list[Any]) -> Iterator[object]:
    """Yield the pattern of each constraint in an annotation."""
    for part in parts:
        yield getattr(part, "pattern", "")
        yield from _patterns([*getattr(part, "__metadata__", ()), *get_args(part)])
