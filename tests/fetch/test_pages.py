"""What TalkCloud's pages can do wrong, against its own record: rows have no ids, so counts and page 1 are the proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reporter.fetch import fetch
from reporter.model import Pull, Pulled
from reporter.vendors import VENDORS
from reporter.vendors.base import Access

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

#: the number of the request (from 1) and the page that it asks for -> what to change in `data`
Wrong = Callable[[int, int], dict[str, Any]]
_TALKCLOUD = VENDORS["talkcloud"]
_SIZE = 3


def _rows(*names: str) -> list[dict[str, str]]:
    return [{"userId": name, "assetId": "v", "visitTime": "00:01:00", "visitRadio": "5%"} for name in names]


ALL = _rows("a", "b", "c", "d", "e", "f", "g", "g")


def _pulled(bench: Bench, wrong: Wrong, rows: Sequence[dict[str, str]] = ALL) -> tuple[Pulled, list[int]]:
    """Return how a walk ends, and the pages that were asked for."""
    asked = list[int]()

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        asked.append(page)
        right = {"total": len(rows), "per_page": _SIZE, "current_page": page, "last_page": -(-len(rows) // _SIZE)}
        data = {**right, "data": rows[(page - 1) * _SIZE : page * _SIZE], **wrong(len(asked), page)}
        return httpx.Response(200, json={"result": 0, "msg": "", "data": data})

    account = _TALKCLOUD.account.model_validate({"vendor": "talkcloud", "auth_key": "env:X", "token": "env:X"})
    keys = {"auth_key": "k", "token": "t"}
    period = bench.pull().period
    (pulled,) = fetch(
        [Pull("talkcloud", "talk", "vod/watch", account, period, room="v")],
        {"talk": Access("talk", _TALKCLOUD, account, keys, scope="scope")},
        store=bench.store,
        run_id=bench.begin(),
        period=period,
        clock=bench.clock.as_clock(),
        transport=httpx.MockTransport(answer),
    )
    assert bench.clock.now() - period.end < timedelta(hours=13)
    return pulled, asked


def _at(number: int, **wrong: Any) -> Wrong:
    """Return a slip of one request."""
    return lambda request, _page: wrong if request == number else {}


def _on(number: int, **wrong: Any) -> Wrong:
    """Return a slip of one page, for ever."""
    return lambda _request, page: wrong if page == number else {}


def test_walk_ends_with_a_look_at_page_1(bench: Bench) -> None:
    pulled, asked = _pulled(bench, lambda *_: {})
    assert (pulled.verdict, pulled.rows, pulled.issues, asked) == ("complete", 8, (), [1, 2, 3, 1])


@pytest.mark.parametrize(
    ("wrong", "asked"),
    [
        pytest.param(_at(2, data=ALL[:3]), [1, 2, 2, 3, 1], id="page repeats"),
        pytest.param(_at(3, data=ALL[3:5]), [1, 2, 3, 3, 1], id="last page repeats the one before"),
        pytest.param(_at(2, current_page=1), [1, 2, 2, 3, 1], id="number of another page"),
        pytest.param(_at(2, total=9), [1, 2, 3, 1, 2, 3, 1], id="total moves"),
        pytest.param(_at(2, last_page=2), [1, 2, 1, 2, 3, 1], id="last page shrinks"),
        pytest.param(_at(2, data=[]), [1, 2, 1, 2, 3, 1], id="page is empty"),
        pytest.param(_at(2, data=ALL[3:5]), [1, 2, 3, 1, 2, 3, 1], id="page is short"),
        pytest.param(_at(4, data=_rows("z", "a", "b")), [1, 2, 3, 1] * 2, id="page 1 shifts"),
        pytest.param(_at(4, total=9), [1, 2, 3, 1] * 2, id="total of page 1 moves"),
    ],
)
def test_slip_that_passes_is_noticed_and_read_past(bench: Bench, wrong: Wrong, asked: list[int]) -> None:
    pulled, pages = _pulled(bench, wrong)
    assert (pulled.verdict, pulled.rows, pulled.issues) == ("complete", 8, ())
    assert pages == asked


@pytest.mark.parametrize(
    ("wrong", "verdict", "code"),
    [
        pytest.param(_on(2, data=ALL[:3]), "short", "rows-short", id="page repeats"),
        pytest.param(_on(2, current_page=1), "short", "protocol", id="number of another page"),
        pytest.param(_on(2, total=9), "drifted", "total-moved", id="total moves"),
        pytest.param(_on(2, last_page=2), "short", "rows-short", id="last page shrinks"),
        pytest.param(_on(2, data=[]), "short", "rows-short", id="page is empty"),
        pytest.param(_on(2, data=ALL[2:6]), "drifted", "rows-over", id="page is long"),
        pytest.param(
            lambda request, page: {"data": _rows(str(request), "b", "c")} if page == 1 else {},
            "drifted",
            "rows-shifted",
            id="page 1 shifts",
        ),
    ],
)
def test_slip_that_stays_is_read_again_and_then_reported(bench: Bench, wrong: Wrong, verdict: str, code: str) -> None:
    pulled, _ = _pulled(bench, wrong)
    assert (pulled.verdict, [issue.code for issue in pulled.issues]) == (verdict, [code])


def test_equal_rows_are_no_slip(bench: Bench) -> None:
    pulled, asked = _pulled(bench, lambda *_: {}, _rows("b", "a", "a", "a"))
    assert (pulled.verdict, pulled.rows, pulled.issues, asked) == ("complete", 4, (), [1, 2, 1])
