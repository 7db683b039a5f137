"""`reporter metrics`: what every figure means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

import click

from reporter import labels
from reporter.cli import columns, options, screen
from reporter.errors import UsageError
from reporter.model import Language, Text

if TYPE_CHECKING:
    from reporter.report import Definition

_NONE = Text("—", "-")
#: figures that no platform gives
_CONFIG = Text("配置中的名单", "the config's rosters")
#: what the tables say that a code stands under
_HEADERS = {
    "zh": ("代码", "指标", "单位", "可否累加", "平台"),
    "en": ("code", "figure", "unit", "adds up", "platforms"),
}
_FORMULA, _BIAS = Text("算法", "formula"), Text("已知偏差", "known bias")
_PAGE = """\
# What the figures mean

Made by `reporter metrics --markdown --language en > docs/metrics.md` from the same entries that compute the figures,
head the glossary sheet and the page. `reporter metrics CODE` prints one.

A figure that no platform asked can give is 不可得 (n/a), never 0. How it adds up says what a total is made of: *sum*
may be summed; *max* is the largest; *union* counts each once, so that a week is not the sum of its days; *ratio* is
worked out anew from its own sums; *none* may not be added up at all.
"""


@click.command("metrics")
@click.argument("codes", metavar="[CODE...]", nargs=-1)
@click.option(
    "--language",
    type=click.Choice(get_args(Language)),
    default="en",
    show_default=True,
    help="The language of labels, formulas and biases.",
)
@click.option("--vendor", metavar="NAME", help="Only figures that this platform can give.")
@click.option("--markdown", is_flag=True, help="Print the page of docs/metrics.md.")
@options.as_json
@options.logged
def command(codes: tuple[str, ...], language: Language, vendor: str | None, markdown: bool, json_: bool) -> int:
    """List every figure of a report: code, label, unit, how it adds up, and which platforms can give it.

    With CODE… also its formula in words and its known bias, as the glossary sheet has them. The codes are those
    of run.json's readers, of the overview and of `labels:`. --json prints both languages.
    """
    found = _chosen(codes, vendor)
    if json_:
        click.echo(json.dumps({"metrics": [_entry(one) for one in found]}, ensure_ascii=False, indent=1))
    elif markdown:
        click.echo(_page(found, language), nl=False)
    elif codes:
        click.echo("\n\n".join(_told(one, language) for one in found))
    else:
        columns.table(_HEADERS[language], [_line(one, language) for one in found])
        screen.say("`reporter metrics CODE` says how one is reckoned")
    return 0


def _chosen(codes: Sequence[str], vendor: str | None) -> list[Definition]:
    """Return the metrics of these codes (all for none) in the registry's order; raises `UsageError` for another."""
    from reporter.metrics import definitions  # noqa: PLC0415 - after the words of the command are read

    every = definitions()
    for code in codes:
        _known(code, [one.code for one in every], "figure")
    if vendor is not None:
        _known(vendor, list(labels.VENDORS), "platform")
    return [
        one
        for one in every
        if (not codes or one.code in codes) and (vendor is None or not one.vendors or vendor in one.vendors)
    ]


def _known(word: str, words: Sequence[str], what: str) -> None:
    if word in words:
        return
    near = get_close_matches(word.casefold(), words, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else "; `reporter metrics` lists them" if what == "figure" else ""
    raise UsageError(f"there is no {what} `{word}`{hint}")


def _entry(one: Definition) -> dict[str, Any]:
    return {
        "code": one.code,
        "label": {"zh": one.label.zh, "en": one.label.en},
        "unit": one.unit,
        "formula": {"zh": one.formula.zh, "en": one.formula.en},
        "additivity": one.additivity,
        "vendors": list(one.vendors),
        "bias": {"zh": one.bias.zh, "en": one.bias.en},
    }


def _vendors(one: Definition, language: Language) -> str:
    return ", ".join(labels.vendor(vendor, language) for vendor in one.vendors) or _CONFIG.in_(language)


def _line(one: Definition, language: Language) -> tuple[str, ...]:
    return (one.code, one.label.in_(language), one.unit, one.additivity, _vendors(one, language))


def _told(one: Definition, language: Language) -> str:
    """Return everything about one metric, a line each."""
    said = [
        one.label.in_(language),
        f"{labels.UNITS[one.unit].in_(language)}",
        f"{labels.ADDITIVITY[one.additivity].in_(language)} ({one.additivity})",
        _vendors(one, language),
    ]
    names = [*_HEADERS[language][1:], _FORMULA.in_(language), _BIAS.in_(language)]
    said += [one.formula.in_(language), one.bias.in_(language) or _NONE.in_(language)]
    return "\n".join([one.code, *(f"  {name}: {text}" for name, text in zip(names, said, strict=True))])


def _page(found: Sequence[Definition], language: Language) -> str:
    """Return a page of Markdown: a table of all, then each with its formula and bias."""
    head = [f"| {' | '.join(_HEADERS[language])} |", "|---|---|---|---|---|"]
    rows = [f"| [`{code}`](#{code}) | {' | '.join(rest)} |" for code, *rest in (_line(one, language) for one in found)]
    parts = [_PAGE, "\n".join([*head, *rows]) + "\n"]
    for one in found:
        bias = f"\n\n{_BIAS.in_(language).capitalize()}: {one.bias.in_(language)}." if one.bias.in_(language) else ""
        labelled = f"**{one.label.en}**, {one.label.zh} ({one.unit}, {one.additivity})"
        parts.append(f"## {one.code}\n\n{labelled}: {one.formula.in_(language)}.{bias}\n")
    return "\n".join(parts)
