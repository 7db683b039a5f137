"""A figure walked down: every row of every reply is counted or left out, and what is counted makes the figure."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from functools import partial
from typing import Any

import polars as pl
import pytest

from reporter.config import periods
from reporter.errors import UsageError
from reporter.explain import Explanation, Ground, explain, ground
from reporter.explain.origins import ROW
from reporter.explain.question import measures
from reporter.metrics import REGISTRY
from reporter.metrics.figures import values_of
from reporter.metrics.world import world

CODES = [metric.code for metric in REGISTRY]
WORLDS = [(7, 1.0), (11, 0.3), (23, 0.3)]
#: figures that count different persons, of sources whose rows are persons'
PERSONS = ["people", "live_people", "replay_people", "vod_people", "overlap_people", "new_people", "returning_people"]
#: figures that are made of visits alone
OF_VISITS = [
    metric.code
    for metric in REGISTRY
    if {one.source for one in measures(metric).values()}
    <= {"presence", "arrivals", "visits", "stretches", "watchers", "online", "stays"}
]


@pytest.fixture(scope="module", params=WORLDS, ids=lambda one: f"seed{one[0]}-scale{one[1]:g}")
def made(request: pytest.FixtureRequest, chain: Callable[..., Any]) -> Any:
    seed, scale = request.param
    weeks = chain(seed, scale)
    if seed == 7:  # one world with a past, so that somebody returns
        weeks.run(periods.before(periods.resolve("last_week", "Asia/Shanghai", weeks.now)).label)
    return weeks.run()


@pytest.fixture(scope="module")
def asked(made: Any) -> Ground:
    return ground(made.again)


def rows_of(one: Explanation) -> int:
    return sum(reply.rows for reply in one.replies)


def counted(one: Explanation) -> pl.DataFrame:
    return one.placed.filter(pl.col("why").is_null())


@pytest.mark.parametrize("code", CODES)
def test_counted_and_excluded_rows_are_the_replies_rows_and_the_value_is_the_reports(
    asked: Ground, made: Any, code: str
) -> None:
    event = made.report.tables["rooms"]["event"][0]
    for scope, key in (("total", ""), ("event", event)):
        one = explain(asked, code, event=key or None)
        assert one.rows + sum(each.rows for each in one.excluded) == rows_of(one) == one.placed.height
        assert one.placed.select(ROW).n_unique() == one.placed.height
        assert one.value == made.report.figure(code, scope, key).value
        assert one.rows or not one.value or code == "roster_people"
        assert _rows_by_call(one) == _rows_of_pulls(made, one)


def _rows_by_call(one: Explanation) -> dict[tuple[str, str | None], int]:
    found: dict[tuple[str, str | None], int] = {}
    for reply in one.replies:
        key = (reply.endpoint, reply.room)
        found[key] = found.get(key, 0) + reply.rows
    return found


def _rows_of_pulls(made: Any, one: Explanation) -> dict[tuple[str, str | None], int]:
    """What run.json says of the calls that the figure is said to stand on."""
    found: dict[tuple[str, str | None], int] = {}
    ids = {reply.reply_id for reply in one.replies}
    for pulled in made.report.pulls:
        if ids & {reply.reply_id for reply in pulled.replies}:
            key = (pulled.pull.endpoint, pulled.pull.room)
            found[key] = found.get(key, 0) + pulled.rows
    return found


@pytest.mark.parametrize("code", PERSONS)
def test_counted_rows_name_as_many_persons_as_the_figure_says(asked: Ground, code: str) -> None:
    one = explain(asked, code)
    assert counted(one)["person_id"].n_unique() == (one.value or 0)


@pytest.mark.parametrize("code", OF_VISITS)
def test_figure_made_of_the_counted_rows_alone_is_the_same(asked: Ground, code: str) -> None:
    one = explain(asked, code)
    tables = asked.joined.tables
    kept = counted(one).select(ROW)
    alone = {**tables, "visits": tables["visits"].join(kept, on=ROW, how="semi", maintain_order="left")}
    alone["people"] = tables["people"].join(counted(one).select("person_id"), on="person_id", how="semi")
    # which rooms are lists shows in that they have no visits: so none may lose all that it had
    alone["viewer_totals"] = tables["viewer_totals"].join(kept, on=ROW, how="semi")
    assert values_of(_world(asked, alone), "total")[code][""] == one.value


def _world(asked: Ground, tables: Any) -> Any:
    again = asked.world.presence.select("person_id", "is_returning").unique().drop_nulls()
    derived = {"returning": again} if asked.world.knows_past else {}
    return world(tables, {**asked.joined.derived, **derived}, asked.again.job.period)


@pytest.mark.parametrize("code", ["comments", "likes", "questions", "votes", "sign_ins", "paid_amount"])
def test_counts_of_the_counted_rows_come_to_the_figure(asked: Ground, code: str) -> None:
    one = explain(asked, code)
    kept = counted(one).select(ROW)
    tables = asked.origins.tables
    visits = tables["visits"].filter(pl.col("why").is_null()) if code != "paid_amount" else tables["visits"].head(0)
    said = [tables["activity"].filter(pl.col("vendor") == "volcengine").select(*ROW, code)]
    said += [] if code == "paid_amount" else [visits.select(*ROW, code)]
    assert pl.concat(said).join(kept, on=ROW, how="semi")[code].sum() == one.value


@pytest.mark.parametrize("code", ["live_seconds", "peak_concurrency"])
def test_reason_of_each_excluded_row_is_true_of_a_visit_of_it(asked: Ground, made: Any, code: str) -> None:
    start, end = (bound.astimezone(UTC) for bound in made.bounds)
    is_ours = pl.col("room_id").is_in(made.report.tables["rooms"]["room_id"].to_list())
    joined, left = pl.col("joined_at"), pl.col("left_at")
    facts = {
        "outside-period": ~joined.is_between(start, end, closed="left"),
        "track-before-period": ~pl.col("_of_room") & (joined < start),
        "other-room": ~is_ours,
        "told-by-log": is_ours & ~pl.col("_of_room"),
        "excluded": pl.col("excluded_by").is_not_null(),
        "other-mode": ~pl.col("mode").is_in(["live", "interactive"]),
        "no-interval": joined.is_null() | left.is_null(),
        "no-length": pl.col("watch_seconds").is_null(),
    }
    excluded = explain(asked, code).placed.drop_nulls("why").select(*ROW, reason="why")
    visits = asked.origins.tables["visits"].join(excluded, on=ROW)
    for reason in visits["reason"].unique():
        of_reason = visits.filter(pl.col("reason") == reason)
        assert of_reason.group_by(ROW).agg(facts[reason].any().alias("is_true"))["is_true"].all()
    assert visits["reason"].n_unique() >= 5


def test_person_alone_has_his_own_value_and_rows(asked: Ground) -> None:
    visits = asked.world.visits.filter(pl.col("mode").is_in(["live", "interactive", "replay", "vod"]))
    for person in asked.joined.tables["people"]["person_id"][:3]:
        one = explain(asked, "watch_seconds", person=person)
        his = visits.filter(pl.col("person_id") == person)
        assert one.value == his["micro_seconds"].sum() / 1_000_000
        assert set(counted(one)["person_id"]) <= {person}
        assert one.rows + sum(each.rows for each in one.excluded) == rows_of(one)
        assert explain(asked, "people", person=person).value == 1
        assert explain(asked, "peak_concurrency", person=person).value in {0, 1}


def test_person_is_found_by_id_number_viewer_phone_or_name_and_two_of_a_name_are_told(asked: Ground) -> None:
    tables = asked.joined.tables
    people, viewers = tables["people"], tables["viewers"].drop_nulls("viewer_id")
    first = people["person_id"][0]
    viewer = viewers.filter(pl.col("person_id") == first).row(0, named=True)
    known = people.filter(pl.col("phone").is_not_null()).row(0, named=True)
    place = f"{viewer['vendor']}:{viewer['account']}/{viewer['viewer_id']}"
    for word in (first, "1", place, place.replace(":", "/", 1)):
        assert explain(asked, "people", person=word).person == first
    assert explain(asked, "people", person=known["phone"]).person == known["person_id"]
    with pytest.raises(UsageError, match="nobody of this run"):
        explain(asked, "people", person="nobody at all")
    with pytest.raises(UsageError, match="knows no persons"):
        explain(asked, "play_seconds", person=first)


def test_event_is_found_by_name_or_room_and_a_slip_names_the_nearest(asked: Ground) -> None:
    assert explain(asked, "plays", event="第12课").event == "第12课"
    assert explain(asked, "people", event="609812").event == "产品公开日"
    with pytest.raises(UsageError, match="did you mean 第12课"):
        explain(asked, "people", event="第13课")
    with pytest.raises(UsageError, match="did you mean `watch_seconds`"):
        explain(asked, "watch_second")


def test_parameters_are_those_that_were_sent_page_by_page(asked: Ground) -> None:
    pages = [one for one in explain(asked, "vod_people").replies if one.room == "8602268011035296205"]
    assert [one.parameters["page"] for one in pages] == [str(one.page) for one in pages]
    assert len(pages) > 1
    log = next(one for one in explain(asked, "live_people").replies if one.endpoint == "ListUserBehaviorDataAPIV2")
    assert str(log.parameters["ActivityId"]) == log.room
    assert log.request_id
    assert not {"Signature", "X-Signature", "token", "AppKey"} & set(log.parameters)


def test_count_that_only_tracks_give_is_counted_in_all_tracks_of_the_viewer(chain: Callable[..., Any]) -> None:
    weeks = chain(7, 0.3)
    first = periods.resolve("last_week", "Asia/Shanghai", weeks.now).start.timestamp()
    weeks.bend = partial(_new_rooms_without_comments, first=first)
    made = weeks.run()
    here = ground(made.again)
    one = explain(here, "comments")
    tracks = [reply for reply in one.replies if reply.endpoint == "GetAccountUserTrackData" and reply.counted]
    assert tracks
    rows = here.origins.tables["activity"].filter(pl.col("vendor") == "volcengine").join(counted(one), on=ROW)
    visits = here.origins.tables["visits"].filter(pl.col("why").is_null()).join(counted(one), on=ROW)
    said = [int(frame["comments"].sum()) for frame in (rows, visits)]
    assert sum(said) == one.value == made.report.figure("comments").value


def _new_rooms_without_comments(body: bytes, first: float) -> bytes:
    """Return lists of viewers that say nothing of comments, and rooms that were never live before `first`."""
    told = json.loads(body) if b'"ResponseMetadata"' in body else {}
    result = told.get("Result") or {}
    for user in result.get("Users") or []:
        user["InteractData"].pop("CommentCount", None)
    if spans := result.get("StartAndEndTime"):
        result["StartAndEndTime"] = [span for span in spans if span["StartTime"] >= first]
    return json.dumps(told).encode() if result else body


def test_odd_rows_are_accounted_for_like_all_others(chain: Callable[..., Any]) -> None:
    made = chain(11, 0.3, bend=_odd).run()
    here = ground(made.again)
    for code in CODES:
        one = explain(here, code)
        assert one.rows + sum(each.rows for each in one.excluded) == rows_of(one) == one.placed.height
        assert one.value == made.report.figure(code).value
    told = {each.code: each for each in explain(here, "live_people").excluded}
    assert "names no viewer" in told["nobody"].why.en
    unread = [each.why.en for each in explain(here, "live_people").excluded if each.code == "unread"]
    assert any("without a time of joining" in why for why in unread)
    assert any("without an online time" in why for why in unread)


def _odd(body: bytes) -> bytes:
    """Return replies of which some rows have no times, no viewer, or are no rows at all."""
    told = json.loads(body) if body.startswith(b"{") else {}
    logged = (told.get("Result") or {}).get("Data") if "ResponseMetadata" in told else None
    lived = ((told.get("data") or {}).get("report") or {}).get("lives") if isinstance(told.get("data"), dict) else None
    for place, row in enumerate(logged or []):
        if place % 7 == 0:
            row.update(JoinAt=[], LeaveAt=[])
        elif place % 11 == 0:
            row["UserId"] = ""
    for place, row in enumerate(lived or []):
        if place % 5 == 0:
            row.update(dict.fromkeys(("distinctId", "mobile", "email", "extId", "viewerId")))
        elif place % 7 == 0:
            row["online_time"] = None
    if lived:
        lived[3] = None
    return json.dumps(told).encode() if logged or lived else body
