"""A thousand hostile texts in every place where data can put text: in Chromium, with a canary server on loopback.

Each text has small pages of its own (page and letter, a frame each), a row in every long table and a label in a chart.
A page is whole where its elements are those of a page of harmless texts, one by one.
"""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from reporter import tables
from reporter.html import Entry, canvas, charts, drawing, index, letter, page
from reporter.html.letter import Picture
from reporter.model import Finding, Issue, Text
from reporter.report import Figure, Report
from reporter.resources import find

Make = Callable[..., Report]
Open = Callable[..., Any]

#: shapes of text that browsers have been made to run; `@` becomes the canary's address, `#` a number
SHAPES = (
    "<script>fetch('@/#')</script>",
    "<img src=x onerror=\"fetch('@/#')\">",
    "\"><svg onload=fetch('@/#')>",
    "'><iframe src='@/#'></iframe>",
    "</title><script src=@/#></script>",
    "</style><style>@import '@/#';</style>",
    "</script><script>new Image().src='@/#'</script>",
    "<a href=\"javascript:fetch('@/#')\">x</a>",
    "url(@/#)",
    "<link rel=stylesheet href=@/#>",
    "<base href=@/>",
    "<meta http-equiv=refresh content='0;url=@/#'>",
    "{{ ''.__class__.__mro__ }} @/#",
    "]]><script>fetch('@/#')</script>",
    "<math><mtext></form><form><mglyph><style></math><img src=@/#>",
    "<details open ontoggle=fetch('@/#')>",
    "&lt;img src=@/#&gt;",
    "\u202e@/#\u2066",
    "<form action=@/#><button>",
    "<object data=@/#></object>",
)


#: texts that are run for real in pages of their own: each shape in three of its wrappings
RUN = 3 * len(SHAPES)
#: the tables that have a row for each of their kind, and the column of its name
LONG_TABLES = (
    ("by_event", 0),
    ("events", 0),
    ("devices", 0),
    ("plays", 0),
    ("issues", 1),
    ("issues", 2),
    ("sources", 1),
)
LIST = "[...root.querySelectorAll('*')].map(one => `${one.tagName} ${one.getAttributeNames()}`).join()"
#: read pages with the browser's own parser; of each: has it the first one's elements, and how often its text
PARSED = f"""([sources, texts]) => {{
  const read = source => {{
    const root = new DOMParser().parseFromString(source, "text/html").documentElement;
    return [{LIST}, root.textContent];
  }};
  const [plain] = read(sources[0]);
  return sources.slice(1).map((source, place) => {{
    const [elements, text] = read(source);
    return [elements === plain, text.split(texts[place]).length - 1];
  }});
}}"""
#: run pages, each in a frame of its own
FRAMES = f"""async ([sources, width]) => {{
  const seen = [];
  for (const source of sources) {{
    const frame = document.createElement("iframe");
    frame.style.cssText = `width: ${{width}}px; height: 400px; border: 0`;
    frame.srcdoc = source;
    const loaded = new Promise(done => frame.addEventListener("load", done));
    document.body.append(frame);
    await loaded;
    const root = frame.contentDocument.documentElement;
    seen.push({{elements: {LIST}, wide: root.scrollWidth - root.clientWidth}});
    frame.remove();
  }}
  return seen;
}}"""


