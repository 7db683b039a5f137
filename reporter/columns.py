"""The columns that the workbook's tables can show: what its sheets draw, and what a config may choose and name. A leaf.

A table is called as its sheet is; `rooms` and `sources` are those of the about sheet. Columns stand in the order
that readers get where their config says nothing. Headers come from `reporter.labels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reporter import labels
from reporter.model import Text
from reporter.tables import ACTIVITY_COUNTS

#: what a column means, which decides how its cells look: ids, phones and codes are text at any length, prose wraps,
#: names too, in less room, seconds are shown as [h]:mm:ss, a change is a signed part of one, points are a change of
#: percentages, a value is of no one unit, instants are wall clock of the report's zone
Kind = Literal[
    "text",
    "prose",
    "name",
    "id",
    "count",
    "seconds",
    "ratio",
    "change",
    "points",
    "instant",
    "date",
    "money",
    "number",
    "value",
    "flag",
]
#: how a word of a column looks where it stands for something good or bad, or for nothing of note
Tone = Literal["good", "bad", "muted"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A column that a table can show.

    `is_plain`: clients see it too. `is_figure`: null says 不可得. `adds`: its rows have a sum. `tells_zone`: its
    header names the report's zone, as that of every instant does; `zone` is the one that it names instead. No `header`:
    the label of its name.
    """

    name: str
    kind: Kind
    is_plain: bool = True
    is_figure: bool = False
    header: str = ""
    adds: bool = False
    tones: tuple[tuple[Text, Tone], ...] = ()
    tells_zone: bool = False
    zone: str = ""


#: a day that a vendor counts by is one of its own zone, whatever the report's is
_VENDORS_DAY = Offer("day", "date", zone="UTC+8")


def offers(
    kind: Kind, *names: str, is_plain: bool = True, is_figure: bool = False, adds: bool = False
) -> tuple[Offer, ...]:
    """Return one offer a name, alike in all else."""
    return tuple(Offer(name, kind, is_plain, is_figure, adds=adds) for name in names)


#: counts that readers look for first, and the others
_COUNTS = ("comments", "questions", "votes", "likes", "sign_ins")
_MORE_COUNTS = tuple(name for name in ACTIVITY_COUNTS if name not in _COUNTS)
#: which row of which reply a row came from
_SOURCE = offers("id", "reply_id", "row_no", is_plain=False)
#: where somebody was
_PLACE = (
    Offer("vendor", "text"),
    Offer("account", "text", is_plain=False),
    Offer("room_id", "id"),
)
#: a stretch of watching beside where and whose it was
_WATCHED = (
    Offer("mode", "text"),
    *offers("instant", "joined_at", "left_at"),
    _VENDORS_DAY,
    Offer("watch_seconds", "seconds", adds=True),
    Offer("completion_ratio", "ratio"),
    *offers("text", "device", "client"),
    Offer("ip", "id"),
    *offers("text", "location", "role"),
)

