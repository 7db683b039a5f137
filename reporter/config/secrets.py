"""References to secrets: `env:NAME`, `file:PATH`, `call:package.module:function`, resolved when a command needs them.

`env:` looks in the environment given, then in `.env` beside the config. No message ever holds a value.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.config.accounts import proxy_fault, url_fault
from reporter.config.complaints import Place
from reporter.config.loading import UnreadableError, read_bytes
from reporter.config.references import PLACES, secret_fields
from reporter.errors import Complaint, ConfigError, RefusedError
from reporter.rules import Privacy
from reporter.vendors.base import Access

if TYPE_CHECKING:
    from reporter.config.record import Config, Reference
    from reporter.vendors.base import Account, Vendor

#: where `env:` looks after the environment
DOTENV = ".env"

_MAX_BYTES = 1_000_000
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_QUOTED = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:#.*)?""")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}

Resolved = str | Callable[..., str]


class _MissingError(Exception):
    """A reference that leads to nothing: the rest of a sentence that begins with its place."""


def access(config: Config, *, env: Mapping[str, str], names_only: bool = False) -> dict[str, Access]:
    """Return the accounts that the config's events and rooms use, ready to be used, in the order of the file.

    `names_only`: only what names an account in the store is looked up (key ids and base_url), enough where
    nothing is sent.
    An account that nothing uses needs no secret; where nothing uses any, all are resolved. Raises
    `ConfigError` with every reference that leads to nothing.
    """
    used = {room.account for event in config.events for room in event.rooms}
    used |= {search.account for search in config.searches}
    accounts, complaints = {}, list[Complaint]()
    for name, account in config.accounts.items():
        if used and name not in used:
            continue
        fields = [
            field
            for field in (*secret_fields(type(account)), *PLACES)
            if f"accounts.{name}.{field}" in config.references
            and (not names_only or field in {"base_url", *(account.key_id or secret_fields(type(account)))})
        ]
        resolved = _resolve_all(config, name, fields, env, complaints)
        if len(resolved) == len(fields):
            accounts[name] = _access(name, config.vendors[account.vendor], account, resolved)
    if complaints:
        raise ConfigError(complaints)
    return accounts


def privacy(config: Config, *, env: Mapping[str, str]) -> Privacy:
    """Return the privacy rules, with the key of `hash` where something is hashed.

    Raises `ConfigError` where its reference leads to nothing.
    """
    rule = config.privacy
    if "hash" not in {rule.phone, rule.email, rule.ip, rule.name}:
        return rule
    return replace(rule, key=secret(config, "privacy.key", env=env))


def secret(config: Config, key: str, *, env: Mapping[str, str]) -> str:
    """Return what the reference at `key` (`mail.smtp`, `privacy.key`) leads to.

    Raises `ConfigError` where it leads to nothing, and `KeyError` where the config has no such reference.
    """
    reference = config.references[key]
    try:
        return str(_follow(reference, config.path.parent, env))
    except _MissingError as fault:
        raise ConfigError([_complaint(key, reference.place, fault)]) from None


def known_secrets(config: Config, *, env: Mapping[str, str]) -> dict[str, str]:
    """Return every secret of the config that there is here, by key; places of vendors and code are none.

    For whoever looks whether one has leaked: what leads to nothing on this machine cannot have.
    """
    found = {}
    for key, reference in config.references.items():
        if key.endswith(".base_url") or reference.text.startswith("call:"):
            continue
        with suppress(_MissingError):
            found[key] = str(_follow(reference, config.path.parent, env))
    return found


def _resolve_all(
    config: Config, name: str, fields: Collection[str], env: Mapping[str, str], complaints: list[Complaint]
) -> dict[str, Resolved]:
    resolved: dict[str, Resolved] = {}
    for field in fields:
        key = f"accounts.{name}.{field}"
        reference = config.references[key]
        try:
            resolved[field] = _checked(field, _follow(reference, config.path.parent, env), reference)
        except _MissingError as fault:
            complaints.append(_complaint(key, reference.place, fault))
    return resolved


def _checked(field: str, value: Resolved, reference: Reference) -> Resolved:
    faults = {"base_url": url_fault, "proxy": proxy_fault}
    fault = faults[field](str(value)) if field in faults else None
    if fault:
        raise _MissingError(f"what it refers to {fault}")
    # keys go into signatures and headers, which are ASCII; an unseen U+200B comes along when one is pasted
    if field not in faults and isinstance(value, str) and not value.isascii():
        raise _MissingError(
            f"{reference.text} holds a character that no key has, perhaps an unseen one that was pasted along; "
            "type or copy it again, the key alone"
        )
    return value


