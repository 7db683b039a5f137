"""Errors planted in what the vendors send, one a rule: each is found unexplained, by its rule; clean data has none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter import checks

Json = Any


def _quanshi(change: Callable[[Json], object]) -> Callable[[bytes], bytes]:
    """Change the report of one event, wherever its rows are."""

    def bend(body: bytes) -> bytes:
        if b'"viewerDetails"' not in body:
            return body
        tree = json.loads(body)
        change(tree["data"]["report"])
        return json.dumps(tree, ensure_ascii=False).encode()

    return bend


def _rows(field: str, of_rows: str, change: Callable[[Json], object]) -> Callable[[bytes], bytes]:
    """Change the rows (a list under `of_rows`) of replies that have `field` in them."""

    def bend(body: bytes) -> bytes:
        if field.encode() not in body:
            return body
        tree = json.loads(body)
        place = tree
        *path, last = of_rows.split(".")
        for name in path:
            place = place[name]
        if place.get(last):
            change(place[last])
        return json.dumps(tree, ensure_ascii=False).encode()

    return bend


def _latest(report: Json) -> Json:
    """Return the last visit of the period, which ended on Sunday, among those of people with a phone."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    monday = datetime.combine(now.date() - timedelta(days=now.weekday()), time(), now.tzinfo)
    rows = [row for row in report["lives"] if str(row.get("mobile") or "-") != "-"]
    return max(
        (row for row in rows if int(row["online_time"]) < monday.timestamp()), key=lambda row: int(row["online_time"])
    )


def _drop_latest(report: Json) -> None:
    report["lives"].remove(_latest(report))


def _forget_one(report: Json) -> None:
    """Lose from the summary whoever came last."""
    lost = _latest(report)["mobile"]
    report["viewerDetails"] = [row for row in report["viewerDetails"] if row["mobile"] != lost]


def _unread(report: Json) -> None:
    for row in report["lives"]:
        row["watch_duration"] = "x"


def _call_replay(report: Json) -> None:
    for row in report["viewerDetails"]:
        row["liveWatchDuration"], row["replayWatchDuration"] = row["replayWatchDuration"], row["liveWatchDuration"]


def _say_more(report: Json) -> None:
    for row in report["viewerDetails"]:
        for name in ("chat_num", "praise_num", "quiz_num", "raise_hand_num", "goods_sum_hits"):
            row[name] += 7


def _lengthen(report: Json) -> None:
    for row in report["lives"]:
        row["watch_duration"] += 5


def _add_to(name: str, part: str, extra: int) -> Callable[[Json], None]:
    def change(rows: Json) -> None:
        for row in rows:
            row[part][name] += extra

    return change


def _stretch(rows: Json) -> None:
    """Let everybody stay two minutes longer than the page was open."""
    for row in rows:
        row["LeaveAt"] = [at + 120 for at in row["LeaveAt"]]


def _do_more(rows: Json) -> None:
    for row in rows:
        row["CommentCount"] += 1
        row["CheckInCount"] += 1
        row["PayAmount"] = "123.45"


def _count_more(rows: Json) -> None:
    for row in rows:
        for name in ("CommentCounts", "ThumbUpNumber", "CheckInNumber"):
            row[name] = row[name] * 10 + 1


def _slip(name: str) -> Callable[[Json], None]:
    """Give each viewer of a list the next one's key."""

    def change(rows: Json) -> None:
        keys = [row["BasicData"][name] for row in rows]
        for row, key in zip(rows, keys[1:], strict=False):
            row["BasicData"][name] = key

    return change


def _call_live(rows: Json) -> None:
    for row in rows:
        watched = row["WatchData"]
        watched["WatchLiveDuration"], watched["WatchReplayDuration"] = (
            watched["WatchReplayDuration"],
            watched["WatchLiveDuration"],
        )


def _misjudge(rows: Json) -> None:
    for row in rows:
        row["PlayDurationPerUv"], row["PlayPerVv"] = 1.0, 99.0