OFFERED: Mapping[str, tuple[Offer, ...]] = {
    "rooms": (
        Offer("event", "name"),
        Offer("vendor", "text"),
        Offer("room_id", "id"),
        Offer("title", "name"),
        *offers("text", "kind", "status"),
        Offer("live_times", "prose", tells_zone=True),
    ),
    "sources": (
        *offers("text", "vendor", "account", "call"),
        *offers("count", "calls", "rows"),
        Offer("claimed", "count", is_figure=True),
        Offer("verdict", "text"),
    ),
    # figures come after these, see `EVENT_FIGURES`
    "events": (
        Offer("event", "name"),
        Offer("vendors", "text"),
        Offer("rooms", "count", adds=True),
        *offers("instant", "started_at", "ended_at"),
    ),
    "people": (
        Offer("person_id", "id"),
        *offers("text", "name", "company"),
        *offers("id", "phone", "email"),
        Offer("vendors", "text"),
        *offers("count", "events", "attended_events", is_figure=True, adds=True),
        *offers(
            "seconds",
            *("live_seconds", "replay_seconds", "vod_seconds", "watch_union_seconds"),
            is_figure=True,
            adds=True,
        ),
        *offers("instant", "first_joined_at", "last_left_at"),
        *offers("count", *_COUNTS, is_figure=True, adds=True),
        *offers("count", *_MORE_COUNTS, is_plain=False, is_figure=True, adds=True),
        Offer("paid_amount", "money", is_figure=True, adds=True),
        Offer("matched_by", "text"),
        Offer("viewer_ids", "id", is_plain=False),
        *_SOURCE,
    ),
    "attendance": (
        Offer("event", "name"),
        Offer("person_id", "id"),
        *offers("text", "name", "company"),
        Offer("phone", "id"),
        Offer("attended", "flag", is_figure=True),
        *offers("seconds", "live_seconds", "replay_seconds", "vod_seconds", is_figure=True, adds=True),
        *offers("seconds", "preview_seconds", "watch_sum_seconds", is_plain=False, is_figure=True, adds=True),
        *offers("seconds", "watch_union_seconds", "watch_overlap_seconds", is_figure=True, adds=True),
        *offers("instant", "first_joined_at", "last_left_at"),
        Offer("engagement", "number", is_figure=True),
        *offers("count", *_COUNTS, is_figure=True, adds=True),
        *offers("count", *_MORE_COUNTS, is_plain=False, is_figure=True, adds=True),
        Offer("speak_seconds", "seconds", is_plain=False, is_figure=True, adds=True),
        Offer("paid_amount", "money", is_plain=False, is_figure=True, adds=True),
        Offer("pay_count", "count", is_plain=False, is_figure=True, adds=True),
        *offers("id", "vendor", "account", "room_id", is_plain=False),
        *_SOURCE,
    ),
    "visits": (
        Offer("event", "name"),
        *_PLACE,
        Offer("title", "name", is_plain=False),
        *offers("id", "viewer_id", "person_id"),
        Offer("name", "text"),
        *_WATCHED,
        Offer("excluded_by", "text"),
        *_SOURCE,
    ),
    "activity": (
        Offer("event", "name"),
        *_PLACE,
        Offer("title", "name", is_plain=False),
        *offers("id", "viewer_id", "person_id"),
        Offer("name", "text"),
        *offers("count", *ACTIVITY_COUNTS, is_figure=True, adds=True),
        Offer("speak_seconds", "seconds", is_figure=True, adds=True),
        Offer("paid_amount", "money", is_figure=True, adds=True),
        Offer("pay_count", "count", is_figure=True, adds=True),
        Offer("as_of", "instant"),
        *_SOURCE,
    ),
    "plays": (
        Offer("event", "name"),
        *_PLACE,
        Offer("title", "name"),
        _VENDORS_DAY,
        Offer("media_seconds", "seconds"),
        Offer("viewers", "count"),
        Offer("plays", "count", adds=True),
        Offer("play_seconds", "seconds", adds=True),
        Offer("vendor_seconds_per_viewer", "seconds", is_plain=False),
        Offer("vendor_plays_per_viewer", "number", is_plain=False),
        *_SOURCE,
    ),
    "roster": (
        *offers("text", "roster", "name", "company"),
        *offers("id", "phone", "email", "external_id"),
        Offer("came", "flag", tones=((labels.YES, "good"), (labels.NO, "bad"))),
        Offer("person_id", "id"),
    ),
    "overlap": (*offers("text", "vendor", "other"), Offer("people", "count")),
    # they are of no person of the report, so they have no name
    "excluded": (
        Offer("event", "name"),
        Offer("excluded_by", "text"),
        *_PLACE,
        Offer("title", "name", is_plain=False),
        *offers("id", "viewer_id", "person_id"),
        *_WATCHED,
        *_SOURCE,
    ),
    "unmatched": (
        *offers("text", "vendor", "account"),
        Offer("viewer_id", "id"),
        *offers("text", "name", "reason"),
        *offers("id", "against", "person_id"),
    ),
    "reconcile": (
        *offers("prose", "label", "where"),
        *offers("id", "expected", "found"),
        Offer("verdict", "text", tones=((labels.OUTCOMES["agrees"], "good"), (labels.OUTCOMES["unexplained"], "bad"))),
        Offer("why", "prose"),
        Offer("check", "id", is_plain=False),
    ),
    "issues": (
        Offer("level", "text", tones=((labels.LEVELS["error"], "bad"), (labels.LEVELS["info"], "muted"))),
        Offer("issue", "text"),
        *offers("prose", "message", "where"),
        Offer("times", "count"),
        Offer("code", "id", is_plain=False),
    ),
    "glossary": (
        *offers("text", "metric", "unit"),
        Offer("formula", "prose"),
        Offer("additivity", "text"),
        *offers("prose", "vendors", "bias"),
        Offer("code", "id"),
    ),
    "curves": (
        Offer("chart", "text"),
        Offer("event", "name"),
        Offer("at", "instant"),
        Offer("minute", "count"),
        Offer("value", "value"),
    ),
}

#: the metrics that have a figure for each event, in the registry's order (a test holds them to it): columns of `events`
EVENT_FIGURES = (
    "people",
    "live_people",
    "replay_people",
    "vod_people",
    "overlap_people",
    "watch_seconds",
    "watch_union_seconds",
    "average_watch_seconds",
    "median_watch_seconds",
    "live_seconds",
    "replay_seconds",
    "vod_seconds",
    "completion",
    "peak_concurrency",
    "average_concurrency",
    "quarter_left_seconds",
    "half_left_seconds",
    "three_quarters_left_seconds",
    "new_people",
    "returning_people",
    "returning_share",
    "attended_people",
    "judged_people",
    "attended_share",
    "roster_people",
    "roster_came",
    "attendance_rate",
    "comments",
    "likes",
    "questions",
    "votes",
    "sign_ins",
    "paid_amount",
    "engagement",
    "plays",
    "play_seconds",
    "average_play_seconds",
    "play_viewer_days",
    "play_seconds_per_viewer_day",
    "vendor_seconds_per_viewer",
    "plays_per_viewer_day",
    "vendor_plays_per_viewer",
    "popularity_real",
    "popularity_virtual",
)


def names(table: str) -> tuple[str, ...]:
    """Return what the columns of a table are called in a config."""
    return (*(one.name for one in OFFERED[table]), *(EVENT_FIGURES if table == "events" else ()))
