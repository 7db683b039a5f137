"""What one room offers and another lets a config ask for are the same words."""

from __future__ import annotations

from typing import get_args

import pytest

from reporter import metrics
from reporter.config.models import Sheet
from reporter.excel.sheets import SHEETS
from reporter.vendors import VENDORS


def test_config_knows_every_sheet_that_the_workbook_has() -> None:
    assert sorted(get_args(Sheet)) == sorted(sheet.code for sheet in SHEETS)


@pytest.mark.parametrize(
    ("metric", "column"),
    [
        *(
            (name, f"activity.{name}")
            for name in ("comments", "likes", "questions", "votes", "sign_ins", "paid_amount")
        ),
        ("people", "visits.viewer_id"),
        ("vod_people", "visits.completion_ratio"),
        ("peak_concurrency", "visits.left_at"),
        ("completion", "visits.completion_ratio"),
        ("plays", "plays.plays"),
        ("vendor_seconds_per_viewer", "plays.vendor_seconds_per_viewer"),
        ("popularity_virtual", "popularity.online_virtual"),
    ],
)
def test_metric_names_the_vendors_that_have_the_column_it_is_made_from(metric: str, column: str) -> None:
    (definition,) = [one for one in metrics.definitions() if one.code == metric]
    assert set(definition.vendors) == {name for name, vendor in VENDORS.items() if column in vendor.capabilities}
