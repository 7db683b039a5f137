"""The matrix: fault x vendor x {first, middle, last call} x {once, three times, for ever}, in process, no waiting.

Everything but the sockets and the sleep is real. Against the rows of a pull without a fault each cell ends
complete, loud (a verdict or an issue says so), or in a silence that no cell may end in. All cells, as a table:
`python -m pytest -m soak tests/faults`; without the marker a few cells of each vendor, drawn by seed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING

import pytest

from reporter.sandbox.faults import FAULTS, Strike

if TYPE_CHECKING:
    from tests.faults.conftest import Bench

VENDORS = ("volcengine", "quanshi", "talkcloud", "aliyun")
#: cells of a vendor without the marker: enough to notice a break, few enough for every change
_SAMPLE = 30
#: a cell is a fault, the number of the reply that it meets first, and how often
Cell = tuple[str, int, int | None]
Judge = Callable[[str], Mapping[Cell, str]]


def _cells(fitting: Mapping[str, int], *, every: bool) -> Iterator[Cell]:
    chance, sample = random.Random(1), list[Cell]()
    for name, count in fitting.items():
        places = sorted({1, (count + 1) // 2, count}) if count else []
        once, more = list(product(places, (1,))), list(product(places, (3, None)))
        drawn = [chance.choice(once), chance.choice(more)] if places else []
        sample += [(name, nth, times) for nth, times in (once + more if every else drawn)]
    yield from sample if every else chance.sample(sample, _SAMPLE)


def _judged(bench: Bench, vendor: str, *, every: bool) -> dict[Cell, str]:
    clean = bench.clean(vendor)
    fitting = dict(zip(FAULTS, clean.plan.fitting, strict=True))
    found = {}
    for name, nth, times in _cells(fitting, every=every):
        ended = bench.pull(vendor, Strike(name, nth=nth, times=times))
        assert ended.plan.struck[0], f"{name} never struck"
        found[name, nth, times] = ended.outcome(clean)
    return found


@pytest.fixture(scope="session")
def judge(bench: Bench) -> Judge:
    """Return a function from a vendor to the outcome of each of its cells, reckoned once."""
    known: dict[str, Mapping[Cell, str]] = {}

    def by_vendor(vendor: str) -> Mapping[Cell, str]:
        if vendor not in known:
            known[vendor] = _judged(bench, vendor, every=False)
        return known[vendor]

    return by_vendor


def _silent(outcomes: Mapping[Cell, str]) -> dict[Cell, str]:
    return {cell: outcome for cell, outcome in outcomes.items() if outcome.startswith("silent")}


def _complete(outcomes: Mapping[Cell, str]) -> float:
    once = [outcome for (_, _, times), outcome in outcomes.items() if times == 1]
    return once.count("complete") / len(once)


def test_there_are_faults_enough_and_each_meets_some_vendor(bench: Bench) -> None:
    assert len(FAULTS) >= 34
    fitting = sum(
        (Counter(dict(zip(FAULTS, bench.clean(one).plan.fitting, strict=True))) for one in VENDORS), Counter()
    )
    assert not [name for name in FAULTS if not fitting[name]]


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_fault_loses_or_doubles_a_row_in_silence(judge: Judge, vendor: str) -> None:
    assert _silent(judge(vendor)) == {}


@pytest.mark.soak
def test_whole_matrix(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = {vendor: _judged(bench, vendor, every=True) for vendor in VENDORS}
    kinds = ("complete", "loud", "silent loss", "silent duplicate")
    with capsys.disabled():
        print("\nvendor | times | cells | " + " | ".join(kinds))  # noqa: T201 - the table is what this is run for
        for vendor, times in product(VENDORS, (1, 3, None)):
            counts = Counter(outcome for cell, outcome in outcomes[vendor].items() if cell[2] == times)
            row = [vendor, str(times or "for ever"), str(counts.total()), *(str(counts[kind]) for kind in kinds)]
            print(" | ".join(row))  # noqa: T201 - likewise
    assert not [_silent(one) for one in outcomes.values() if _silent(one)]
    assert min(_complete(one) for one in outcomes.values()) >= 0.95