class Canary:
    """A server on loopback that counts whoever connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.hits = 0
        threading.Thread(target=self._count, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    made = Canary()
    with closing(made.socket):
        yield made


def _strings(url: str) -> list[str]:
    """Return a thousand hostile texts, drawn from a seed: shapes, cut, doubled, in other cases and wrappings."""
    chance, found = random.Random(7), []
    for number in range(1000):
        shape = SHAPES[number % len(SHAPES)].replace("@", url).replace("#", str(number))
        wrap = chance.choice(("{}", "{}", " {} ", "{}\n{}", "\t{}", "x{}", "'{}'", '"{}"', "<{}", "{}>", "\x0b{}"))
        text = wrap.replace("{}", shape)
        found.append(text.swapcase() if chance.random() < 0.1 and url not in text else text)
    return found


@pytest.fixture(scope="module")
def texts(canary: Canary) -> list[str]:
    return _strings(canary.url)


@pytest.fixture(scope="module")
def report(make_full: Make) -> Report:
    return replace(make_full(), tables=tables.empty())


def _small(report: Report, text: str) -> Report:
    """Return a report that puts a text wherever data or the config can, without charts."""
    person = {"event": text, "person_id": "1", "reply_id": "r", "row_no": 1}
    media = {"vendor": "aliyun", "account": "a", "room_id": text, "reply_id": "r", "row_no": 1, "plays": 2}
    figures = (*report.figures[:4], Figure("people", "event", text, 7), Figure("people", "event", "b", 3))
    pulls = tuple(
        replace(one, pull=replace(one.pull, vendor=text, account=text, endpoint=text, room=text), verdict="short")
        for one in report.pulls
    )
    return replace(
        report,
        title=text,
        tables={
            **report.tables,
            "people": tables.frame("people", [{"person_id": "1", "name": text, "company": text}]),
            "attendance": tables.frame("attendance", [person]),
            "plays": tables.frame("plays", [media]),
        },
        figures=figures,
        definitions=tuple(
            replace(one, label=Text(text, text), formula=Text(text, text), bias=Text(text, text))
            for one in report.definitions
        ),
        findings=(Finding(text, Text(text, text), text, text, text, "unexplained", Text(text, text)),),
        pulls=tuple(replace(one, issues=(Issue("error", "x", Text(text, text), text),)) for one in pulls),
        issues=(Issue("warning", "x", Text(text, text), text),),
        past=(),
    )


def _letter(report: Report, text: str) -> str:
    drawn = drawing(_small(report, text))
    shown = replace(drawn, pictures=(Picture("chart", text, text, text, b""),))
    return letter(shown, names=[text], notes=[text], changes=[text]).html


def _bare(source: str) -> str:
    """Return a page without the letters of our own style and script, half of it, as they are the same in each."""
    for name in ("style.css", "page.js"):
        source = source.replace((find("templates/summary") / name).read_text(encoding="utf-8").strip(), "")
    return source


def _assert_whole(shown: Any, sources: list[str], texts: list[str], *, width: int, least: int) -> None:
    """Hold sources against the first, of a harmless text: the same elements, each fits, and has its text so often."""
    read = shown.page.evaluate(PARSED, [[_bare(source) for source in sources], texts])
    for text, (is_whole, count) in zip(texts, read, strict=True):
        assert is_whole, text
        assert count >= least, text
    plain, *run = shown.page.evaluate(FRAMES, [sources[: RUN + 1], width])
    for text, one in zip(texts, run, strict=False):
        assert (one["elements"], one["wide"]) == (plain["elements"], 0), text


def test_each_text_everywhere_in_a_page_of_its_own_is_text(
    opened: Open, report: Report, texts: list[str], canary: Canary
) -> None:
    shown = opened(b"<!doctype html><body>", viewport={"width": 400, "height": 400})
    sources = [page(_small(report, text))[0].decode() for text in ("x", *texts)]
    _assert_whole(shown, sources, texts, width=360, least=10)
    assert (shown.told, canary.hits) == ([], 0)


def test_each_text_everywhere_in_a_letter_is_text(
    opened: Open, report: Report, texts: list[str], canary: Canary
) -> None:
    shown = opened(b"<!doctype html><body>", viewport={"width": 800, "height": 400})
    sources = [_letter(report, text) for text in ("x", *texts)]
    _assert_whole(shown, sources, texts, width=768, least=0)
    told = [one for one in shown.told if "cid:chart" not in one and "ERR_UNKNOWN_URL_SCHEME" not in one]
    assert (told, canary.hits) == ([], 0)


def test_each_text_in_a_row_of_the_index_is_text(opened: Open, texts: list[str], canary: Canary) -> None:
    def entry(text: str) -> Entry:
        return Entry(text, text, text, text, is_partial=True, issues=1, files=((text, "page"),))

    shown = opened(index([entry(text) for text in texts], "en"), viewport={"width": 360, "height": 900})
    assert sorted(shown.page.locator("h2").all_text_contents()) == sorted(set(texts))
    assert shown.page.evaluate("document.querySelectorAll('td').length") == 5 * len(texts)
    leads = shown.page.evaluate("[...document.querySelectorAll('a')].map(one => one.protocol)")
    assert set(leads) == {"file:"}
    assert (shown.told, shown.overflow(), canary.hits) == ([], 0, 0)


def test_each_text_in_a_row_of_every_long_table_is_text(
    opened: Open, make_full: Make, texts: list[str], canary: Canary
) -> None:
    report = make_full()
    at = {"vendor": "volcengine", "account": "v", "room_id": "1", "reply_id": "r"}
    visits = [
        {**at, "person_id": text, "viewer_id": text, "mode": "live", "row_no": number, "device": text, "location": text}
        for number, text in enumerate(texts)
    ]
    plays = [{**at, "room_id": text, "title": text, "plays": 1, "row_no": 1} for text in texts]
    many = replace(
        report,
        tables={**report.tables, "visits": tables.frame("visits", visits), "plays": tables.frame("plays", plays)},
        figures=(*report.figures, *(Figure("live_people", "event", text, 5) for text in texts)),
        issues=tuple(Issue("info", text, Text(text, text), text) for text in texts),
        pulls=tuple(replace(one, pull=replace(one.pull, account=text)) for text in texts for one in report.pulls[:1]),
    )
    shown = opened(page(many)[0], viewport={"width": 768, "height": 900})
    shown.unfold()
    for block, column in LONG_TABLES:
        rows = shown.page.locator(f"#{block} tbody").last
        cells = rows.evaluate("(body, column) => [...body.rows].map(one => one.cells[column].textContent)", column)
        assert set(texts) <= set(cells), block
    assert shown.page.locator("script, iframe, object, form, base, img, link, math").count() == 1
    assert (shown.told, shown.overflow(), canary.hits) == ([], 0, 0)


def test_each_text_as_the_label_of_a_chart_is_text(opened: Open, texts: list[str], canary: Canary) -> None:
    """Labels are cut to what fits, after which all texts of a shape and a wrapping are one: twelve of each will do."""
    texts = texts[: 12 * len(SHAPES)]
    starts = range(0, len(texts), charts.MOST_BARS)
    points = [[charts.Point(text, "", 1.0) for text in texts[start : start + charts.MOST_BARS]] for start in starts]
    drawn = [canvas.svg(charts.ranked_bars(some, brand="#1664ff", axis="")) for some in points]
    shown = opened(f"<!doctype html><meta charset=utf-8>{''.join(drawn)}".encode())
    assert shown.page.locator("svg").count() == 2 * len(drawn)
    assert shown.page.locator("script, img, iframe, image, a, foreignObject, style").count() == 0
    assert (shown.told, canary.hits) == ([], 0)
