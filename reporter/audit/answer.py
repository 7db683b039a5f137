"""What an audit says: the table of its checks, and the offending rows, each with its reply and row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from reporter import labels, places
from reporter.answers import Answer
from reporter.audit.check import Found
from reporter.audit.console import ABSENT, ONLY, TWICE
from reporter.audit.console_measures import ALONE, NO_NUMBER, OTHER, WHAT
from reporter.audit.gather import Case, all_replies
from reporter.audit.tables import MISSING, SIDE, TOO_MANY
from reporter.model import Language, Outcome, Text

_TITLE = Text("核查", "Audit")
_CHECKS = Text("核查项", "Checks")
_REPORT = Text("报告", "Report")
_COUNTED = Text(
    "{}：{} 项一致，{} 项有差异且原因已知，{} 项原因不明",
    "{}: {} agree, {} differ for a known reason, {} are unexplained",
)
_HEADERS: Mapping[str, Text] = {
    "report": _REPORT,
    "call": Text("接口", "Call"),
    "page": Text("页", "Page"),
    "fetched_at": Text("拉取时间", "Fetched"),
    "request_id": Text("平台请求编号", "Platform's request id"),
    "side": Text("出处", "Side"),
    "factor": Text("倍数", "Factor"),
    "stay_seconds": Text("停留时长", "Stayed"),
    "visits_seconds": Text("各次观看之和", "Sum of visits"),
    "found_of_all_times": Text("实为（含本期之外）", "Found, of all times"),
    "final_at": Text("定稿时间", "Final at"),
    "field": Text("字段", "Field"),
    "table": Text("表", "Table"),
    "file_row": Text("文件行号", "Row of the file"),
    "cell": Text("单元格原文", "Cell as written"),
    "header": Text("列名", "Header"),
    "difference": Text("差别", "Difference"),
    "what": Text("观众或日期", "Viewer or day"),
    "start": Text("开始", "Start"),
    "end": Text("结束", "End"),
}
#: what rows say of themselves in `SIDE` and `WHAT`; the last four are of the reconcile rule over persons
_WORDS: Mapping[str, Text] = {
    TOO_MANY: Text("文件中的行", TOO_MANY),
    MISSING: Text("由回复重做的行", MISSING),
    ONLY: Text("只在文件中", ONLY),
    TWICE: Text("文件中重复", TWICE),
    ABSENT: Text("不在文件中", ABSENT),
    OTHER: Text("值不同", OTHER),
    NO_NUMBER: Text("不是数字", NO_NUMBER),
    ALONE: Text("只有一边有值", ALONE),
    "lost": Text("有观看，人员表中没有", "has visits and is not among the people"),
    "stray": Text("在人员表中，没有观看也不在名单", "is among the people, of no visit and no viewer"),
    "twice": Text("人员表中重复", "stands twice among the people"),
    "of a list": Text("来自按列表拉取的房间", "of a room pulled as a list"),
}
#: rows of what is not in order come first
_ORDER: tuple[Outcome, ...] = ("unexplained", "explained", "agrees")


def as_json(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Return the checks as DESIGN.md section 7 has them; with several reports each names its own."""
    return [_entry(case, one, is_named=len(cases) > 1) for case in cases for one in case.found]


def _entry(case: Case, one: Found, *, is_named: bool) -> dict[str, Any]:
    finding = one.finding
    return {
        **({"report": case.name} if is_named else {}),
        "check": finding.check,
        "where": finding.where,
        "expected": finding.expected,
        "found": finding.found,
        "verdict": finding.verdict,
        "why": finding.why.en,
        "label": finding.label.en,
        "rows": one.rows.height,
    }


