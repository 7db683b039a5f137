"""Which values of a file may be secrets, so that no complaint ever shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from reporter.config.complaints import SOUNDS_SECRET, Complaints, near
from reporter.config.models import MailShape, PrivacyShape
from reporter.config.references import secret_fields
from reporter.config.yaml_nodes import KeyPath, Node
from reporter.vendors.base import Account, Vendor

_REFERENCE = re.compile(r"(env|file|call):")

#: no secret is shorter
_LONG = 6
#: sections that hold secrets
_GUARDED = (("accounts",), ("mail",), ("privacy",))
_SHAPES = (MailShape, PrivacyShape)
#: keys of mail and privacy whose values are secrets, or hold them
_SECRET_KEYS = {"smtp", "encrypt", "key"}
_PLAIN = {field.alias or name for shape in _SHAPES for name, field in shape.model_fields.items()} - _SECRET_KEYS


def known_words(vendors: Mapping[str, Vendor]) -> frozenset[str]:
    """Return the keys of the sections that hold secrets, and the vendors' names: words that are never secret."""
    fields = {name for vendor in vendors.values() for name in vendor.account.model_fields}
    return frozenset({"accounts", "mail", "privacy", *vendors, *fields, *_PLAIN, *_SECRET_KEYS})


def hide_secrets(complaints: Complaints, seen: Sequence[tuple[KeyPath, Node]], vendors: Mapping[str, Vendor]) -> None:
    """Hide the values of accounts under keys that are no vendor's plain ones, and of any key that sounds secret.

    References are no secrets. A misspelt key hides its value too, and a key without a value hides itself:
    `secret_key:abc`, the blank forgotten, is one.
    """
    shown = {name for vendor in vendors.values() for name in _plain_fields(vendor.account)}
    complaints.hidden = [node for path, node in seen if node.text and _is_hidden(path, node.text, shown)]
    bare = (path for path, node in seen if node.value is None and path[:1] in _GUARDED)
    complaints.hidden_keys = frozenset(
        key for path in bare if _may_be_secret(key := str(path[-1]), path, complaints.known)
    )


def _may_be_secret(key: str, path: KeyPath, known: frozenset[str]) -> bool:
    """Say whether a key without a value may be a secret: where keys are fixed, like none of them, and long enough."""
    is_name = len(path) == 1 + (path[0] == "accounts")
    return not is_name and len(key) >= _LONG and near(key, known, 0.8) is None


def _plain_fields(account: type[Account]) -> Iterator[str]:
    secret = secret_fields(account)
    return (name for name in account.model_fields if name not in secret)


def _is_hidden(path: KeyPath, text: str, shown: set[str]) -> bool:
    if _REFERENCE.match(text):
        return False
    keys = [part for part in path if isinstance(part, str)]
    if keys[:1] == ["accounts"]:
        return not any(key in shown for key in keys[2:])
    if path[:1] in _GUARDED and not any(key in _PLAIN for key in keys[1:]):
        return True
    return any(SOUNDS_SECRET.search(key) for key in keys)
