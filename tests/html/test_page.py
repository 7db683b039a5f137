from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import polars as pl
import pytest
from markupsafe import Markup

from reporter import tables
from reporter.html import page
from reporter.model import Issue, Text
from reporter.report import Report
from reporter.rules import Brand

Make = Callable[..., Report]

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=http://127.0.0.1:9/x onerror=alert(1)>',
    "</style><style>*{display:none}",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "x onload=1 href='//127.0.0.1:9/'",
    "]]></svg><svg onload=alert(1)>",
    "\u202egnp.exe",
    "=HYPERLINK(1)",
    "&lt;b&gt;",
)


class Read(HTMLParser):
    """Collects tags, attributes and text as a browser would."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_page_loads_nothing_and_its_policy_forbids_the_rest(full_report: Report) -> None:
    source = page(full_report)[0].decode()
    read = Read(source)
    assert not {"link", "img", "iframe", "object"} & set(read.tags)
    leads = [value for name, value in read.attributes if name in {"src", "href"} or name.startswith("on")]
    assert all(value is not None and value.startswith("#") for value in leads)
    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(value or "" for _, value in read.attributes if value and value.startswith("default-src"))
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_page_of_a_usual_week_stays_under_a_megabyte(full_report: Report, png: Callable[..., bytes]) -> None:
    """Seven events of ten hours each, whose curves have their numbers beneath, a few hundred issues, a huge logo."""
    logo = png(1600, 400, seed=7)
    began = datetime(2026, 11, 9, 1, tzinfo=UTC)
    points = [
        (chart, f"第{event}课", began + timedelta(days=event, minutes=minute), value)
        for event in range(7)
        for minute in range(600)
        for chart, value in (("concurrency", 1.0 + (minute * 7 + event) % 997), ("drop_off", 1 - minute / 700))
    ]
    curves = pl.DataFrame(points, schema=full_report.tables["curves"].schema, orient="row")
    issues = tuple(Issue("info", "x", Text(f"第 {number} 个问题" * 4, ""), f"volc {number}") for number in range(300))
    report = replace(full_report, tables={**full_report.tables, "curves": curves}, issues=issues)
    report = replace(report, brand=Brand("#cc0000", logo))
    assert len(logo) > 1_900_000
    assert 300_000 < len(page(report)[0]) < 1_000_000


def _read(report: Report) -> Read:
    """Read a page but for its drawings, whose labels have tests of their own."""
    return Read(page(report, lambda _: Markup("<svg></svg>"))[0].decode())


@pytest.fixture(scope="module")
def plain(make_full: Make) -> Read:
    return _read(make_full("x", "x", title="x"))


@pytest.mark.parametrize("text", HOSTILE)
def test_page_shows_hostile_text_as_text(make_full: Make, plain: Read, text: str) -> None:
    read = _read(make_full(text, text, title=text))
    assert read.tags == plain.tags
    assert [name for name, _ in read.attributes] == [name for name, _ in plain.attributes]
    assert sum(text in word for word in read.words) >= 20


def test_page_is_the_same_bytes_each_time(make_report: Make) -> None:
    digests = {hashlib.sha256(page(make_report())[0]).hexdigest() for _ in range(3)}
    assert len(digests) == 1


def test_page_says_in_its_head_that_a_partial_run_is_partial(make_report: Make) -> None:
    source = page(make_report(status="partial"))[0].decode()
    assert source.index('role="alert"') < source.index("<main>")
    assert "数据不完整" in source


def test_page_speaks_the_readers_language(make_report: Make) -> None:
    english = page(make_report(language="en", title="Acme", event="Lesson 12"))[0].decode()
    assert '<html lang="en">' in english
    assert not re.search("[观看人数]{2}", english.replace("王小明", "").replace("甲公司", ""))


def test_page_of_an_empty_week_says_that_nobody_watched(make_report: Make) -> None:
    assert "本期没有观看记录" in page(make_report(tables=tables.empty(), figures=(), past=()))[0].decode()


def test_page_shows_the_clients_logo_and_colour(make_report: Make, png: Callable[..., bytes]) -> None:
    logo = png(40, 20)
    source = page(make_report(brand=Brand("#cc0000", logo)))[0].decode()
    assert "--brand: #cc0000" in source
    assert f'src="data:image/png;base64,{base64.b64encode(logo).decode()}"' in source
