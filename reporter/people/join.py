"""Tables in, the same tables with persons, exclusions, people and attendance out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reporter.model import Issue, Room, Text
from reporter.people.attendance import judge, measure
from reporter.people.bases import live_base, media_base, room_facts
from reporter.people.counts import count_activity, counts_beside, mark_activity
from reporter.people.exclusion import (
    exclusion_counts,
    listed_out,
    mark_viewers,
    mark_visits,
    role_conflicts,
    staff_doubts,
)
from reporter.people.identity import PERSON_ORDER, matched_by, name_persons, stamp
from reporter.people.links import with_keys
from reporter.people.others import keys_of, link_all
from reporter.people.profiles import list_people
from reporter.people.rosters import match_rosters, roster_table, told_by_rosters
from reporter.people.shape import shaped
from reporter.people.unmatched import overlap, phone_doubts, unmatched
from reporter.people.viewers import number_viewers, tidy_viewers
from reporter.rules import Attendance, Exclusions, Identity, Roster
from reporter.tables import COUNTS, PLACE, VIEWER, Tables

#: what attendance takes of visits and activity
_MEASURED = {
    *(*PLACE, "viewer", "person_id", "mode", "joined_at", "left_at", "watch_seconds", "completion_ratio"),
    *("excluded_by", *COUNTS),
}

_NOBODY = Text(
    "条观看记录没有观众标识，不属于任何人",
    "visit names no viewer and belongs|visits name no viewer and belong| to no person",
)
_NO_BASE = Text(
    "场次时长未知，出席只按分钟数判断", "the length of the event is unknown; attendance is judged by minutes alone"
)
_NOTHING_LIVE = Text(
    "本场只有点播视频，没有直播，按直播判断的出席不适用（attendance.base: media 可按点播判断）",
    "the event has videos only and nothing live, so that attendance of what is live is not judged "
    "(attendance.base: media judges by the videos)",
)
_UNJUDGED = Text(
    "场次时长与观众的观看时长均未知，出席无法判断",
    "neither the length of the event nor how long anybody watched is known; attendance cannot be judged",
)
_UNTOLD = Text(
    "房间的统计周期与拉取深度未知，其互动次数与直播时长按未知处理",
    "the room's period and detail are not told; its counts and live spans are taken as unknown",
)


@dataclass(frozen=True, slots=True)
class Joined:
    """The report's tables with people in them, and the frames beside them.

    `derived` holds `roster`, `excluded` (rows of visits), `unmatched` and `overlap` as `report.Report`
    describes them; all four are always there. `excluded_viewers` are the viewers (vendor, account, viewer_id) whose
    lists and counts a rule (excluded_by) takes out, as it does their visits.
    """

    tables: Tables
    derived: Mapping[str, pl.DataFrame]
    excluded_viewers: pl.DataFrame


def join(  # noqa: PLR0913 - one keyword a section of the config
    tables: Tables,
    *,
    client: str,
    identity: Identity,
    exclusions: Exclusions,
    rosters: Sequence[Roster],
    account_order: Sequence[str],
    attendance: Attendance,
    engagement: Mapping[str, float],
    rooms: Sequence[Room],
) -> tuple[Joined, list[Issue]]:
    """Return the tables with `person_id`, keys, `excluded_by`, `people` and `attendance` filled, and the frames beside.

    `rooms` are the report's rooms, those that a search found among them (`normalise.rooms_of`), with the
    detail that they were pulled with. No row is added to or taken from the tables that came.
    """
    tidy, unreadable = tidy_viewers(tables)
    viewers = number_viewers(tidy)
    links, unjoined = link_all(viewers, tables, identity)
    alike = name_persons(viewers, links, client)
    keys = keys_of(alike, tables)
    persons = mark_viewers(alike, keys, exclusions)
    named = stamp(tables, persons)
    named["viewers"] = with_keys(named["viewers"], persons, links)
    named["visits"] = mark_visits(named["visits"], persons, exclusions)
    facts = room_facts(rooms)
    named["activity"] = mark_activity(named["activity"], named["rooms"], persons, facts)
    lists = facts.filter(pl.col("detail") == "list").select(PLACE)
    seen = _seen(named, persons, lists)
    left_out = listed_out(named, persons, lists)
    expected, unexpected = match_rosters(rosters, keys, links, identity)
    kinds = matched_by(persons, links, identity)
    named["people"] = list_people(persons, seen, named["visits"], told_by_rosters(expected), kinds, account_order)
    named["attendance"], unmeasured = _attend(named, persons, facts, attendance, engagement)
    derived = {
        "roster": roster_table(expected, persons, named["people"]),
        "excluded": pl.concat([named["visits"].filter(pl.col("excluded_by").is_not_null()), left_out]).drop("viewer"),
        "unmatched": unmatched(persons, seen, links),
        "overlap": overlap(named["people"]),
    }
    doubts = [
        *staff_doubts(exclusions),
        *phone_doubts(persons),
        *role_conflicts(persons, named["visits"]),
        *_nobody(named["visits"]),
        *exclusion_counts(named["visits"], left_out),
        *counts_beside(named["activity"], named["attendance"], named["rooms"], lists),
        *_untold(named["rooms"], facts),
    ]
    done = {name: frame.drop("viewer", strict=False) for name, frame in named.items()}
    excluded = persons.drop_nulls("excluded_by").select(*VIEWER, "excluded_by")
    return Joined(done, derived, excluded), [*unreadable, *unjoined, *doubts, *unexpected, *unmeasured]


def _counting() -> pl.Expr:
    return pl.col("excluded_by").is_null() & pl.col("person_id").is_not_null()


def _seen(tables: Tables, persons: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """Return the viewers with a visit that counts, and those of rooms pulled as a list that no rule excludes."""
    listed = [tables[name].join(lists, on=PLACE, how="semi")["viewer"] for name in ("viewer_totals", "activity")]
    visits = tables["visits"].select("viewer", "excluded_by", "person_id")
    came = pl.col("viewer").is_in(visits.filter(_counting())["viewer"].unique().implode())
    told = pl.col("viewer").is_in(pl.concat(listed).drop_nulls().unique().implode()) & pl.col("excluded_by").is_null()
    return persons.filter(came | told).select("viewer", "person", "vendor", "account")


def _attend(
    tables: Tables, persons: pl.DataFrame, facts: pl.DataFrame, rule: Attendance, weights: Mapping[str, float]
) -> tuple[pl.DataFrame, list[Issue]]:
    """Return the `attendance` table, events in the order of their rooms, and the events of unknown length."""
    rooms = tables["rooms"]
    # a vendor that names nobody (Aliyun counts plays alone) cannot say that somebody did not watch
    telling = rooms.join(persons.select("vendor").unique(), on="vendor", how="semi")
    visits, activity = (_placed(tables[name], rooms, persons) for name in ("visits", "activity"))
    counted = visits.filter(_counting())
    bases = live_base(rooms, facts) if rule.base == "live" else media_base(rooms, visits, tables["plays"])
    measured = measure(counted, telling, facts).join(
        count_activity(counted, activity), on="who", how="left", validate="1:1"
    )
    place = pl.col("who") // max(persons.height, 1)
    ordered = judge(measured, bases, rule, weights).sort(place, PERSON_ORDER)
    return shaped("attendance", ordered), _lengthless(ordered, rooms, rule)


def _lengthless(attendance: pl.DataFrame, rooms: pl.DataFrame, rule: Attendance) -> list[Issue]:
    """Return what the judgement of attendance lacks at events of unknown length; videos alone lack nothing."""
    kinds = rooms.group_by("event").agg(is_vod=(pl.col("kind") == "vod").fill_null(value=False).all())
    events = (
        attendance.filter(pl.col("base_seconds").is_null())
        .group_by("event", maintain_order=True)
        .agg(is_judged=pl.col("attended").is_not_null().any())
        .join(kinds, on="event", how="left", validate="1:1", maintain_order="left")
    )
    issues = []
    for event, is_judged, is_vod in events.iter_rows():
        if is_judged:
            issue = Issue("warning", "event-length-unknown", _NO_BASE, f"event {event}")
        elif is_vod and rule.base == "live":
            issue = Issue("info", "nothing-live", _NOTHING_LIVE, f"event {event}")
        else:
            issue = Issue("warning", "attendance-unjudged", _UNJUDGED, f"event {event}")
        issues.append(issue)
    return issues


def _placed(rows: pl.DataFrame, rooms: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of rooms with an event, what attendance takes of them, with event, kind and `who`.

    `who` is the event's place and the person in one: rows are grouped by that number many times as fast as by texts.
    """
    events = rooms.select(*PLACE, "event", "kind").drop_nulls("event")
    order = events.select("event").unique(maintain_order=True).with_row_index("place")
    numbered = events.join(order, on="event", how="left", validate="m:1")
    narrow = rows.select(name for name in rows.columns if name in _MEASURED)
    placed = narrow.join(numbered, on=PLACE, how="inner", validate="m:1")
    person = persons["person"].gather(placed["viewer"])
    return placed.with_columns(who=pl.col("place").cast(pl.Int64) * persons.height + person).drop("place")


def _nobody(visits: pl.DataFrame) -> list[Issue]:
    counted = (
        visits.filter(pl.col("viewer_id").is_null())
        .group_by("vendor", "account", maintain_order=True)
        .agg(pl.len().alias("times"))
    )
    return [
        Issue(
            "info",
            "visit-of-nobody",
            _NOBODY.counted(row["times"]),
            f"{row['vendor']}:{row['account']} visits",
        )
        for row in counted.iter_rows(named=True)
    ]


def _untold(rooms: pl.DataFrame, facts: pl.DataFrame) -> list[Issue]:
    places = rooms.join(facts, on=PLACE, how="anti", maintain_order="left").select(PLACE).iter_rows()
    return [
        Issue("warning", "room-untold", _UNTOLD, f"{vendor}:{account} room {room_id}")
        for vendor, account, room_id in places
    ]
