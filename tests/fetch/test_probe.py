"""The finding calls of `plan --resolve`: which are made, what they prove, and when they stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

from reporter.fetch.probe import Probe, probe
from reporter.model import Match, Pull

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]


def _probed(bench: Bench, *pulls: Pull) -> Probe:
    transport = httpx.MockTransport(bench.answer)
    return probe(pulls, bench.access, store=bench.store, clock=bench.clock.as_clock(), transport=transport)


def test_search_is_read_whole_and_a_list_that_leads_on_by_its_first_page(bench: Bench) -> None:
    bench.rooms |= {"a": ["x", "y", "z"], "b": ["x", "y", "z"]}
    made = _probed(bench, bench.pull("a", "find", match=Match()), bench.pull("b", "find"))
    assert bench.paths() == ["find a 1", "find a 2", "find b 1"]
    assert [(one.calls, one.rows, one.is_whole) for one in made.found.values()] == [(2, 3, True), (2, 3, False)]
    assert (made.requests, made.issues) == (3, [])


@pytest.mark.parametrize(("claimed", "code"), [(5, "rows-short"), (2, "rows-over")])
def test_search_whose_count_does_not_agree_is_not_known_whole(bench: Bench, claimed: int, code: str) -> None:
    bench.rooms["a"], bench.totals = ["x", "y", "z"], dict.fromkeys((1, 2), claimed)
    made = _probed(bench, bench.pull("a", "find", match=Match()))
    assert [(one.calls, one.rows, one.is_whole) for one in made.found.values()] == [(2, claimed, False)]
    assert [issue.code for issue in made.issues] == [code]


@pytest.mark.parametrize(
    ("slip", "sent"),
    [
        pytest.param({"fault": httpx.ConnectError}, 5, id="nobody answers"),
        pytest.param({"status": 502, "text": "<html>"}, 15, id="three calls in a row fail"),
        pytest.param({"code": "BadKey"}, 1, id="refused"),
    ],
)
def test_dead_vendor_is_given_up_as_in_a_run(bench: Bench, says: Says, slip: dict[str, str], sent: int) -> None:
    bench.slips["find"] = says(**slip)
    made = _probed(bench, *(bench.pull(room, "find") for room in "abcdefgh"))
    assert (len(bench.sent), made.requests) == (sent, sent)
    assert len(made.issues) == 8
    assert {issue.code for issue in made.issues[3:]} == {"not-asked"}
