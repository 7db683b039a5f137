"""What differs between a config as one run used it and as another did, key by key, and which files it names differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reporter.config.inherit import read_tree
from reporter.config.loading import Loading
from reporter.config.yaml_nodes import KeyPath, Node

#: where kept files are looked for while they are compared: they are read from nowhere else
_ROOT = Path("/kept").absolute()


@dataclass(frozen=True, slots=True)
class Changed:
    """A key of a config (`attendance.min_ratio`) with its text before and after, "" where it is not there.

    For a file that the config names `key` is its name, and both texts are "".
    """

    key: str
    before: str = ""
    after: str = ""


def changes(before: Sequence[tuple[str, bytes]], after: Sequence[tuple[str, bytes]]) -> list[Changed]:
    """Return how the second of two kept configs ((name, bytes), the config first) differs, bases merged in.

    What the config says about sending mail is left out: no table depends on it.
    """
    a, b = _leaves(before), _leaves(after)
    found = [
        Changed(key, a.get(key, ""), b.get(key, "")) for key in dict.fromkeys((*a, *b)) if a.get(key) != b.get(key)
    ]
    return found + [Changed(name) for name in _files(before, after)]


def _leaves(sources: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """Return every scalar of a config by its dotted key."""
    kept = {_ROOT / name: data for name, data in sources}
    tree = read_tree(Loading(_ROOT / sources[0][0], kept=kept)) if sources else None
    if tree is None:
        return {}
    found = {_dotted(path): node for path, node in tree.walk() if _is_leaf(node) and path[:1] != ("mail",)}
    return {key: node.text or "" for key, node in found.items()}


def _is_leaf(node: Node) -> bool:
    return not node.fields and not node.items


def _dotted(path: KeyPath) -> str:
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown


def _files(before: Sequence[tuple[str, bytes]], after: Sequence[tuple[str, bytes]]) -> list[str]:
    """Return the files beside the YAML that both runs used, by name, with other bytes."""
    a = {name: data for name, data in before if PurePosixPath(name).suffix not in {".yaml", ".yml"}}
    return [name for name, data in after if a.get(name, data) != data]
