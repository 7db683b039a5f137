"""The import table of the house: which room may import which, and which third-party libraries.

A leaf may be imported by every room. What is not listed here is refused, so a new arrow between rooms,
or a new library in one, is a change of this page that a reader sees.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "reporter"

LEAVES = {"errors", "model", "rules", "tables", "report", "labels", "resources", "files"}

#: room -> (rooms beyond the leaves, third-party libraries)
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "__init__": (set(), set()),
    "__main__": ({"cli"}, set()),
    "errors": (set(), set()),
    "model": (set(), set()),
    "rules": (set(), set()),
    "tables": (set(), {"polars"}),
    "report": (set(), {"polars"}),
    "labels": (set(), set()),
    "resources": (set(), set()),
    "files": (set(), set()),
    "manifest": (set(), set()),
    "lock": (set(), {"filelock"}),
    "config": ({"vendors"}, {"ruamel", "pydantic", "pydantic_core", "openpyxl"}),
    "plan": ({"config", "vendors"}, set()),
    "vendors": (set(), {"httpx", "pydantic", "pydantic_core", "polars", "orjson"}),
    "fetch": ({"vendors", "store"}, {"httpx", "truststore", "orjson"}),
    "store": (set(), {"sqlalchemy", "zstandard", "orjson"}),
    "normalise": ({"vendors"}, {"polars"}),
    "people": (set(), {"polars", "phonenumbers"}),
    "metrics": (set(), {"polars"}),
    "checks": (set(), {"polars"}),
    "privacy": (set(), {"polars"}),
    "excel": (set(), {"polars", "openpyxl"}),
    "html": (set(), {"polars", "jinja2", "markupsafe", "babel", "altair", "vl_convert"}),
    "sandbox": (set(), {"httpx", "ruamel"}),
    "archive": ({"store", "vendors"}, set()),
    "pipeline": (
        {
            "checks",
            "config",
            "excel",
            "fetch",
            "html",
            "lock",
            "manifest",
            "metrics",
            "normalise",
            "people",
            "plan",
            "privacy",
            "store",
            "vendors",
        },
        {"polars"},
    ),
    "cli": (
        {"archive", "config", "fetch", "lock", "manifest", "pipeline", "plan", "sandbox", "store"},
        {"click", "rich"},
    ),
}

#: modules that open or serve connections; only `fetch` and `sandbox/serve` may import them
CONNECTS = {"socket", "ssl", "urllib", "http", "asyncio", "smtplib"}
PRINTS = {"print", "exit", "quit"}
POSIX_ONLY = {"fcntl", "grp", "pwd", "resource", "termios", "tty", "pty"}


def _files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            found += [f"{module}.{alias.name}" for alias in node.names] if module == "reporter" else [module]
    return found


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_room_imports_only_what_the_table_allows(path: Path) -> None:
    rooms, libraries = TABLE[_room(path)]
    for name in _imports(path):
        top, *rest = name.split(".")
        if top == "reporter":
            room = rest[0] if rest else "__init__"
            own_or_leaf = room in LEAVES | {_room(path), "__init__", "__version__"}
            assert own_or_leaf or room in rooms, f"{_named(path)} imports {name}"
        elif top not in sys.stdlib_module_names:
            assert top in libraries, f"{_named(path)} imports {name}"


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_only_fetch_connects_and_only_serve_listens(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix().removesuffix(".py")
    if place.startswith("fetch") or place == "sandbox/serve":
        return
    for name in _imports(path):
        assert name == "urllib.parse" or name.split(".")[0] not in CONNECTS, f"{_named(path)} imports {name}"


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_only_cli_prints_or_exits(path: Path) -> None:
    if _room(path) == "cli":
        return
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in PRINTS]
    assert not [call for call in calls if ast.unparse(call.func) in {"sys.exit", "os._exit", "sys.stdout.write"}]


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_nothing_posix_only_is_imported_at_module_level(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & POSIX_ONLY


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_file_stays_under_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_every_room_stands_in_the_table() -> None:
    assert {_room(path) for path in _files()} == set(TABLE)


def test_generators_never_see_vendors() -> None:
    for room in ("excel", "html", "privacy", "metrics", "people"):
        assert "vendors" not in TABLE[room][0]
