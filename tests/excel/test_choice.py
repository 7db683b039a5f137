"""Which columns a sheet shows where the config says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from reporter import columns, metrics, people, tables
from reporter.excel import choose
from reporter.excel.book import make
from reporter.excel.content import Grid, Page, Sheet, Table
from reporter.excel.sheets import SHEETS
from reporter.report import Figure, Layout, Report
from reporter.rules import DEFAULT_ENGAGEMENT, Attendance, Exclusions, Identity

Factory = Callable[..., Report]


def _whole(report: Report) -> Report:
    """Return a report with every frame that people derives, as it derives it, and every figure by event."""
    joined, _ = people.join(
        tables.empty(),
        client="acme",
        identity=Identity(),
        exclusions=Exclusions(),
        rosters=(),
        account_order=(),
        attendance=Attendance(),
        engagement=DEFAULT_ENGAGEMENT,
        rooms=(),
    )
    definitions = metrics.definitions()
    figures = tuple(Figure(one.code, "event", "第12课", 1) for one in definitions)
    return replace(
        report, tables={**report.tables, **joined.derived}, definitions=definitions, figures=figures, findings=()
    )


def _tables(report: Report, table: str) -> list[Table]:
    """Return the tables of a report that show `table`, rows or none."""
    if table not in {"rooms", "sources"}:
        (sheet,) = [one for one in SHEETS if one.code == table]
        built = sheet.build(report) if isinstance(sheet, Sheet) else sheet.build(report, ())
        assert isinstance(built, Table)
        return [built]
    (about,) = [made.content for made in make(report)[0] if made.code == "about"]
    assert isinstance(about, Page)
    found = [block.table for block in about.blocks if isinstance(block, Grid)]
    return [found[("rooms", "sources").index(table)]]


@pytest.mark.parametrize("table", columns.OFFERED)
def test_sheet_shows_every_column_that_a_config_may_choose(made_up: Factory, table: str) -> None:
    names = columns.names(table)
    report = replace(_whole(made_up()), layout=Layout(columns={table: names}))
    (shown,) = _tables(report, table)
    assert tuple(column.name for column in shown.columns) == names
    assert shown.issues == ()


def test_choice_of_which_nothing_is_there_leaves_the_sheet_as_it_was(made_up: Factory) -> None:
    report = made_up()
    chosen = replace(report, layout=Layout(columns={"visits": ("comments", "likes")}))
    before, after = (choose.table(one, "visits", report.tables["visits"]) for one in (report, chosen))
    assert after.columns == before.columns != ()
    assert after.omitted == before.omitted
    assert [issue.code for issue in after.issues] == ["unknown-column"] * 2


def test_label_of_the_live_times_keeps_the_zone_in_the_header(made_up: Factory) -> None:
    report = replace(made_up(), layout=Layout(labels={"rooms.live_times": "直播"}))
    (rooms,) = _tables(report, "rooms")
    assert rooms.columns[-1].header == "直播 (Asia/Shanghai)"
