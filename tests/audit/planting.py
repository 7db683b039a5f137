"""Errors to plant in replies: each takes the pulls of a clean week and returns them with one thing wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from reporter.model import Pulled
from reporter.vendors import VENDORS
from reporter.vendors.parse import decode

Json = Any
Pulls = list[Pulled]
Plant = Callable[[Pulls], Pulls]

LIST, LOG, TRACK = "ListAccountUserData", "ListUserBehaviorDataAPIV2", "GetAccountUserTrackData"
SPANS, ROOM, SEARCH = "ListAnActivityStartAndEndTimeAPI", "GetCustomActMsgAPI", "ListActivityAPI"
DETAILS, WATCH, PLAYS = "event/report/details", "vod/watch", "DescribeVodMediaPlayData"
HOUR = 3600


def sent(call: str, change: Callable[[Json], object]) -> Plant:
    """Let a vendor send something else in each reply of a call; the pull counts what came, as it would have."""

    def plant(pulls: Pulls) -> Pulls:
        return [_counted(_changed(one, change)) if one.pull.endpoint == call else one for one in pulls]

    return plant


def lost(call: str, change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Plant:
    """Let replies of a call's longest walk go, or come in another order, after the pull had counted them."""

    def plant(pulls: Pulls) -> Pulls:
        longest = max((one for one in pulls if one.pull.endpoint == call), key=lambda one: len(one.replies))
        assert len(longest.replies) > 1
        return [replace(one, replies=change(one.replies)) if one is longest else one for one in pulls]

    return plant


def short(call: str) -> Plant:
    """Let the walks of a call have ended before their end."""

    def plant(pulls: Pulls) -> Pulls:
        return [replace(one, verdict="short") if one.pull.endpoint == call else one for one in pulls]

    return plant


def fetched_early(call: str) -> Plant:
    """Let the replies of a call have come an hour after the period's end."""

    def plant(pulls: Pulls) -> Pulls:
        return [
            replace(
                one,
                replies=tuple(
                    replace(reply, fetched_at=one.pull.period.end_utc + timedelta(hours=1)) for reply in one.replies
                ),
            )
            if one.pull.endpoint == call
            else one
            for one in pulls
        ]

    return plant


def _changed(one: Pulled, change: Callable[[Json], object]) -> Pulled:
    replies = []
    for reply in one.replies:
        body = json.loads(reply.body)
        change(body)
        replies.append(replace(reply, kept=json.dumps(body, ensure_ascii=False).encode()))
    return replace(one, replies=tuple(replies))


def _counted(one: Pulled) -> Pulled:
    endpoint = VENDORS[one.pull.vendor].endpoints[one.pull.endpoint]
    bodies = [decode(reply.body) for reply in one.replies]
    claims = [claimed for body in bodies if (claimed := endpoint.claimed(body)) is not None]
    return replace(one, rows=sum(map(endpoint.rows, bodies)), claimed=claims[-1] if claims else None)


def users(change: Callable[[list[Json]], object]) -> Plant:
    """Change the list of viewers of each of Volcengine's rooms that has some."""
    return sent(LIST, lambda body: body["Result"].get("Users") and change(body["Result"]["Users"]))


def log(change: Callable[[list[Json]], object]) -> Plant:
    """Change the rows of each of Volcengine's visit logs."""
    return sent(LOG, lambda body: body["Result"].get("Data") and change(body["Result"]["Data"]))


def tracks(change: Callable[[list[Json]], object]) -> Plant:
    """Change the tracks of each viewer."""
    return sent(TRACK, lambda body: change(body["Result"]["UserTrackData"]["UserTracks"]))


def lives(change: Callable[[list[Json]], object]) -> Plant:
    """Change the stays on the web of each of Quanshi's events."""
    return sent(DETAILS, lambda body: change(body["data"]["report"]["lives"]))


def details(change: Callable[[list[Json]], object]) -> Plant:
    """Change the summary of each of Quanshi's events."""
    return sent(DETAILS, lambda body: change(body["data"]["report"]["viewerDetails"]))


def watched(change: Callable[[list[Json]], object]) -> Plant:
    """Change the rows of each page of TalkCloud."""
    return sent(WATCH, lambda body: change(body["data"]["data"]))


def plays(change: Callable[[list[Json]], object]) -> Plant:
    """Change the rows of each day of Aliyun that has some."""
    return sent(PLAYS, lambda body: body["QoeInfoList"] and change(body["QoeInfoList"]))


def each(change: Callable[[Json], object]) -> Callable[[Sequence[Json]], None]:
    """Change every row."""

    def all_rows(rows: Sequence[Json]) -> None:
        for row in rows:
            change(row)

    return all_rows


def without(*path: str) -> Callable[[Sequence[Json]], None]:
    """Take a field out of every row."""

    def drop(row: Json) -> None:
        *parts, name = path
        for part in parts:
            row = row[part]
        del row[name]

    return each(drop)


def times(factor: float, *fields: str, part: str = "") -> Callable[[Sequence[Json]], None]:
    """Multiply numbers in every row."""

    def multiply(row: Json) -> None:
        inner = row[part] if part else row
        for name in fields:
            inner[name] = int(inner[name] * factor)

    return each(multiply)


def clock(seconds: int) -> str:
    """Return a length of time as TalkCloud and Quanshi's summary write it."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def seconds_of(text: str) -> int:
    """Return what `clock` wrote."""
    hours, minutes, seconds = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def move_log(hours: int) -> Callable[[Json], None]:
    """Move the times of a row of the log."""

    def move(row: Json) -> None:
        row["JoinAt"] = [at + hours * HOUR for at in row["JoinAt"]]
        row["LeaveAt"] = [at + hours * HOUR for at in row["LeaveAt"]]

    return move


def move_spans(hours: int) -> Callable[[Json], None]:
    """Move the live times of a room."""

    def move(body: Json) -> None:
        for span in body["Result"]["StartAndEndTime"]:
            for name, value in span.items():
                if isinstance(value, int) and value > 10**9:
                    span[name] = value + hours * HOUR

    return move


def move_most_live(hours: int) -> Callable[[list[Json]], None]:
    """Move one row of a log: of who watched live for the longest."""
    return lambda rows: move_log(hours)(max(rows, key=lambda row: row["VideoViewDuration"]["Live"]))


def move_middle(rows: list[Json]) -> None:
    """Move the middle row of a log a day back."""
    move_log(-24)(rows[len(rows) // 2])


def swap_modes(live: str, replay: str, part: str) -> Callable[[Json], None]:
    """Exchange two durations of a row."""

    def swap(row: Json) -> None:
        row[part][live], row[part][replay] = row[part][replay], row[part][live]

    return swap
