"""The page on paper, in a real Chromium: A4 in both languages, nothing cut, every chart with its numbers beneath."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reporter.html import Entry, answer, index, page
from reporter.html.blocks import events
from reporter.metrics import REGISTRY
from reporter.model import Language
from reporter.report import Figure, Report

Make = Callable[..., Report]
Open = Callable[..., Any]

#: A4 without the page's margins, in pixels; a table may not be wider
INNER = {"width": 688, "height": 1017}
#: names as rooms have them, and such as nobody can break
NAMES = {
    "zh": ("课", "2026 秋季新品发布会暨全国渠道合作伙伴大会（华东、华南、西南、东北分会场联播）第三场" * 3),
    "en": ("A", "Autumn product launch and nationwide partner conference, broadcast from all regions " * 3),
}
UNBROKEN = "https-like-words-without-a-single-blank-" * 8
#: a number, and one that a whole nation would have watched for
USUAL, HUGE = 448_800.0, 98_765_432_109.0
#: what is wider than the sheet, or than the column that it stands in
CUT = f"""[...document.querySelectorAll("table, th, td")].filter(one => one.checkVisibility()).filter(one =>
  one.getBoundingClientRect().right > {INNER["width"]} + 0.5 || one.scrollWidth > Math.max({INNER["width"]} *
  (one.tagName === "TABLE"), Math.ceil(one.getBoundingClientRect().width))
).map(one => [one.closest("section").id, one.tagName, one.textContent.slice(0, 40)])"""


def _held(report: Report, value: float) -> Report:
    """Return a report whose events have all the figures of the events' table, no two of one event alike."""
    names = [one.key for one in report.figures if one.scope == "event"]
    codes = {code: value + 3600 * place for place, code in enumerate(events.CODES)}
    more = [Figure(code, "event", name, one) for name in dict.fromkeys(names) for code, one in codes.items()]
    return replace(report, figures=(*report.figures, *more), definitions=tuple(one.definition for one in REGISTRY))


def _printed(shown: Any, need_program: Callable[[str], Path], path: Path) -> list[str]:
    """Return the text of each printed page without its blanks."""
    path.write_bytes(shown.page.pdf(prefer_css_page_size=True))
    said = subprocess.run([need_program("pdftotext"), "-layout", path, "-"], check=True, capture_output=True)
    return ["".join(one.split()) for one in said.stdout.decode().split("\f")]


def _put_on_paper(shown: Any) -> None:
    """Show a page as print does; what lies folded on a screen is laid out with the next frame."""
    shown.emulate_media(media="print")
    shown.wait_for_function("[...document.querySelectorAll('figure tbody')].every(one => one.checkVisibility())")


@pytest.mark.parametrize(
    ("language", "name", "value"),
    [(language, *case) for language, (a, b) in NAMES.items() for case in ((a, USUAL), (b, USUAL), (UNBROKEN, HUGE))],
    ids=[f"{language}-{name}" for language in NAMES for name in ("short", "long", "unbroken")],
)
def test_every_table_fits_the_sheet_and_cuts_nothing(
    opened: Open, make_full: Make, language: Language, name: str, value: float
) -> None:
    report = _held(make_full(name, name, title=name, language=language), value)
    shown = opened(page(report)[0], viewport=INNER).page
    _put_on_paper(shown)
    tables = shown.evaluate("[...document.querySelectorAll('table')].filter(one => one.checkVisibility()).length")
    assert (tables, shown.evaluate(CUT)) == (17, [])
    assert shown.evaluate("document.documentElement.scrollWidth") == INNER["width"]


