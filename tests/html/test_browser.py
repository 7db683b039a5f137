"""The page in a real Chromium: it fits, all can read and work it, on screen and on paper; the index page likewise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from reporter.html import Entry, drawing, index, letter, page
from reporter.metrics import REGISTRY
from reporter.model import Issue, Language, Text
from reporter.report import Figure, Report

Make = Callable[..., Report]
Open = Callable[..., Any]
Paged = Callable[[Language], bytes]

WIDTHS = (360, 768, 1440)
#: names of every length, as rooms and people really have them
LONG = "2026 秋季新品发布会暨全国渠道合作伙伴大会（华东、华南、西南、东北分会场联播）第三场：如何用数据做直播" * 3
WORDY = "Autumn product launch and nationwide partner conference, broadcast from all four regions at once " * 3
GRAVE = {"serious", "critical"}
UNBROKEN = "https-like-words-without-a-single-blank-" * 8


def _entry(client: str, label: str = "2026-W46") -> Entry:
    files = (
        (f"acme/{label}/acme.html", "page"),
        (f"acme/{label}/acme.pdf", "print"),
        (f"acme/{label}/a.xlsx", "workbook"),
    )
    return Entry(client, label, "2026-11-09 – 2026-11-15", "2026-11-17 09:30", is_partial=True, issues=12, files=files)


def _widths(shown: Any) -> Iterator[int]:
    for width in WIDTHS:
        shown.page.set_viewport_size({"width": width, "height": 900})
        yield width


@pytest.mark.parametrize(
    ("language", "name"),
    [("zh", "课"), ("zh", LONG), ("zh", UNBROKEN), ("en", "A"), ("en", WORDY), ("en", UNBROKEN)],
    ids=["zh-short", "zh-long", "zh-unbroken", "en-short", "en-long", "en-unbroken"],
)
def test_page_fits_its_window_and_asks_nothing(opened: Open, make_full: Make, language: Language, name: str) -> None:
    shown = opened(page(make_full(name, name, title=name, language=language))[0])
    shown.unfold()
    assert {width: shown.overflow() for width in _widths(shown)} == dict.fromkeys(WIDTHS, 0)
    assert shown.told == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_index_page_fits_its_window_and_asks_nothing(opened: Open, language: Language) -> None:
    entries = [_entry(name, label) for name in ("a", LONG, WORDY, UNBROKEN) for label in ("2026-W46", UNBROKEN)]
    shown = opened(index(entries, language))
    assert {width: shown.overflow() for width in _widths(shown)} == dict.fromkeys(WIDTHS, 0)
    assert shown.told == []


def test_index_page_shows_the_days_of_a_run_in_one_line_and_its_state_whole_on_a_phone(opened: Open) -> None:
    shown = opened(index([_entry("acme")], "zh"), viewport={"width": 360, "height": 900})
    lines, right = shown.page.evaluate(
        """[[...document.querySelectorAll("td.days")].map(one => {
          const words = document.createRange();
          words.selectNodeContents(one);
          return words.getClientRects().length;
        }), document.querySelector("td.state").getBoundingClientRect().right]"""
    )
    assert (lines, right <= 360) == ([1, 1], True)


def test_cards_beside_each_other_in_a_letter_are_of_one_height(opened: Open, make_report: Make) -> None:
    report = make_report()
    first, *others = report.definitions
    report = replace(report, definitions=(replace(first, label=Text("到课率（占名单人数）" * 3, "")), *others))
    shown = opened(letter(drawing(report)).html.encode(), viewport={"width": 360, "height": 900})
    heights = shown.page.evaluate(
        "[...document.querySelectorAll('td.card')].map(one => Math.round(one.getBoundingClientRect().height))"
    )
    assert heights[0] == heights[1] > heights[2] == heights[3]


@pytest.mark.parametrize("name", ["课", LONG, UNBROKEN], ids=["short", "long", "unbroken"])
def test_letter_fits_a_phone_and_breaks_no_number(opened: Open, make_report: Make, name: str) -> None:
    report = make_report(name, title=name)
    labelled = tuple(replace(one, label=Text(name, name)) for one in report.definitions)
    report = replace(report, definitions=labelled)
    more = (Figure("people", "event", name, 123456), Figure("watch_union_seconds", "event", name, 4_500_000.0))
    written = letter(drawing(replace(report, figures=(*report.figures, *more)))).html
    shown = opened(written.encode())
    assert {width: shown.overflow() for width in _widths(shown)} == dict.fromkeys(WIDTHS, 0)
    shown.page.set_viewport_size({"width": 360, "height": 900})
    lines = shown.page.evaluate(
        """[...document.querySelectorAll("td.count")].map(one => {
          const words = document.createRange();
          words.selectNodeContents(one);
          return [one.textContent, words.getClientRects().length];
        })"""
    )
    assert lines == [["123,456", 1], ["900", 1], ["1,250.0 小时", 1]]


@pytest.mark.parametrize(("language", "breaks"), [("zh", [1, 1, 1, 1]), ("en", [1, 2, 2, 2])], ids=["zh", "en"])
def test_letter_gives_an_event_a_row_of_its_own_and_breaks_no_word_of_a_head_on_a_phone(
    opened: Open, make_report: Make, language: Language, breaks: list[int]
) -> None:
    """The columns of the real letter, with names as long as rooms have them."""
    name, codes = "公开课 第150期：私域运营入门", ("people", "live_people", "replay_people", "watch_union_seconds")
    held = tuple(Figure(code, "event", name, 448_800.0) for code in codes)
    report = make_report(figures=held, definitions=tuple(one.definition for one in REGISTRY), language=language)
    shown = opened(letter(drawing(report)).html.encode(), viewport={"width": 360, "height": 900})
    named, heads = shown.page.evaluate(
        """["th[scope=rowgroup]", "th[scope=col]"].map(which => [...document.querySelectorAll(which)].map(one => {
          const words = document.createRange();
          words.selectNodeContents(one);
          return words.getClientRects().length;
        }))"""
    )
    assert (named, heads, shown.overflow()) == ([1], breaks, 0)


def test_issue_shows_its_place_beneath_its_message_on_a_phone_and_still_folds_and_filters(
    opened: Open, make_report: Make
) -> None:
    said = Text("该媒资当天没有播放数据（只统计阿里云播放器 SDK 的播放）", "")
    places = [f"aliyun:vod DescribeVodMediaPlayData room {number:032} reply {number:024} row 1" for number in range(13)]
    report = make_report(issues=tuple(Issue("info", "no-plays", said, place) for place in places))
    shown = opened(page(report)[0], viewport={"width": 360, "height": 900})
    seen = """[...document.querySelectorAll("#issues tbody tr")].filter(one => one.checkVisibility()).map(one => {
      const [row, , message, where] = [one, ...one.cells].map(box => box.getBoundingClientRect());
      return message.bottom <= where.top && where.right <= 360 && row.bottom - where.bottom <= 1;
    })"""
    assert shown.page.evaluate(seen) == [True] * 10
    shown.page.fill("#issues input", f"{12:032}")
    assert shown.page.evaluate(seen) == [True]


@pytest.mark.parametrize("what", ["page", "index"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_violation_at_serious_level_or_above(
    opened: Open, full_page: Paged, axe: str, language: Language, what: str
) -> None:
    source = full_page(language) if what == "page" else index([_entry("a"), _entry("b")], language)
    shown, grave = opened(source, bypass_csp=True), []
    shown.unfold()
    shown.page.add_script_tag(content=axe)
    for scheme, width in (("light", 360), ("light", 1440), ("dark", 360)):
        shown.page.emulate_media(color_scheme=scheme)
        shown.page.set_viewport_size({"width": width, "height": 900})
        found = shown.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        grave += [(scheme, width, one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in GRAVE]
    assert grave == []


def test_page_opens_what_a_figure_means_with_the_keyboard_alone(opened: Open, full_page: Paged) -> None:
    shown = opened(full_page("en")).page
    card = shown.locator("details.card summary").first
    for _ in range(60):
        shown.keyboard.press("Tab")
        if card.evaluate("one => one === document.activeElement"):
            break
    shown.keyboard.press("Enter")
    assert shown.locator("#figures").get_by_text("how people is reckoned").first.is_visible()


def test_long_tables_fold_filter_and_sort(opened: Open, full_page: Paged) -> None:
    shown = opened(full_page("zh")).page
    rows = shown.locator("#devices table tbody tr")
    top = shown.locator("#people table tbody tr")
    assert (rows.count(), top.count()) == (2, 20)
    assert top.nth(12).is_visible() is False
    shown.locator("#people button.more").click()
    assert top.nth(12).is_visible()
    shown.locator("#people input").fill("3:20:00")
    assert [row.inner_text() for row in top.all() if row.is_visible()] == ["30\t王小明\t王小明\t1\t3:20:00"]
    shown.locator("#people input").fill("")
    assert sum(row.is_visible() for row in top.all()) == 20
    shown.locator("#people th button").last.click()
    shown.locator("#people th button").last.click()
    assert top.first.locator("td").last.inner_text() == "1:13:20"
    assert shown.locator("#people th").last.get_attribute("aria-sort") == "ascending"


def test_cleared_filter_leaves_a_table_folded_as_it_was(opened: Open, full_page: Paged) -> None:
    """While a word filters, all that is found stands, and there is nothing to fold."""
    shown = opened(full_page("en")).page
    word, more = shown.locator("#people input"), shown.locator("#people button.more")
    rows = "[...document.querySelectorAll('#people tbody tr')].filter(one => one.checkVisibility()).length"
    seen = []
    for typed in ("0", "3:20:00", ""):
        word.fill(typed)
        seen.append((shown.evaluate(rows), more.is_visible()))
    assert seen == [(20, False), (1, False), (10, True)]
    assert (more.inner_text(), more.get_attribute("aria-expanded")) == ("Show all 20 rows", "false")


def test_every_row_stands_without_the_script(opened: Open, full_page: Paged) -> None:
    shown = opened(full_page("zh"), java_script_enabled=False).page
    assert all(row.is_visible() for row in shown.locator("#people table tbody tr").all())
