"""The rows that came, against the rows that the vendor said there are."""

from __future__ import annotations

from collections.abc import Iterator

from reporter.checks.rule import EQUAL, Held, Rule, worst
from reporter.model import Finding, Outcome, Pulled, Text

_MOVED = Text(
    "翻页期间平台的总数在变，重读后仍不一致，以读到的行为准",
    "the platform's count moved while its pages were read, and stayed so when read again; the rows that came stand",
)
_MISSING = Text("平台声明的行数与读到的不符", "the platform says another number of rows than it sent")
_WHY: dict[Outcome, Text] = {"agrees": EQUAL, "explained": _MOVED, "unexplained": _MISSING}


def _find(rule: Rule, held: Held) -> Iterator[Finding]:
    """Yield a finding for each call and room whose replies count their rows; failed pulls have none to compare."""
    groups: dict[str, list[Pulled]] = {}
    for one in held.pulled:
        if one.claimed is not None and one.verdict != "failed":
            groups.setdefault(where_of(one), []).append(one)
    for where, members in groups.items():
        verdict = worst([_verdict(one) for one in members])
        claimed, rows = sum(one.claimed or 0 for one in members), sum(one.rows for one in members)
        yield rule.finding(where, str(claimed), str(rows), verdict, _WHY[verdict])


def where_of(one: Pulled) -> str:
    """Return how findings name the call of a pull, and its room where it asks for one."""
    pull = one.pull
    return f"{pull.vendor}:{pull.account} {pull.endpoint}" + (f" room {pull.room}" if pull.room else "")


def _verdict(one: Pulled) -> Outcome:
    if one.rows == one.claimed:
        return "agrees"
    # a source that moved may have given rows that it no longer counts, but rows that are missing it explains not
    return "explained" if one.verdict == "drifted" and one.rows > (one.claimed or 0) else "unexplained"


ROWS = Rule("claimed-rows", Text("读到的行数与平台声明的行数", "Rows read against rows the platform says"), _find)
