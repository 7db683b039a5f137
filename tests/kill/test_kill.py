"""Kill the command at any moment and run it again: the same files, and no call repeated that had been kept.

Twenty rounds at random moments and twenty at a system call drawn by seed, and eight in which a call fails
for want of space. They take minutes: `python -m pytest -m soak tests/kill`, which makes the longer rounds too.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kill.conftest import Bench, Round

pytestmark = pytest.mark.soak

#: rounds at once: each waits for the vendors' pace most of its time
_SIDE_BY_SIDE = 3
_IN_FLIGHT = 9
_KINDS = {
    "write": ("write", "pwrite64"),
    "fsync": ("fsync", "fdatasync"),
    "rename": ("rename", "renameat", "renameat2"),
    "connect": ("connect",),
    "sendto": ("sendto",),
}
_CALLS = [call for calls in _KINDS.values() for call in calls]
#: what a run may leave beside its files: the next one clears or reuses it
_HALF_WRITTEN = re.compile(r"\.part$")
Files = dict[str, bytes]
NeedProgram = Callable[[str], Path]


def _together(rounds: Sequence[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        for ended in [pool.submit(one) for one in rounds]:
            ended.result()


def _done(one: Round, whole: Files, told: str) -> None:
    """Finish a report that was broken off, and compare."""
    one.finish()
    files = {name: data for name, data in one.files().items() if not _HALF_WRITTEN.search(name)}
    assert sorted(files) == sorted(whole), told
    assert not [name for name, data in files.items() if whole[name] != data], told
    assert one.sandbox.repeats <= _IN_FLIGHT, told


def _at_a_moment(bench: Bench, whole: Files, name: str, after: float) -> None:
    with bench.round(name) as one:
        process = one.start()
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
        one.end(process)
        _done(one, whole, f"{name}: killed after {after:.3f} s")


def _rounds_at_moments(bench: Bench, whole: Files, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    began = monotonic()
    with bench.round(f"timed {seed}") as one:
        one.finish()
    longest = (monotonic() - began) * 1.1
    moments = [chance.uniform(0, longest) for _ in range(rounds)]
    _together(
        [
            lambda number=number, after=after: _at_a_moment(bench, whole, f"moment {seed} {number}", after)  # type: ignore[misc] # defaults bind the loop's values
            for number, after in enumerate(moments)
        ]
    )


def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(bench: Bench, whole: Files) -> None:
    _rounds_at_moments(bench, whole, 1, 20)


@pytest.mark.parametrize("seed", range(2, 15))
def test_killed_at_many_moments(bench: Bench, whole: Files, seed: int) -> None:
    _rounds_at_moments(bench, whole, seed, 20)


def _traced(strace: Path, calls: Sequence[str], *more: str) -> list[str]:
    # a `?` lets strace pass over a call that this machine's architecture has not
    return [str(strace), "-f", "-qq", "-o", "trace", "-e", "trace=" + ",".join(f"?{call}" for call in calls), *more]


def _counted(bench: Bench, strace: Path, name: str) -> Counter[str]:
    """Return how often the main thread of an unbroken run makes each call."""
    with bench.round(name) as one:
        code, said = one.end(one.start(*_traced(strace, _CALLS)))
        assert code == 0, said
        lines = (one.folder / "trace").read_text(encoding="utf-8", errors="replace").splitlines()
    made = [line.split(maxsplit=1) for line in lines]
    main = made[0][0]
    return Counter(rest.partition("(")[0] for pid, rest in made if pid == main)


def _at_a_call(bench: Bench, whole: Files, strace: Path, place: tuple[str, str, int]) -> None:
    name, call, when = place
    with bench.round(name) as one:
        code, _ = one.end(one.start(*_traced(strace, [call], "-e", f"inject=?{call}:signal=SIGKILL:when={when}")))
        _done(one, whole, f"{name}: killed at {call} number {when}, which ended with {code}")


def _rounds_at_calls(bench: Bench, whole: Files, strace: Path, seed: int, rounds: int) -> None:
    chance, made = random.Random(seed), _counted(bench, strace, f"counted {seed}")
    kinds = [[call for call in calls if made[call]] for calls in _KINDS.values()]
    assert all(kinds), made
    drawn = [chance.choice(kinds[number % len(kinds)]) for number in range(rounds)]
    places = [(f"call {seed} {number}", call, chance.randint(1, made[call])) for number, call in enumerate(drawn)]
    _together([lambda place=place: _at_a_call(bench, whole, strace, place) for place in places])  # type: ignore[misc] # defaults bind the loop's values


def test_killed_at_a_system_call_it_goes_on_to_the_same_bytes(
    bench: Bench, whole: Files, need_program: NeedProgram
) -> None:
    _rounds_at_calls(bench, whole, need_program("strace"), 1, 20)


@pytest.mark.parametrize("seed", range(2, 15))
def test_killed_at_many_system_calls(bench: Bench, whole: Files, need_program: NeedProgram, seed: int) -> None:
    _rounds_at_calls(bench, whole, need_program("strace"), seed, 20)


def _failing(bench: Bench, whole: Files, strace: Path, place: tuple[str, str, str, int]) -> None:
    """Let one call fail, and run again with an older report in its place."""
    name, call, error, when = place
    with bench.round(name) as one:
        paths = ["-P", str(one.folder / "reporter.db"), "-P", str(one.folder / "reporter.db-wal")]
        only = paths if call.startswith("p") or call == "fdatasync" else []
        injected = f"inject=?{call}:error={error}:when={when}"
        code, said = one.end(one.start(*_traced(strace, [call], *only, "-e", injected)))
        assert code == 1, f"{name}: {said}"
        assert "Traceback" not in said, said
        assert str(one.folder) in said or "out/" in said or "reporter.db" in said, said
        assert not [path for path in (one.folder / "out").rglob("*") if _HALF_WRITTEN.search(path.name)]
        _done(one, whole, f"{name}: {error} at {call} number {when}")


def test_full_disk_names_the_path_and_the_next_run_ends_the_same(
    bench: Bench, whole: Files, need_program: NeedProgram
) -> None:
    strace, chance = need_program("strace"), random.Random(1)
    made = _counted(bench, strace, "counted full")
    _together(
        [
            lambda place=place: _failing(bench, whole, strace, place)  # type: ignore[misc] # defaults bind the loop's values
            for place in [
                ("full 1", "pwrite64", "ENOSPC", chance.randint(30, made["pwrite64"] - 10)),
                ("full 2", "pwrite64", "ENOSPC", chance.randint(30, made["pwrite64"] - 10)),
                ("full 3", "fdatasync", "EIO", chance.randint(10, made["fdatasync"] - 5)),
                ("full 4", "fdatasync", "EIO", chance.randint(10, made["fdatasync"] - 5)),
                ("full 5", "fsync", "EIO", chance.randint(1, made["fsync"])),
                ("full 6", "fsync", "ENOSPC", chance.randint(1, made["fsync"])),
                ("full 7", "rename", "ENOSPC", chance.randint(1, made["rename"])),
                ("full 8", "rename", "EIO", chance.randint(1, made["rename"])),
            ]
        ]
    )
