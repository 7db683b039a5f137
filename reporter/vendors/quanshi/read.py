"""A report's three lists as rows: visits from lives and interactions, the vendor's sums from viewerDetails.

`row_no` counts on through lives, interactions and viewerDetails. A viewer is known by distinctId, failing that
mobile, e-mail, extId and viewerId, as the vendor spells them: "+86-190…" and "190…" are two viewers here, and
one person later. The lists overlap: raw rows are for visits, viewerDetails for sums, and nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reporter.model import Issue, Pull, Reply, Text
from reporter.tables import Row, Tables, frame
from reporter.vendors.base import Body
from reporter.vendors.parse import Problems, count, dashed, seconds
from reporter.vendors.quanshi import fields
from reporter.vendors.quanshi.calls import is_about, report_lists, row_count
from reporter.vendors.quanshi.raw import Known, Person, Stay, counts, person, speaking, stay
from reporter.vendors.quanshi.spans import live_spans
from reporter.vendors.quanshi.values import live_type
from reporter.vendors.row import Item, items, source

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
)

_OTHER_EVENT = Text("回复属于另一场会议，其全部行未采用", "the reply is about another event; none of its rows is used")
_NO_TIME = Text(
    "观看记录没有上线时间，无法归入周期，未采用", "a visit without an online time belongs to no period; not used"
)


@dataclass(frozen=True, slots=True)
class Report:
    """One reply: its raw stays, its summary rows with whom each is about, and the sums of the raw rows."""

    reply: Reply
    stays: Sequence[Stay]
    summaries: Sequence[tuple[Item, str | None, Person]]
    known: Known


def read_nothing(_pull: Pull, _replies: Sequence[Reply], _as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return no rows: the call fetches a user or a token."""
    return {}, []


def read_details(pull: Pull, replies: Sequence[Reply], as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return rooms, viewers, visits, viewer_totals and activity of an event; sums are life-to-date at `as_of`."""
    problems = Problems(pull)
    rows: dict[str, list[Row]] = {name: [] for name in _COLUMNS}
    for reply in replies:
        body = problems.decode(reply)
        if not is_about(pull, body):
            for _ in range(max(1, row_count(body))):
                problems.note("other-event", "eventId", _OTHER_EVENT, where=reply.reply_id, level="error")
            continue
        report = _report(body, reply, problems)
        rows["visits"] += _visits(report, pull)
        rows["rooms"].append(_room(report, pull))
        rows["viewers"] += _viewers(report)
        rows["viewer_totals"] += [_total(item, viewer, pull, as_of) for item, viewer, _ in report.summaries]
        rows["activity"] += [_activity(item, viewer, report.known, as_of) for item, viewer, _ in report.summaries]
    return {name: frame(name, found) for name, found in rows.items()}, problems.issues()


def _report(body: Body, reply: Reply, problems: Problems) -> Report:
    lives, interactions, details = report_lists(body)
    watched = items(lives, reply, problems)
    attended = items(interactions, reply, problems, before=len(lives))
    summed = items(details, reply, problems, before=len(lives) + len(interactions))
    stays = [stay(item.expect(fields.LIVE), item.take(live_type, "live_type")) for item in watched]
    stays += [stay(item.expect(fields.INTERACTION), "interactive") for item in attended]
    known = Known(stays)
    named = [(item.expect(fields.SUMMARY), person(item)) for item in summed]
    return Report(reply, stays, [(item, known.viewer_of(item, who), who) for item, who in named], known)


def _visits(report: Report, pull: Pull) -> list[Row]:
    """Return a visit a raw row; one without an online time is counted in an issue and left out."""
    for one in report.stays:
        if one.joined_at is None:
            one.item.note("no-online-time", _NO_TIME)
    return [_visit(one, pull) for one in report.stays if one.joined_at is not None]


def _visit(one: Stay, pull: Pull) -> Row:
    item = one.item
    return {
        **item.source(room_id=pull.room),
        "viewer_id": one.viewer_id,
        "mode": one.mode,
        "joined_at": one.joined_at,
        "left_at": one.left_at,
        "watch_seconds": item.take(seconds, "online_duration" if one.mode == "interactive" else "watch_duration"),
        "device": item.take(dashed, "device_type"),
        "client": item.take(dashed, "client_type") or item.take(dashed, "clientType"),
        "ip": item.take(dashed, "ip"),
        "location": one.person.location,
        "role": one.person.role,
        **one.counts,
    }


#: the roles that a row may give, highest first
_RANK = ("host", "speaker", "attendee", None)


def _room(report: Report, pull: Pull) -> Row:
    """Return the event; the report names neither its title nor its times."""
    spans = [
        (one.joined_at, one.left_at)
        for one in report.stays
        if one.mode == "interactive" and one.person.role in ("host", "speaker") and one.joined_at and one.left_at
    ]
    return {**source(pull, report.reply, None, room_id=pull.room), "kind": "event", "live_spans": live_spans(spans)}


def _viewers(report: Report) -> list[Row]:
    """Return one row a viewer: what viewerDetails says, else the first raw row that says anything.

    The role is the highest that any row gives: who hosts once is a host, whatever else he is called.
    """
    rows: dict[str, Row] = {}
    told = [(one.item, one.viewer_id, one.person) for one in report.stays]
    for item, viewer_id, who in told:
        if viewer_id is not None:
            row = rows.setdefault(viewer_id, {**item.source(room_id=None), "viewer_id": viewer_id})
            rows[viewer_id] = who.columns() | row
    for item, viewer_id, who in report.summaries:
        if viewer_id is not None:
            row = rows.setdefault(viewer_id, {**item.source(room_id=None), "viewer_id": viewer_id})
            rows[viewer_id] = row | who.columns()
    for _, viewer_id, who in sorted((*told, *report.summaries), key=lambda one: _RANK.index(one[2].role), reverse=True):
        if viewer_id is not None and who.role is not None:
            rows[viewer_id]["role"] = who.role
    return list(rows.values())


def _total(item: Item, viewer_id: str | None, pull: Pull, as_of: datetime) -> Row:
    return {
        **item.source(room_id=pull.room),
        "viewer_id": viewer_id,
        "as_of": as_of,
        "visits": item.take(count, "times"),
        "live_visits": item.take(count, "liveTimes"),
        "replay_visits": item.take(count, "replayTimes"),
        "watch_seconds": item.take(seconds, "watchDuration"),
        "live_seconds": item.take(seconds, "liveWatchDuration"),
        "replay_seconds": item.take(seconds, "replayWatchDuration"),
    }


def _activity(item: Item, viewer_id: str | None, known: Known, as_of: datetime) -> Row:
    """Return what viewerDetails counts, and the sums of the raw rows for what it does not."""
    said = {**counts(item, fields.SUMMARY_COUNTS), "speak_seconds": speaking(item)}
    summed = known.sums.get(viewer_id or "", {})
    merged = {**summed, **{column: value for column, value in said.items() if value is not None}}
    place = item.source(room_id=item.problems.pull.room)
    return {**place, "viewer_id": viewer_id, "as_of": as_of, **merged}
