"""The mail's body: small, self-contained, the same in plain text, whatever the report says."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from reporter.html import drawing, letter
from reporter.report import Figure, Report

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


def test_body_is_never_longer_than_mail_readers_show(make_report: Make) -> None:
    """Gmail cuts at 102,400 bytes; names of events are cut, and there are at most twenty."""
    report = make_report()
    figures = tuple(Figure("live_people", "event", f"{number} {'&直' * 100}", 5) for number in range(60))
    changed = [f"观看人数：{number} → 2" for number in range(13)]
    made = letter(drawing(make_report(figures=(*report.figures, *figures))), changes=changed)
    assert len(made.html.encode()) <= 102_400
    assert "场次较多，其余见工作簿。" in made.html
    assert "19 &amp;直" not in made.html
    assert "18 &amp;直" in made.html


def test_correction_says_what_it_replaces(make_report: Make) -> None:
    made = letter(drawing(make_report(language="en")), changes=["People: 312 → 318"])
    for text in (made.html, made.plain):
        assert "Correction: this replaces" in text
        assert "312 → 318" in text
