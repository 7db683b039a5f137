"""Checks of the replies themselves: all there, read to their end, none twice, shaped as documented, and final."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reporter.audit.check import Check, Found
from reporter.audit.evidence import Evidence
from reporter.audit.recount import Recount
from reporter.checks.rule import EQUAL, worst
from reporter.fetch.reuse import settled_at
from reporter.model import Issue, Outcome, Text
from reporter.tables import COUNT, TEXT

#: of a reply with fewer rows it is no news that none of them has a field
_TELLING = 5
#: where the issue of a reading says a reply and a row
_PLACE = re.compile(r"reply (\S+)(?: row (\d+))?")
_ROW_SCHEMA = {"reply_id": TEXT, "row_no": COUNT}

_FAILED = Text("拉取不完整或失败", "pulls that are short or failed")
_DRIFTED = Text(
    "翻页期间平台的数据在变，重读后以读到的为准", "the data moved while it was read; what came when read again stands"
)
_COUNTED = Text(
    "按回复重新计数，与拉取时的记录不同", "counted again by its replies, the walk is not what was written down"
)
_TWICE = Text("同一行（或整页）在一次翻页中出现了两次", "a row, or a whole page, came twice in one walk")
_TWICE_TOLD = Text(
    "平台重复了一页，重读后仍如此，拉取时已说明", "the platform repeated a page also when asked again, as was told then"
)
_GONE = Text("报告读取的字段在回复中不见了：{}", "fields that the report reads are gone from replies: {}")
_CHANGED = Text(
    "平台新增字段或更改了类型，已按文档读取", "the platform added fields or changed types; read as documented"
)
_UNREAD = Text("有的值无法读取，按空值处理", "values that cannot be read were taken as null")
_UNASKED = Text("回复中有未请求的内容，未采用", "replies hold what was not asked for; it was not used")
_BACKWARDS = Text(
    "有的观看离开早于进入，或离开多于进入", "some visits end before they start, or leave more often than they join"
)
_NOT_YET = Text("拉取时平台的数据尚未定稿，现在仍未定稿", "not final when it was pulled, and not yet final now")
_BY_NOW = Text(
    "拉取时平台的数据尚未定稿，现在已定稿；用 reporter run --refresh 重新拉取",
    "not final when it was pulled, final by now; `reporter run --refresh` asks anew",
)


def _whole(check: Check, evidence: Evidence) -> Iterator[Found]:
    for where, _, walks in evidence.by_call():
        verdicts = [one.pulled.verdict for one in walks]
        whole = sum(one.pulled.is_whole for one in walks)
        sides = str(len(walks)), str(whole)
        if whole < len(walks):
            yield check.found(where, *sides, "unexplained", _FAILED, _gaps(walks))
        elif "drifted" in verdicts:
            yield check.found(where, *sides, "explained", _DRIFTED, _gaps(walks))
        else:
            yield check.found(where, *sides, "agrees", EQUAL)


def _gaps(walks: Sequence[Recount]) -> pl.DataFrame:
    rows = [
        (one.pulled.pull.room, one.pulled.verdict, issue.message.en)
        for one in walks
        for issue in one.pulled.issues
        if one.pulled.verdict != "complete"
    ]
    return pl.DataFrame(rows, schema=["room_id", "verdict", "message"], orient="row")


def _counts(check: Check, evidence: Evidence) -> Iterator[Found]:
    for where, _, walks in evidence.by_call():
        told = [one for one in walks if one.pulled.replies]
        wrong = [one for one in told if one.faults or one.recorded != one.pulled.rows]
        sides = str(sum(one.recorded for one in told)), str(sum(one.pulled.rows for one in told))
        if wrong:
            why = next((fault for one in wrong for fault in one.faults), _COUNTED)
            yield check.found(where, *sides, "unexplained", why, _heads(wrong))
        elif told:
            yield check.found(where, *sides, "agrees", EQUAL)


def _heads(walks: Sequence[Recount]) -> pl.DataFrame:
    rows = [
        (one.pulled.pull.room, one.recorded, one.pulled.rows, reply.reply_id)
        for one in walks
        for reply in one.pulled.replies
    ]
    return pl.DataFrame(rows, schema=["room_id", "expected", "found", "reply_id"], orient="row")


def _repeats(check: Check, evidence: Evidence) -> Iterator[Found]:
    for where, endpoint, walks in evidence.by_call():
        if endpoint.items is None or not any(one.pulled.rows for one in walks):
            continue
        rows = [(row.reply_id, row.row_no) for one in walks for row in one.repeats]
        total = sum(one.pulled.rows for one in walks)
        sides = str(total), str(total - len(rows))
        verdict = worst(["agrees", *(_told_of(one) for one in walks if one.repeats)])
        why: Mapping[Outcome, Text] = {"agrees": EQUAL, "explained": _TWICE_TOLD, "unexplained": _TWICE}
        yield check.found(where, *sides, verdict, why[verdict], pl.DataFrame(rows, schema=_ROW_SCHEMA, orient="row"))


def _told_of(one: Recount) -> Outcome:
    codes = {issue.code for issue in one.pulled.issues}
    return "explained" if codes & {"page-repeated", "rows-shifted", "total-moved", "rows-over"} else "unexplained"


def _fields(check: Check, evidence: Evidence) -> Iterator[Found]:
    for where, endpoint, walks in evidence.by_call():
        if endpoint.listing is None or not any(one.lists for one in walks):
            continue
        gone = _gone(walks)
        read = sum(len(shape.columns) for shape in endpoint.listing.shapes)
        names = {name for name, _, _ in gone}
        if gone:
            said = ", ".join(sorted(names))
            why = Text(_GONE.zh.format(said), _GONE.en.format(said))
            rows = pl.DataFrame(gone, schema=["field", "rows", "reply_id"], orient="row")
            yield check.found(where, str(read), str(read - len(names)), "unexplained", why, rows)
        else:
            yield check.found(where, str(read), str(read), "agrees", EQUAL)


def _gone(walks: Sequence[Recount]) -> list[tuple[str, int, str]]:
    """Return the fields that a telling reply has not, or none of the call's replies; (field, rows, reply)."""
    replies = sum(sum(one.lists.values()) for one in walks)
    absent = [each for one in walks for each in one.absent]
    times: dict[str, int] = {}
    for each in absent:
        times[each.name] = times.get(each.name, 0) + 1
    return [
        (each.name, each.rows, each.reply_id) for each in absent if each.rows >= _TELLING or times[each.name] == replies
    ]


