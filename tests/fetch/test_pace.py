from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reporter.fetch.pace import interval

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [
        (None, 0.505),
        ("1/s", 1.01),
        ("30/min", 2.02),
        ("0.5/s", 2.02),
        ("99/s", 0.505),
        ((("rows", "1/s"), ("scroll", "9/min")), 1.01),
        ((("scroll", "9/min"),), 0.505),
    ],
)
def test_interval_is_the_lower_of_the_vendors_rate_and_the_accounts(bench: Bench, rate: Any, seconds: float) -> None:
    account = bench.account("main", rate=rate)
    endpoint = bench.access["main"].vendor.endpoints["rows"]
    assert interval(endpoint, account) == pytest.approx(seconds)
    assert interval(replace(endpoint, rate=0.01), account) == pytest.approx(101)
