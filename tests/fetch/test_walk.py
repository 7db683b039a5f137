from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]


def test_walk_reads_every_page_in_order_and_agrees_with_the_vendors_count(bench: Bench) -> None:
    bench.rooms["a"] = [1, 2, 3, 4, 5]
    (pulled,) = bench.fetch(bench.pull("a"))
    assert bench.paths() == ["rows a 1", "rows a 2", "rows a 3"]
    assert (pulled.verdict, pulled.rows, pulled.claimed, pulled.requests) == ("complete", 5, 5, 3)
    assert [reply.page for reply in pulled.replies] == [1, 2, 3]
    assert [reply.request_id for reply in pulled.replies] == ["r1", "r2", "r3"]
    assert pulled.issues == ()


def test_each_page_of_a_walk_is_read_as_often_and_in_any_order_as_it_is_looked_at(bench: Bench) -> None:
    bench.rooms["a"] = [1, 2, 3, 4, 5]
    (pulled,) = bench.fetch(bench.pull("a"))
    rows = {1: b'"rows":[1,2]', 2: b'"rows":[3,4]', 3: b'"rows":[5]'}
    for number in (2, 1, 1, 3, 2, 3, 1, 2, 3, 3):
        assert rows[number] in pulled.replies[number - 1].body.replace(b" ", b"")


def test_walk_follows_the_vendors_cursor(bench: Bench) -> None:
    bench.rooms["a"] = [1, 2, 3]
    (pulled,) = bench.fetch(bench.pull("a", "scroll"))
    assert [request.url.params["after"] for request in bench.sent] == ["", "2"]
    assert (pulled.verdict, pulled.rows) == ("complete", 3)


def test_equal_rows_are_kept_and_counted(bench: Bench) -> None:
    bench.rooms["a"] = [7, 7, 7]
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.rows) == ("complete", 3)


def test_secrets_are_taken_out_before_a_reply_is_stored(bench: Bench) -> None:
    bench.rooms["a"] = [{"id": 1, "key": "k3y"}]
    (pulled,) = bench.fetch(bench.pull("a"))
    assert b"s3cret" not in pulled.replies[0].body
    assert b"k3y" not in pulled.replies[0].body
    assert b'"id":1' in pulled.replies[0].body


def test_total_that_moves_is_read_again_until_it_settles(bench: Bench) -> None:
    bench.rooms["a"], bench.totals = [1, 2, 3], {2: 4}
    (pulled,) = bench.fetch(bench.pull("a"))
    assert bench.paths() == ["rows a 1", "rows a 2"] * 2
    assert (pulled.verdict, pulled.requests, len(pulled.replies)) == ("complete", 4, 2)


def test_total_that_never_settles_is_drifted_and_says_so(bench: Bench) -> None:
    bench.rooms["a"], bench.totals = [1, 2, 3], dict.fromkeys((1, 3, 5, 7), 4)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.requests, len(pulled.replies)) == ("drifted", 8, 2)
    assert [(issue.level, issue.code) for issue in pulled.issues] == [("warning", "total-moved")]


@pytest.mark.parametrize(
    ("first", "last", "claimed"),
    [(9, 8, 8), (8, 9, 9), (4, 0, 4), (9, 2, 9)],
    ids=["it falls", "it grows", "the last page counts none", "it falls below what came"],
)
def test_total_that_moves_hides_no_missing_rows(bench: Bench, first: int, last: int, claimed: int) -> None:
    bench.rooms["a"] = [1, 2, 3]
    bench.totals = {number: first if number % 2 else last for number in range(1, 9)}
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.rows, pulled.claimed) == ("short", 3, claimed)
    assert [(issue.level, issue.code) for issue in pulled.issues] == [("error", "rows-short")]


def test_fewer_rows_than_claimed_are_short(bench: Bench) -> None:
    bench.rooms["a"], bench.totals = [1], dict.fromkeys(range(1, 9), 3)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.rows, pulled.claimed, pulled.requests) == ("short", 1, 3, 4)
    assert pulled.issues[0].message.en == "the vendor says 3 rows and gave 1 (request id r4)"
    assert pulled.issues[0].where == "toy:main rows room a page 1"


def test_more_rows_than_claimed_are_drifted(bench: Bench) -> None:
    bench.rooms["a"], bench.totals = [1, 2], dict.fromkeys(range(1, 9), 1)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, [issue.code for issue in pulled.issues]) == ("drifted", ["rows-over"])


