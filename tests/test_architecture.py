"""The import table of the house: which room may import which, and which third-party libraries.

A leaf may be imported by every room. What is not listed here is refused, so a new arrow between rooms,
or a new library in one, is a change of this page that a reader sees.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "reporter"

LEAVES = {
    "addresses",
    "beside",
    "columns",
    "errors",
    "files",
    "intervals",
    "keys",
    "labels",
    "logo",
    "model",
    "oneline",
    "phones",
    "places",
    "report",
    "resources",
    "rules",
    "seen",
    "shades",
    "shortened",
    "tables",
    "themes",
}

#: room -> (rooms beyond the leaves, third-party libraries)
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "__init__": (set(), set()),
    "__main__": ({"cli"}, set()),
    "addresses": (set(), {"idna"}),
    "columns": (set(), set()),
    "errors": (set(), set()),
    "model": (set(), set()),
    "oneline": (set(), set()),
    "rules": (set(), set()),
    "shades": (set(), set()),
    "shortened": (set(), set()),
    "tables": (set(), {"polars"}),
    "intervals": (set(), {"polars"}),
    "keys": (set(), {"polars"}),
    "phones": (set(), {"polars", "phonenumbers"}),
    "report": (set(), {"polars"}),
    "beside": (set(), set()),
    "labels": (set(), set()),
    "places": (set(), set()),
    "logo": (set(), set()),
    "resources": (set(), set()),
    "files": (set(), set()),
    "seen": (set(), {"polars"}),
    "themes": (set(), set()),
    "easel": (set(), {"vl_convert"}),
    "lock": (set(), {"filelock"}),
    "timers": (set(), set()),
    "trust": (set(), {"truststore"}),
    "manifest": (set(), set()),
    "config": ({"vendors"}, {"ruamel", "pydantic", "pydantic_core", "openpyxl"}),
    "plan": ({"config", "vendors"}, set()),
    "vendors": (set(), {"httpx", "pydantic", "pydantic_core", "polars", "orjson", "msgspec", "numpy"}),
    "fetch": ({"vendors", "store", "trust"}, {"httpx", "orjson"}),
    "store": (set(), {"sqlalchemy", "zstandard", "orjson"}),
    "normalise": ({"vendors"}, {"polars"}),
    "people": (set(), {"polars", "numpy"}),
    "metrics": (set(), {"polars"}),
    "checks": (set(), {"polars"}),
    "privacy": (set(), {"polars"}),
    "excel": (set(), {"polars", "openpyxl", "isal", "zlib_ng"}),
    "html": ({"easel"}, {"polars", "jinja2", "markupsafe", "babel", "vl_convert", "css_inline"}),
    "sandbox": (set(), {"httpx", "ruamel"}),
    "archive": ({"store", "vendors"}, set()),
    "answers": ({"excel", "html"}, {"polars"}),
    "catalogue": ({"html", "lock", "manifest"}, set()),
    "printing": (set(), set()),
    "outputs": ({"config", "easel", "excel", "html", "printing"}, {"polars"}),
    "pipeline": (
        {
            "catalogue",
            "checks",
            "config",
            "easel",
            "fetch",
            "html",
            "lock",
            "manifest",
            "metrics",
            "normalise",
            "outputs",
            "people",
            "plan",
            "privacy",
            "store",
            "vendors",
        },
        {"polars"},
    ),
    "rebuild": ({"config", "fetch", "pipeline", "plan", "store", "vendors"}, set()),
    "rebuilt": ({"catalogue", "config", "finished", "lock", "manifest", "pipeline", "rebuild", "store"}, set()),
    "explain": (
        {"metrics", "normalise", "people", "pipeline", "rebuild", "vendors"},
        {"httpx", "polars"},
    ),
    "finished": ({"config", "rebuild", "store"}, {"polars"}),
    "audit": (
        {
            "answers",
            "checks",
            "config",
            "fetch",
            "html",
            "lock",
            "mail",
            "manifest",
            "metrics",
            "normalise",
            "people",
            "pipeline",
            "plan",
            "rebuild",
            "store",
            "vendors",
        },
        {"httpx", "polars"},
    ),
    "mail": (
        {"config", "html", "lock", "manifest", "rebuild", "store", "trust", "vendors"},
        {"msgspec", "msoffcrypto", "polars", "pypdf"},
    ),
    "diff": ({"answers", "config", "finished", "manifest", "vendors"}, {"polars", "python_calamine"}),
    "query": (set(), {"polars"}),
    "cli": (
        {
            "answers",
            "archive",
            "audit",
            "config",
            "diff",
            "explain",
            "fetch",
            "finished",
            "html",
            "lock",
            "mail",
            "manifest",
            "metrics",
            "pipeline",
            "plan",
            "printing",
            "query",
            "rebuild",
            "rebuilt",
            "sandbox",
            "store",
            "timers",
            "vendors",
        },
        {"click", "polars", "prompt_toolkit", "rich"},
    ),
}

#: modules that open or serve connections; only `fetch`, `mail/wire`, `trust` and `sandbox/serve` may import them
CONNECTS = {"socket", "ssl", "urllib", "http", "asyncio", "smtplib"}
PRINTS = {"print", "exit", "quit", "sys.exit", "os._exit", "sys.stdout.write", "sys.stderr.write"}
POSIX_ONLY = {"fcntl", "grp", "pwd", "resource", "termios", "tty", "pty"}

#: rooms that are functions of their arguments alone: no clock, no file, no randomness
PURE = {"normalise", "people", "metrics", "checks", "privacy", "excel", "html"}
IMPURE_CALLS = {"now", "utcnow", "today", "open", "read_bytes", "read_text", "getenv"}
IMPURE_IMPORTS = {"random", "secrets", "uuid", "time"}
#: (file, call) -> why it may; html's templates are read by jinja's own loader, below reporter.resources
MAY: dict[tuple[str, str], str] = {
    ("excel/theme.py", "read_text"): "the theme is the installation's own, found by reporter.resources",
    ("html/page.py", "read_text"): "the page's script is the installation's own, found by reporter.resources",
    ("html/answer.py", "read_text"): "the page's script is the installation's own, found by reporter.resources",
    ("html/own.py", "read_text"): "the user's own template is named by path in the report",
}


def _files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _on_import(node: ast.AST) -> list[ast.AST]:
    """Return what runs when a module is imported: all but the bodies of functions."""
    within = [] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) else ast.iter_child_nodes(node)
    return [node, *(one for child in within for one in _on_import(child))]


def _imports(path: Path) -> list[str]:
    return _imported(path, _nodes(path))


def _imported(path: Path, nodes: Iterable[ast.AST]) -> list[str]:
    found = []
    for node in nodes:
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
def test_only_fetch_and_mail_connect_and_only_serve_listens(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix().removesuffix(".py")
    if place.startswith("fetch") or place in {"mail/wire", "sandbox/serve", "trust"}:
        return
    for name in _imports(path):
        assert name == "urllib.parse" or name.split(".")[0] not in CONNECTS, f"{_named(path)} imports {name}"


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_only_cli_prints_or_exits(path: Path) -> None:
    if _room(path) == "cli":
        return
    nodes = _nodes(path)
    assert not {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)} & PRINTS
    raised = {ast.unparse(node.exc) for node in nodes if isinstance(node, ast.Raise) and node.exc}
    assert not [one for one in raised if one.startswith("SystemExit")]


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_nothing_posix_only_is_imported_at_module_level(path: Path) -> None:
    names = _imported(path, _on_import(ast.parse(path.read_text(encoding="utf-8"))))
    assert not {name.split(".")[0] for name in names} & POSIX_ONLY


@pytest.mark.parametrize("path", [path for path in _files() if _room(path) in PURE], ids=_named)
def test_pure_rooms_read_no_clock_file_or_chance(path: Path) -> None:
    assert not {name.split(".")[0] for name in _imports(path)} & IMPURE_IMPORTS
    calls = [ast.unparse(node.func).split(".")[-1] for node in _nodes(path) if isinstance(node, ast.Call)]
    assert not [call for call in calls if call in IMPURE_CALLS and (_named(path), call) not in MAY]


def test_every_exception_to_purity_is_still_used() -> None:
    for (file, call), why in MAY.items():
        assert why
        assert f".{call}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} no longer calls {call}"


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_file_stays_under_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_every_room_stands_in_the_table() -> None:
    assert {_room(path) for path in _files()} == set(TABLE)


def test_generators_never_see_vendors() -> None:
    for room in ("excel", "html", "privacy", "metrics", "people"):
        assert "vendors" not in TABLE[room][0]
