"""The matrix of faults: a third of it at every change, the whole with the marker; `matrix.py` says how it is judged."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from reporter.sandbox.faults import FAULTS
from tests.faults import matrix

if TYPE_CHECKING:
    from tests.faults.bench import Bench


def test_there_are_faults_enough_and_each_meets_some_vendor(bench: Bench) -> None:
    assert len(FAULTS) >= 34
    fitting = sum(
        (Counter(dict(zip(FAULTS, bench.clean(one).plan.fitting, strict=True))) for one in matrix.VENDORS), Counter()
    )
    assert not [name for name in FAULTS if not fitting[name]]


def test_no_fault_is_silent_most_pass_by_themselves_and_each_error_says_where(bench: Bench) -> None:
    judged = matrix.judge_all([cell for vendor in matrix.VENDORS for cell in matrix.sample(bench, vendor, "w46")])
    assert len(judged) > 600
    assert matrix.wrongs(judged) == []


@pytest.mark.soak
@pytest.mark.parametrize("vendor", matrix.VENDORS)
def test_no_cell_of_the_whole_matrix_is_silent(bench: Bench, vendor: str) -> None:
    judged = matrix.judge_all(list(matrix.cells(bench, vendor)))
    assert len(judged) > 350
    assert matrix.wrongs(judged) == []
