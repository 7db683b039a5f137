"""A made-up report: three events on four platforms, thirty people, a week of June."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from reporter.model import Finding, Issue, Language, Period, Pull, Pulled, Reply, Text
from reporter.report import Definition, Figure, Past, Report
from reporter.rules import Attendance
from reporter.tables import Row, empty, frame

ZONE = ZoneInfo("Asia/Shanghai")
PERIOD = Period("2026-W25", datetime(2026, 6, 15, tzinfo=ZONE), datetime(2026, 6, 22, tzinfo=ZONE), "Asia/Shanghai")
AS_OF = datetime(2026, 6, 22, 1, 30, tzinfo=UTC)
EVENTS = (("第12课 二次函数", 16), ("公开课：如何选择志愿", 18), ("家长会（高三）", 20))
ROOMS = ("1721834606710000001", "609768", "8602268011035296205")
VENDORS = ("volcengine", "quanshi", "talkcloud")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"


def _metric(code: str, zh: str, en: str, unit: Any, additivity: Any = "union") -> Definition:
    formula = Text(
        f"{zh}的算法：逐条累加后去重，见统计规则", f"How {en} is reckoned: added up row by row, then without repeats"
    )
    bias = Text("仅计有标识的观众", "Only viewers with an identity are counted") if code == "people" else Text("", "")
    return Definition(code, Text(zh, en), unit, formula, additivity, VENDORS, bias)


DEFINITIONS = (
    _metric("people", "观众人数", "People", "people"),
    _metric("live_people", "直播观众", "Live people", "people"),
    _metric("replay_people", "回放观众", "Replay people", "people"),
    _metric("vod_people", "点播观众", "On-demand people", "people"),
    _metric("watch_union_seconds", "观看时长（去重）", "Watch time, overlaps once", "seconds"),
    _metric("average_watch_seconds", "人均观看时长", "Watched a person", "seconds", "ratio"),
    _metric("attended_people", "出勤人数", "Attended", "people"),
    _metric("attendance_rate", "出勤率", "Attendance rate", "ratio", "ratio"),
    _metric("comments", "评论数", "Comments", "count", "sum"),
    _metric("paid_amount", "支付金额", "Paid", "money", "sum"),
    _metric("plays", "点播次数", "Plays", "count", "sum"),
)


def _figures() -> tuple[Figure, ...]:
    total = (30, 28, 9, None, 187_342.0, 6244.7, 21, 0.7, 143, Decimal("1299.50"), 412)
    before = (26, 25, 11, None, 201_000.0, 7730.8, 20, 0.769, 143, Decimal("0.00"), None)
    codes, values = [one.code for one in DEFINITIONS], tuple[Any, ...]()
    made = [Figure(code, "total", "", value, old) for code, value, old in zip(codes, total, before, strict=True)]
    for at, (event, _) in enumerate(EVENTS):
        values = (
            24 - 3 * at,
            22 - 3 * at,
            5 + at,
            None,
            61_000.0 + at,
            2541.0,
            17 - at,
            0.71,
            60 - at,
            Decimal("433.10"),
        )
        made += [Figure(code, "event", event, value) for code, value in zip(codes, values, strict=False)]
    for at, day in enumerate(PERIOD.days()):
        values = (4 + 3 * at % 11, 3 + 3 * at % 11, at % 3, None, 9_000.0 * at)
        made += [Figure(code, "day", day.isoformat(), value) for code, value in zip(codes, values, strict=False)]
    for at, vendor in enumerate((*VENDORS, "aliyun")):
        values = (22 - 5 * at, 20 - 5 * at, 4, None, 70_000.0)
        made += [Figure(code, "vendor", vendor, value) for code, value in zip(codes, values, strict=False)]
    return tuple(made)


def _rooms() -> list[Row]:
    rows: list[Row] = []
    for at, (event, day) in enumerate(EVENTS):
        start = datetime(2026, 6, day, 11, tzinfo=UTC)
        rows.append(
            {
                "vendor": VENDORS[at],
                "account": VENDORS[at][:4],
                "room_id": ROOMS[at],
                "title": f"{event} 直播间",
                "kind": "live",
                "status": "ended",
                "started_at": start,
                "ended_at": start + timedelta(minutes=92),
                "event": event,
            }
        )
    return rows


def _visits() -> list[Row]:
    rows: list[Row] = []
    for person in range(30):
        for at in range(1 + person % 3):
            start = datetime(2026, 6, EVENTS[at][1], 11, person, 7, tzinfo=UTC)
            known = VENDORS[at] != "talkcloud"
            rows.append(
                {
                    "vendor": VENDORS[at],
                    "account": VENDORS[at][:4],
                    "room_id": ROOMS[at],
                    "viewer_id": f"17218346067{person:08}",
                    "person_id": f"{person + 1}",
                    "mode": "live" if person % 5 else "replay",
                    "joined_at": start if known else None,
                    "left_at": start + timedelta(minutes=40 + person) if known else None,
                    "watch_seconds": 60.0 * (40 + person),
                    "completion_ratio": 0.5 + person / 100,
                    "device": ("iPhone", "Android", "Windows")[person % 3],
                    "location": "上海市 浦东新区",
                    "reply_id": "0a1b",
                    "row_no": person + 1,
                }
            )
    return rows


def _people() -> list[Row]:
    return [
        {
            "person_id": f"{person + 1}",
            "name": f"{SURNAMES[person]}小{'明芳伟'[person % 3]}",
            "phone": f"190****{person:04}",
            "email": f"{chr(97 + person % 26)}***@example.com" if person % 4 == 0 else None,
            "company": "示例教育科技有限公司" if person % 3 else "Example Ltd",
            "vendors": list(VENDORS[: 1 + person % 3]),
            "viewer_ids": [f"volcengine/volc/17218346067{person:08}"],
            "matched_by": ["phone"] if person % 3 else [],
        }
        for person in range(30)
    ]


def _attendance() -> list[Row]:
    rows: list[Row] = []
    for person in range(30):
        for at in range(1 + person % 3):
            seconds = 60.0 * (40 + person)
            start = datetime(2026, 6, EVENTS[at][1], 11, person, 7, tzinfo=UTC)
            rows.append(
                {
                    "event": EVENTS[at][0],
                    "person_id": f"{person + 1}",
                    "live_seconds": seconds,
                    "replay_seconds": 0.0 if person % 5 else 1800.0,
                    "vod_seconds": None,
                    "watch_sum_seconds": seconds,
                    "watch_union_seconds": seconds,
                    "first_joined_at": start,
                    "last_left_at": start + timedelta(seconds=seconds),
                    "attended": person % 4 != 0,
                    "engagement": 0.31 + person / 60,
                    "comments": person % 7 if at != 2 else None,
                    "likes": person * 3,
                }
            )
    return rows


def _activity() -> list[Row]:
    return [
        {
            "vendor": "volcengine",
            "account": "volc",
            "room_id": ROOMS[0],
            "viewer_id": f"17218346067{person:08}",
            "person_id": f"{person + 1}",
            "as_of": AS_OF,
            "comments": person % 7,
            "likes": person * 3,
            "paid_amount": Decimal(person * 3) / 2,
        }
        for person in range(30)
    ]


def _plays() -> list[Row]:
    return [
        {
            "vendor": "aliyun",
            "account": "vod",
            "room_id": "9ae2af636ca6c10412f44891fc000001",
            "title": "第12课 回放（剪辑版）",
            "day": date(2026, 6, 15 + at),
            "media_seconds": 3725.0,
            "viewers": 40 + at,
            "plays": 59 + at,
            "play_seconds": 100_000.0 + at,
        }
        for at in range(7)
    ]


def _pull(
    vendor: str, call: str, verdict: Any, *, rows: int, claimed: int | None, issues: tuple[Issue, ...] = ()
) -> Pulled:
    pull = Pull(vendor, vendor[:4], call, None, PERIOD, room=ROOMS[0])
    return Pulled(pull, (Reply("0a1b", 1, b"{}", AS_OF),), verdict, 3, rows, claimed, issues)


def _pulls(*, is_partial: bool) -> tuple[Pulled, ...]:
    refused = Issue(
        "error",
        "refused",
        Text("平台拒绝了签名（HTTP 403），请检查密钥", "The platform refused the signature (HTTP 403); check the keys"),
        "quanshi:quan event/report/details",
    )
    return (
        _pull("volcengine", "ListUserBehaviorDataAPIV2", "complete", rows=312, claimed=312),
        _pull("volcengine", "ListAccountUserData", "drifted", rows=30, claimed=31),
        _pull(
            "quanshi",
            "event/report/details",
            "failed" if is_partial else "complete",
            rows=0 if is_partial else 88,
            claimed=None,
            issues=(refused,) if is_partial else (),
        ),
        _pull("talkcloud", "vod/watch", "complete", rows=61, claimed=61),
        _pull("aliyun", "DescribeVodMediaPlayData", "complete", rows=7, claimed=None),
    )


def _derived() -> dict[str, pl.DataFrame]:
    roster = [
        {
            "roster": "报名名单",
            "name": f"{SURNAMES[at]}小明",
            "phone": f"190****{at:04}",
            "person_id": f"{at + 1}" if at < 5 else None,
            "came": at < 5,
        }
        for at in range(8)
    ]
    moments = [
        {"chart": chart, "event": event, "at": datetime(2026, 6, day, 11, at, tzinfo=UTC), "value": value}
        for chart, values in (("concurrency", (0.0, 3.0, 9.0, 4.0, 0.0)), ("drop_off", (1.0, 0.75, 0.5, 0.25, 0.0)))
        for event, day in EVENTS[:2]
        for at, value in enumerate(values)
    ]
    return {
        "roster": pl.DataFrame(roster, schema_overrides={"person_id": pl.String}),
        "excluded": frame("visits", [{**_visits()[0], "excluded_by": "role: host", "role": "host"}]),
        "unmatched": pl.DataFrame(
            [
                {
                    "vendor": "talkcloud",
                    "account": "talk",
                    "viewer_id": "000123",
                    "name": "网友1009",
                    "reason": "没有手机号",
                }
            ]
        ),
        "overlap": pl.DataFrame(
            [("volcengine", "volcengine", 22), ("volcengine", "quanshi", 12), ("quanshi", "quanshi", 17)],
            schema=["vendor", "other", "people"],
            orient="row",
        ),
        "curves": pl.DataFrame(moments, schema_overrides={"at": pl.Datetime("us", "UTC")}),
    }


def rich(language: Language = "zh", *, is_partial: bool = False) -> Report:
    """Return the whole made-up report."""
    tables = empty() | {
        "rooms": frame("rooms", _rooms()),
        "visits": frame("visits", _visits()),
        "activity": frame("activity", _activity()),
        "plays": frame("plays", _plays()),
        "people": frame("people", _people()),
        "attendance": frame("attendance", _attendance()),
    }
    finding = Finding(
        "people-of-room",
        Text("房间人数与平台汇总", "People of a room beside the platform's own sum"),
        f"volcengine:volc {ROOMS[0]}",
        "31",
        "30",
        "explained",
        Text("有一位主持人按规则剔除", "one host was taken out by a rule"),
    )
    issues = (
        Issue(
            "info",
            "bad-duration",
            Text("一行时长无法识别，已留空", "A duration could not be read; left empty"),
            "talkcloud",
        ),
        Issue(
            "info",
            "bad-duration",
            Text("一行时长无法识别，已留空", "A duration could not be read; left empty"),
            "talkcloud",
        ),
        Issue(
            "warning",
            "role-conflict",
            Text("同一手机号既是主持人又是观众", "One phone is both host and attendee"),
            "quanshi",
        ),
    )
    return Report(
        client="acme",
        title="Acme 教育直播周报" if language == "zh" else "Acme webinars, weekly",
        language=language,
        period=PERIOD,
        as_of=AS_OF,
        version="0.1.0",
        status="partial" if is_partial else "complete",
        audience="client",
        tables={**tables, **_derived()},
        figures=_figures(),
        definitions=DEFINITIONS,
        findings=(finding,),
        pulls=_pulls(is_partial=is_partial),
        issues=issues,
        notes=(
            Text(
                "拓课云不提供观看时间，按整个周期计入。",
                "TalkCloud gives no times; its rows belong to the whole period.",
            ),
        ),
        attendance=Attendance(),
        past=(
            Past("2026-W23", PERIOD.start - timedelta(weeks=2), {}),
            Past("2026-W24", PERIOD.start - timedelta(weeks=1), {"people": 26, "live_people": 25, "replay_people": 11}),
        ),
    )


def bare(language: Language = "zh") -> Report:
    """Return a report in which nothing happened at all."""
    whole = rich(language)
    return replace(
        whole, tables=empty(), figures=(), definitions=(), findings=(), pulls=(), issues=(), notes=(), past=()
    )


@pytest.fixture
def made_up() -> Callable[..., Report]:
    """Return the factory of the made-up report: language, is_partial."""
    return rich


@pytest.fixture
def nothing_happened() -> Callable[..., Report]:
    """Return the factory of a report without rows."""
    return bare


@pytest.fixture(scope="session")
def hostile() -> list[str]:
    """Return the texts that have broken workbooks before; no lone surrogates, which no table can hold."""
    found: list[str] = json.loads((Path(__file__).parent / "hostile.json").read_text(encoding="ascii"))
    return found
