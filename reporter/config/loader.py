"""A path -> a config, or every complaint about it at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from reporter.config.accounts import read_accounts
from reporter.config.checks import check_columns, check_days, check_values
from reporter.config.complaints import Place, dotted, line_of
from reporter.config.files import Files, read_files
from reporter.config.hidden import hide_secrets, known_words
from reporter.config.inherit import read_tree
from reporter.config.loading import Loading
from reporter.config.models import ConfigShape, PrivacyShape, WorkbookShape
from reporter.config.record import Config, HtmlOutput, Reference, WorkbookOutput
from reporter.config.references import PLACES, secret_fields
from reporter.config.rooms import check_rooms, events_of, searches_of
from reporter.config.words import validated
from reporter.config.yaml_nodes import KeyPath, Node
from reporter.model import Text
from reporter.rules import Attendance, Audience, Brand, Identity, Privacy
from reporter.vendors import VENDORS
from reporter.vendors.base import Account, Vendor

#: the name of a config that is made up for some rooms
AD_HOC = "_ad_hoc.yaml"
#: sections that are about a client's own report
_OF_A_REPORT = ("rooms", "mail", "outputs", "title")
#: what a client must not see as it is, unless its config says so
_MASKS: Mapping[Audience, Privacy] = {
    "client": Privacy(),
    "internal": Privacy(phone="keep", email="keep", ip="keep", name="keep"),
}


def load(
    path: Path,
    *,
    now: datetime | None = None,
    vendors: Mapping[str, Vendor] = VENDORS,
    kept: Mapping[Path, bytes] | None = None,
) -> Config:
    """Return the config at `path`; `kept` stands in for the disk (see `as_kept`).

    Secrets are not looked up here, see `access`. With `now` (aware) an
    event's own days are held against the report's already. Raises `ConfigError` with all complaints.
    """
    return _loaded(Loading(path, kept=kept), now, vendors)


def _loaded(
    loading: Loading, now: datetime | None, vendors: Mapping[str, Vendor], without: Collection[str] = ()
) -> Config:
    """Return what a loading reads; `without` are keys of the whole that are passed over."""
    loading.complaints.known = known_words(vendors)
    tree = read_tree(loading)
    hide_secrets(loading.complaints, loading.seen, vendors)
    if tree is None:
        raise loading.complaints.error()
    tree = replace(tree, value={key: node for key, node in tree.fields.items() if key not in without})
    shape = validated(ConfigShape, tree, (), loading.complaints, is_whole=loading.is_whole)
    check_values(tree, loading)
    accounts = read_accounts(tree, vendors, loading)
    check_rooms(tree, vendors, loading)
    check_columns(tree, loading)
    check_days(tree, shape, now, loading)
    files = read_files(tree, loading)
    if shape is None or loading.complaints.found:
        raise loading.complaints.error()
    return _config(_Read(shape, tree, accounts, files, loading), vendors)


def as_kept(sources: Sequence[tuple[str, bytes]], path: Path, *, vendors: Mapping[str, Vendor] = VENDORS) -> Config:
    """Return a config as it was when a run kept `sources` ((name, bytes), the config first).

    `path` is where the config stood then: what it refers to (`.env`, `file:`) is looked for there.
    Raises `ConfigError`.
    """
    where, kept = stood(sources, path)
    return load(where, vendors=vendors, kept=kept)


def stood(sources: Sequence[tuple[str, bytes]], path: Path) -> tuple[Path, dict[Path, bytes]]:
    """Return where the config of kept `sources` stood, and each of them by its own path; `path` is as in `as_kept`."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - links stay
    depth = len(PurePosixPath(sources[0][0]).parts)
    root = whole.parents[min(depth, len(whole.parents)) - 1]
    return root / sources[0][0], {root / name: data for name, data in sources}


