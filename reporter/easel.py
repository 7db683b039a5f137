"""Charts drawn from Vega-Lite to SVG: here, or in a process of its own, which is this file run as a program.

vl-convert keeps Python's lock while it starts (a third of a second) and draws (a second for a page), so that nothing of
Python goes on beside it. Both ways the drawing is the same, byte for byte.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import IO, Self

import vl_convert

#: the Vega-Lite that charts are written in, as vl-convert names it
VEGA_LITE = "6.4"
#: what makes SVG of a chart, which is Vega-Lite as JSON
Draw = Callable[[str], str]

_PROGRAM = (sys.executable, "-P", __file__)
#: to read so many rows takes as long as an engine takes to start
_MANY_ROWS = 20_000
_POINT = '{"data": {"values": [{"x": 0}]}, "mark": "point", "encoding": {"x": {"field": "x", "type": "quantitative"}}}'


def svg(chart: str) -> str:
    """Return a chart, Vega-Lite as JSON, as SVG; raises `ValueError` for what cannot be drawn."""
    drawn: str = vl_convert.vegalite_to_svg(chart, vl_version=VEGA_LITE)
    return drawn


@contextmanager
def set_up(*, rows: int) -> Iterator[Draw]:
    """Yield what draws the charts of a run of so many rows: a process, where reading them takes until it is ready."""
    if rows < _MANY_ROWS:
        yield svg
        return
    with Easel() as easel:
        yield easel.svg


class Easel:
    """A process that draws, for one thread; it ends with the `with` block, and whenever this process does.

    What it does not draw, for whatever reason, is drawn here, where it raises what it raises.
    """

    def __init__(self, program: Sequence[str] = _PROGRAM) -> None:
        """Start the process, and wait for nothing."""
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except (OSError, TypeError):  # no room for another one, or no program: an interpreter within another has none
            return

    def __enter__(self) -> Self:
        """Return the easel."""
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """End the process, whatever it is at."""
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def svg(self, chart: str) -> str:
        """Return a chart as `svg` does."""
        return self._answer(chart) or svg(chart)

    def _answer(self, chart: str) -> str:
        """Return what the process makes of a chart, the empty text where it makes nothing."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return ""
        self._asked += 1
        try:
            _tell((self._asked, chart), self._process.stdin)
            number, drawn = json.loads(self._process.stdout.readline())
        except (OSError, TypeError, ValueError):  # it has ended, or something else writes there
            number, drawn = 0, ""
        if number != self._asked or not isinstance(drawn, str):
            self._end()
            return ""
        return drawn


def serve(asked: IO[bytes], told: IO[bytes]) -> None:
    """Draw chart after chart, a number and a text of JSON a line; a line is told of each, the drawing empty if none."""
    svg(_POINT)  # the engine starts now, not when the first chart comes
    for line in asked:
        number, chart = json.loads(line)
        try:
            drawn = svg(chart)
        except ValueError:
            drawn = ""
        _tell((number, drawn), told)


def _tell(numbered: tuple[int, str], to: IO[bytes]) -> None:
    to.write(json.dumps(numbered).encode() + b"\n")
    to.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
