"""Which rows a figure says that it counts: with them alone it is the same, and without them there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from reporter.metrics.figures import REGISTRY
from reporter.metrics.metric import Measure
from reporter.metrics.sources import SOURCES
from reporter.metrics.world import SCOPES, World, world

MEASURES = [metric for metric in REGISTRY if isinstance(metric.how, Measure)]
WORLDS = [(7, 1.0), (11, 1.0)]


@pytest.fixture(scope="module", params=WORLDS, ids=lambda one: f"seed{one[0]}-scale{one[1]:g}")
def counted(request: pytest.FixtureRequest, chain: Callable[..., Any]) -> World:
    made = chain(*request.param).run()
    tables = made.tables
    persons = tables["people"]["person_id"]
    again = pl.DataFrame({"person_id": persons, "is_returning": [place % 3 == 0 for place in range(len(persons))]})
    roster = pl.DataFrame({"person_id": persons[:9], "came": [True, False, True] * 3, "expected": range(9)})
    return world(tables, {"returning": again, "roster": roster}, made.report.period)


@pytest.mark.parametrize("metric", MEASURES, ids=lambda metric: metric.code)
def test_value_of_the_counted_rows_is_the_value_of_all(counted: World, metric: Any) -> None:
    for scope in SCOPES:
        rows = SOURCES[metric.how.source].rows(counted, scope)
        if rows is None:
            continue
        for key in counted.keys(scope):
            here = rows.filter(pl.col(scope) == key)
            inside, outside = here.filter(metric.how.counted), here.filter(~metric.how.counted)
            assert inside.is_empty() or _value(metric, inside) == _value(metric, here)
            assert outside.is_empty() or not _value(metric, outside)


def _value(metric: Any, rows: pl.DataFrame) -> Any:
    return rows.select(metric.how.value).item()
