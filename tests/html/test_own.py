"""A template of the user's own: plain data, nothing else, and its faults named by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from reporter.errors import OutputError
from reporter.html import page, rendering
from reporter.html.own import MOST_BYTES, own_page, plain
from reporter.html.view import View, view
from reporter.report import Layout, Report

#: an event's name that is a tag where nobody escapes it
TAG = "<b onclick=x>'\"&"


@pytest.fixture(scope="module")
def shown(make_full: Callable[..., Report]) -> View:
    """Return a view of a report with something for every block, drawn once; its names and title are tags."""
    return view(make_full(TAG, TAG, title=TAG))


def _here(shown: View, source: str) -> dict[str, Any]:
    """Return what the process tells, rendered in this one: for what a template says, not for what it takes."""
    return rendering.render(source, plain(shown), MOST_BYTES)


def _made(shown: View, tmp_path: Path, source: str, **limits: Any) -> str:
    template = tmp_path / "acme.html.j2"
    template.write_text(source, encoding="utf-8")
    return own_page(template, shown, **limits)


def test_own_template_shows_figures_tables_and_drawings(full_report: Report, tmp_path: Path) -> None:
    source = (
        "<html><head></head><body>{{ title }}: {{ blocks.figures.cards.people.value }}\n"
        "{% for row in blocks.people.table.rows %}{{ row[1] }} {% endfor %}\n"
        "{{ blocks.by_event.chart.svg }}</body></html>"
    )
    template = tmp_path / "acme.html.j2"
    template.write_text(source, encoding="utf-8")
    made = page(replace(full_report, layout=Layout(page=str(template))))[0].decode()
    assert "Acme 直播周报: 1,312" in made
    assert made.count("王小明") == 20
    assert "<svg" in made


def test_own_template_is_given_the_policy_that_forbids_loads_and_scripts(shown: View, tmp_path: Path) -> None:
    for source in (
        "<html><HEAD lang=x></HEAD></html>",
        "no head at all",
        "<!-- the <head> of Acme --><html><head><script>1</script></head></html>",
        "\n<!DOCTYPE HTML><title><head></title>",
    ):
        made = _made(shown, tmp_path, source)
        assert made.startswith(
            '<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'none\''
        )
        assert made.lower().count("<!doctype") == 1


@pytest.mark.parametrize(
    "source",
    [
        "{% filter striptags %}{{ title }}{% endfilter %}",
        "{% filter default(title, true) %}{% endfilter %}",
        "{% filter wordwrap(1, wrapstring=title) %}a b{% endfilter %}",
        "{% filter list | join(title) %}ab{% endfilter %}",
        "{% set x | striptags %}{{ title }}{% endset %}{{ x }}",
        "{% set x | default(title, true) %}{% endset %}{{ x }}",
    ],
)
def test_block_is_not_filtered_since_what_comes_out_would_be_markup(shown: View, source: str) -> None:
    told = _here(shown, f"\n{source}")
    assert (told["line"], told["error"][:26]) == (2, "a block cannot be filtered")


def test_nothing_that_a_template_shows_tells_an_address_in_memory(shown: View) -> None:
    told = _here(shown, "{{ blocks.by_event.chart | pprint }}")
    assert ("&lt;drawing&gt;" in told["page"], "0x" in told["page"]) == (True, False)
    for source in ("{{ blocks.items }}", "{{ [title] | map('upper') }}", "{{ joiner() }}"):
        told = _here(shown, f"\n{source}")
        assert (told["line"], told["error"][:29]) == (2, "only texts, numbers, lists an")


def test_time_that_runs_out_before_rendering_names_a_line(shown: View, tmp_path: Path) -> None:
    source = "{{ title }}\n{% if title %}a{% endif %}\n" * 20_000
    with pytest.raises(OutputError, match=r"acme\.html\.j2:\d+: it took more than 0\.3 s"):
        _made(shown, tmp_path, source, seconds=0.3)


@pytest.mark.parametrize(
    "source",
    [
        "{{ title }}",
        "{{ title | indent(title, true) }}",
        "{{ m | indent(title, true) }}",
        "{{ 'a' | e | indent(title, first=true) }}",
        "{{ blocks.by_event.chart.svg | indent(title, true) }}",
        "{{ m.translate({120: title}) }}",
        "{{ (m | attr('translate'))({120: title}) }}",
        "{{ [m] | map('indent', title, true) | first }}",
        "{{ title | e | replace('&lt;', open) | replace('&gt;', close) }}",
        "{{ (title | e).replace('&lt;', open) }}",
        "{{ title | replace('x', m) }}{{ m | replace('x', title) }}",
        "{{ [m, title] | join }}{{ [m, m] | join(title) }}{{ title.join([m, m]) }}",
        "{{ m ~ title }}{{ m + title }}{{ title + m }}",
        "{{ m % title }}{{ '%s' | format(title) }}{{ s % title }}{{ s | format(title) }}{{ s.format(title) }}",
        "{{ '{}'.format(title) }}{{ '{}'.format(m) }}",
        '<p title="{{ title | tojson }}">',
        "{{ title | forceescape }}{{ title | string }}{{ title | trim }}{{ title | center(90) }}{{ title | pprint }}",
        "{{ title | truncate(9, true, m) }}{{ (m * 99) | truncate(40, true, title) }}",
        "{{ title | wordwrap(2, wrapstring=m) }}",
        "{% filter indent(title, true) %}a{% endfilter %}",
        "{% filter replace('a', title) %}a{% endfilter %}",
        "{% macro say(x) %}{{ x }}{{ caller() }}{% endmacro %}{% call say(title) %}{{ title }}{% endcall %}",
        "{{ title | striptags }}{{ m | striptags ~ title }}{{ title | e | striptags }}",
        "{{ title | batch(3) | first | join }}{{ title | reverse | reverse }}{{ title | list | join }}",
        "{{ [title] | tojson }}{{ title | urlencode }}{{ {title: 1} | dictsort }}",
        "{{ title | title }}{{ title | upper }}{{ title | capitalize }}",
    ],
)
def test_text_is_never_markup_whatever_a_template_does_with_it(shown: View, source: str) -> None:
    """What is refused is refused with its line; what is made has no tag and no attribute of the data's."""
    words = "{% set m %}x{% endset %}{% set s %}%s{}{% endset %}{% set open %}<{% endset %}{% set close %}>{% endset %}"
    told = _here(shown, words + "<i></i>" + source)
    if "error" in told:
        assert told["line"] == 1
        return
    found = list[str]()

    class Read(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend([tag, *(name for name, _ in attrs)])

    Read().feed(re.sub("<svg.*?</svg>", "", told["page"]))
    assert "i" in found
    assert not {"b", "onclick"} & set(found)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n{{ blocks.people.nothing }}", 2),
        ("a\nb\n{% for x in %}", 3),
        ("\n\n{{ title | safe }}", 3),
        ("\n{{ blocks.people.table | xmlattr }}", 2),
        ("\n{{ title | urlize }}", 2),
        ("\n{% autoescape false %}{{ title }}{% endautoescape %}", 2),
        ("{% if title %}\n\n{% autoescape title == 'x' %}{{ title }}{% endautoescape %}{% endif %}", 3),
        ("\n\n{{ blocks.by_event.chart.svg | trim }}", 3),
        ("\n{{ 'x' | e | indent(title) }}", 2),
        ("\n{{ ('x' | e).translate({}) }}", 2),
        ("\n{{ lipsum() }}", 2),
        ("{{ title.__class__.__mro__ }}", 1),
        ("\n{% include '/etc/passwd' %}", 2),
        ("\n\n\n{{ 1 / 0 }}", 4),
        ("\n{% for a in range(10) %}{{ 'x' * 10000000 }}{% endfor %}", 2),
        ("\n{{ 'long' | truncate(1, true, '.....') }}", 2),
    ],
)
def test_fault_of_an_own_template_names_its_line(shown: View, source: str, line: int) -> None:
    told = _here(shown, source)
    assert ("error" in told, told["line"]) == (True, line)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n{{ blocks.people.nothing }}", 2),
        ("\n\n{{ [0] * 10 ** 12 }}", 3),
        ("\n{% macro a() %}{{ a() }}{% endmacro %}\n{{ a() }}", 2),
        ("\n" + "{{ " + "(" * 20000 + ")" * 20000 + " }}", 2),
        ("\n" + "{% for a in 'b' %}" * 30 + "{% endfor %}" * 30, 2),
    ],
)
def test_fault_of_a_template_and_what_is_too_much_for_its_process_name_file_and_line(
    shown: View, tmp_path: Path, source: str, line: int
) -> None:
    with pytest.raises(OutputError, match=rf"acme\.html\.j2:{line}: "):
        _made(shown, tmp_path, source)


#: ten thousand million times around, which no machine does in a third of a second
_ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}@{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("\n" + _ENDLESS.replace("@", ""), 2),
        ("\n\n" + _ENDLESS.replace("@", "{{ '' }}"), 3),
        ("{% macro long() %}\n\n\n" + _ENDLESS + "{% endmacro %}\n{{ long() }}", 4),
        ("\n\n{{ 9 ** (9 ** 9) }}", 3),
    ],
    ids=["loop", "output", "macro", "one call"],
)
def test_template_that_never_ends_is_stopped_with_the_line_that_it_was_at(
    shown: View, tmp_path: Path, source: str, line: int
) -> None:
    with pytest.raises(OutputError, match=rf"acme\.html\.j2:{line}: it took more than 0\.3 s to render"):
        _made(shown, tmp_path, source, seconds=0.3)


def test_template_that_is_no_text_is_told_so(shown: View, tmp_path: Path) -> None:
    template = tmp_path / "acme.html.j2"
    template.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OutputError, match="cannot be read as UTF-8"):
        own_page(template, shown)
