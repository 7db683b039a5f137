"""What of a config names its report's folder, read in a moment: client, period, timezone, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from reporter.config.inherit import read_tree
from reporter.config.loading import Loading
from reporter.config.yaml_nodes import Node

_CLIENT = re.compile(r"[a-z0-9-]+")
_TIMEZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Brief:
    """Whose report it is, on which days; as written, and not yet held against anything."""

    client: str
    period: str
    timezone: str


def brief(path: Path) -> Brief | None:
    """Return what the config at `path` says of its report, None where it does not say so plainly.

    What is wrong with a config is `load`'s to tell.
    """
    loading = Loading(path)
    tree = read_tree(loading)
    if tree is None or loading.complaints.found:
        return None
    client, period, timezone = (_text(tree, name) for name in ("client", "period", "timezone"))
    if not _CLIENT.fullmatch(client) or not period:
        return None
    return Brief(client, period, timezone or _TIMEZONE)


def _text(tree: Node, name: str) -> str:
    node = tree.fields.get(name)
    return (node.text or "") if node else ""
