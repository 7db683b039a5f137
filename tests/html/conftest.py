"""A small made-up report for the page's tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reporter import tables
from reporter.html import page
from reporter.model import Finding, Issue, Language, Period, Pull, Pulled, Text
from reporter.report import Definition, Figure, Past, Report
from reporter.rules import Attendance

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = Period("2026-W46", datetime(2026, 11, 9, tzinfo=ZONE), datetime(2026, 11, 16, tzinfo=ZONE), "Asia/Shanghai")


def _definition(code: str, zh: str, en: str, unit: Any) -> Definition:
    return Definition(code, Text(zh, en), unit, Text(f"{zh}的算法", f"how {en} is reckoned"), "union", ("volcengine",))


def _figures(event: str) -> tuple[Figure, ...]:
    return (
        Figure("people", "total", "", 1312, 1640),
        Figure("live_people", "total", "", 900, None),
        Figure("watch_union_seconds", "total", "", 4_500_000.0, 4_000_000.0),
        Figure("paid_amount", "total", "", None, 3),
        Figure("live_people", "event", event, 900),
        Figure("replay_people", "event", event, None),
        Figure("live_people", "day", "2026-11-09", 700),
        Figure("live_people", "day", "2026-11-10", 200),
    )


def _made(event: str) -> Report:
    source = {"reply_id": "r1", "row_no": 1}
    seen = {"event": event, "person_id": "1", "watch_union_seconds": 90061.0, **source}
    return Report(
        client="acme",
        title="Acme 直播周报",
        language="zh",
        period=WEEK,
        as_of=datetime(2026, 11, 17, 1, 30, tzinfo=UTC),
        version="0.1.0",
        status="complete",
        audience="client",
        tables={
            **tables.empty(),
            "people": tables.frame("people", [{"person_id": "1", "name": "王小明", "company": "甲公司"}]),
            "attendance": tables.frame("attendance", [seen]),
        },
        figures=_figures(event),
        definitions=(
            _definition("people", "观看人数", "people", "people"),
            _definition("live_people", "直播人数", "live people", "people"),
            _definition("watch_union_seconds", "观看时长", "watch time", "seconds"),
            _definition("paid_amount", "付费金额", "paid", "money"),
        ),
        findings=(),
        pulls=(
            Pulled(Pull("quanshi", "qs", "event/report/details", None, WEEK, "609768"), (), "complete", 1, 42, None),
        ),
        issues=(Issue("warning", "new-field", Text("新字段", "a new field"), "quanshi:qs"),),
        notes=(),
        attendance=Attendance(),
        past=(Past("2026-W45", datetime(2026, 11, 2, tzinfo=ZONE), {"people": 1640}),),
    )


@pytest.fixture
def make_report() -> Callable[..., Report]:
    """Return a maker of reports: `event` names the one event, the rest replaces fields."""

    def make(event: str = "第12课", **changes: Any) -> Report:
        return replace(_made(event), **changes)

    return make


@pytest.fixture
def full_report() -> Report:
    """Return a report with something for every block, two events with curves among them."""
    return full()


@pytest.fixture(scope="session")
def make_full() -> Callable[..., Report]:
    """Return a maker of such reports."""
    return full


@pytest.fixture(scope="session")
def full_page() -> Callable[[Language], bytes]:
    """Return the page of such a report in a language, made once."""
    return cache(lambda language: page(full(language=language))[0])


def full(event: str = "第12课", name: str = "王小明", **changes: Any) -> Report:
    """Return a report with something for every block; `event` and `name` stand wherever data can put text."""
    report = _made(event)
    began = datetime(2026, 11, 10, 12, tzinfo=UTC)
    curve = [(began + timedelta(minutes=minute), float(value)) for minute, value in enumerate((1, 4, 9, 6, 2))]
    parts = [(began + timedelta(minutes=minute), part) for minute, part in ((0, 1.0), (3, 0.6), (4, 0.2), (5, 0.0))]
    points = [("concurrency", one, *point) for one in (event, "第13课") for point in curve]
    points += [("drop_off", one, *point) for one in (event, "第13课") for point in parts]
    schema = {"chart": pl.String(), "event": pl.String(), "at": pl.Datetime("us", "UTC"), "value": pl.Float64()}
    place = {"vendor": "volcengine", "account": "volc", "room_id": "1", "reply_id": "r1"}
    people: list[tables.Row] = [{"person_id": str(number), "name": name, "company": name} for number in range(1, 31)]
    seen = [
        {"event": event, "person_id": str(number), "watch_union_seconds": 400.0 * number} for number in range(1, 31)
    ]
    visits = [
        {"person_id": str(number), "viewer_id": str(number), "mode": "live", "row_no": number, **place}
        | {"device": name if number % 2 else "iOS", "location": f"中国,{name}" if number % 3 else "中国-浙江-杭州"}
        for number in range(1, 31)
    ]
    plays = [{**place, "title": name, "plays": 5, "viewers": 3, "play_seconds": 99.0, "row_no": 1}]
    made = {
        **report.tables,
        "people": tables.frame("people", people),
        "attendance": tables.frame("attendance", seen),
        "visits": tables.frame("visits", visits),
        "plays": tables.frame("plays", plays),
        "curves": pl.DataFrame(points, schema=schema, orient="row"),
        "overlap": pl.DataFrame(
            {"vendor": ["quanshi", "quanshi", "volcengine", "volcengine"], "people": [9, 4, 4, 12]}
        ).with_columns(other=pl.Series(["quanshi", "volcengine", "quanshi", "volcengine"])),
    }
    left = (("quarter", "四分之一", 120), ("half", "一半", 193), ("three_quarters", "四分之三", 240))
    figures = [
        Figure(f"{part}_left_seconds", "event", one, value) for one in (event, "第13课") for part, _, value in left
    ]
    definitions = [
        _definition(f"{part}_left_seconds", f"{zh}观众离开", f"{part} left", "seconds") for part, zh, _ in left
    ]
    report = replace(report, figures=(*report.figures, *figures), definitions=(*report.definitions, *definitions))
    short = Pulled(
        Pull("talkcloud", "talk", "vod/watch", None, WEEK, name),
        (),
        "short",
        3,
        40,
        42,
        issues=(Issue("error", "rows-short", Text(name, name), name),),
    )
    finding = Finding("sums", Text(name, name), name, name, name, "unexplained", Text(name, name))
    return replace(report, tables=made, status="partial", pulls=(*report.pulls, short), findings=(finding,), **changes)


@pytest.fixture(scope="module")  # not longer: while it runs, an event loop runs in this thread, and no other can
def browser(need_program: Callable[[str], Path]) -> Iterator[Browser]:
    """Return a Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=need_program("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield running
        running.close()


@dataclass
class Opened:
    """A page that is open in Chromium, and all that it asked for, logged or failed at."""

    page: Page
    told: list[str] = field(default_factory=list)

    def overflow(self) -> int:
        """Return how many pixels the page is wider than its window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide

    def unfold(self) -> None:
        """Open all that can be opened."""
        self.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Return a function that opens a page from disk, each in a context of its own."""
    contexts = []

    def show(source: bytes, **options: Any) -> Opened:
        path = tmp_path / "page.html"
        path.write_bytes(source)
        contexts.append(browser.new_context(**options))
        shown = Opened(contexts[-1].new_page())
        told, own = shown.told, path.as_uri()
        shown.page.on("request", lambda request: told.append(request.url) if request.url != own else None)
        shown.page.on("console", lambda message: told.append(message.text))
        shown.page.on("pageerror", lambda fault: told.append(str(fault)))
        shown.page.goto(own)
        return shown

    yield show
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe-core's script; where it is missing the test is skipped, and fails when CI=true (see .ci/run)."""
    path = Path(os.environ.get("REPORTER_AXE", ".venv/npm/node_modules/axe-core/axe.min.js"))
    if path.exists():
        return path.read_text(encoding="utf-8")
    if os.environ.get("CI") == "true":
        pytest.fail(f"{path} is missing, and CI must run every test; see .ci/run")
    pytest.skip("axe-core is not installed: npm install --no-save --prefix .venv/npm axe-core@4")
