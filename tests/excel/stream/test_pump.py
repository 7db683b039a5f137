from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from reporter.excel.stream.pump import in_order


def test_results_come_in_the_order_of_the_calls_whichever_ends_first() -> None:
    # each pair of calls waits for the other, so both are at work at once
    gates = [Barrier(2) for _ in range(10)]

    def call(at: int) -> int:
        gates[at // 2].wait(timeout=30)
        return at

    with ThreadPoolExecutor(2) as pool:
        assert [*in_order((partial(call, at) for at in range(20)), pool, ahead=4)] == [*range(20)]


def test_no_more_calls_are_taken_than_may_be_ahead() -> None:
    taken: list[int] = []

    def calls() -> Iterator[Callable[[], int]]:
        for at in range(9):
            taken.append(at)
            yield partial(int, at)

    with ThreadPoolExecutor(2) as pool:
        results = in_order(calls(), pool, ahead=3)
        assert next(results) == 0
        assert taken == [0, 1, 2]
        assert [*results] == [*range(1, 9)]


def test_error_of_a_call_is_raised_where_its_result_is_due() -> None:
    with ThreadPoolExecutor(2) as pool:
        results = in_order((partial(int, text) for text in ("1", "x", "3")), pool, ahead=2)
        assert next(results) == 1
        with pytest.raises(ValueError, match="'x'"):
            next(results)
