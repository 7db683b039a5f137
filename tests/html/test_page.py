from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from reporter import tables
from reporter.html import page
from reporter.report import Layout, Report

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


def test_page_loads_nothing_and_its_policy_forbids_the_rest(make_report: Make) -> None:
    read = Read(page(make_report())[0].decode())
    assert not {"script", "link", "img", "iframe", "object"} & set(read.tags)
    assert not [value for name, value in read.attributes if name in {"src", "href"} or name.startswith("on")]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'" in [
        value for _, value in read.attributes
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_page_shows_hostile_text_as_text(make_report: Make, text: str) -> None:
    plain = Read(page(make_report())[0].decode())
    people = tables.frame("people", [{"person_id": "1", "name": text, "company": text}])
    report = make_report(event=text, title=text)
    read = Read(page(make_report(event=text, title=text, tables={**report.tables, "people": people}))[0].decode())
    assert read.tags == plain.tags
    assert [name for name, _ in read.attributes] == [name for name, _ in plain.attributes]
    assert read.words.count(text) >= 4


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


def test_page_says_that_a_template_of_the_users_own_is_not_used(make_report: Make) -> None:
    report = make_report()
    assert page(report)[1] == []
    (issue,) = page(replace(report, layout=Layout(page="acme.html.j2")))[1]
    assert issue.code == "template-unused"
