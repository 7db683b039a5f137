"""Errors planted in what vendors send: each is found unexplained, by the check that is about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.audit.evidence import evidence
from reporter.audit.integrity import CHECKS, examine
from reporter.checks import RULES
from reporter.rebuild import Replayed
from tests.audit import planting
from tests.audit.planting import HOUR, Json, Plant, each, times, without

#: planted one at a time: kind, what is planted, the check that names it
PLANTED: list[tuple[str, Plant, str]] = []


def _kind(kind: str, plant: Plant, check: str) -> None:
    PLANTED.append((kind, plant, check))


def _renumbered(replies: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(replace(reply, page=page) for page, reply in enumerate(replies, start=1))


# pages and lists
_kind("last page lost", planting.lost(planting.WATCH, lambda replies: replies[:-1]), "replies-counted")
_kind("first page lost", planting.lost(planting.WATCH, lambda replies: replies[1:]), "replies-counted")
_kind(
    "page lost and the others numbered anew",
    planting.lost(planting.WATCH, lambda replies: _renumbered(replies[:-1])),
    "claimed-rows",
)
_kind(
    "page doubled",
    planting.lost(planting.WATCH, lambda replies: _renumbered((replies[0], *replies))),
    "row-twice",
)


def _cut(rows: list[Json]) -> None:
    del rows[len(rows) // 2 :]


def _cut_with_total(body: Json) -> None:
    users = body["Result"]["Users"]
    del users[len(users) // 2 :]
    body["Result"]["TotalCount"] = len(users)


def _empty_log(body: Json) -> None:
    body["Result"]["Data"], body["Result"]["TotalItemCount"] = [], 0


def _without_longest(body: Json) -> None:
    rows = body["Result"]["Data"]
    if not rows:
        return
    longest = max(rows, key=lambda row: row["WatchTime"])["UserId"]
    rows[:] = [row for row in rows if row["UserId"] != longest]
    body["Result"]["TotalItemCount"] = len(rows)


_kind("list of viewers truncated", planting.users(_cut), "claimed-rows")
_kind("visit log truncated", planting.log(_cut), "claimed-rows")
_kind("page of TalkCloud truncated", planting.watched(_cut), "claimed-rows")
_kind(
    "search for rooms truncated",
    planting.sent(planting.SEARCH, lambda body: body["Result"]["Activities"].pop()),
    "claimed-rows",
)
_kind("list truncated and its total with it", planting.sent(planting.LIST, _cut_with_total), "listed-viewers")
_kind("log empty and its total with it", planting.sent(planting.LOG, _empty_log), "logged-viewers")
_kind("one viewer lost from the log", planting.sent(planting.LOG, _without_longest), "logged-viewers")


def _double_user(body: Json) -> None:
    body["Result"]["Users"].append(body["Result"]["Users"][0])
    body["Result"]["TotalCount"] += 1


def _double_log_row(body: Json) -> None:
    body["Result"]["Data"] += body["Result"]["Data"][:1]
    body["Result"]["TotalItemCount"] += 1


_kind("viewer doubled in the list", planting.sent(planting.LIST, _double_user), "double-rows")
_kind("row doubled in the log", planting.sent(planting.LOG, _double_log_row), "row-twice")
_kind("stay doubled at Quanshi", planting.lives(lambda rows: rows.append(rows[-1])), "double-rows")
# rows of one viewer are added up, whichever they are: the sums no longer fit the stays
_kind("summary doubled at Quanshi", planting.details(lambda rows: rows.append(rows[0])), "quanshi-times")

_kind("pull cut short", planting.short(planting.WATCH), "pulls-whole")

# units
_kind("milliseconds for seconds, Quanshi", planting.lives(times(1000, "watch_duration")), "units")
_kind("minutes for seconds, Quanshi", planting.lives(times(1 / 60, "watch_duration")), "units")
_kind(
    "milliseconds for seconds, list of viewers",
    planting.users(times(1000, "WatchLiveDuration", "WatchReplayDuration", "WatchPageDuration", part="WatchData")),
    "units",
)


def _milliseconds(row: Json) -> None:
    row["visitTime"] = planting.clock(planting.seconds_of(row["visitTime"]) * 1000)


def _instants(row: Json) -> None:
    row["JoinAt"] = [at * 1000 for at in row["JoinAt"]]


_kind("milliseconds for seconds, TalkCloud", planting.watched(each(_milliseconds)), "units")
_kind("milliseconds for instants, visit log", planting.log(each(_instants)), "values-unread")
_kind("duration in words", planting.lives(each(lambda row: row.update(watch_duration="soon"))), "values-unread")
_kind("duration below zero", planting.lives(each(lambda row: row.update(watch_duration=-5))), "values-unread")

# totals against details
_kind(
    "less watched than the platform sums up",
    planting.users(times(1.5, "WatchLiveDuration", part="WatchData")),
    "volcengine-duration",
)
_kind("stay lost at Quanshi", planting.lives(lambda rows: rows.remove(_latest(rows))), "quanshi-times")
_kind(
    "comment more in the summary",
    planting.details(each(lambda row: row.update(chat_num=row["chat_num"] + 1))),
    "quanshi-comments",
)
_kind("sum that is not its parts'", planting.details(each(lambda row: row.update(times=row["times"] + 1))), "sum-parts")
_kind(
    "less time on the page than played",
    planting.users(times(0.5, "WatchPageDuration", part="WatchData")),
    "sum-parts",
)
_kind(
    "comment more in the track",
    planting.tracks(each(lambda row: row.update(CommentCount=row["CommentCount"] + 1))),
    "volcengine-track-comments",
)
_kind(
    "comments more in the list",
    planting.users(each(lambda row: row["InteractData"].update(CommentCount=row["InteractData"]["CommentCount"] + 5))),
    "volcengine-log-comments",
)
_kind(
    "comments more in the log",
    planting.log(each(lambda row: row.update(CommentCounts=row["CommentCounts"] * 10 + 1))),
    "volcengine-log-comments",
)
_kind("likes more in the log", planting.log(each(lambda row: row.update(ThumbUpNumber=99))), "volcengine-log-likes")
_kind(
    "sign-ins more in the log", planting.log(each(lambda row: row.update(CheckInNumber=9))), "volcengine-log-sign-ins"
)
_kind(
    "played longer than stayed, visit log",
    planting.log(each(lambda row: row["VideoViewDuration"].update(Total=row["VideoViewDuration"]["Total"] + 600))),
    "volcengine-log",
)
_kind(
    "viewers more than plays", planting.plays(each(lambda row: row.update(DAU=row["PlaySuccessVv"] + 5.0))), "play-sums"
)
_kind("plays longer than the media", planting.plays(times(20, "PlayDuration")), "play-sums")
_kind("average that is none", planting.plays(each(lambda row: row.update(PlayPerVv=99.0))), "aliyun-plays-per-viewer")


def _latest(rows: list[Json]) -> Json:
    """Return the last visit of the period, which ended on Sunday, among those of people with a phone."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    monday = datetime.combine(now.date() - timedelta(days=now.weekday()), time(), now.tzinfo).timestamp()
    known = [row for row in rows if str(row.get("mobile") or "-") != "-"]
    return max((row for row in known if int(row["online_time"]) < monday), key=lambda row: int(row["online_time"]))


