"""The matrix of faults, as a table: `python -m tests.faults.matrix [VENDOR ...]`; without a vendor, all four.

Fault x vendor x {first, middle, last call} x {once, three times, for ever}, in process, no waiting: everything but
the sockets, the sleep and the disk is real. Against the rows of a pull without a fault each cell ends complete, loud
(a verdict or an issue says so), or in a silence that no cell may end in. Ends 1 where one does, where fewer than 95 %
of a vendor's one-time faults end complete, or where an error does not say where it happened.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from random import Random

from reporter.model import Issue
from reporter.sandbox.faults import FAULTS, Strike
from tests.faults.bench import Bench, Ended

VENDORS = ("volcengine", "quanshi", "talkcloud", "aliyun")
TIMES = (1, 3, None)
KINDS = ("complete", "loud", "silent loss", "silent duplicate")
LEAST_COMPLETE = 0.95
#: cells that one process takes at a time
_CHUNK = 24
#: where an error is: a whole walk has a last page and no try
_PLACE = re.compile(r"\w+:\w+ \S+( room \S+)? page \d+( try \d+)?")
#: of pulls that were never sent: they name what stopped them
_NEVER_SENT = {"not-asked", "not-reached"}
#: faults that leave nothing that an id could be read from
_WITHOUT_ID = {
    *(name for name, fault in FAULTS.items() if fault.layer == "wire"),
    *(name for name in FAULTS if name.startswith(("http-", "retry-after-", "gzip-"))),
    *("redirect", "login-page", "empty-body", "null-body", "list-body", "garbage", "cut-json", "over-long"),
    *("deep-nesting", "not-a-number", "endless-number", "duplicate-keys"),
}


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A fault, the number of the reply that it meets first (from 1), and how often; `times` None is for ever."""

    vendor: str
    fault: str
    nth: int
    times: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """How a cell ended, and the errors in it that do not say where they happened."""

    cell: Cell
    outcome: str
    unplaced: tuple[str, ...] = ()


def cells(bench: Bench, vendor: str) -> Iterator[Cell]:
    """Yield every cell of a vendor: first, middle and last reply that a fault can bite on."""
    for name, count in zip(FAULTS, bench.clean(vendor).plan.fitting, strict=True):
        places = sorted({1, (count + 1) // 2, count}) if count else []
        for nth, times in product(places, TIMES):
            yield Cell(vendor, name, nth, times)


def sample(bench: Bench, vendor: str, seed: str) -> list[Cell]:
    """Return a third of a vendor's cells: each fault that it meets, each number of times, at a place drawn by seed."""
    draw, places = Random(f"{seed} {vendor}"), defaultdict[tuple[str, int | None], list[Cell]](list)
    for cell in cells(bench, vendor):
        places[cell.fault, cell.times].append(cell)
    return [draw.choice(group) for group in places.values()]


def judge(bench: Bench, cell: Cell) -> Judged:
    """Pull with the fault in it, and say how that ended."""
    ended = bench.pull(cell.vendor, Strike(cell.fault, nth=cell.nth, times=cell.times))
    if not ended.plan.struck[0]:
        raise AssertionError(f"{cell} never struck")
    return Judged(cell, ended.outcome(bench.clean(cell.vendor)), tuple(_unplaced(cell, ended)))


def judge_all(wanted: Sequence[Cell]) -> list[Judged]:
    """Judge many cells, in as many processes as there are processors; tell on stderr how far that is."""
    chunks = [wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK)]
    judged = list[Judged]()
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for chunk in pool.map(_judge_chunk, chunks):
            judged += chunk
            sys.stderr.write(f"{len(judged)} of {len(wanted)} cells, last {chunk[-1].cell}\n")
    return judged


def table(judged: Sequence[Judged]) -> str:
    """Return the counts as a table in Markdown, a row for each vendor and number of times."""
    counts = Counter((one.cell.vendor, one.cell.times, one.outcome) for one in judged)
    lines = [f"| vendor | times | cells | {' | '.join(KINDS)} |", "|---|---|---:|---:|---:|---:|---:|"]
    for vendor, times in product(dict.fromkeys(one.cell.vendor for one in judged), TIMES):
        numbers = [counts[vendor, times, kind] for kind in KINDS]
        shown = {1: "once", 3: "three times", None: "for ever"}[times]
        lines.append(f"| {vendor} | {shown} | {sum(numbers)} | {' | '.join(map(str, numbers))} |")
    return "\n".join(lines)


def wrongs(judged: Sequence[Judged]) -> list[str]:
    """Return what may not be: silent cells, too few complete ones of a vendor, errors without a place."""
    found = [f"{one.outcome}: {one.cell}" for one in judged if one.outcome.startswith("silent")]
    found += [f"no place: {said} ({one.cell})" for one in judged for said in one.unplaced]
    for vendor, part in complete(judged).items():
        found += [f"{vendor}: {part:.1%} of the one-time faults end complete"] if part < LEAST_COMPLETE else []
    return found


def complete(judged: Sequence[Judged]) -> Mapping[str, float]:
    """Return by vendor how many of its one-time faults end complete, as a part of one."""
    once = [one for one in judged if one.cell.times == 1]
    of_all = Counter(one.cell.vendor for one in once)
    whole = Counter(one.cell.vendor for one in once if one.outcome == "complete")
    return {vendor: whole[vendor] / count for vendor, count in of_all.items()}


_BENCHES: dict[int, Bench] = {}


def _judge_chunk(chunk: Sequence[Cell]) -> list[Judged]:
    if not _BENCHES:
        _BENCHES[0] = Bench(Path(tempfile.mkdtemp(prefix="faults-")))
    return [judge(_BENCHES[0], cell) for cell in chunk]


def _unplaced(cell: Cell, ended: Ended) -> Iterator[str]:
    """Yield the errors that lack their vendor, account, call, page or try, or the id that the reply had."""
    for one in ended.pulled:
        for issue in one.issues:
            if issue.level == "error" and issue.code not in _NEVER_SENT and not _is_placed(cell, issue):
                yield f"{issue.where}: {issue.message.en}"


def _is_placed(cell: Cell, issue: Issue) -> bool:
    has_id = cell.vendor == "talkcloud" or cell.fault in _WITHOUT_ID or "request id " in issue.message.en
    return _PLACE.fullmatch(issue.where) is not None and issue.where.startswith(f"{cell.vendor}:") and has_id


def main(names: Sequence[str]) -> int:
    """Print the table of some vendors, or of all; return 1 where a cell is not as it may be."""
    bench = Bench(Path(tempfile.mkdtemp(prefix="faults-")))
    judged = judge_all([cell for vendor in names or VENDORS for cell in cells(bench, vendor)])
    sys.stdout.write(table(judged) + "\n\n")
    wrong = wrongs(judged)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
