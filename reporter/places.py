"""Where a problem or a check is, in the reader's language: `where` of issues and findings, as page and sheets show it.

`where` is written once, in English, for run.json and the screen. What it is made of (`reply`, `row`, `room`, `event`)
is told in the reader's words here; vendors, accounts, calls, ids, names and keys of the config stay. So are the rules
that take visits out, and the two sides of a check. A leaf.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reporter.labels import COLUMNS, ROLES, VENDORS
from reporter.model import Language, Text

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
_LISTS: Mapping[str, Text] = {"roster": Text("名单", "roster"), "phone_in": Text("员工名单", "staff list")}
_EVENT = "event "
#: what of a config takes visits out: each stands in a rule before what it names
_RULES: Mapping[str, Text] = {"role": COLUMNS["role"], "phone_in": Text("员工名单", "Staff list")}
#: units of the two sides of a check
_UNITS: Mapping[str, Text] = {"s": Text("秒", "s"), "d": Text("天", "d")}
#: all persons of a report together
_PEOPLE = "people"


def of_issue(where: str, language: Language) -> str:
    """Return `where` of an issue as its reader is told; what has no such form (a sheet, a key, a period) stays."""
    if where.startswith(_EVENT):
        return f"场次 {where.removeprefix(_EVENT)}" if language == "zh" else where
    if found := _OF_A_LIST.fullmatch(where):
        part = _PARTS[found["part"]].format(found["what"]) if language == "zh" else f"{found['part']} {found['what']}"
        return f"{_LISTS[found['list']].in_(language)} {found['name']} {part}"
    return of_finding(of_rule(where).in_(language), language)


def of_rule(rule: str) -> Text:
    """Return what readers call a rule that takes visits out, as rows name it: `role: host`, `phone_in: staff.csv`."""
    kind, _, what = rule.partition(": ")
    if kind not in _RULES:
        return Text(rule, rule)
    told = ROLES.get(what, Text(what, what)) if kind == "role" else Text(what, what)
    return Text(f"{_RULES[kind].zh}：{told.zh}", f"{_RULES[kind].en}: {told.en}")


def amount(said: str, language: Language) -> str:
    """Return one side of a check: a count as it is, a length of time (`5400 s`, `7 d`) with its unit in words."""
    number, _, unit = said.rpartition(" ")
    return f"{number} {_UNITS[unit].in_(language)}" if number[-1:].isdigit() and unit in _UNITS else said


def of_finding(where: str, language: Language) -> str:
    """Return `where` of a finding as its reader is told; an event stands there by its bare name, which stays."""
    if where == _PEOPLE and language == "zh":
        return "人员"
    is_of_a_pull = re.match(_VENDOR, where) is not None
    return _OF_A_PULL.sub(_in_chinese, where) if language == "zh" and is_of_a_pull else where


def _in_chinese(found: re.Match[str]) -> str:
    if found["other"]:
        return " 与 "
    return f" {_TABLES[found['table']] if found['table'] else _PARTS[found['part']].format(found['what'])}"