def _told(*, codes: str, bad: Text, odd: Text = EQUAL, odd_codes: str = "(?!)") -> Check:
    """Return the body of a check of what reading the replies told: codes that explain nothing, and codes that do."""

    def find(check: Check, evidence: Evidence) -> Iterator[Found]:
        places: dict[str, list[tuple[Issue, Outcome]]] = {}
        for issue in evidence.told:
            verdict = _verdict(issue, codes, odd_codes)
            if verdict is not None:
                places.setdefault(" ".join(issue.where.split(" ")[:2]), []).append((issue, verdict))
        for where, _, walks in evidence.by_call():
            found = places.get(where, [])
            verdict = worst(["agrees", *(one for _, one in found)])
            why: Mapping[Outcome, Text] = {"agrees": EQUAL, "explained": odd, "unexplained": bad}
            rows = _rows_told([issue for issue, one in found if one == verdict], walks, evidence)
            yield check.found(where, "0", str(rows.height), verdict, why[verdict], rows)

    return Check("", EQUAL, find)


def _verdict(issue: Issue, bad: str, odd: str) -> Outcome | None:
    vendor = issue.where.partition(":")[0]
    named = f"{vendor} {issue.code}"
    if re.fullmatch(bad, named):
        return "unexplained"
    return "explained" if re.fullmatch(odd, named) else None


def _rows_told(issues: Sequence[Issue], walks: Sequence[Recount], evidence: Evidence) -> pl.DataFrame:
    """Return each row that issues of one call are about, and the issue itself where it is about no single row."""
    codes = {issue.code for issue in issues}
    replies = [reply.reply_id for one in walks for reply in one.pulled.replies]
    noted = evidence.noted.filter(pl.col("code").is_in(sorted(codes)), pl.col("reply_id").is_in(replies))
    rows = noted.select(pl.col("code").alias("issue"), pl.col("en").alias("message"), *_ROW_SCHEMA)
    others = codes - set(noted["code"].unique())
    return pl.concat([rows, _issues([issue for issue in issues if issue.code in others])])


def _issues(issues: Sequence[Issue]) -> pl.DataFrame:
    rows = []
    for issue in issues:
        place = _PLACE.search(issue.where)
        reply, row = place.groups() if place else (None, None)
        rows.append((issue.code, issue.message.en, reply, int(row) if row else None))
    schema = {"issue": TEXT, "message": TEXT, **_ROW_SCHEMA}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _final(check: Check, evidence: Evidence) -> Iterator[Found]:
    for where, _, walks in evidence.by_call():
        rows, verdicts = list[tuple[object, ...]](), list[Outcome]()
        told = [one.pulled for one in walks if one.pulled.replies]
        for one in told:
            final = settled_at(evidence.access[one.pull.account].vendor, one.pull)
            early = [reply for reply in one.replies if reply.fetched_at < final]
            rows += [(one.pull.room, final, reply.fetched_at, reply.reply_id) for reply in early]
            if early:
                verdicts.append("unexplained" if evidence.now >= final else "explained")
        if not told:
            continue
        verdict = worst(["agrees", *verdicts])
        why: Mapping[Outcome, Text] = {"agrees": EQUAL, "explained": _NOT_YET, "unexplained": _BY_NOW}
        frame = pl.DataFrame(rows, schema=["room_id", "final_at", "fetched_at", "reply_id"], orient="row")
        yield check.found(where, str(len(told)), str(len(told) - len(verdicts)), verdict, why[verdict], frame)


def _named(code: str, label: Text, body: Check) -> Check:
    return Check(code, label, body.find)


CHECKS = (
    Check("pulls-whole", Text("拉取完整的次数", "Pulls that are whole"), _whole),
    Check("replies-counted", Text("按回复重新计数的行数", "Rows counted again by the replies"), _counts),
    Check("row-twice", Text("翻页中不重复的行数", "Rows that came once in their walk"), _repeats),
    Check("fields-gone", Text("回复中仍有的字段数", "Fields of the replies that are still there"), _fields),
    _named(
        "values-unread",
        Text("无法读取的值与类型变化", "Values that cannot be read, types that changed"),
        _told(
            codes=r"\S+ (bad-\S+|negative-seconds|no-online-time|visit-without-join|track-without-room)",
            bad=_UNREAD,
            odd_codes=r"\S+ (new-field|changed-type|lone-surrogate)",
            odd=_CHANGED,
        ),
    ),
    _named(
        "asked-for",
        Text("回复只含所请求的内容", "Replies hold what was asked for"),
        _told(codes=r"\S+ (other-media|other-event|wrong-room|room-twice)", bad=_UNASKED),
    ),
    _named(
        "ends-before-start",
        Text("离开早于进入的观看", "Visits that end before they start"),
        _told(codes=r"\S+ (left-before-joining|backwards|surplus-leaving)", bad=_BACKWARDS),
    ),
    Check("days-final", Text("定稿之后拉取的次数", "Pulls of data that was final"), _final),
)
