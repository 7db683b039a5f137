"""Charts that a process of its own draws: as they are drawn here, and drawn here where it cannot."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from reporter import easel

BARS = json.dumps(
    {
        "data": {"values": [{"name": "公开课", "people": 3}, {"name": "直播 \U0001f600", "people": 5}]},
        "mark": "bar",
        "encoding": {
            "x": {"field": "name", "type": "nominal"},
            "y": {"field": "people", "type": "quantitative"},
        },
    }
)


@pytest.fixture
def process() -> Any:
    with easel.Easel() as own:
        yield own


def test_process_draws_what_is_drawn_here(process: easel.Easel) -> None:
    assert process.svg(BARS) == process.svg(BARS) == easel.svg(BARS)


def test_what_cannot_be_drawn_raises_as_it_does_here_and_the_next_chart_is_drawn(process: easel.Easel) -> None:
    with pytest.raises(ValueError, match="Vega"):
        process.svg('{"mark": 7}')
    assert process.svg(BARS) == easel.svg(BARS)


@pytest.mark.parametrize(
    "program",
    [
        ["no such program"],
        [sys.executable, "-c", ""],
        [sys.executable, "-c", "input()"],
        [sys.executable, "-c", "input(); print(1, end='')"],
        [sys.executable, "-c", "input(); print('hello', flush=True); input()"],
        [sys.executable, "-c", "input(); print('null', flush=True); input()"],
        [sys.executable, "-c", "input(); print(ascii([7, 8]), flush=True); input()"],
        [sys.executable, "-c", "import os; input(); os.write(1, bytes([255, 10])); input()"],
    ],
    ids=[
        *("none", "ended at once", "ended at the first chart", "ended within a line"),
        *("another line", "nothing", "an answer to another chart", "no text"),
    ],
)
def test_chart_is_drawn_here_where_the_process_does_not(program: list[str]) -> None:
    with easel.Easel(program) as own:
        assert own.svg(BARS) == own.svg(BARS) == easel.svg(BARS)
    assert own.svg(BARS) == easel.svg(BARS)


def test_process_draws_a_line_for_a_line_until_nobody_asks() -> None:
    told = io.BytesIO()
    easel.serve(io.BytesIO(f'{json.dumps([1, BARS])}\n[2, "no chart"]\n'.encode()), told)
    drawn, nothing = map(json.loads, told.getvalue().splitlines())
    assert (drawn, nothing) == ([1, easel.svg(BARS)], [2, ""])


def test_run_of_few_rows_is_drawn_here_and_one_of_many_by_a_process() -> None:
    with easel.set_up(rows=100) as draw:
        assert draw is easel.svg
    with easel.set_up(rows=1_000_000) as draw:
        assert draw is not easel.svg
        assert draw(BARS) == easel.svg(BARS)
