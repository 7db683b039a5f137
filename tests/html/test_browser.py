"""The page in a real Chromium: it fits, all can read and work it, and it asks and runs nothing of the data."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from reporter.html import page
from reporter.report import Report

Make = Callable[..., Report]

#: names of every length, as rooms and people really have them
LONG = "2026 秋季新品发布会暨全国渠道合作伙伴大会（华东、华南、西南、东北分会场联播）第三场：如何用数据做直播" * 3
UNBROKEN = "https-like-words-without-a-single-blank-" * 8
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


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    with closing(made.socket):
        yield made


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a report's page; what it asks for and complains of hangs on the page's `told`."""
    contexts = []

    def show(report: Report, **options: Any) -> Page:
        path = tmp_path / "page.html"
        path.write_bytes(page(report)[0])
        context = browser.new_context(**options)
        contexts.append(context)
        shown = context.new_page()
        told: list[str] = []
        shown.on("request", lambda request: told.append(request.url) if request.url != path.as_uri() else None)
        shown.on("console", lambda message: told.append(message.text))
        shown.on("pageerror", lambda fault: told.append(str(fault)))
        shown.told = told  # type: ignore[attr-defined] # carried along for the test
        shown.goto(path.as_uri())
        return shown

    yield show
    for context in contexts:
        context.close()


def _overflow(shown: Page) -> int:
    wide: int = shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("name", ["第12课", LONG, UNBROKEN], ids=["short", "long", "unbroken"])
def test_page_fits_its_window_and_asks_nothing(
    opened: Callable[..., Page], make_full: Make, width: int, name: str
) -> None:
    shown = opened(make_full(name, name, title=name), viewport={"width": width, "height": 900})
    shown.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert (shown.told, _overflow(shown)) == ([], 0)  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_page_has_no_violation_at_serious_level_or_above(
    opened: Callable[..., Page], make_full: Make, axe: str, language: str, scheme: str, width: int
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
    shown = opened(make_full(language=language), **options)
    shown.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    shown.add_script_tag(content=axe)
    found = shown.evaluate("axe.run()")["violations"]
    grave = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}]
    assert grave == []


def test_page_opens_what_a_figure_means_with_the_keyboard_alone(opened: Callable[..., Page], make_full: Make) -> None:
    shown = opened(make_full(language="en"))
    card = shown.locator("details.card summary").first
    for _ in range(60):
        shown.keyboard.press("Tab")
        if card.evaluate("one => one === document.activeElement"):
            break
    shown.keyboard.press("Enter")
    assert shown.locator("#figures").get_by_text("how people is reckoned").first.is_visible()


def test_long_tables_fold_filter_and_sort(opened: Callable[..., Page], make_full: Make) -> None:
    shown = opened(make_full())
    rows = shown.locator("#devices table tbody tr")
    top = shown.locator("#people table tbody tr")
    assert (rows.count(), top.count()) == (2, 20)
    assert top.nth(12).is_visible() is False
    shown.locator("#people button.more").click()
    assert top.nth(12).is_visible()
    shown.locator("#people input").fill("3:20:00")
    assert [row.inner_text() for row in top.all() if row.is_visible()] == ["30\t王小明\t王小明\t1\t3:20:00"]
    shown.locator("#people input").fill("")
    shown.locator("#people th button").last.click()
    shown.locator("#people th button").last.click()
    assert top.first.locator("td").last.inner_text() == "1:13:20"
    assert shown.locator("#people th").last.get_attribute("aria-sort") == "ascending"


def test_every_row_stands_without_the_script(opened: Callable[..., Page], make_full: Make) -> None:
    shown = opened(make_full(), java_script_enabled=False)
    assert all(row.is_visible() for row in shown.locator("#people table tbody tr").all())


def test_print_shows_every_row_on_a4_and_splits_no_chart(opened: Callable[..., Page], make_full: Make) -> None:
    shown = opened(make_full(), viewport={"width": 794, "height": 1123})
    shown.emulate_media(media="print")
    assert all(row.is_visible() for row in shown.locator("#people table tbody tr").all())
    kept = shown.evaluate("[...document.querySelectorAll('figure')].map(one => getComputedStyle(one).breakInside)")
    assert set(kept) == {"avoid"}
    heads = shown.evaluate("getComputedStyle(document.querySelector('#people thead')).display")
    assert heads == "table-header-group"


def _strings(url: str) -> list[str]:
    """Return a thousand hostile texts, drawn from a seed: shapes, cut, doubled, in other cases and wrappings."""
    chance, found = random.Random(7), []
    for number in range(1000):
        shape = SHAPES[number % len(SHAPES)].replace("@", url).replace("#", str(number))
        wrap = chance.choice(("{}", "{}", " {} ", "{}\n{}", "\t{}", "x{}", "'{}'", '"{}"', "<{}", "{}>", "\x0b{}"))
        text = wrap.replace("{}", shape)
        found.append(text.swapcase() if chance.random() < 0.1 and url not in text else text)
    return found


def test_a_thousand_hostile_texts_run_nothing_ask_nothing_and_break_nothing(
    opened: Callable[..., Page], make_full: Make, canary: Canary
) -> None:
    texts = _strings(canary.url)
    for start in range(0, len(texts), 250):
        some = texts[start : start + 250]
        report = make_full("".join(some[:40]), "".join(some), title=some[0])
        shown = opened(report, viewport={"width": 768, "height": 900})
        shown.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        body = shown.locator("#people td").nth(1).text_content() or ""
        assert body == "".join(some).replace("\x0b", "\x0b")
        assert (shown.told, _overflow(shown)) == ([], 0)  # type: ignore[attr-defined]
        assert (
            json.dumps(shown.evaluate("document.querySelectorAll('script, iframe, object, form, base').length")) == "1"
        )
    assert canary.hits == 0