# times
def _swap(row: Json) -> None:
    row["online_time"], row["offline_time"] = row["offline_time"], row["online_time"]


def _swap_log(row: Json) -> None:
    row["LeaveAt"] = [join - 60 for join, _ in zip(row["JoinAt"], row["LeaveAt"], strict=False)]


def _stay_on(row: Json) -> None:
    row["offline_time"] += 5 * HOUR
    row["watch_duration"] += 5 * HOUR


def _move_event(body: Json) -> None:
    for rows in body["data"]["report"].values():
        for row in rows or ():
            for name in ("online_time", "offline_time"):
                if isinstance(row.get(name), int):
                    row[name] -= 8 * HOUR


def _future(rows: list[Json]) -> None:
    years = timedelta(days=400).total_seconds()
    rows[0]["online_time"] += int(years)
    rows[0]["offline_time"] += int(years)


_kind("end before the start, Quanshi", planting.lives(each(_swap)), "ends-before-start")
_kind("end before the start, visit log", planting.log(each(_swap_log)), "ends-before-start")
_kind("visit beyond the room's length", planting.lives(each(_stay_on)), "visit-length")
_kind("track beyond the room's length", planting.tracks(times(40, "WatchDurationLive")), "visit-length")
_kind(
    "more watched than stayed",
    planting.lives(each(lambda row: row.update(watch_duration=row["watch_duration"] + 300))),
    "watched-stay",
)
_kind("visit in the future", planting.lives(_future), "clock-future")
_kind("log eight hours off", planting.log(each(planting.move_log(8))), "clock-shift")
_kind("live times eight hours off", planting.sent(planting.SPANS, planting.move_spans(8)), "clock-shift")
for _hours in (-48, -36, -24):
    _kind(f"log {_hours} hours off", planting.log(each(planting.move_log(_hours))), "clock-shift")
    _kind(f"log {_hours} hours off, by mode", planting.log(each(planting.move_log(_hours))), "volcengine-live")
