"""A template of the user's own: plain data, nothing else, and its faults named by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reporter.errors import OutputError
from reporter.html import page
from reporter.html.own import own_page
from reporter.html.view import view
from reporter.report import Layout, Report

Make = Callable[..., Report]


def _page(report: Report, tmp_path: Path, source: str) -> str:
    template = tmp_path / "acme.html.j2"
    template.write_text(source, encoding="utf-8")
    return page(replace(report, layout=Layout(page=str(template))))[0].decode()


def test_own_template_shows_figures_tables_and_drawings(full_report: Report, tmp_path: Path) -> None:
    source = (
        "<html><head></head><body>{{ title }}: {{ blocks.figures.cards.people.value }}\n"
        "{% for row in blocks.people.table.rows %}{{ row[1] }} {% endfor %}\n"
        "{{ blocks.by_event.chart.svg }}</body></html>"
    )
    made = _page(full_report, tmp_path, source)
    assert "Acme 直播周报: 1,312" in made
    assert made.count("王小明") == 20
    assert "<svg" in made


def test_own_template_is_given_the_policy_that_forbids_loads_and_scripts(full_report: Report, tmp_path: Path) -> None:
    for source in ("<html><HEAD lang=x></HEAD></html>", "no head at all"):
        assert "default-src 'none'" in _page(full_report, tmp_path, source)


def test_data_is_never_markup_in_an_own_template(make_full: Make, tmp_path: Path) -> None:
    assert "&lt;b&gt;" in _page(make_full("<b>", title="<b>"), tmp_path, "{{ title }}")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n{{ blocks.people.nothing }}", 2),
        ("a\nb\n{% for x in %}", 3),
        ("\n\n{{ title | safe }}", 3),
        ("{{ title.__class__.__mro__ }}", 1),
        ("\n{% include '/etc/passwd' %}", 2),
        ("\n\n\n{{ 1 / 0 }}", 4),
        ("\n{% for a in range(10) %}{{ 'x' * 10000000 }}{% endfor %}", 2),
    ],
    ids=["unknown", "syntax", "safe", "inner", "include", "zero", "size"],
)
def test_fault_of_an_own_template_names_its_line(full_report: Report, tmp_path: Path, source: str, line: int) -> None:
    with pytest.raises(OutputError, match=rf"acme\.html\.j2:{line}: "):
        _page(full_report, tmp_path, source)


def test_template_that_never_ends_is_stopped(full_report: Report, tmp_path: Path) -> None:
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    template = tmp_path / "acme.html.j2"
    template.write_text(endless, encoding="utf-8")
    with pytest.raises(OutputError, match="took more than 1 s to render"):
        own_page(template, view(full_report), seconds=1)


def test_template_that_is_no_text_is_told_so(full_report: Report, tmp_path: Path) -> None:
    template = tmp_path / "acme.html.j2"
    template.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OutputError, match="cannot be read as UTF-8"):
        own_page(template, view(full_report))
