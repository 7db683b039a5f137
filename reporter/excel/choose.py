"""Which columns a table shows, in which order and under which headers: the config's choice, else the reader's.

An audience of clients sees what it can use; an internal one sees all. A column that nobody asked for and
that has nothing in it is left out, and named on the contents sheet.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter import labels
from reporter.columns import OFFERED, Offer, Tone
from reporter.excel.content import Column, Table
from reporter.model import Issue, Language, Text
from reporter.report import Report

_FLAG_TONES: tuple[tuple[Text, Tone], ...] = ((labels.YES, "good"), (labels.NO, "muted"))


def table(report: Report, code: str, rows: pl.DataFrame, more: Sequence[Offer] = ()) -> Table:
    """Return a table of what is offered for it and `more`: the columns that the config chose, or those of the audience.

    A choice of which nothing is there is passed over: a sheet without columns tells nobody anything.
    """
    known = [one for one in (*OFFERED.get(code, ()), *more) if one.name in rows.columns]
    by_name = {one.name: one for one in known}
    chosen = report.layout.columns.get(code, ())
    unknown = tuple(_unknown(code, name, known) for name in chosen if name not in by_name)
    omitted: list[Offer] = []
    picked = [by_name[name] for name in chosen if name in by_name]
    if not picked:
        picked, omitted = _suited(report, rows, known)
    return Table(
        tuple(_column(report, code, one) for one in picked),
        rows,
        tuple(_header(report, code, one) for one in omitted),
        unknown,
    )


def _suited(report: Report, rows: pl.DataFrame, known: Sequence[Offer]) -> tuple[list[Offer], list[Offer]]:
    """Return the columns that the audience sees, and those of them that are left out since they hold nothing."""
    suited = [one for one in known if one.is_plain or report.audience == "internal"]
    picked = [one for one in suited if not rows.height or rows[one.name].null_count() < rows.height]
    return picked, [one for one in suited if one not in picked]


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
    tells_zone = offer.kind == "instant" or offer.tells_zone or offer.zone
    return f"{header} ({offer.zone or report.period.timezone})" if tells_zone else header


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
