"""What is read of the three lists of a report: column, field, parser.

Somebody's phone is `mobile`, never `phoneNumber`, which is a dial-in line.
"""

from __future__ import annotations

from typing import TypedDict

import msgspec

from reporter.vendors.grammar import Column, Shape
from reporter.vendors.plain import DASHED, DURATION, MOMENT, WHOLE, YES_NO
from reporter.vendors.quanshi import fields
from reporter.vendors.quanshi.values import IDENTITY, LIVE_TYPE, PLACES, ROLE

#: who a row is about, best key first
KEYS = ("phone", "email", "external_id")
#: columns of `viewers` that a row may tell
ABOUT = ("name", *KEYS, "company", "role", "location")

_PERSON = (
    Column("name", "name", DASHED),
    Column("phone", "mobile", DASHED),
    Column("email", "email", DASHED),
    Column("external_id", "extId", DASHED),
    Column("company", "company", DASHED),
    Column("role", "iden", IDENTITY),
    Column("location", "location", PLACES),
    Column("joined_at", "online_time", MOMENT),
    Column("speak_seconds", fields.SPEAKING, DURATION),
)
_STAY = (
    *_PERSON,
    Column("left_at", "offline_time", MOMENT),
    Column("distinct_id", "distinctId", DASHED),
    Column("session_id", "viewerId", DASHED),
    Column("device", "device_type", DASHED),
    Column("client", "client_type", DASHED),
    Column("client_again", "clientType", DASHED),
    Column("ip", "ip", DASHED),
    *(Column(column, name, WHOLE) for column, name in fields.RAW_COUNTS.items()),
)
_LIVE = (*_STAY, Column("mode", "live_type", LIVE_TYPE), Column("watch_seconds", "watch_duration", DURATION))
_INTERACTION = (*_STAY, Column("number", "role", ROLE), Column("watch_seconds", "online_duration", DURATION))
_SUMMARY = (
    *_PERSON,
    Column("visits", "times", WHOLE),
    Column("live_visits", "liveTimes", WHOLE),
    Column("replay_visits", "replayTimes", WHOLE),
    Column("watch_seconds", "watchDuration", DURATION),
    Column("live_seconds", "liveWatchDuration", DURATION),
    Column("replay_seconds", "replayWatchDuration", DURATION),
    *(Column(column, name, WHOLE) for column, name in fields.SUMMARY_COUNTS.items()),
    *(Column(f"flag_{name}", name, YES_NO) for name in fields.SUMMARY_FLAGS),
)

#: lives, interactions, viewerDetails
SHAPES = (Shape(fields.LIVE, _LIVE), Shape(fields.INTERACTION, _INTERACTION), Shape(fields.SUMMARY, _SUMMARY))

_Rows = list[msgspec.Raw]


class _Report(TypedDict, total=False):
    lives: _Rows | None
    interactions: _Rows | None
    viewerDetails: _Rows | None


class _Data(TypedDict, total=False):
    eventId: int | str | None
    report: _Report | None


class Envelope(TypedDict, total=False):
    """A reply, its rows undecoded."""

    data: _Data
