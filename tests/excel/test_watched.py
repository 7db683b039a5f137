"""The total of the visits is that of no figure: the about sheet brings them together, to the second."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import openpyxl
import polars as pl
import pytest

from reporter.excel import workbook
from reporter.excel.book import make
from reporter.excel.content import Facts, Page
from reporter.excel.sheets import watched
from reporter.report import Figure, Layout, Report

Factory = Callable[..., Report]


def _report(made_up: Factory, **changes: str | None) -> Report:
    """Return the made-up report whose visits watched an hour each; the first rows differ as `changes` say."""
    visits = made_up().tables["visits"].head(10).with_columns(watch_seconds=pl.lit(3600.0), mode=pl.lit("live"))
    changed = [
        pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value, pl.String)).otherwise(pl.col(name)).alias(name)
        for row, (name, value) in enumerate(changes.items())
    ]
    report = made_up()
    figure = Figure("watch_union_seconds", "total", "", 3600.0 * (10 - len(changes)))
    return replace(report, tables={**report.tables, "visits": visits.with_columns(changed)}, figures=(figure,))


def _told(report: Report) -> dict[str, str]:
    """Return the amounts that the about sheet gives, by their labels."""
    (about,) = (made.content for made in make(report)[0] if made.code == "about")
    assert isinstance(about, Page)
    blocks = [one for one in about.blocks if isinstance(one, Facts) and one.heading.startswith("“明细”")]
    return {label: said.split("，")[0] for block in blocks for label, said in block.pairs}


def test_amounts_between_the_total_of_visits_and_the_figure_add_up(made_up: Factory) -> None:
    report = _report(made_up, excluded_by="role: host", mode="preview")
    assert _told(report) == {
        "全部观看": "10:00:00",
        "减：剔除": "1:00:00",
        "减：预告": "1:00:00",
        "计入统计": "8:00:00",
    }
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook(report)[0]), data_only=True)["明细"].values)
    assert rows[-1][rows[0].index("观看时长")] == timedelta(hours=10)


def test_what_is_watched_twice_at_once_leads_from_the_sum_to_the_figure_of_the_overview(made_up: Factory) -> None:
    report = replace(_report(made_up), figures=(Figure("watch_union_seconds", "total", "", 30_000.0),))
    assert _told(report) == {
        "全部观看": "10:00:00",
        "计入统计": "10:00:00",
        "减：重叠": "1:40:00",
        "去重之后": "8:20:00",
    }


def test_visits_of_unknown_mode_count_for_nothing_and_those_of_nobody_for_no_attendance(made_up: Factory) -> None:
    report = _report(made_up, mode=None)
    nobodys = report.tables["visits"].with_columns(person_id=pl.when(pl.int_range(pl.len()) != 9).then("person_id"))
    report = replace(report, tables={**report.tables, "visits": nobodys})
    assert _told(report) == {
        "全部观看": "10:00:00",
        "减：方式未知": "1:00:00",
        "计入统计": "9:00:00",
        "其中：无人员或场次": "1:00:00",
    }


@pytest.mark.parametrize(
    "layout", [Layout(sheets=("about", "people")), Layout(columns={"visits": ("event", "joined_at")})]
)
def test_nothing_is_said_of_a_total_that_is_not_shown(made_up: Factory, layout: Layout) -> None:
    report = _report(made_up, excluded_by="role: host")
    assert _told(report)
    assert not _told(replace(report, layout=layout))


def test_nothing_is_said_where_the_visits_come_to_the_figures_as_they_are(made_up: Factory) -> None:
    assert not _told(_report(made_up))
    assert watched.blocks(_report(made_up), []) == ()
