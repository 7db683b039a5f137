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
        (Decimal("1234.5"), "money", "en", "1,234.50"),
        (0.5, "score", "en", "0.50"),
    ],
)
def test_shown_is_the_figure_in_the_readers_style(
    value: float | Decimal | None, unit: Unit, language: Language, shown: str
) -> None:
    assert numbers.shown(value, unit, language) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00:00"), (59.6, "0:01:00"), (90061, "25:01:01"), (None, "")])
def test_clock_passes_24_hours(seconds: float | None, shown: str) -> None:
    assert numbers.clock(seconds) == shown


@pytest.mark.parametrize(
    ("value", "previous", "shown"),
    [(110, 100, "+10.0%"), (90, 100, "-10.0%"), (5, 0, ""), (5, None, ""), (None, 5, ""), (100, 100, "+0.0%")],
)
def test_change_is_empty_where_either_side_is_missing(value: float | None, previous: float | None, shown: str) -> None:
    assert numbers.change(value, previous, "en") == shown
