"""Names of sheets: what Excel takes stays, all else is made valid and unique, and said."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.excel.text import is_sheet_name, sheet_name
from reporter.model import Issue, Text

_RENAMED = Text(
    "工作表名不合 Excel 规则或重复，已改名：第 {at} 张", "a sheet name that Excel does not take was changed: sheet {at}"
)


def named(wanted: Sequence[str]) -> tuple[list[str], list[Issue]]:
    """Return a name for each sheet, in order; names that Excel takes go first, so that none of them must give way."""
    taken: dict[str, int] = {}
    for at, name in enumerate(wanted):
        if is_sheet_name(name, taken):
            taken[name] = at
    by_place = {at: name for name, at in taken.items()}
    for at, name in enumerate(wanted):
        if at not in by_place:
            by_place[at] = sheet_name(name, by_place.values())
    names = [by_place[at] for at in range(len(wanted))]
    return names, [_issue(at, name) for at, name in enumerate(names) if name != wanted[at]]


def _issue(at: int, name: str) -> Issue:
    said = Text(_RENAMED.zh.format(at=at + 1), _RENAMED.en.format(at=at + 1))
    return Issue("warning", "sheet-renamed", said, f"{name}!A1")
