"""What one room offers and another lets a config ask for are the same words."""

from __future__ import annotations

from typing import get_args

from reporter.config.models import Sheet
from reporter.excel.sheets import SHEETS


def test_config_knows_every_sheet_that_the_workbook_has() -> None:
    assert sorted(get_args(Sheet)) == sorted(sheet.code for sheet in SHEETS)
