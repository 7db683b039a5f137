"""The normalised tables: names, columns, types and units (DESIGN.md section 5). A leaf.

Ids are text. Instants are `Datetime("us", "UTC")`. Columns that end in `_seconds` are seconds, in
`_ratio` a part of one, in `_at` instants; `day` is a calendar day of the vendor's zone (UTC+8).
Null means that the vendor does not say, never 0. `reply_id` and `row_no` (from 1) say which row of
which reply a row came from. Lists are `List(String)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

Tables = dict[str, pl.DataFrame]
Row = dict[str, object]

INSTANT = pl.Datetime("us", "UTC")
SECONDS = pl.Float64()
COUNT = pl.Int64()
TEXT = pl.String()
TEXTS = pl.List(pl.String())
MONEY = pl.Decimal(38, 2)
FLAG = pl.Boolean()

#: days that vendors count by are days of UTC+8
_VENDOR_ZONE = "Asia/Shanghai"

_PLACE: dict[str, pl.DataType] = {"vendor": TEXT, "account": TEXT, "room_id": TEXT}
_SOURCE: dict[str, pl.DataType] = {"reply_id": TEXT, "row_no": COUNT}

#: what names a room, and what names a vendor's person
PLACE = ("vendor", "account", "room_id")
VIEWER = ("vendor", "account", "viewer_id")

#: counts of what a viewer did, as `activity` and `attendance` hold them
ACTIVITY_COUNTS = (
    "comments",
    "likes",
    "questions",
    "votes",
    "surveys",
    "sign_ins",
    "lotteries",
    "lottery_wins",
    "red_packets",
    "hand_raises",
    "shares",
    "goods_clicks",
)
#: all of them, with what is said and paid
COUNTS = (*ACTIVITY_COUNTS, "speak_seconds", "paid_amount", "pay_count")
_ACTIVITY: dict[str, pl.DataType] = {
    **dict.fromkeys(ACTIVITY_COUNTS, COUNT),
    "speak_seconds": SECONDS,
    "paid_amount": MONEY,
    "pay_count": COUNT,
}

#: what joins viewers, and the column of `viewers` with whatever else a viewer's rows give of it
OTHER_KEYS: Mapping[str, str] = {
    "external_id": "other_external_ids",
    "phone": "other_phones",
    "email": "other_emails",
}

#: what Volcengine's log counts as well as its list of viewers
LOG_COUNTS = ("comments", "likes", "sign_ins")

#: the modes of a visit that are live, and those that a watching time adds up: a preview is kept apart
LIVE_MODES = ("live", "interactive")
WATCHED_MODES = (*LIVE_MODES, "replay", "vod")
#: columns of seconds of `attendance`, and the modes of the visits that each adds up
ADDED_MODES: Mapping[str, tuple[str, ...]] = {
    "live_seconds": LIVE_MODES,
    "replay_seconds": ("replay",),
    "vod_seconds": ("vod",),
    "preview_seconds": ("preview",),
    "watch_sum_seconds": WATCHED_MODES,
}

#: why a viewer's counts in a room are not the period's: they run over the room's life, which did not begin in it;
#: or the vendor counts within each visit, and those of the period are added up instead
UNTIMED, BY_VISIT = "life to date", "by visit"

#: durations are added and compared as whole microseconds, so that no order of rows shows in the last digit
MICRO = 1_000_000

SCHEMAS: Mapping[str, dict[str, pl.DataType]] = {
    "rooms": {
        **_PLACE,
        "title": TEXT,
        "kind": TEXT,  # live | event | vod
        "status": TEXT,  # live | preview | replay | ended
        "scheduled_at": INSTANT,
        "started_at": INSTANT,
        "ended_at": INSTANT,
        "duration_seconds": SECONDS,
        "url": TEXT,
        "tags": TEXTS,  # "行业=教育"
        "owner": TEXT,
        "event": TEXT,
        "detail": TEXT,  # list | visits | tracks: how deep it was pulled; null where the vendor has one depth
        "live_spans": TEXTS,  # ISO 8601 intervals in UTC, "2026-11-16T11:00:00Z/2026-11-16T12:00:00Z"; null: unknown
        **_SOURCE,
    },
    "viewers": {
        **_PLACE,
        "viewer_id": TEXT,
        "person_id": TEXT,
        "name": TEXT,
        "phone": TEXT,  # as the vendor spells it; people/ brings it to E.164
        "email": TEXT,
        "external_id": TEXT,
        "company": TEXT,
        "role": TEXT,  # host | speaker | attendee
        "location": TEXT,
        # by people/: the keys as they are compared, null where there is none or it cannot be read, and which kinds of
        # them join nobody because too many viewers share one
        "key_phone": TEXT,  # E.164
        "key_email": TEXT,  # lower case
        "key_external_id": TEXT,
        "shared_keys": TEXTS,  # external_id | phone | email
        # keys that other rows give the same viewer, as spelled there: they join as well; null: no other
        **dict.fromkeys(OTHER_KEYS.values(), TEXTS),
        # by people/: those of them that join, as they are compared; null: none
        **{f"key_{column}": TEXTS for column in OTHER_KEYS.values()},
        # what Volcengine's log says beside its list, as spelled there: to reconcile with, it joins nobody
        "log_phone": TEXT,
        "log_external_id": TEXT,
        **_SOURCE,
    },
    "visits": {
        **_PLACE,
        "viewer_id": TEXT,
        "person_id": TEXT,
        "mode": TEXT,  # live | replay | preview | interactive | vod
        "joined_at": INSTANT,
        "left_at": INSTANT,
        "watch_seconds": SECONDS,
        "completion_ratio": pl.Float64(),
        "device": TEXT,
        "client": TEXT,
        "ip": TEXT,
        "location": TEXT,
        "role": TEXT,
        "excluded_by": TEXT,  # null: counts; else the rule, "role: host" or "phone_in: staff.csv"
        "day": pl.Date(),
        # what the vendor counts within this one visit; Quanshi only
        **dict.fromkeys(ACTIVITY_COUNTS, COUNT),
        "speak_seconds": SECONDS,
        # what Volcengine's log says of the whole row, on each of the row's visits; to reconcile with, never to add up
        "row_visits": COUNT,
        "row_play_seconds": SECONDS,
        "row_live_seconds": SECONDS,
        "row_replay_seconds": SECONDS,
        "row_page_seconds": SECONDS,
        **{f"row_{name}": COUNT for name in LOG_COUNTS},
        **_SOURCE,
    },
    "activity": {
        **_PLACE,
        "viewer_id": TEXT,
        "person_id": TEXT,
        "as_of": INSTANT,
        **_ACTIVITY,
        # null: the period's; else the rule as of a visit, or UNTIMED or BY_VISIT
        "excluded_by": TEXT,
        # what Volcengine's track says beside its list, to reconcile with
        "track_comments": COUNT,
        "track_sign_ins": COUNT,
        "track_paid_amount": MONEY,
        # what the rows of Volcengine's log come to beside its list, of all times, to reconcile with
        **{f"log_{name}": COUNT for name in LOG_COUNTS},
        "log_moves": FLAG,  # by the log the viewer is still there or just left: the list may not know yet
        # what Quanshi's raw rows come to beside viewerDetails, to reconcile with; null: silent rows may hold the rest
        **{f"raw_{name}": COUNT for name in ("comments", "likes", "questions", "hand_raises", "goods_clicks")},
        **_SOURCE,
    },
    "viewer_totals": {
        **_PLACE,
        "viewer_id": TEXT,
        "person_id": TEXT,
        "as_of": INSTANT,
        "visits": COUNT,
        "live_visits": COUNT,
        "replay_visits": COUNT,
        "watch_seconds": SECONDS,
        "live_seconds": SECONDS,
        "replay_seconds": SECONDS,
        "page_seconds": SECONDS,
        # the viewer's visits that were read but start outside the period, to reconcile with: the sums hold them
        "outside_visits": COUNT,
        "outside_seconds": SECONDS,
        "outside_live_seconds": SECONDS,
        "outside_replay_seconds": SECONDS,
        "outside_open": COUNT,  # of those visits, how many have neither a length nor a time of leaving
        "outside_open_seconds": SECONDS,  # how long these had been open at as_of, together
        # what the rows of Volcengine's log come to beside its list, of all times, to reconcile with
        "log_live_seconds": SECONDS,
        "log_replay_seconds": SECONDS,
        "beyond_live_seconds": SECONDS,  # what of the live visits, of all times, lies outside the room's live spans
        # same | other | masked: the key by the log of the room, against the list; null: not both say one
        "phone_in_log": TEXT,
        "external_id_in_log": TEXT,
        **_SOURCE,
    },
    "plays": {
        **_PLACE,
        "title": TEXT,
        "day": pl.Date(),
        "media_seconds": SECONDS,
        "viewers": COUNT,
        "plays": COUNT,
        "play_seconds": SECONDS,
        "vendor_seconds_per_viewer": SECONDS,  # the vendor's own averages, to reconcile with; never shown as ours
        "vendor_plays_per_viewer": pl.Float64(),
        **_SOURCE,
    },
    "popularity": {**_PLACE, "at": INSTANT, "online_real": COUNT, "online_virtual": COUNT, **_SOURCE},
    "people": {
        **_PLACE,  # null: a row spans vendors
        "person_id": TEXT,
        "name": TEXT,
        "phone": TEXT,  # E.164
        "email": TEXT,
        "company": TEXT,
        "vendors": TEXTS,
        "viewer_ids": TEXTS,  # vendor/account/viewer_id
        "matched_by": TEXTS,  # external_id | phone | email
        **_SOURCE,
    },
    "attendance": {
        **_PLACE,  # null: a row spans rooms
        "event": TEXT,
        "person_id": TEXT,
        "live_seconds": SECONDS,
        "replay_seconds": SECONDS,
        "vod_seconds": SECONDS,
        "preview_seconds": SECONDS,
        "watch_sum_seconds": SECONDS,
        "watch_union_seconds": SECONDS,
        "watch_overlap_seconds": SECONDS,  # what the sum's intervals cover more than once; null: none has both times
        "first_joined_at": INSTANT,
        "last_left_at": INSTANT,
        "attended": FLAG,
        "engagement": pl.Float64(),
        **_ACTIVITY,
        **_SOURCE,
    },
}


def frame(table: str, rows: Iterable[Row] = ()) -> pl.DataFrame:
    """Return rows as a frame of the table's schema; columns that no row names are null.

    Raises `KeyError` for a column that the table does not have: a typo, never data.
    """
    schema = SCHEMAS[table]
    columns: dict[str, list[object]] = {name: [] for name in schema}
    for row in rows:
        if unknown := row.keys() - schema.keys():
            raise KeyError(f"{table} has no column {sorted(unknown)}")
        for name, values in columns.items():
            values.append(row.get(name))
    return pl.DataFrame(columns, schema=schema, strict=True)


def empty() -> Tables:
    """Return every table with no rows."""
    return {name: frame(name) for name in SCHEMAS}


def micro(column: str) -> pl.Expr:
    """Return a column of seconds as whole microseconds."""
    return (pl.col(column) * MICRO).round().cast(pl.Int64)


def day_start(day: pl.Expr) -> pl.Expr:
    """Return the instant (UTC) at which a day of the vendor's zone starts: a period, or a day of ours, holds it whole.

    Like a visit, it belongs where it starts.
    """
    return day.cast(pl.Datetime("us")).dt.replace_time_zone(_VENDOR_ZONE).dt.convert_time_zone("UTC")


def known_sum(values: pl.Expr) -> pl.Expr:
    """Return the sum of the values that are not null, null where there is none."""
    return pl.when(values.count() > 0).then(values.sum())


def live_spans(rooms: pl.DataFrame) -> pl.DataFrame:
    """Return one row a live span of a `rooms` frame: vendor, account, room_id, start, end (null: still live).

    A room whose spans are unknown (null) or that was never live (an empty list) has no row.
    """
    ends = pl.col("live_spans").str.split_exact("/", 1)
    return (
        rooms.select(*PLACE, "live_spans")
        .explode("live_spans")
        .drop_nulls("live_spans")
        .select(
            *PLACE,
            start=_instant(ends.struct.field("field_0")),
            end=_instant(ends.struct.field("field_1")),
        )
        .drop_nulls("start")
        .sort(*PLACE, "start", maintain_order=True)
    )


def _instant(text: pl.Expr) -> pl.Expr:
    return text.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
