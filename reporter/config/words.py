"""Pydantic's errors as complaints in our words, at the place in the file that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from reporter.config.complaints import Complaints, choice, near, none_of, quoted
from reporter.config.fields import OURS
from reporter.config.references import LITERAL_SECRET, is_secret, is_secret_pattern
from reporter.config.yaml_nodes import KeyPath, Node

M = TypeVar("M", bound=BaseModel)

_WANTED = {
    "dict_type": "write keys and values here, as a mapping",
    "model_type": "write keys and values here, as a mapping",
    "model_attributes_type": "write keys and values here, as a mapping",
    "tuple_type": "write a list here, in [brackets]",
    "list_type": "write a list here, in [brackets]",
    "string_type": "write one value here, not a list or a mapping",
    "string_too_short": "is empty; write a value, or delete the key",
}


def validated(
    model: type[M], node: Node, path: KeyPath, complaints: Complaints, *, plain: object = None, is_whole: bool = True
) -> M | None:
    """Return a node as a model, None with a complaint for each thing that is wrong.

    `plain` stands in for the node's own value. What is missing is no complaint of a tree that is not whole.
    """
    try:
        return model.model_validate(node.plain() if plain is None else plain)
    except ValidationError as fault:
        for error in fault.errors(include_url=False, include_input=False):
            if is_whole or error["type"] != "missing":
                _tell(model, error, node, path, complaints)
        return None


def _tell(model: type[BaseModel], error: ErrorDetails, root: Node, path: KeyPath, complaints: Complaints) -> None:
    node, at = _place(root, error["loc"])
    if node.value is None:
        return  # a key without a value is a complaint already
    last = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "missing":
        complaints.add(node.key, (*path, *at, last), f"is missing; {_write(model, at, last)}")
    elif error["type"] == "extra_forbidden":
        complaints.add(node.key, (*path, *at), _unknown_key(model, at))
    elif last == "[key]":
        complaints.add(node.key, (*path, *at), _value(error, str(at[-1]), ""))
    elif not complaints.stands_at(node.mark):
        complaints.add(node.mark, (*path, *at), _value(error, node.text, _write(model, at[:-1], last)))


def _place(root: Node, loc: tuple[int | str, ...]) -> tuple[Node, KeyPath]:
    """Return the deepest node that an error's place leads to; pydantic adds parts of its own, which lead nowhere."""
    node = root
    at: KeyPath = ()
    for part in loc:
        if deeper := node.find((part,)):
            node, at = deeper, (*at, part)
    return node, at


def _unknown_key(model: type[BaseModel], at: KeyPath) -> str:
    keys = _keys(_models_at(model, at[:-1]))
    match = near(str(at[-1]), keys)
    return f"unknown key; {f'did you mean {quoted(match)}? ' if match else ''}known here: {choice(keys)}"


def _value(error: ErrorDetails, text: str | None, advice: str) -> str:
    """Return what is wrong with a value and what to write; a value that may be secret is not quoted."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == OURS:
        return error["msg"]
    if kind == "literal_error":
        words = _words(context["expected"])
        return f"write one of {choice(words)}" if text is None else none_of(text, words)
    if kind == "string_pattern_mismatch" and is_secret_pattern(context["pattern"]):
        return LITERAL_SECRET
    if kind == "string_pattern_mismatch":
        return f"{quoted(text or '')} is not right here; {advice}"
    return _WANTED.get(kind) or error["msg"].removeprefix("Value error, ")


def _words(expected: str) -> list[str]:
    """Return the words of pydantic's "'list', 'visits' or 'tracks'"."""
    return re.findall(r"'([^']*)'", expected)


def _write(model: type[BaseModel], at: KeyPath, name: str) -> str:
    """Return "write `client: acme`" for a key of the mapping at a path."""
    for one in _models_at(model, at):
        for key, field in _fields(one):
            if key == name and (field.examples or is_secret(field)):
                example = field.examples[0] if field.examples else "env:NAME"
                return f"write `{name}: {example}`"
    return f"write `{name}: …`"


def _keys(models: list[type[BaseModel]]) -> list[str]:
    return [key for model in models for key, _ in _fields(model)]


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        yield field.alias or name, field


def _models_at(model: type[BaseModel], at: KeyPath) -> list[type[BaseModel]]:
    """Return the models that describe the mapping at a path; keys of open mappings and list places change nothing."""
    current = [model]
    for part in at:
        inner = [field.annotation for one in current for key, field in _fields(one) if key == part]
        current = [found for one in inner for found in _models_in(one)] or current
    return current


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - an annotation is anything
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
