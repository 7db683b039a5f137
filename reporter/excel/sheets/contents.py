"""目录: every sheet with a link to it, what it holds, how many rows, and which columns it left out."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.excel.content import Column, Entry, Front, Grid, Page, Table
from reporter.excel.sheets import gaps
from reporter.excel.sheets.heading import banner, subtitle, tell
from reporter.model import Text
from reporter.report import Report


def _build(report: Report, entries: Sequence[Entry]) -> Page:
    rows = pl.DataFrame(
        {
            "name": [one.name for one in entries],
            "row": [one.row for one in entries],
            "rows": [one.rows for one in entries],
            "omitted": [", ".join(one.omitted) or None for one in entries],
        },
        schema={"name": pl.String, "row": pl.String, "rows": pl.Int64, "omitted": pl.String},
    )
    columns = (
        Column("name", tell(report, "sheet"), "text"),
        Column("row", tell(report, "sheet_row"), "prose"),
        Column("rows", tell(report, "sheet_rows"), "count"),
        *((Column("omitted", tell(report, "sheet_omitted"), "prose"),) if any(one.omitted for one in entries) else ()),
    )
    grid = Grid("", Table(columns, rows), links=tuple(one.name for one in entries))
    return Page(report.title, subtitle(report), (grid, *gaps.closing(report)), banner=banner(report))


FRONT = Front("contents", Text("目录", "Contents"), Text("本工作簿的各张工作表", "The sheets of this workbook"), _build)
