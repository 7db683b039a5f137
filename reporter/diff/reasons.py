"""Why two runs of one period differ: replies, late data, rules and config, versions, files that somebody changed.

All of it is read from the two run.json, from the configs that the store kept, and from which replies rows stand on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from reporter import config as configs
from reporter import labels
from reporter.diff.compare import TableDiff
from reporter.diff.pulls import is_fed_alike, late, replies, wall
from reporter.diff.side import Side
from reporter.diff.wording import both, said
from reporter.model import Text

#: sections of a config that are rules of reckoning
_RULES = ("attendance", "identity", "exclude", "engagement", "rosters", "timezone")
#: keys of a config that are told one by one
_MOST = 8

_Record = Mapping[str, Any]


def reasons(a: Side, b: Side, tables: Sequence[TableDiff]) -> tuple[Text, ...]:
    """Return why two runs differ, most telling first; nothing where one side is no run."""
    if not (a.record and b.record):
        return ()
    if unlike := list(_unlike(a.record, b.record)):
        return tuple(unlike)
    found = [*_touched(a, "A"), *_touched(b, "B"), *_version(a.record, b.record), *_config(a, b)]
    found += _status(a.record, b.record)
    if not found and is_fed_alike(a.record, b.record):
        found.append(said("unknown"))
    is_same_run = "run_id" in a.record and a.record["run_id"] == b.record.get("run_id")
    if not is_same_run:
        found += [*replies(a.record, b.record), *late(a.record, b.record), *_rows(tables)]
    return (*found, *_as_of(a.record, b.record, tables))


def _unlike(a: _Record, b: _Record) -> Iterator[Text]:
    """Yield why two runs are of different things; then nothing else needs a reason."""
    if a["client"] != b["client"]:
        yield said("clients", a=a["client"], b=b["client"])
    ends = ("start", "end")
    if [datetime.fromisoformat(a["period"][one]) for one in ends] != [
        datetime.fromisoformat(b["period"][one]) for one in ends
    ]:
        yield said("periods", a=a["period"]["label"], b=b["period"]["label"])


def _touched(side: Side, name: str) -> Iterator[Text]:
    if side.touched:
        yield said("touched", side=name, files=", ".join(side.touched))


def _version(a: _Record, b: _Record) -> Iterator[Text]:
    if a["version"] != b["version"]:
        yield said("version", a=a["version"], b=b["version"])


def _config(a: Side, b: Side) -> Iterator[Text]:
    if a.record["config_sha256"] == b.record["config_sha256"]:
        return
    changed = configs.changes(a.sources, b.sources) if a.sources and b.sources else []
    if not changed:
        yield said("config" if not (a.sources and b.sources) else "config_spelling")
    for one in changed[:_MOST]:
        if not (one.before or one.after):
            yield said("file", name=one.key)
            continue
        rule = "rule" if one.key.split(".")[0].split("[")[0] in _RULES else "key"
        yield said(rule, key=one.key, a=one.before or "—", b=one.after or "—")
    if len(changed) > _MOST:
        yield said("more_keys", n=len(changed) - _MOST)


def _status(a: _Record, b: _Record) -> Iterator[Text]:
    if a["status"] != b["status"]:
        yield both("status", lambda one: {"a": labels.status(a["status"], one), "b": labels.status(b["status"], one)})


def _rows(tables: Sequence[TableDiff]) -> Iterator[Text]:
    """Yield of each table how many of its differing rows stand on replies that only one side has."""
    for one in tables:
        if one.fresh:
            yield said("rows", table=one.name, n=one.fresh, of=one.added + one.removed + one.changed)


def _as_of(a: _Record, b: _Record, tables: Sequence[TableDiff]) -> Iterator[Text]:
    """Yield that tables are stamped with the time of their run, where they are and it is another."""
    stamped = [one.name for one in tables if any(column.name == "as_of" for column in one.columns)]
    if stamped and a["as_of"] != b["as_of"]:
        yield said("as_of", tables=", ".join(stamped), a=wall(a), b=wall(b))