def with_rooms(
    accounts: Path,
    text: str,
    *,
    kept: Mapping[Path, bytes] | None = None,
    vendors: Mapping[str, Vendor] = VENDORS,
) -> Config:
    """Return the config that a text of YAML makes of the accounts and rules of another: its own client and rooms.

    The text is laid beside `accounts`, which it extends, and is nowhere on the disk. Rooms that are to be found,
    mail and outputs of that config are passed over. Raises `ConfigError`.
    """
    path = accounts.parent / AD_HOC
    loading = Loading(path, kept=kept)
    loading.laid_over = {Path(os.path.abspath(path)): text.encode()}  # noqa: PTH100 - links stay
    return _loaded(loading, None, vendors, _OF_A_REPORT)


@dataclass(frozen=True, slots=True)
class _Read:
    """A config that is right in every way, in the parts that it was read in."""

    shape: ConfigShape
    tree: Node
    accounts: Mapping[str, Account]
    files: Files
    loading: Loading


def _config(read: _Read, vendors: Mapping[str, Vendor]) -> Config:
    shape, files, sources = read.shape, read.files, _sources(read.loading)
    workbook = shape.outputs.workbook
    audience = workbook.audience if workbook else "client"
    return Config(
        path=read.loading.path,
        client=shape.client,
        title=_title(shape),
        language=shape.language,
        timezone=shape.timezone,
        period=shape.period,
        accounts=read.accounts,
        events=events_of(shape, read.tree),
        searches=searches_of(shape),
        identity=Identity(**dict(shape.identity)),
        exclusions=files.exclusions,
        rosters=files.rosters,
        attendance=Attendance(**dict(shape.attendance)),
        engagement={str(term): weight for term, weight in shape.engagement.items()},
        workbook=_workbook(workbook, files) if workbook else None,
        html=HtmlOutput(files.page) if shape.outputs.html else None,
        audience=audience,
        brand=Brand(shape.brand.color.lower(), files.logo),
        privacy=_privacy(shape.privacy, audience),
        mail=shape.mail,
        references=dict(_references(read)),
        sources=sources,
        sha256=sha256_of(sources),
        vendors=vendors,
    )


def _title(shape: ConfigShape) -> Text:
    title = shape.title
    if title is None:
        return Text(shape.client, shape.client)
    return Text(title.zh or title.en or "", title.en or title.zh or "")


def _workbook(shape: WorkbookShape, files: Files) -> WorkbookOutput:
    return WorkbookOutput(shape.sheets or (), shape.columns, shape.labels, files.workbook, shape.compress)


def _privacy(shape: PrivacyShape, audience: Audience) -> Privacy:
    masks = _MASKS[audience]
    return Privacy(
        phone=shape.phone or masks.phone,
        email=shape.email or masks.email,
        ip=shape.ip or masks.ip,
        name=shape.name or masks.name,
    )


def _references(read: _Read) -> Iterator[tuple[str, Reference]]:
    paths: list[KeyPath] = [("privacy", "key"), ("mail", "smtp"), ("mail", "encrypt", "password")]
    for name, account in read.accounts.items():
        paths += [("accounts", name, field) for field in secret_fields(type(account))]
        paths += [("accounts", name, field) for field in PLACES if str(getattr(account, field)).startswith("env:")]
    for path in paths:
        node = read.tree.find(path)
        if node is not None and node.text:
            place = Place(str(node.mark), line_of(node.mark))
            yield dotted(path), Reference(node.text, place, node.mark.source.path.parent)


def _sources(loading: Loading) -> tuple[tuple[str, bytes], ...]:
    """Name each file that was read from the folder that holds them all, so that no name leads out of it."""
    files = {Path(os.path.abspath(path)): data for path, data in loading.files.items()}  # noqa: PTH100 - links stay
    root = Path(os.path.commonpath([path.parent for path in files]))
    return tuple((path.relative_to(root).as_posix(), data) for path, data in files.items())


def sha256_of(sources: Sequence[tuple[str, bytes]]) -> str:
    """Return what names a config with all its files ((name, bytes), the config first): any change gives another."""
    digest = hashlib.sha256()
    for name, data in sources:
        digest.update(f"{len(name)}:{name}:{len(data)}:".encode() + data)
    return digest.hexdigest()