for _hours in (-36, -24, 24):
    _kind(f"live times {_hours} hours off", planting.sent(planting.SPANS, planting.move_spans(_hours)), "clock-shift")
    _kind(
        f"live times {_hours} hours off, by mode",
        planting.sent(planting.SPANS, planting.move_spans(_hours)),
        "volcengine-replay",
    )
_kind("one live row of the log a day early", planting.log(planting.move_most_live(-24)), "volcengine-live")
_kind("one live row of the log a day late", planting.log(planting.move_most_live(24)), "volcengine-replay")
_kind("middle row of the log a day early", planting.log(planting.move_middle), "volcengine-live")
_LIST_MODES = planting.swap_modes("WatchLiveDuration", "WatchReplayDuration", "WatchData")
_kind("live and replays exchanged, list of viewers", planting.users(each(_LIST_MODES)), "volcengine-live")
_kind("live and replays exchanged, list against log", planting.users(each(_LIST_MODES)), "volcengine-log-replay")
_kind(
    "live and replays exchanged, visit log",
    planting.log(each(planting.swap_modes("Live", "Replay", "VideoViewDuration"))),
    "volcengine-log-live",
)
_kind("event eight hours off", planting.sent(planting.DETAILS, _move_event), "clock-event")
_kind("pulled before it was final", planting.fetched_early(planting.DETAILS), "days-final")


# the media's length
def _rewatch(row: Json) -> None:
    row["visitTime"] = planting.clock(planting.seconds_of(row["visitTime"]) * 5)
    row["visitRadio"] = f"{int(row['visitRadio'].rstrip('%')) * 5}%"


def _watch_longer(rows: list[Json]) -> None:
    longest = max(rows, key=lambda row: row["visitTime"])
    longest["visitTime"] = planting.clock(planting.seconds_of(longest["visitTime"]) * 3)


_kind("watched beyond the media's length", planting.watched(_watch_longer), "media-length")
_kind("completion of several hundred percent", planting.watched(each(_rewatch)), "media-length")

# fields
_kind("field gone, stays of Quanshi", planting.lives(without("watch_duration")), "fields-gone")
_kind("field gone, visit log", planting.log(without("LeaveAt")), "fields-gone")
_kind("field gone, list of viewers", planting.users(without("WatchData", "WatchLiveDuration")), "fields-gone")
_kind("field gone, TalkCloud", planting.watched(without("visitRadio")), "fields-gone")
_kind("field gone, Aliyun", planting.plays(without("PlayDuration")), "fields-gone")

# who it was
_kind("ids lost from the log", planting.log(each(lambda row: row.update(UserId=0))), "missing-identity")
_kind(
    "viewer whom nobody knows", planting.log(each(lambda row: row.update(UserId=row["UserId"] + 1))), "listed-viewers"
)


def _slip(name: str) -> Callable[[list[Json]], None]:
    """Give each viewer of a list the next one's key."""

    def change(rows: list[Json]) -> None:
        keys = [row["BasicData"][name] for row in rows]
        for row, key in zip(rows, keys[1:], strict=False):
            row["BasicData"][name] = key

    return change


_kind("phones moved by a row, list of viewers", planting.users(_slip("Telephone")), "volcengine-log-phone")
_kind("external ids moved by a row, list of viewers", planting.users(_slip("ExternalId")), "volcengine-log-external-id")


def _one_device(rows: list[Json]) -> None:
    for row in rows[1:5]:
        row.update({name: rows[0][name] for name in ("IP", "Os", "UserDevice", "ClientType", "JoinAt", "LeaveAt")})


def _told_again(rows: list[Json]) -> None:
    live = [row for row in rows if row["live_type"] == 0]
    rows += [
        {**row, "offline_time": row["offline_time"] + 5, "watch_duration": row["watch_duration"] + 5} for row in live
    ]


_kind("one device under several people", planting.log(_one_device), "one-device")
_kind("stay told twice with another end", planting.lives(_told_again), "overlaps")


# what was not asked for
def _other_media(body: Json) -> None:
    body["QoeInfoList"] = [{**row, "MediaId": "0" * 32} for row in body["QoeInfoList"]]


