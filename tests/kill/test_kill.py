"""Kill the command at any moment and run it again: the same files, and no call repeated but those in flight.

Twenty rounds at random moments, twenty at a system call drawn by seed, four that are only stopped, eight in which
a call fails for want of space, and three against slow limits. `python -m pytest -m soak tests/kill` makes many more.
"""

from __future__ import annotations

import random
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.kill.journal import Judged, committed, judge, too_close, wait_until

if TYPE_CHECKING:
    from tests.kill.conftest import Bench, Round

#: rounds at once: each waits for the vendors' pace half of its time
_SIDE_BY_SIDE = 3
_KINDS = {
    "write": ("write", "pwrite64"),
    "fsync": ("fsync", "fdatasync"),
    "rename": ("rename", "renameat", "renameat2"),
    "connect": ("connect",),
    "sendto": ("sendto",),
}
_CALLS = [call for calls in _KINDS.values() for call in calls]
#: those that a run makes on its database alone
_STORE_CALLS = {"pwrite64", "fdatasync"}
#: what a reader is told to do
_ADVICE = {"ENOSPC": "make room", "EIO": "check"}
#: one call that may be made every three seconds: longer than a process takes to start
SLOW_SECONDS = 3
SLOW = """\
client: acme
period: {week}
accounts:
  talk:
    {vendor: talkcloud, base_url: env:URL, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
     token_time: env:DEMO_TK_TIME, rate: 20/min}
events:
  - {name: 第12课, rooms: [{account: talk, video: "8602268011035296205"}]}
outputs:
  workbook: {sheets: [about]}
"""
#: seconds in which a run that is stopped has ended
_PATIENCE = 5
#: a round's draw may lie past the end of its run, which is never twice the same; not of many
_MOST_MISSED = 0.25
T = TypeVar("T")
Files = dict[str, bytes]
NeedProgram = Callable[[str], Path]


def _together(rounds: Sequence[Callable[[], T]]) -> list[T]:
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        return [ended.result() for ended in [pool.submit(one) for one in rounds]]


def _done(one: Round, whole: Files, told: str) -> None:
    """Finish a report that was broken off, and compare."""
    judged = one.go_on()
    files = one.files()
    assert sorted(files) == sorted(whole), told
    assert not [name for name, data in files.items() if whole[name] != data], told
    assert not judged.faults, f"{told}: {judged.faults}"
    print(f"{told}: {judged.in_flight} in flight, {judged.repeats} repeated")  # noqa: T201 - shown with -s


def _at_a_moment(bench: Bench, whole: Files, name: str, after: float) -> bool:
    """Kill a run after some seconds, go on and compare; return whether it was killed, and had not ended before."""
    with bench.round(name) as one:
        process = one.start()
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
        code, _ = one.end(process)
        _done(one, whole, f"{name}: killed after {after:.3f} s")
        return code != 0


def _rounds_at_moments(bench: Bench, whole: Files, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    began = monotonic()
    with bench.round(f"timed {seed}") as one:
        one.finish()
    longest = (monotonic() - began) * 1.1
    moments = [chance.uniform(0, longest) for _ in range(rounds)]
    killed = _together(
        [partial(_at_a_moment, bench, whole, f"moment {seed} {number}", after) for number, after in enumerate(moments)]
    )
    assert killed.count(False) <= _MOST_MISSED * rounds


def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(bench: Bench, whole: Files) -> None:
    _rounds_at_moments(bench, whole, 1, 20)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 15))
def test_killed_at_many_moments(bench: Bench, whole: Files, seed: int) -> None:
    _rounds_at_moments(bench, whole, seed, 20)


