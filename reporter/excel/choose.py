"""Which columns a table shows, in which order and under which headers: the config's choice, else the reader's.

An audience of clients sees what it can use; an internal one sees all. A column that nobody asked for and
that has nothing in it is left out, and named on the contents sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from reporter import labels
from reporter.excel.content import Column, Kind, Table, Tone
from reporter.model import Issue, Language, Text
from reporter.report import Report

_FLAG_TONES: tuple[tuple[Text, Tone], ...] = ((labels.YES, "good"), (labels.NO, "muted"))


@dataclass(frozen=True, slots=True)
class Offer:
    """A column that a sheet can show.

    `is_plain`: clients see it too. `is_figure`: null says 不可得. `adds`: its rows have a sum.
    """

    name: str
    kind: Kind
    is_plain: bool = True
    is_figure: bool = False
    header: str = ""
    adds: bool = False
    tones: tuple[tuple[Text, Tone], ...] = ()


def offers(
    kind: Kind, *names: str, is_plain: bool = True, is_figure: bool = False, adds: bool = False
) -> tuple[Offer, ...]:
    """Return one offer a name, alike in all else."""
    return tuple(Offer(name, kind, is_plain, is_figure, adds=adds) for name in names)


def table(report: Report, code: str, rows: pl.DataFrame, offered: Sequence[Offer]) -> Table:
    """Return the table of a sheet: the columns that the config chose, or those that suit the audience."""
    known = [one for one in offered if one.name in rows.columns]
    chosen = report.layout.columns.get(code)
    if chosen is not None:
        by_name = {one.name: one for one in known}
        picked, omitted = [by_name[name] for name in chosen if name in by_name], []
        unknown = [name for name in chosen if name not in by_name]
    else:
        suited = [one for one in known if one.is_plain or report.audience == "internal"]
        picked = [one for one in suited if not rows.height or rows[one.name].null_count() < rows.height]
        omitted, unknown = [one for one in suited if one not in picked], []
    return Table(
        tuple(_column(report, code, one) for one in picked),
        rows,
        tuple(_header(report, code, one) for one in omitted),
        tuple(_unknown(code, name, known) for name in unknown),
    )


def _column(report: Report, code: str, offer: Offer) -> Column:
    absent = labels.unavailable(report.language) if offer.is_figure else ""
    return Column(
        offer.name, _header(report, code, offer), offer.kind, absent, offer.adds, _tones(offer, report.language)
    )


def _tones(offer: Offer, language: Language) -> dict[str, Tone]:
    tones = offer.tones or (_FLAG_TONES if offer.kind == "flag" else ())
    return {word.in_(language): tone for word, tone in tones}


def _header(report: Report, code: str, offer: Offer) -> str:
    own = offer.header or labels.column(code, offer.name, report.language)
    header = report.layout.labels.get(f"{code}.{offer.name}", own)
    return f"{header} ({report.period.timezone})" if offer.kind == "instant" else header


def _unknown(code: str, name: str, known: Sequence[Offer]) -> Issue:
    words = ", ".join(one.name for one in known)
    return Issue(
        "warning",
        "unknown-column",
        Text(
            f"工作表没有列 {name}，已略过；可用：{words}", f"the sheet has no column {name}, left out; it has {words}"
        ),
        code,
    )