_USERS, _LOG, _TRACKS = "Result.Users", "Result.Data", "Result.UserTrackData.UserTracks"
#: the rules that find an error, and the error; each is a run of the whole chain
PLANTED: list[tuple[set[str], Callable[[bytes], bytes]]] = [
    ({"quanshi-times", "quanshi-duration"}, _quanshi(_drop_latest)),
    ({"quanshi-times", "quanshi-duration"}, _quanshi(_forget_one)),
    ({"quanshi-duration"}, _quanshi(_lengthen)),
    ({"quanshi-duration"}, _quanshi(_unread)),
    ({"quanshi-live", "quanshi-replay"}, _quanshi(_call_replay)),
    (
        {f"quanshi-{name}" for name in ("comments", "likes", "questions", "hand-raises", "goods-clicks")},
        _quanshi(_say_more),
    ),
    ({"volcengine-duration"}, _rows("WatchLiveDuration", _USERS, _add_to("WatchLiveDuration", "WatchData", 600))),
    ({"volcengine-duration"}, _rows("VideoViewDuration", _LOG, list.clear)),
    (
        {f"volcengine-{name}" for name in ("live", "replay", "log-live", "log-replay")},
        _rows("WatchLiveDuration", _USERS, _call_live),
    ),
    ({"volcengine-tracks"}, _rows("WatchLiveDuration", _USERS, _add_to("WatchReplayDuration", "WatchData", 60))),
    ({"volcengine-tracks"}, _rows("UserTracks", _TRACKS, list.clear)),
    ({"volcengine-log"}, _rows("VideoViewDuration", _LOG, _add_to("Total", "VideoViewDuration", 600))),
    ({"volcengine-log"}, _rows("VideoViewDuration", _LOG, _stretch)),
    (
        {f"volcengine-log-{name}" for name in ("comments", "likes", "sign-ins")},
        _rows("VideoViewDuration", _LOG, _count_more),
    ),
    ({"volcengine-log-comments"}, _rows("WatchLiveDuration", _USERS, _add_to("CommentCount", "InteractData", 5))),
    ({"volcengine-log-phone"}, _rows("WatchLiveDuration", _USERS, _slip("Telephone"))),
    ({"volcengine-log-external-id"}, _rows("WatchLiveDuration", _USERS, _slip("ExternalId"))),
    (
        {f"volcengine-track-{name}" for name in ("comments", "sign-ins", "paid-amount")},
        _rows("UserTracks", _TRACKS, _do_more),
    ),
    ({"aliyun-seconds-per-viewer", "aliyun-plays-per-viewer"}, _rows("PlayDurationPerUv", "QoeInfoList", _misjudge)),
]


@pytest.mark.parametrize(("rules", "bend"), PLANTED, ids=["-and-".join(sorted(rules)) for rules, _ in PLANTED])
def test_error_in_what_a_vendor_sends_is_found_unexplained(
    chain: Callable[..., Any], rules: set[str], bend: Callable[[bytes], bytes]
) -> None:
    found = [one for one in chain(bend=bend).run().report.findings if one.verdict == "unexplained"]
    assert rules <= {one.check for one in found}
    assert all(one.why.zh and one.why.en for one in found)


def test_row_that_a_platform_counts_and_never_sends_is_found_unexplained(chain: Callable[..., Any]) -> None:
    bend = _rows('"visitRadio"', "data.data", lambda rows: rows.pop())
    findings = chain(bend=bend).run().report.findings
    found = {(one.check, one.where.split()[1]) for one in findings if one.verdict == "unexplained"}
    assert ("claimed-rows", "vod/watch") in found


@pytest.mark.parametrize(("seed", "scale"), [(1, 0.5), (7, 1.0), (31, 2.0)])
def test_clean_data_of_the_sandbox_leaves_nothing_unexplained(
    chain: Callable[..., Any], seed: int, scale: float
) -> None:
    findings = chain(seed, scale).run().report.findings
    assert [one for one in findings if one.verdict == "unexplained"] == []
    found = {one.check for one in findings}
    assert {"claimed-rows", "quanshi-times", "volcengine-tracks", "volcengine-log"} <= found
    assert {f"volcengine-{name}" for name in ("live", "replay", "log-live", "log-replay")} <= found
    assert {f"volcengine-log-{name}" for name in ("comments", "likes", "sign-ins", "phone", "external-id")} <= found


def test_every_rule_stands_in_the_docs_and_has_an_error_planted_for_it() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reconcile.md").read_text(encoding="utf-8")
    codes = {rule.code for rule in checks.RULES}
    assert set(re.findall(r"`([a-z]+-[a-z-]+)`", page)) == codes
    # ours against ours: planted in the tables themselves, in test_checks.py
    of_our_own = {"claimed-rows", "attendance-seconds", "people-visits"}
    assert set().union(*(rules for rules, _ in PLANTED)) | of_our_own == codes