def _stopped_at_a_moment(bench: Bench, whole: Files, place: tuple[str, signal.Signals, float]) -> bool:
    """Stop a run some seconds after it has opened its store; return whether it had not ended before."""
    name, number, after = place
    with bench.round(name) as one:
        process = one.start()
        wait_until(lambda: (one.folder / "reporter.db").exists() or process.poll() is not None)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        began = monotonic()
        code, said = one.end(process)
        assert monotonic() - began < _PATIENCE, f"{name}: {said}"
        assert code in (0, 128 + number), f"{name}: {said}"
        if code:
            assert said.splitlines() == ["stopped; run the same command again to go on where it was"]
            assert not list(one.folder.rglob("*.part")), name
        _done(one, whole, f"{name}: {number.name} after {after:.3f} s")
        return code != 0


def _rounds_of_stops(bench: Bench, whole: Files, seed: int, rounds: int) -> None:
    chance, signals = random.Random(seed), (signal.SIGINT, signal.SIGTERM)
    places = [(f"stop {seed} {number}", signals[number % 2], chance.uniform(0, 4)) for number in range(rounds)]
    # one after the other: what is timed is a run's own ending, not that of its neighbours
    stopped = [_stopped_at_a_moment(bench, whole, place) for place in places]
    assert any(stopped)


@pytest.mark.timed
def test_stopped_at_any_moment_it_ends_within_seconds_and_goes_on_to_the_same_bytes(bench: Bench, whole: Files) -> None:
    _rounds_of_stops(bench, whole, 1, 4)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 7))
def test_stopped_at_many_moments(bench: Bench, whole: Files, seed: int) -> None:
    _rounds_of_stops(bench, whole, seed, 20)


def _traced(strace: Path, calls: Sequence[str], *more: str) -> list[str]:
    # a `?` lets strace pass over a call that this machine's architecture has not
    return [
        str(strace),
        "-f",
        "-qq",
        "-o",
        "trace",
        "-e",
        "trace=" + ",".join(f"?{call}" for call in calls),
        *more,
    ]


def _counted(bench: Bench, strace: Path, name: str) -> Counter[str]:
    """Return how often the main thread of an unbroken run makes each call."""
    with bench.round(name) as one:
        code, said = one.end(one.start(*_traced(strace, _CALLS)))
        assert code == 0, said
        lines = (one.folder / "trace").read_text(encoding="utf-8", errors="replace").splitlines()
    made = [line.split(maxsplit=1) for line in lines]
    main = made[0][0]
    return Counter(rest.partition("(")[0] for pid, rest in made if pid == main)


def _at_a_call(bench: Bench, whole: Files, strace: Path, place: tuple[str, str, int]) -> bool:
    """Kill a run at a call, go on and compare; return whether it was killed, and had not ended before."""
    name, call, when = place
    with bench.round(name) as one:
        code, _ = one.end(one.start(*_traced(strace, [call], "-e", f"inject=?{call}:signal=SIGKILL:when={when}")))
        _done(one, whole, f"{name}: killed at {call} number {when}")
        return code != 0


def _rounds_at_calls(bench: Bench, whole: Files, strace: Path, seed: int, rounds: int) -> None:
    chance, made = random.Random(seed), _counted(bench, strace, f"counted {seed}")
    kinds = [[call for call in calls if made[call]] for calls in _KINDS.values()]
    assert all(kinds), made
    drawn = [chance.choice(kinds[number % len(kinds)]) for number in range(rounds)]
    places = [(f"call {seed} {number}", call, chance.randint(1, made[call])) for number, call in enumerate(drawn)]
    # a run's last file is the index of all runs, in the folder above its own
    places[-1] = (f"call {seed} last", "rename", made["rename"])
    killed = _together([partial(_at_a_call, bench, whole, strace, place) for place in places])
    assert killed.count(False) <= _MOST_MISSED * rounds


def test_killed_at_a_system_call_it_goes_on_to_the_same_bytes(
    bench: Bench, whole: Files, need_program: NeedProgram
) -> None:
    _rounds_at_calls(bench, whole, need_program("strace"), 1, 20)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 15))
def test_killed_at_many_system_calls(bench: Bench, whole: Files, need_program: NeedProgram, seed: int) -> None:
    _rounds_at_calls(bench, whole, need_program("strace"), seed, 20)


