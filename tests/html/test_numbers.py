from __future__ import annotations

from decimal import Decimal

import pytest

from reporter.html import numbers
from reporter.model import Language
from reporter.report import Unit


@pytest.mark.parametrize(
    ("value", "unit", "language", "shown"),
    [
        (1312, "people", "zh", "1,312"),
        (None, "people", "zh", "不可得"),
        (None, "seconds", "en", "n/a"),
        (0, "people", "en", "0"),
        (90, "seconds", "en", "1.5 min"),
        (3600, "seconds", "zh", "1.0 小时"),
        (0.834, "ratio", "zh", "83.4%"),
        (Decimal("1234.5"), "money", "en", "1,234.50 CNY"),
        (0.5, "score", "en", "0.50"),
        (-0.0, "money", "en", "0.00 CNY"),
        (-0.004, "money", "zh", "0.00 元"),
        (Decimal("-0.01"), "money", "en", "-0.01 CNY"),
        (Decimal("-1234.5"), "money", "en", "-1,234.50 CNY"),
        (Decimal("999999999999999999999999999.99"), "money", "en", "999,999,999,999,999,999,999,999,999.99 CNY"),
        (10**27, "people", "zh", "1,000,000,000,000,000,000,000,000,000"),
        (-0.0, "count", "en", "0"),
        (-0.0001, "score", "zh", "0.00"),
        (-0.0004, "ratio", "en", "0.0%"),
        (-0.0, "seconds", "en", "0.0 min"),
        (-2.0, "seconds", "zh", "0.0 分钟"),
    ],
)
def test_shown_is_the_figure_in_the_readers_style(
    value: float | Decimal | None, unit: Unit, language: Language, shown: str
) -> None:
    assert numbers.shown(value, unit, language) == shown


@pytest.mark.parametrize(
    ("part", "unit", "language", "shown"),
    [
        (0.1, "people", "en", "+10.0%"),
        (-0.1, "seconds", "zh", "-10.0%"),
        (0.0, "count", "en", "0.0%"),
        (-0.0003, "count", "zh", "0.0%"),
        (0.0004, "money", "en", "0.0%"),
        (-0.0006, "people", "en", "-0.1%"),
        (None, "people", "en", ""),
        (0.025, "ratio", "en", "+2.5 pp"),
        (-0.025, "ratio", "zh", "-2.5 个百分点"),
        (0.0, "ratio", "en", "0.0 pp"),
        (-0.0003, "ratio", "en", "0.0 pp"),
        (None, "ratio", "zh", ""),
    ],
)
def test_change_of_a_ratio_is_in_points_of_all_else_in_percent(
    part: float | None, unit: Unit, language: Language, shown: str
) -> None:
    assert numbers.change(part, unit, language) == shown
