"""Where a problem or a check is, in the reader's language: `where` of issues and findings, as page and sheets show it.

`where` is written once, in English, for run.json and the screen. What it is made of (`reply`, `row`, `room`, `event`)
is told in the reader's words here; vendors, accounts, calls, ids, names and keys of the config stay. A leaf.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reporter.labels import VENDORS
from reporter.model import Language

#: parts of a pull and of what is read of it; each stands before what it numbers or names
_PARTS: Mapping[str, str] = {
    "room": "房间 {}",
    "page": "第 {} 页",
    "try": "第 {} 次尝试",
    "reply": "回复 {}",
    "row": "第 {} 行",
    "entry": "第 {} 条",
    "column": "{} 列",
}
_TABLES: Mapping[str, str] = {"viewers": "观众", "visits": "观看记录"}
_VENDOR = rf"(?:{'|'.join(VENDORS)})(?::[\w-]+)?(?= |$)"
_OF_A_PULL = re.compile(
    r" (?P<part>room|page|try|reply|row) (?P<what>\S+)"
    rf"| (?P<table>{'|'.join(_TABLES)})(?= reply |$)"
    rf"| (?P<other>and) (?={_VENDOR})"
)
#: lists and events have names of any words: a name goes from the first word to the last part
_OF_A_LIST = re.compile(r"(?P<list>roster|phone_in) (?P<name>.+) (?P<part>row|entry|column) (?P<what>\S+)", re.DOTALL)
_LISTS: Mapping[str, str] = {"roster": "名单", "phone_in": "phone_in"}
_EVENT = "event "


def of_issue(where: str, language: Language) -> str:
    """Return `where` of an issue as its reader is told; what has no such form (a sheet, a key, a period) stays."""
    if language == "en":
        return where
    if where.startswith(_EVENT):
        return f"场次 {where.removeprefix(_EVENT)}"
    if found := _OF_A_LIST.fullmatch(where):
        return f"{_LISTS[found['list']]} {found['name']} {_PARTS[found['part']].format(found['what'])}"
    return of_finding(where, language)


def of_finding(where: str, language: Language) -> str:
    """Return `where` of a finding as its reader is told; an event stands there by its bare name, which stays."""
    is_of_a_pull = re.match(_VENDOR, where) is not None
    return _OF_A_PULL.sub(_in_chinese, where) if language == "zh" and is_of_a_pull else where


def _in_chinese(found: re.Match[str]) -> str:
    if found["other"]:
        return " 与 "
    return f" {_TABLES[found['table']] if found['table'] else _PARTS[found['part']].format(found['what'])}"