def test_cursor_that_died_restarts_its_walk(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[2] = [1, 2, 3], says("BadCursor")
    (pulled,) = bench.fetch(bench.pull("a", "scroll"))
    assert [request.url.params["after"] for request in bench.sent] == ["", "2", "", "2"]
    assert (pulled.verdict, pulled.rows, len(pulled.replies)) == ("complete", 3, 2)


def test_cursor_that_repeats_ends_the_walk_loudly(bench: Bench, says: Says) -> None:
    again = says(text='{"code":"","requestId":"x","rows":[1,2],"total":9,"after":"2","pages":1}')
    bench.slips["a"] = again
    (pulled,) = bench.fetch(bench.pull("a", "scroll"))
    assert pulled.verdict == "short"
    assert "the vendor repeats its cursor" in pulled.issues[0].message.en
    assert len(bench.sent) == 20  # the first page, the repeated one, and that page three times more; four readings


def test_cursor_that_leads_round_under_new_names_ends_the_walk_at_twice_the_count(bench: Bench) -> None:
    def round_again(request: httpx.Request) -> httpx.Response:
        after = str(int(request.url.params["after"] or 0) + 1)
        rows = {"rows": [1, 2], "total": 3, "pages": 1, "after": after}
        return httpx.Response(200, json={"code": "", "requestId": "x", **rows})

    bench.slips["a"] = round_again
    (pulled,) = bench.fetch(bench.pull("a", "scroll"))
    assert (pulled.verdict, pulled.rows) == ("short", 8)
    assert "8 rows came of 3 that the vendor counts" in pulled.issues[0].message.en
    assert len(bench.sent) == 52  # four pages, each that repeats asked for three times more; four readings


def test_uncounted_walk_that_brings_nothing_new_ends_loudly(bench: Bench) -> None:
    def round_again(request: httpx.Request) -> httpx.Response:
        after = str(int(request.url.params["after"] or 0) + 1)
        return httpx.Response(200, json={"code": "", "requestId": "x", "rows": [1, 2], "after": after, "pages": 1})

    bench.slips["a"] = round_again
    (pulled,) = bench.fetch(bench.pull("a", "scroll"))
    assert (pulled.verdict, pulled.rows, pulled.claimed) == ("short", 6, None)
    assert "6 rows came, then no more, and the walk goes on" in pulled.issues[0].message.en


def test_cursor_of_an_earlier_process_that_only_fails_restarts_its_walk(bench: Bench, says: Says) -> None:
    bench.rooms["a"], run_id = [1, 2, 3], bench.begin()
    bench.slips |= dict.fromkeys(range(2, 12), says("Busy", status=500))
    (first,) = bench.fetch(bench.pull("a", "scroll"), run_id=run_id)
    (second,) = bench.fetch(bench.pull("a", "scroll"), run_id=run_id)
    assert (first.verdict, second.verdict, second.rows) == ("short", "complete", 3)
    assert [request.url.params["after"] for request in bench.sent] == ["", *["2"] * 10, "", "2"]


@pytest.mark.parametrize("code", ["NeverHeardOf", "BadKey"])
def test_code_that_stops_at_a_cursor_of_an_earlier_process_restarts_its_walk_once(
    bench: Bench, says: Says, code: str
) -> None:
    bench.rooms["a"], run_id = [1, 2, 3], bench.begin()
    bench.slips |= dict.fromkeys((2, 3, 5), says(code))
    (first,) = bench.fetch(bench.pull("a", "scroll"), run_id=run_id)
    (second,) = bench.fetch(bench.pull("a", "scroll"), run_id=run_id)
    (third,) = bench.fetch(bench.pull("a", "scroll"), run_id=run_id)
    # the vendor says it of the new cursor too, so that it is none that died
    assert [request.url.params["after"] for request in bench.sent] == ["", "2", "2", "", "2", "2"]
    assert (first.verdict, second.verdict, third.verdict, third.rows) == ("short", "short", "complete", 3)


def test_unknown_code_at_a_cursor_stops_and_is_no_dead_cursor(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[2] = [1, 2, 3], says("NeverHeardOf", status=500)
    (pulled,) = bench.fetch(bench.pull("a", "scroll"))
    assert (pulled.verdict, pulled.requests, pulled.issues[0].code) == ("short", 2, "protocol")
    assert "code NeverHeardOf" in pulled.issues[0].message.en


def test_walk_that_counts_more_than_its_call_lists_is_read_once_and_short(bench: Bench) -> None:
    bench.rooms["a"] = [1, 2, 3, 4]
    bench.totals = dict.fromkeys(range(1, 9), 9)
    (pulled,) = bench.fetch(bench.pull("a", "reaching-4"))
    assert bench.paths() == ["reaching-4 a 1", "reaching-4 a 2"]
    assert (pulled.verdict, pulled.rows, pulled.claimed) == ("short", 4, 9)
    assert [(issue.level, issue.code) for issue in pulled.issues] == [("error", "out-of-reach")]
    assert "this call lists no more than 4 of them: make `match`'s name narrower" in pulled.issues[0].message.en


def test_page_equal_to_the_one_before_is_read_again_and_then_kept(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says(text='{"code":"","requestId":"x","rows":[7,7],"total":4,"pages":2}')
    (pulled,) = bench.fetch(bench.pull("a"))
    assert bench.paths() == ["rows a 1", *["rows a 2"] * 4]
    assert (pulled.verdict, pulled.rows, pulled.issues[0].code) == ("complete", 4, "page-repeated")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_page_that_repeats_is_read_again_up_to_three_times(bench: Bench, says: Says, times: int) -> None:
    bench.rooms["a"] = [1, 2, 3, 4]
    repeated = says(text='{"code":"","requestId":"x","rows":[1,2],"total":4,"pages":2}')
    bench.slips |= dict.fromkeys(range(2, 2 + times), repeated)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert bench.paths() == ["rows a 1", *["rows a 2"] * (1 + times)]
    assert (pulled.verdict, pulled.rows, pulled.issues) == ("complete", 4, ())


def test_walk_without_end_is_cut_and_says_so(bench: Bench) -> None:
    bench.rooms["a"], bench.limits = list(range(20)), replace(bench.limits, pages=3)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, len(pulled.replies)) == ("short", 3)
    assert "the walk has no end at page 4" in pulled.issues[0].message.en


def test_later_page_that_never_comes_leaves_the_walk_short(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1, 2, 3]
    bench.slips.update(dict.fromkeys(range(2, 9), says("Busy")))
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.rows, len(pulled.replies)) == ("short", 2, 1)
    issue = pulled.issues[0]
    assert (issue.level, issue.code, issue.where) == ("error", "unavailable", "toy:main rows room a page 2 try 5")
    assert "code Busy, request id slip" in issue.message.en


def test_request_that_cannot_be_written_fails_alone(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    plain = bench.account("plain", base_url="http://vendor.example")
    bad, good = bench.fetch(bench.pull("a", account="plain"), bench.pull("a"))
    assert plain.base_url == "http://vendor.example"
    assert (bad.verdict, bad.requests, good.verdict) == ("failed", 0, "complete")
    assert "would send keys in the clear, so nothing was sent" in bad.issues[0].message.en
    assert len(bench.sent) == 1


def test_ids_do_not_depend_on_body_clock_or_place(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    bench.account("main", base_url="http://127.0.0.1:1234")
    first = bench.fetch(bench.pull("a"))[0].replies[0]
    bench.account("main", base_url="http://127.0.0.1:9")
    bench.access["main"] = replace(bench.access["main"], scope="elsewhere")
    bench.rooms["a"] = [2]
    second = bench.fetch(bench.pull("a"))[0].replies[0]
    assert first.reply_id == second.reply_id
    assert first.body != second.body


def _page(rows: str, total: int, pages: int = 2) -> dict[str, str]:
    return {"text": f'{{"code":"","requestId":"x","rows":{rows},"total":{total},"pages":{pages}}}'}


def test_row_whose_id_came_on_an_earlier_page_is_read_again_from_the_first(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1, 2, 3, 4]
    bench.slips |= dict.fromkeys((2, 3, 4, 5), says(**_page("[2,3]", 4)))
    (pulled,) = bench.fetch(bench.pull("a", "ids"))
    assert bench.paths() == ["ids a 1", *["ids a 2"] * 4, "ids a 1", "ids a 2"]
    assert (pulled.verdict, pulled.rows, pulled.issues) == ("complete", 4, ())


def test_equal_rows_without_ids_of_their_own_that_never_stop_moving_are_drifted(bench: Bench, says: Says) -> None:
    bench.slips |= {number: says(**_page("[1,2]" if number % 5 == 1 else "[2,3]", 4)) for number in range(1, 21)}
    (pulled,) = bench.fetch(bench.pull("a", "whole-rows"))
    assert (pulled.verdict, pulled.requests) == ("drifted", 20)
    assert [issue.code for issue in pulled.issues] == ["rows-shifted"]


def test_whole_page_of_different_rows_that_comes_again_makes_up_for_none(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says(**_page("[1,2]", 4))
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.rows, pulled.claimed) == ("short", 4, 4)
    assert "gave 4, 2 of them a second time" in pulled.issues[0].message.en


@pytest.mark.parametrize("total", [3, 4])
def test_row_that_came_twice_makes_up_for_none_that_is_missing(bench: Bench, says: Says, total: int) -> None:
    bench.slips["a"] = says(**_page("[1,2]", total))
    (pulled,) = bench.fetch(bench.pull("a", "ids"))
    assert (pulled.verdict, pulled.rows, pulled.claimed) == ("short", 4, total)
    assert f"the vendor says {total} rows and gave 4, 2 of them a second time" in pulled.issues[0].message.en


def test_row_that_came_twice_on_one_page_makes_up_for_none_that_is_missing(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says(**_page("[5,5,6]", 3, pages=1))
    (pulled,) = bench.fetch(bench.pull("a", "ids"))
    assert (pulled.verdict, pulled.rows, pulled.claimed) == ("short", 3, 3)
    assert "the vendor says 3 rows and gave 3, 1 of them a second time" in pulled.issues[0].message.en


def test_page_with_a_row_twice_is_read_again_and_the_right_one_taken(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[1] = [5, 6], says(**_page("[5,5]", 2, pages=1))
    (pulled,) = bench.fetch(bench.pull("a", "ids"))
    assert (pulled.verdict, pulled.requests, pulled.issues) == ("complete", 2, ())


def test_equal_rows_without_ids_on_one_page_are_honest(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says(**_page("[5,5,6]", 3, pages=1))
    (pulled,) = bench.fetch(bench.pull("a", "whole-rows"))
    assert (pulled.verdict, pulled.requests, pulled.issues) == ("complete", 1, ())


def test_rows_without_ids_are_proved_by_page_1_at_the_end(bench: Bench) -> None:
    bench.rooms["a"] = [7, 7, 8, 9]
    (pulled,) = bench.fetch(bench.pull("a", "no-ids"))
    assert bench.paths() == ["no-ids a 1", "no-ids a 2", "no-ids a 1"]
    assert (pulled.verdict, pulled.requests, [reply.page for reply in pulled.replies]) == ("complete", 3, [1, 2])


def test_walk_of_one_page_needs_no_second_look(bench: Bench) -> None:
    bench.rooms["a"] = [7, 8]
    (pulled,) = bench.fetch(bench.pull("a", "no-ids"))
    assert (pulled.verdict, pulled.requests) == ("complete", 1)


def test_page_1_that_changed_is_read_again_with_all_that_follows(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[3] = [1, 2, 3, 4], says(**_page("[0,1]", 4))
    (pulled,) = bench.fetch(bench.pull("a", "no-ids"))
    assert bench.paths() == ["no-ids a 1", "no-ids a 2", "no-ids a 1"] * 2
    assert (pulled.verdict, pulled.issues) == ("complete", ())


def test_page_1_that_never_stays_is_drifted(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1, 2, 3, 4]
    bench.slips |= {3 * number: says(**_page(f"[{number},0]", 4)) for number in range(1, 5)}
    (pulled,) = bench.fetch(bench.pull("a", "no-ids"))
    assert (pulled.verdict, pulled.requests) == ("drifted", 12)
    assert [issue.code for issue in pulled.issues] == ["rows-shifted"]


def test_walk_resumed_at_its_end_still_looks_back(bench: Bench, says: Says) -> None:
    bench.rooms["a"], run_id = [1, 2, 3, 4], bench.begin()
    bench.slips |= dict.fromkeys(range(3, 8), says("Busy"))
    (first,) = bench.fetch(bench.pull("a", "no-ids"), run_id=run_id)
    (second,) = bench.fetch(bench.pull("a", "no-ids"), run_id=run_id)
    assert (first.verdict, second.verdict, second.rows) == ("short", "complete", 4)
    assert bench.paths()[-1] == "no-ids a 1"
    assert len(bench.sent) == 8
