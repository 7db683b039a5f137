"""The mail's body: small, self-contained, the same in plain text, whatever the report says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from reporter.html import drawing, letter, logo
from reporter.html.blocks.figures import CARDS
from reporter.model import Text
from reporter.report import Figure, Report
from reporter.rules import Brand

Make = Callable[..., Report]


def loads(html: str) -> list[str]:
    """Return what a reader would fetch or run for this page, pictures of the message aside."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend([tag] if tag in {"script", "style", "link", "iframe", "svg", "a", "form"} else [])
            for name, value in attrs:
                is_own = (name, (value or "").partition(":")[0]) == ("src", "cid")
                if (name in {"src", "href", "background"} and not is_own) or name.startswith("on"):
                    found.append(f"{tag} {name}={value}")

    Reader().feed(html)
    return found


def test_body_names_its_files_and_says_the_figures_in_both_forms(make_report: Make) -> None:
    made = letter(drawing(make_report()), names=["Acme 直播周报.xlsx"], notes=["工作簿已加密。"])
    for text in (made.html, made.plain):
        for said in ("Acme 直播周报.xlsx", "工作簿已加密。", "1,312", "第12课", "2026-11-09 – 2026-11-15"):
            assert said in text
    assert "更正" not in made.html


def test_body_loads_nothing_and_shows_only_its_own_pictures(make_report: Make) -> None:
    made = letter(drawing(make_report()))
    assert loads(made.html) == []
    assert re.findall(r'src="cid:(\w+)"', made.html) == [picture.content_id for picture in made.pictures]
    assert all(picture.data.startswith(b"\x89PNG") and picture.alternative for picture in made.pictures)


def test_hostile_event_is_text_and_stays_in_its_cell(make_report: Make) -> None:
    hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    made = letter(drawing(make_report(event=hostile)), names=[hostile], changes=[hostile], notes=[hostile])
    assert loads(made.html) == []
    assert hostile in made.plain


@pytest.mark.parametrize("letters", ["&", "😀"])
def test_body_is_never_longer_than_mail_readers_show_whatever_the_data(make_report: Make, letters: str) -> None:
    """Gmail cuts at 102,400 bytes: every text is cut, and every list has its most."""
    text, report = letters * 12_000, make_report()
    events = [f"{number} {text}" for number in range(60)]
    huge = [Figure("people", "event", event, 9e22) for event in events]
    huge += [Figure("live_people", "event", event, 9e22) for event in events[:3]]
    defined = [replace(one, code=code, label=Text(text, text)) for code in CARDS for one in report.definitions[:1]]
    counted = [Figure(one.code, "total", "", 9e22, 7) for one in defined]
    given = make_report(figures=(*counted, *huge), definitions=tuple(defined), title=text, status="partial")
    said = [text] * 99
    made = letter(drawing(given), names=said, notes=said, changes=said)
    assert len(made.html.encode()) <= 102_400
    assert len(made.plain.encode()) <= 102_400
    assert "场次较多，其余见工作簿。" in made.html
    assert ("18 " in made.plain, "- 20 " in made.plain) == (True, False)
    assert made.html.count(f">{letters.replace('&', '&amp;') * 40}…<") >= 9


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"status": "partial"}, "数据不完整：部分数据未能取得，原因见报告。请勿作为最终结果使用。"),
        ({"figures": ()}, "本期没有观看记录。"),
        ({"figures": (), "language": "en"}, "Nobody watched in this period."),
        ({"figures": (), "status": "partial"}, "数据不完整：部分数据未能取得，原因见报告。请勿作为最终结果使用。"),
    ],
)
def test_partial_and_empty_weeks_say_so_in_the_first_line(
    make_report: Make, changes: dict[str, Any], first: str
) -> None:
    made = letter(drawing(make_report(**changes)), names=["a.xlsx"], changes=["2 → 3"])
    assert made.plain.splitlines()[0] == first
    words = [
        one.strip() for one in re.sub("<[^>]*>", "\n", made.html.split("<body")[1]).splitlines()[1:] if one.strip()
    ]
    glance, shown = words[0], words[1]
    assert glance.startswith(first)
    assert shown == first


def test_whole_week_is_not_called_partial_or_empty(make_report: Make) -> None:
    made = letter(drawing(make_report()))
    assert made.plain.splitlines()[0] == "Acme 直播周报"
    plays = (Figure("plays", "total", "", 5),)
    assert "没有观看记录" not in letter(drawing(make_report(figures=plays))).html


def test_clients_logo_is_a_picture_of_the_message_with_its_name(make_report: Make, png: Callable[..., bytes]) -> None:
    data = png(400, 50)
    made = letter(drawing(make_report(brand=Brand("#cc0000", data))))
    (tag,) = re.findall('<img[^>]*"cid:logo"[^>]*>', made.html)
    assert ('width="192"' in tag, 'height="24"' in tag, 'alt="Acme 直播周报"' in tag) == (True, True, True)
    assert (made.pictures[0].content_id, made.pictures[0].data) == ("logo", logo.scaled(data).data)
    assert re.findall(r'src="cid:(\w+)"', made.html) == [picture.content_id for picture in made.pictures]
    assert "#cc0000" in made.html


def test_correction_says_what_it_replaces(make_report: Make) -> None:
    made = letter(drawing(make_report(language="en")), changes=["People: 312 → 318"])
    for text in (made.html, made.plain):
        assert "Correction: this replaces" in text
        assert "312 → 318" in text
