"""The page in a real Chromium: nothing overflows, nothing is asked of the network, nothing complains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from reporter.html import page
from reporter.report import Report

Make = Callable[..., Report]

#: names of every length, as rooms and people really have them
LONG = "2026 秋季新品发布会暨全国渠道合作伙伴大会（华东、华南、西南、东北分会场联播）第三场：如何用数据做直播" * 3
UNBROKEN = "https-like-words-without-a-single-blank-" * 8


@pytest.fixture(scope="module")
def browser(need_program: Callable[[str], Path]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=need_program("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield running
        running.close()


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("event", ["第12课", LONG, UNBROKEN], ids=["short", "long", "unbroken"])
def test_page_fits_its_window_and_asks_nothing(
    browser: Browser, make_report: Make, tmp_path: Path, width: int, event: str
) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(page(make_report(event=event, title=event))[0])
    asked: list[str] = []
    complaints: list[str] = []
    with browser.new_page(viewport={"width": width, "height": 900}) as shown:
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: complaints.append(message.text))
        shown.on("pageerror", lambda fault: complaints.append(str(fault)))
        shown.goto(path.as_uri())
        overflow = shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (asked, complaints, overflow) == ([path.as_uri()], [], 0)


def test_page_opens_what_a_figure_means_with_the_keyboard_alone(
    browser: Browser, make_report: Make, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(page(make_report(language="en"))[0])
    with browser.new_page() as shown:
        shown.goto(path.as_uri())
        shown.keyboard.press("Tab")
        shown.keyboard.press("Enter")
        assert shown.get_by_text("how people is reckoned").first.is_visible()