def lines(case: Case) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield the table for a terminal: check, where, expected, found, verdict, why; what agrees is one line a check."""
    language = case.language
    for verdict in _ORDER[:-1]:
        for one in case.found:
            finding = one.finding
            if finding.verdict == verdict:
                expected, there = (places.amount(side, language) for side in (finding.expected, finding.found))
                told = labels.outcome(verdict, language), finding.why.in_(language)
                yield finding.check, finding.where, expected, there, *told
    agreeing: dict[str, list[Found]] = {}
    for one in case.found:
        if one.finding.verdict == "agrees":
            agreeing.setdefault(one.finding.check, []).append(one)
    for check, members in agreeing.items():
        where = members[0].finding.where if len(members) == 1 else f"{len(members)} ×"
        yield check, where, "", "", labels.outcome("agrees", language), members[0].finding.label.in_(language)


def summary(case: Case) -> str:
    """Return one sentence: how many checks ended in which way."""
    counts = {verdict: sum(one.finding.verdict == verdict for one in case.found) for verdict in _ORDER}
    words = _COUNTED.in_(case.language)
    return words.format(case.name, counts["agrees"], counts["explained"], counts["unexplained"])


def answer(cases: Sequence[Case], more: Mapping[str, pl.DataFrame] | None = None) -> Answer:
    """Return the checks, then a table of offending rows for each check that has some, and `more` after them."""
    language, timezone = cases[0].language, cases[0].timezone
    replies = all_replies(cases)
    by_check: dict[str, list[pl.DataFrame]] = {}
    for case in cases:
        for one in case.found:
            if one.rows.height:
                by_check.setdefault(one.finding.check, []).append(_placed(case, one, len(cases) > 1))
    frames = {_CHECKS.in_(language): _checks(cases)}
    for code, parts in by_check.items():
        rows = with_replies(pl.concat(parts, how="diagonal_relaxed"), replies)
        frames[code] = named(_worded(rows, language), language)
    titles = ", ".join(case.name for case in cases)
    return Answer(
        f"{_TITLE.in_(language)} {titles}",
        {**frames, **{name: named(frame, language) for name, frame in (more or {}).items()}},
        tuple(summary(case) for case in cases),
        language,
        timezone,
    )


def with_replies(rows: pl.DataFrame, replies: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the call, page, time and request id of the reply that each came in, where they name one."""
    if "reply_id" not in rows.columns or replies.is_empty():
        return rows
    told = replies.select("reply_id", "call", "page", "fetched_at", "request_id")
    own = told.drop([name for name in told.columns if name in rows.columns and name != "reply_id"])
    return rows.join(own, on="reply_id", how="left", validate="m:1", maintain_order="left")


def _checks(cases: Sequence[Case]) -> pl.DataFrame:
    language = cases[0].language
    rows = [
        {
            **({"report": case.name} if len(cases) > 1 else {}),
            "check": one.finding.check,
            "label": one.finding.label.in_(language),
            "where": one.finding.where,
            "expected": places.amount(one.finding.expected, language),
            "found": places.amount(one.finding.found, language),
            "verdict": labels.outcome(verdict, language),
            "why": one.finding.why.in_(language),
        }
        for verdict in _ORDER
        for case in cases
        for one in case.found
        if one.finding.verdict == verdict
    ]
    return named(pl.DataFrame(rows), language)


def _placed(case: Case, one: Found, is_named: bool) -> pl.DataFrame:
    told = [pl.lit(labels.outcome(one.finding.verdict, case.language)).alias("verdict")]
    if "where" not in one.rows.columns:
        told.insert(0, pl.lit(one.finding.where).alias("where"))
    if is_named:
        told.insert(0, pl.lit(case.name).alias("report"))
    kept = one.rows.drop("verdict", strict=False)
    return kept.select(*told, pl.all())


def _worded(rows: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return rows with what they say of themselves in the reader's words."""
    words = {word: text.in_(language) for word, text in _WORDS.items()}
    return rows.with_columns(pl.col(name).replace(words) for name in (SIDE, WHAT) if name in rows.columns)


def named(rows: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return a frame with its headers in the reader's words; a header that would stand twice keeps its own name."""
    words = {name: _header(name, language) for name in rows.columns}
    once = {name: word for name, word in words.items() if list(words.values()).count(word) == 1}
    return rows.rename(once)


def _header(name: str, language: Language) -> str:
    text = _HEADERS.get(name) or labels.COLUMNS.get(name)
    return text.in_(language) if text is not None else name
