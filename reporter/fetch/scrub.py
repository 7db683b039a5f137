"""Secrets taken out of a reply before it is stored."""

from __future__ import annotations

import json
from collections.abc import Sequence

from reporter.vendors.base import Body


def scrub(data: bytes, body: Body, paths: Sequence[tuple[str, ...]]) -> bytes:
    """Return a reply's bytes with the fields at `paths` blanked (lists are gone through item by item).

    `body` is the decoded reply, and is changed. A reply without such fields comes back byte for byte.
    """
    blanked = [_blank(body, path) for path in paths]
    return compact(body) if any(blanked) else data


def compact(body: Body) -> bytes:
    """Return a changed reply as it is stored."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _blank(node: Body, path: tuple[str, ...]) -> bool:
    if isinstance(node, list):
        return sum(_blank(item, path) for item in node) > 0
    first, *rest = path
    if not isinstance(node, dict) or node.get(first) is None:
        return False
    if rest:
        return _blank(node[first], tuple(rest))
    node[first] = "" if isinstance(node[first], str) else None
    return True