_kind("day of another media", planting.sent(planting.PLAYS, _other_media), "asked-for")
_kind("another event", planting.sent(planting.DETAILS, lambda body: body["data"].update(eventId=1)), "asked-for")


@pytest.fixture(scope="module")
def week(chain: Callable[..., Any]) -> tuple[Any, Any]:
    """A clean week: the job, and its pulls with their replies in memory."""
    job, _, pulled = chain(7, 0.2).pull()
    pulls = [replace(one, replies=tuple(replace(reply, kept=reply.body) for reply in one.replies)) for one in pulled]
    return job, pulls


def _of_its_vendor(before: Sequence[Any], after: Sequence[Any]) -> list[Any]:
    """Return the pulls of the vendor in whose replies something was planted: the others take time and tell nothing."""
    vendors = {one.pull.vendor for one, other in zip(after, before, strict=True) if one is not other}
    assert len(vendors) == 1
    return [one for one in after if one.pull.vendor in vendors]


def _unexplained(job: Any, pulls: Any, code: str = "") -> dict[str, Any]:
    """Return what is unexplained by check; of the check `code` alone, where that is one: the others take time."""
    seen = evidence(Replayed(job, tuple(pulls), ()), now=job.as_of)
    asked = [check for check in CHECKS if check.code == code]
    found = [one for check in asked for one in check.find(check, seen)] if asked else examine(seen)
    return {one.finding.check: one for one in found if one.finding.verdict == "unexplained"}


@pytest.mark.parametrize(
    ("plant", "check"), [(plant, check) for _, plant, check in PLANTED], ids=[one for one, _, _ in PLANTED]
)
def test_error_in_what_a_vendor_sends_is_named_by_its_check(week: tuple[Any, Any], plant: Plant, check: str) -> None:
    job, pulls = week
    planted = plant(list(pulls))
    found = _unexplained(job, planted if check == "clock-event" else _of_its_vendor(pulls, planted), check)
    assert check in found
    finding = found[check].finding
    assert finding.where
    assert finding.expected != finding.found or check in {"asked-for", "replies-counted"}
    assert finding.why.zh != finding.why.en
    assert found[check].rows.height > 0 or check == "pulls-whole"


def test_at_least_thirty_kinds_are_planted_each_of_its_own() -> None:
    kinds = [kind for kind, _, _ in PLANTED]
    assert len(set(kinds)) == len(kinds) >= 30
    assert {check for _, _, check in PLANTED} <= {check.code for check in CHECKS} | {rule.code for rule in RULES}


@pytest.mark.parametrize(("seed", "scale"), [(1, 0.2), (11, 1.0), (31, 2.0)])
def test_clean_week_leaves_nothing_unexplained(chain: Callable[..., Any], seed: int, scale: float) -> None:
    job, _, pulls = chain(seed, scale).pull()
    assert _unexplained(job, pulls) == {}


def test_every_check_stands_in_the_docs_and_has_an_error_planted_for_it() -> None:
    page = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
    codes = {check.code for check in CHECKS}
    assert codes <= set(re.findall(r"`([a-z]+-[a-z-]+|units|overlaps)`", page))
    assert codes - {check for _, _, check in PLANTED} == set()


def test_viewer_who_came_for_the_first_time_and_is_still_there_is_explained(week: tuple[Any, Any]) -> None:
    def stay(rows: list[Json]) -> None:
        rows[0].update(UserId=rows[0]["UserId"] + 1, JoinAt=rows[0]["JoinAt"][-1:], LeaveAt=[])

    job, pulls = week
    seen = evidence(Replayed(job, tuple(planting.log(stay)(list(pulls))), ()), now=job.as_of)
    found = {one.finding.verdict for one in examine(seen) if one.finding.check == "listed-viewers"}
    assert found == {"agrees", "explained"}


def test_every_row_that_cannot_be_read_is_listed_with_its_reply(week: tuple[Any, Any]) -> None:
    job, pulls = week
    planted = planting.lives(each(lambda row: row.update(watch_duration="soon")))(list(pulls))
    bodies = [json.loads(reply.body) for one in planted for reply in one.replies if b'"lives"' in reply.body]
    rows = _unexplained(job, planted, "values-unread")["values-unread"].rows
    assert rows.height == sum(len(body["data"]["report"]["lives"]) for body in bodies) > 1
    assert rows.select("reply_id", "row_no").is_unique().all()