def _failing(bench: Bench, whole: Files, strace: Path, place: tuple[str, str, str, int]) -> None:
    """Let one call of a run fail; where it is one that writes the report, an older one stands there and stays whole."""
    name, call, error, when = place
    with bench.round(name) as one:
        is_of_store = call in _STORE_CALLS
        if not is_of_store:
            one.finish()
        paths = ["-P", str(one.folder / "reporter.db"), "-P", str(one.folder / "reporter.db-wal")]
        injected = f"inject=?{call}:error={error}:when={when}"
        code, said = one.end(one.start(*_traced(strace, [call], *(paths if is_of_store else []), "-e", injected)))
        assert code == 1, f"{name}: {said}"
        assert "Traceback" not in said, said
        assert ("reporter.db cannot be used" if is_of_store else "cannot be written") in said, said
        assert _ADVICE[error] in said, said
        if not is_of_store:
            assert one.files() == whole, name
        _done(one, whole, f"{name}: {error} at {call} number {when}")


def _midway(chance: random.Random, made: int) -> int:
    """Draw one of so many calls that comes in every run, however much it waits."""
    return chance.randint(made // 4, made * 3 // 4)


def test_full_disk_names_the_path_and_the_next_run_ends_the_same(
    bench: Bench, whole: Files, need_program: NeedProgram
) -> None:
    strace, chance = need_program("strace"), random.Random(1)
    made = _counted(bench, strace, "counted full")
    places = [
        ("full 1", "pwrite64", "ENOSPC", _midway(chance, made["pwrite64"])),
        ("full 2", "pwrite64", "ENOSPC", _midway(chance, made["pwrite64"])),
        ("full 3", "fdatasync", "EIO", _midway(chance, made["fdatasync"])),
        ("full 4", "fdatasync", "EIO", _midway(chance, made["fdatasync"])),
        ("full 5", "fsync", "EIO", chance.randint(1, made["fsync"])),
        ("full 6", "fsync", "ENOSPC", chance.randint(1, made["fsync"])),
        ("full 7", "rename", "ENOSPC", chance.randint(1, made["rename"])),
        ("full 8", "rename", "EIO", chance.randint(1, made["rename"])),
    ]
    _together([partial(_failing, bench, whole, strace, place) for place in places])


def test_run_whose_store_is_lost_is_seen_to_ask_everything_again(bench: Bench) -> None:
    with bench.round("lost") as one:
        one.finish()
        before, kept = one.asked(), committed(one.folder)
        assert judge(before, kept, ()) == Judged(in_flight=0, repeats=0, faults=())
        (one.folder / "reporter.db").unlink()
        one.finish()
        judged = judge(before, kept, one.asked()[len(before) :])
        assert judged.repeats == len(before) - 2  # the token call aside; page 1 counts as looked back at, twice
        assert len([fault for fault in judged.faults if fault.startswith("kept and asked again")]) == judged.repeats


def _against_a_limit(bench: Bench, name: str, after: int, *before: str) -> None:
    """Kill a slow run as a question comes in, and look at the gap to the next, whichever process asks it."""
    with bench.round(name, SLOW) as one:
        process = one.start(*before)
        wait_until(lambda: len(one.sandbox.asks) >= after or process.poll() is not None)
        process.kill()
        one.end(process)
        asked = len(one.asked())
        judged = one.go_on()
        assert len(one.asked()) > asked, name
        assert not judged.faults, f"{name}: {judged.faults}"
        assert not too_close(one.asked(), SLOW_SECONDS), name


def test_restarted_run_keeps_to_the_limit_that_the_dead_one_had_used(bench: Bench, need_program: NeedProgram) -> None:
    sending = _traced(need_program("strace"), ["sendto"], "-e", "inject=sendto:signal=SIGKILL:when=1")
    _together(
        [
            partial(_against_a_limit, bench, "limit 1", 1),
            partial(_against_a_limit, bench, "limit 2", 2),
            partial(_against_a_limit, bench, "limit while sending", 9, *sending),
        ]
    )
