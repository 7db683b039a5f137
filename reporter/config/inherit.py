"""A config and its bases as one tree: in `extends` maps merge, lists replace, and the nearer file wins."""

from __future__ import annotations

import codecs
from pathlib import Path

from reporter.config.loading import MAX_CONFIG_BYTES, Loading, UnreadableError, beside
from reporter.config.yaml_nodes import KeyPath, Mark, Node, NotYamlError, Source, parse


def read_tree(loading: Loading) -> Node | None:
    """Return the merged tree of a config and its bases.

    It is None where the config itself cannot be read; where a base cannot be, `loading.is_whole`
    is false, and what is missing is nobody's fault but the base's.
    """
    trees: list[Node] = []
    path, named_by = loading.path, None
    while True:
        tree = _read_file(path, named_by, len(trees), loading)
        if tree is None:
            loading.is_whole = False
            break
        trees.append(tree)
        extends = tree.fields.get("extends")
        if extends is None or not extends.text:
            break
        path, named_by = beside(extends), extends
        if _goes_round(path, trees, extends, loading):
            break
    merged = trees[0] if trees else None
    for base in trees[1:]:
        merged = _merge(merged, _without_extends(base)) if merged else base
    return merged


def _goes_round(path: Path, trees: list[Node], extends: Node, loading: Loading) -> bool:
    chain = [tree.mark.source.path for tree in trees]
    if path.resolve() not in {one.resolve() for one in chain}:
        return False
    shown = " -> ".join(one.name for one in [*chain, path])
    loading.complaints.add(extends.mark, ("extends",), f"the bases go round in a circle: {shown}; take one out")
    return True


def _without_extends(base: Node) -> Node:
    fields = {key: node for key, node in base.fields.items() if key != "extends"}
    return Node(fields, base.mark, base.end, base.key)


def _merge(nearer: Node, farther: Node) -> Node:
    """Merge mapping into mapping; for anything else the nearer stands."""
    if not (isinstance(nearer.value, dict) and isinstance(farther.value, dict)):
        return nearer
    fields = dict(farther.value)
    for key, node in nearer.value.items():
        fields[key] = _merge(node, fields[key]) if key in fields else node
    return Node(fields, nearer.mark, nearer.end, nearer.key)


def _read_file(path: Path, named_by: Node | None, order: int, loading: Loading) -> Node | None:
    """Return one file's tree, None with a complaint where it is not a mapping in YAML."""
    try:
        data = loading.read(path, MAX_CONFIG_BYTES)
    except UnreadableError as fault:
        if named_by is None:
            loading.complaints.add_file(str(path), f"the config {fault}")
        else:
            loading.complaints.add(named_by.mark, ("extends",), f"{path} {fault}")
        return None
    return _parse_file(path, data, order, loading)


def _parse_file(path: Path, data: bytes, order: int, loading: Loading) -> Node | None:
    text = _decode(path, data, order, loading)
    if text is None:
        return None

    def refuse(at: KeyPath, mark: Mark, what: str, left_out: Node | None) -> None:
        loading.complaints.add(mark, at, what)
        loading.seen.extend(left_out.walk(at) if left_out else ())

    try:
        tree = parse(Source(path, text, order), refuse)
    except NotYamlError as fault:
        loading.complaints.add_unparsed(fault.mark, str(fault))
        return None
    if isinstance(tree.value, dict):
        loading.seen.extend(tree.walk())
        return tree
    loading.complaints.add_unparsed(tree.mark, _not_a_mapping(tree))
    return None


def _decode(path: Path, data: bytes, order: int, loading: Loading) -> str | None:
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        before = data[data.rfind(b"\n", 0, fault.start) + 1 : fault.start].decode(errors="replace")
        mark = Mark(Source(path, "", order), line, len(before) + 1)
        loading.complaints.add_unparsed(mark, f"the byte 0x{data[fault.start]:02x} is no UTF-8; save the file as UTF-8")
        return None


def _not_a_mapping(tree: Node) -> str:
    what = "a list" if isinstance(tree.value, tuple) else "plain text"
    colon = "; `：` is full-width, write `: `" if tree.text and "：" in tree.text else ""
    return f"a config is a mapping of keys, not {what}; begin with `client: acme`{colon}"
