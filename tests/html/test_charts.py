"""What is drawn: a page's charts against Vega-Lite's own schema, which is not asked while a page is made."""

from __future__ import annotations

import altair as alt
import pytest

from reporter.html.blocks import BLOCKS
from reporter.html.charts import Frame, as_dict
from reporter.report import Report


@pytest.mark.parametrize("frame", [Frame(820, 260), Frame(230, 220, is_narrow=True)], ids=["wide", "narrow"])
def test_every_chart_of_a_page_keeps_to_the_schema(full_report: Report, frame: Frame) -> None:
    charts = [made.chart for make in BLOCKS if (made := make(full_report)) is not None and made.chart is not None]
    assert len(charts) >= 7
    for chart in charts:
        alt.Chart.from_dict(as_dict(chart.spec, frame))
