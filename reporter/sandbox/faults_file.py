"""The file of `reporter sandbox serve --faults FILE`: a list of strikes, as YAML or JSON."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reporter.errors import UsageError
from reporter.sandbox.faults import FAULTS, Plan, Strike

_KEYS: dict[str, type | tuple[type, ...]] = {"fault": str, "vendor": str, "call": str, "nth": int, "times": (int, str)}
_FOR_EVER = "forever"


def load(path: Path, calls: Mapping[str, Collection[str]]) -> Plan:
    """Return the plan that a file says; `calls` are those that there are, by vendor.

    It is a list of `{fault: NAME, vendor: V, call: C, nth: 1, times: 1}`; all but `fault` may be left out, and
    `times` may be `forever`. Raises `UsageError`, one line, for a file that says anything else.
    """
    try:
        said = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as fault:
        reason = getattr(fault, "strerror", None) or "it is no YAML"
        raise UsageError(f"{path} cannot be read: {reason.lower()}") from fault
    if not isinstance(said, list) or not said:
        raise UsageError(f"{path} is no list of faults: write `- {{fault: http-503, nth: 2, times: 3}}`")
    return Plan(tuple(_strike(one, f"{path}, fault {number}", calls) for number, one in enumerate(said, 1)))


def _strike(said: Any, place: str, calls: Mapping[str, Collection[str]]) -> Strike:  # noqa: ANN401 - what a file says is anything
    if not isinstance(said, Mapping) or "fault" not in said:
        raise UsageError(f"{place}: it names no `fault`")
    for key, value in said.items():
        if key not in _KEYS or isinstance(value, bool) or not isinstance(value, _KEYS[key]):
            raise UsageError(f"{place}: {key} is not one of {', '.join(_KEYS)}, or its value is of the wrong kind")
    name = said["fault"]
    if name not in FAULTS:
        near = difflib.get_close_matches(name, FAULTS, 1)
        raise UsageError(f"{place}: there is no fault {name}" + (f"; did you mean {near[0]}?" if near else ""))
    times = said.get("times", 1)
    if times != _FOR_EVER and (not isinstance(times, int) or times < 1):
        raise UsageError(f"{place}: times is a number from 1 on, or {_FOR_EVER}")
    if said.get("nth", 1) < 1:
        raise UsageError(f"{place}: nth is a number from 1 on")
    _refuse_unknown(said, calls, place)
    chosen = {key: said[key] for key in ("vendor", "call", "nth") if key in said}
    return Strike(name, times=None if times == _FOR_EVER else times, **chosen)


def _refuse_unknown(said: Mapping[str, Any], calls: Mapping[str, Collection[str]], place: str) -> None:
    vendor, call = said.get("vendor", ""), said.get("call", "")
    if vendor and vendor not in calls:
        raise UsageError(f"{place}: there is no vendor {vendor}; there are {', '.join(calls)}")
    known = [one for name, its in calls.items() if vendor in {"", name} for one in its]
    if call and call not in known:
        raise UsageError(f"{place}: there is no call {call}; there are {', '.join(known)}")