@pytest.mark.parametrize(("value", "is_stacked"), [(USUAL, False), (HUGE, True)], ids=["usual", "huge"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_head_and_value_of_the_events_is_read_back_from_the_pdf(
    opened: Open,
    make_full: Make,
    need_program: Callable[[str], Path],
    tmp_path: Path,
    language: Language,
    value: float,
    is_stacked: bool,
) -> None:
    """Numbers that do not fit beside each other stand as a block, each with its name."""
    shown = opened(page(_held(make_full(NAMES[language][0], language=language), value))[0])
    heads, values, classes = shown.page.evaluate(
        """(document.querySelectorAll("section:not(#events)").forEach(one => one.remove()),
          ["#events th", "#events td", "#events table"].map(which =>
            [...document.querySelectorAll(which)].map(one => which.endsWith("table") ? one.className : one.textContent)
          ))"""
    )
    (printed, *more) = _printed(shown, need_program, tmp_path / "page.pdf")
    told = [*values, *(heads if is_stacked else [word for head in heads for word in head.split()])]
    assert (classes, len(heads), len(set(values)) >= len(events.CODES)) == (["stacked" * is_stacked], 9, True)
    assert ([one for one in told if "".join(one.split()) not in printed], more) == ([], [""])


def test_words_of_heads_and_numbers_stand_whole_on_the_sheet(opened: Open, make_full: Make) -> None:
    shown = opened(page(_held(make_full("A", language="en"), USUAL))[0], viewport=INNER).page
    _put_on_paper(shown)
    lines = shown.evaluate(
        """[...document.querySelectorAll("#events th, #events td.number")].flatMap(cell => {
          const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode(), words = document.createRange();
          return [...(text?.data ?? "").matchAll(/[^ -]+/g)].map(word => {
            words.setStart(text, word.index);
            words.setEnd(text, word.index + word[0].length);
            return words.getClientRects().length;
          });
        })"""
    )
    assert (len(lines) > 20, set(lines)) == (True, {1})


@pytest.mark.parametrize("columns", [4, 40])
def test_answer_of_many_columns_fits_the_sheet(opened: Open, columns: int) -> None:
    frame = pl.DataFrame({f"column_{number}": [UNBROKEN, "12"] for number in range(columns)})
    shown = opened(answer("A", {"t": frame}, [], "en"), viewport=INNER).page
    _put_on_paper(shown)
    assert (shown.evaluate(CUT), shown.evaluate("document.documentElement.scrollWidth")) == ([], INNER["width"])


def test_index_fits_the_sheet(opened: Open) -> None:
    entry = Entry(
        UNBROKEN, UNBROKEN, "2026-11-09 – 2026-11-15", "2026-11-17 09:30", is_partial=True, issues=1, files=()
    )
    shown = opened(index([entry], "en"), viewport=INNER).page
    _put_on_paper(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") == INNER["width"]


def _long(report: Report, minutes: int, names: Sequence[str] = ("长",), least: float = 5.0) -> Report:
    """Return a report whose curves last so long, `least` people and more online."""
    began = datetime(2026, 11, 10, 12, tzinfo=UTC)
    points = [
        (chart, name, began + timedelta(minutes=minute), 1.0 if chart == "drop_off" else least + minute)
        for chart in ("concurrency", "drop_off")
        for name in names
        for minute in range(minutes)
    ]
    curves = pl.DataFrame(points, schema=report.tables["curves"].schema, orient="row")
    return replace(report, tables={**report.tables, "curves": curves})


def test_every_chart_has_its_numbers_beneath_on_paper_and_a_long_curve_says_where_all_are(
    opened: Open, make_full: Make
) -> None:
    shown = opened(page(_long(make_full(language="en"), 100))[0], viewport=INNER).page
    _put_on_paper(shown)
    rows = shown.evaluate(
        """Object.fromEntries([...document.querySelectorAll("figure")].map(one => [one.closest("section").id,
          [...one.querySelectorAll("tbody tr")].filter(row => row.checkVisibility()).length
        ]))"""
    )
    beneath = shown.evaluate(
        """[...document.querySelectorAll("figure")].every(one => {
          const [chart, table] = [".chart", "table"].map(part => one.querySelector(part).getBoundingClientRect());
          return table.top >= chart.bottom;
        })"""
    )
    assert (len(rows) >= 7, min(rows.values()) > 0, beneath) == (True, True, True)
    minutes = shown.locator("#concurrency figure tbody tr").all()
    assert [row.locator("td").first.inner_text() for row in minutes if row.is_visible()] == [
        *(str(minute) for minute in range(1, 101, 5)),
        "100",
    ]
    said = "Of 100 rows 21 are printed; on screen the page has them all, beneath this chart."
    assert shown.locator("#concurrency .on-paper").inner_text() == said
    assert shown.locator("#drop_off .on-paper").is_visible()
    shown.emulate_media(media="screen")
    assert not shown.locator("#concurrency .on-paper").is_visible()


def test_long_curve_leaves_rows_out_too_where_its_rows_are_blocks(opened: Open, make_full: Make) -> None:
    shown = opened(page(_long(make_full(language="en"), 100, "abcde", 1e15))[0], viewport=INNER).page
    _put_on_paper(shown)
    table = shown.locator("#concurrency figure table")
    assert table.get_attribute("class").split()[:2] == ["stacked", "stepped"]
    assert sum(row.is_visible() for row in table.locator("tbody tr").all()) == 21
    assert shown.evaluate(CUT) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pdf_has_no_word_of_what_only_a_screen_can_do(
    opened: Open, make_full: Make, need_program: Callable[[str], Path], tmp_path: Path, language: Language
) -> None:
    shown = opened(page(make_full(language=language))[0])
    printed = "".join(_printed(shown, need_program, tmp_path / "page.pdf"))
    for told in ("点按一项", "Tapafigure", "查看数据", "Showthenumbers", "显示全部", "Showall"):
        assert told not in printed


def test_long_tables_head_is_on_every_page_that_it_goes_on_to(
    opened: Open, make_full: Make, need_program: Callable[[str], Path], tmp_path: Path
) -> None:
    """Also that of a chart's numbers, which a screen has folded away."""
    days = [(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat() for day in range(120)]
    report = make_full(language="en", figures=tuple(Figure("live_people", "day", day, 5) for day in days))
    pages = _printed(opened(page(report)[0]), need_program, tmp_path / "page.pdf")
    held = [text for text in pages if any(day in text for day in days)]
    assert len(held) >= 2
    assert all("DayLive" in text for text in held)
    assert all(any(day in text for text in held) for day in days)


def test_print_shows_every_row_and_splits_no_chart_from_its_title(opened: Open, make_full: Make) -> None:
    shown = opened(page(make_full())[0], viewport=INNER).page
    _put_on_paper(shown)
    assert all(row.is_visible() for row in shown.locator("#people table tbody tr").all())
    kept = shown.evaluate(
        """[...document.querySelectorAll("section:has(figure)")].map(one => [
          getComputedStyle(one.querySelector(".chart")).breakInside,
          ...[...one.querySelectorAll("h2, h2 + .note")].map(head => getComputedStyle(head).breakAfter),
        ])"""
    )
    assert {rule for rules in kept for rule in rules} == {"avoid"}
