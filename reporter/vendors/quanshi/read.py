"""A report's three lists as rows: visits from lives and interactions, the vendor's sums from viewerDetails.

`row_no` counts on through lives, interactions and viewerDetails. A viewer is known by distinctId, failing that
mobile, e-mail, extId and viewerId, as the vendor spells them: "+86-190…" and "190…" are two viewers here, and
one person later. The lists overlap: raw rows are for visits, viewerDetails for sums, and nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from reporter.model import Issue, Pull, Reply, Text
from reporter.tables import LIVE_MODES, Tables
from reporter.vendors.base import Body, Walk
from reporter.vendors.parse import Problems
from reporter.vendors.portion import PLACES, REPLY
from reporter.vendors.quanshi import fields
from reporter.vendors.quanshi.calls import is_about, null_lists, report_lists, row_count
from reporter.vendors.quanshi.columns import SHAPES, Envelope
from reporter.vendors.quanshi.raw import COUNTED, HELD, counted, keys_of, stays, summaries, viewers
from reporter.vendors.quanshi.spans import Span, live_spans
from reporter.vendors.rows import Listing, Reading, read_rows

_COLUMNS = {
    "rooms": "kind live_spans",
    "viewers": "viewer_id name phone email external_id company role location",
    "visits": "viewer_id mode joined_at left_at watch_seconds device client ip location role speak_seconds",
    "viewer_totals": "viewer_id as_of visits live_visits replay_visits watch_seconds live_seconds replay_seconds",
    "activity": "viewer_id as_of speak_seconds",
}
#: what Quanshi can give
COLUMNS = frozenset(
    [f"{table}.{column}" for table, columns in _COLUMNS.items() for column in columns.split()]
    + [f"{table}.{column}" for table in ("activity", "visits") for column in fields.RAW_COUNTS]
    + [f"activity.{column}" for column in HELD]
)

_OTHER_EVENT = Text("回复属于另一场会议，其全部行未采用", "the reply is about another event; none of its rows is used")
_NO_TIME = Text(
    "观看记录没有上线时间，无法归入周期，未采用", "a visit without an online time belongs to no period; not used"
)


def read_nothing(_pull: Pull, _replies: Sequence[Reply], _as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return no rows: the call fetches a user or a token."""
    return {}, []


def read_details(walks: Sequence[Walk], as_of: datetime) -> tuple[Tables, list[list[Issue]]]:
    """Return rooms, viewers, visits, viewer_totals and activity of events; sums are life-to-date at `as_of`."""
    reading = read_rows(walks, REPORT_ROWS)
    raw = stays(reading)
    known = keys_of(raw)
    told = summaries(reading, raw, known).with_columns(as_of=pl.lit(as_of))
    timeless = pl.col("joined_at").is_null()
    reading.note(raw.filter(timeless), "no-online-time", _NO_TIME)
    tables = {
        "rooms": _rooms(reading, raw),
        "viewers": reading.table("viewers", viewers(told, raw, known), of_room=False),
        "visits": reading.table("visits", raw.filter(~timeless)),
        "viewer_totals": reading.table("viewer_totals", told.select(*PLACES, *_columns("viewer_totals"))),
        "activity": reading.table(
            "activity", counted(told, raw).select(*PLACES, "viewer_id", "as_of", *COUNTED, *HELD)
        ),
    }
    return tables, reading.issues()


def _columns(table: str) -> list[str]:
    return _COLUMNS[table].split()


def _is_other_event(pull: Pull, reply: Reply, body: Body, problems: Problems) -> bool:
    is_other = not is_about(pull, body)
    if is_other:
        rows = max(1, row_count(body))
        problems.note("other-event", "eventId", _OTHER_EVENT, where=reply.reply_id, level="error", times=rows)
    return is_other


#: the three lists of a report
REPORT_ROWS = Listing(Envelope, report_lists, SHAPES, _is_other_event, null_lists)


def _rooms(reading: Reading, raw: pl.DataFrame) -> pl.DataFrame:
    """Return an event a reply; the report names neither its title nor its times.

    A host may be among the viewers (lives) alone; one who watches a replay holds nothing.
    """
    is_live, is_host = pl.col("mode").is_in(LIVE_MODES), pl.col("role").is_in(["host", "speaker"])
    hosts = raw.filter(is_live, is_host).drop_nulls(["joined_at", "left_at"])
    stayed: dict[int, list[Span]] = {}
    for reply, start, end in hosts.select(REPLY, "joined_at", "left_at").iter_rows():
        stayed.setdefault(reply, []).append((start, end))
    spans = [live_spans(stayed.get(reply, ())) for _, reply in reading.used]
    rooms = reading.one_a_reply().with_columns(
        kind=pl.lit("event"), live_spans=pl.Series(spans, dtype=pl.List(pl.String))
    )
    return reading.table("rooms", rooms)