def _access(name: str, vendor: Vendor, account: Account, resolved: Mapping[str, Resolved]) -> Access:
    places = {field: resolved.get(field, getattr(account, field)) for field in PLACES}
    if isinstance(places["base_url"], str):
        places["base_url"] = places["base_url"].rstrip("/")
    keys = {field: value for field, value in resolved.items() if field not in PLACES}
    ready = account.model_copy(update=places)
    return Access(name, vendor, ready, keys, _scope(vendor, ready, keys))


def _scope(vendor: Vendor, account: Account, keys: Mapping[str, Resolved]) -> str:
    """Return 16 hex digits that are the same for the same key at the same place."""
    fields = account.key_id or secret_fields(type(account))
    # a callable has no value of its own; the reference to it stands in
    values = [value if isinstance(value := keys.get(field), str) else str(getattr(account, field)) for field in fields]
    parts = [vendor.name, account.base_url or vendor.default_url, *values]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _complaint(key: str, place: Place, fault: _MissingError) -> Complaint:
    return place.complaint(f"{key}: {fault}")


def _follow(reference: Reference, folder: Path, env: Mapping[str, str]) -> Resolved:
    scheme, _, rest = reference.text.partition(":")
    if scheme == "env":
        return _clean(_from_environment(rest, folder, env), f"the environment variable {rest}")
    if scheme == "file":
        return _clean(_from_file(reference.folder / rest), str(reference.folder / rest))
    return _from_code(rest)


def _clean(value: str, what: str) -> str:
    if any(ord(character) < ord(" ") for character in value):
        raise _MissingError(f"{what} holds a line break or control character; store the secret alone, on one line")
    return value


def _from_environment(name: str, folder: Path, env: Mapping[str, str]) -> str:
    value = env.get(name) or _read_dotenv(folder / DOTENV).get(name)
    if not value:
        state = "is empty" if name in env else "is not set"
        raise _MissingError(f"the environment variable {name} {state}; set it, or put {name}=… into {folder / DOTENV}")
    return value


def _from_file(path: Path) -> str:
    try:
        value = read_bytes(path, _MAX_BYTES).decode("utf-8-sig").rstrip("\r\n")
    except UnreadableError as fault:
        raise _MissingError(f"{path} {fault}") from None
    except UnicodeDecodeError:
        raise _MissingError(f"{path} is no text; write the secret into it as UTF-8") from None
    if not value:
        raise _MissingError(f"{path} is empty; write the secret into it")
    return value


def _from_code(path: str) -> Callable[..., str]:
    module_name, _, name = path.partition(":")
    try:
        function = getattr(importlib.import_module(module_name), name, None)
    except Exception as fault:  # noqa: BLE001 - a module of the user's may raise anything while it is imported
        raise _MissingError(
            f"{module_name} cannot be imported ({type(fault).__name__}: {fault}); install or correct it"
        ) from None
    if not callable(function):
        raise _MissingError(f"{module_name} has no function {name}; write call:package.module:function")
    return _guarded(function, path)


def _guarded(function: Callable[..., object], path: str) -> Callable[..., str]:
    """Return a user's function that raises `RefusedError` for whatever it does but return a token.

    What it raises may say the key that it was given, so that only the kind of that is told.
    """
    advice = f"call:{path} takes the auth key and the time in Unix seconds, and returns the token as ASCII text"

    @wraps(function)
    def made(*given: object) -> str:
        try:
            value = function(*given)
        except Exception as fault:  # noqa: BLE001 - a function of the user's may raise anything
            raise RefusedError(f"the account's function ended with {type(fault).__name__}", advice=advice) from None
        if not isinstance(value, str) or not value or not (value.isascii() and value.isprintable()):
            raise RefusedError("the account's function returned what is no token", advice=advice)
        return value

    return made


def _read_dotenv(path: Path) -> dict[str, str]:
    """Return the variables of a `.env` file: KEY=VALUE lines, quotes, comments; nothing where there is no file."""
    try:
        text = read_bytes(path, _MAX_BYTES).decode("utf-8-sig") if path.is_file() else ""
    except UnreadableError as fault:
        raise _MissingError(f"{path} {fault}") from None
    except UnicodeDecodeError:
        raise _MissingError(f"{path} is not UTF-8; save it as UTF-8") from None
    values = {}
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found and not line.lstrip().startswith("#"):
            values[found[1]] = _unquoted(found[2])
    return values


def _unquoted(value: str) -> str:
    """Return the value of a line: quotes off, escapes of double quotes read, a comment after a blank cut off."""
    found = _QUOTED.fullmatch(value)
    if found is None:
        return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()
    if found[2] is not None:
        return found[2]
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), found[1])
