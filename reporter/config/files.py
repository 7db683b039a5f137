"""The files that a config names: rosters, staff lists, the logo, templates; read once, and checked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from reporter import logo, themes
from reporter.config.complaints import choice, none_of, quoted
from reporter.config.loading import Loading, beside
from reporter.config.rosters import RosterError, read_roster, staff_phones
from reporter.config.yaml_nodes import KeyPath, Node
from reporter.errors import OutputError
from reporter.rules import Exclusions, Roster, StaffPhone

#: templates of the page that come along; any other is a file with one of the suffixes
PAGE_TEMPLATES = ("summary",)
_PAGE_SUFFIXES = (".html", ".j2", ".jinja")
_LOGO_SUFFIXES = (".png",)
_BOOK_SUFFIXES = (".xlsx", ".xltx")
_ROSTER_FIELDS = ("phone", "email", "external_id", "name", "company")

_LOGO = ("brand", "logo")
_BOOK = ("outputs", "workbook", "template")
_PAGE = ("outputs", "html", "template")


@dataclass(frozen=True, slots=True)
class Files:
    """What the files that a config names hold, or where they are."""

    rosters: tuple[Roster, ...]
    exclusions: Exclusions
    logo: bytes | None
    workbook: Path | None
    page: str | Path


def read_files(tree: Node, loading: Loading) -> Files:
    """Read every file that a tree names, with a complaint about each that cannot be used."""
    page = tree.find(_PAGE)
    return Files(
        tuple(_rosters(tree, loading)),
        _exclusions(tree, loading),
        _logo(tree, loading),
        _book(tree, loading),
        _page(page, loading) if page is not None and page.text else PAGE_TEMPLATES[0],
    )


def _page(node: Node, loading: Loading) -> str | Path:
    name = node.text or ""
    if name in PAGE_TEMPLATES:
        return name
    if not name.endswith(_PAGE_SUFFIXES):
        advice = f"{none_of(name, PAGE_TEMPLATES)}, or a file of your own that ends in {choice(_PAGE_SUFFIXES)}"
        loading.complaints.add(node.mark, _PAGE, advice)
    elif loading.read_named(node, _PAGE) is not None:
        return beside(node)
    return PAGE_TEMPLATES[0]


def _logo(tree: Node, loading: Loading) -> bytes | None:
    """Return the logo's picture; one that cannot be drawn is told now, not when all is pulled."""
    node = tree.find(_LOGO)
    if node is None or _file(tree, _LOGO, _LOGO_SUFFIXES, loading) is None:
        return None
    data = loading.read_named(node, _LOGO) or b""
    try:
        return logo.picture(data)
    except OutputError as fault:
        loading.complaints.add(node.mark, _LOGO, str(fault))
        return None


def _book(tree: Node, loading: Loading) -> Path | None:
    """Return where the workbook's template is; one without a theme is told now, not when all is pulled."""
    node, path = tree.find(_BOOK), _file(tree, _BOOK, _BOOK_SUFFIXES, loading)
    if node is not None and path is not None:
        try:
            themes.theme(BytesIO(loading.files[path]))
        except OutputError as fault:
            loading.complaints.add(node.mark, _BOOK, str(fault))
    return path


def _file(tree: Node, path: KeyPath, suffixes: Collection[str], loading: Loading) -> Path | None:
    node = tree.find(path)
    if node is None or not node.text:
        return None
    if Path(node.text).suffix.lower() not in suffixes:
        loading.complaints.add(
            node.mark, path, f"{quoted(node.text)} does not end in {choice(suffixes)}; name such a file"
        )
        return None
    return beside(node) if loading.read_named(node, path) is not None else None


def _items(tree: Node, key: str) -> Iterator[tuple[KeyPath, Node]]:
    node = tree.fields.get(key)
    for index, item in enumerate(node.items if node else ()):
        yield (key, index), item


def _rosters(tree: Node, loading: Loading) -> Iterator[Roster]:
    for path, item in _items(tree, "rosters"):
        file, columns = item.fields.get("file"), item.fields.get("columns")
        data = loading.read_named(file, (*path, "file")) if file else None
        if file is None or data is None or columns is None:
            continue
        named = {key: node.text for key, node in columns.fields.items() if key in _ROSTER_FIELDS and node.text}
        name = item.fields.get("name")
        try:
            yield read_roster(name.text or "" if name else "", data, named)
        except RosterError as fault:
            at, node = (
                ((*path, "columns", fault.column), columns.fields[fault.column])
                if fault.column
                else ((*path, "file"), file)
            )
            loading.complaints.add(node.mark, at, f"{beside(file).name}: {fault}")


def _exclusions(tree: Node, loading: Loading) -> Exclusions:
    roles, phones = list[str](), list[StaffPhone]()
    for path, item in _items(tree, "exclude"):
        role, file = item.fields.get("role"), item.fields.get("phone_in")
        if role is not None and role.text:
            roles.append(role.text)
        if file is not None and file.text:
            phones += _phones(file, (*path, "phone_in"), loading)
    return Exclusions(tuple(roles), tuple(phones))


def _phones(file: Node, path: KeyPath, loading: Loading) -> list[StaffPhone]:
    data = loading.read_named(file, path)
    if data is None:
        return []
    try:
        return list(staff_phones(beside(file).name, data))
    except RosterError as fault:
        loading.complaints.add(file.mark, path, f"{beside(file).name} {fault}")
        return []
