"""What they watched with, and where: persons by device and by place, as far as the platforms say."""

from __future__ import annotations

import polars as pl

from reporter.html import charts
from reporter.html.blocks.base import Block, Chart, columns, counted, in_words, tell
from reporter.report import Report

#: places beyond these are added up as others
MOST_PLACES = 12
#: the same device as vendors spell it
_DEVICES = {"ios": "iOS", "pc": "PC", "mac": "macOS", "macos": "macOS", "windows": "Windows", "android": "Android"}
#: parts of a place that say nothing about where in China somebody was
_NOWHERE = ("中国", "-", "")


def devices(report: Report) -> Block | None:
    """Return the people by device; who used two counts under both."""
    spelled = pl.col("device").str.to_lowercase().replace_strict(_DEVICES, default=pl.col("device"))
    return _ranked(report, "devices", "device", spelled)


def places(report: Report) -> Block | None:
    """Return the people by province or country."""
    parts = pl.col("location").str.replace_all(r"[,，]", "-").str.split("-")
    known = parts.list.filter(~pl.element().is_in(_NOWHERE))
    return _ranked(report, "places", "location", known.list.first())


def _ranked(report: Report, code: str, column: str, name: pl.Expr) -> Block | None:
    found = (
        report.tables["visits"]
        .filter(pl.col("excluded_by").is_null())
        .select("person_id", name=name)
        .drop_nulls()
        .group_by("name")
        .agg(pl.col("person_id").n_unique().alias("people"))
        .sort("people", "name", descending=[True, False])
    )
    values: list[tuple[str, int]] = list(found.head(MOST_PLACES).iter_rows())
    if not values:
        return None
    rest = found.height - len(values)
    spec = charts.ranked_bars(
        [charts.Point(value, "", float(count)) for value, count in values],
        brand=report.brand.color,
        axis=tell(report, "audience"),
    )
    title = tell(report, code)
    words = f"{title}. {in_words([(value, float(count)) for value, count in values], MOST_PLACES)}"
    numbers = counted(report, found.iter_rows(), *columns(report, "", column))
    note = tell(report, f"{code}_means") + (f" {tell(report, 'others', n=rest)}" if rest else "")
    return Block(code, title, note=note, chart=Chart(words, spec, numbers))
