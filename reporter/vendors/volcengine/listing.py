"""The three calls whose rows come by the thousand, as `rows` reads them: their envelope, and their columns."""

from __future__ import annotations

from functools import partial
from typing import Any, TypedDict

import msgspec
import polars as pl

from reporter.tables import TEXT
from reporter.vendors.base import Body
from reporter.vendors.grammar import Column, Fields, Shape
from reporter.vendors.plain import AMOUNT, DURATION, LISTED, MOMENT, TEXT_AS_IT_STANDS, WHOLE, Parser
from reporter.vendors.rows import Listing
from reporter.vendors.volcengine import fields
from reporter.vendors.volcengine.calls import LOG, TRACK, VIEWERS, Call, absent_of, rows_of
from reporter.vendors.volcengine.item import viewer_id

#: column of `activity` -> field; what is not here the vendor does not count
COUNTS = {
    "comments": "CommentCount",
    "likes": "ThumbUpNumber",
    "votes": "VoteCount",
    "surveys": "QuestionnaireCount",
    "sign_ins": "CheckInCount",
    "lotteries": "LotteryCount",
    "lottery_wins": "LotteryHitCount",
    "shares": "InviteCount",
}

VIEWER_ID = Parser(viewer_id, lambda spelled: pl.when(~spelled.is_in(["", "0"])).then(spelled), TEXT, ("", "0"))

_VIEWER = (
    Column("viewer_id", "BasicData.UserId", VIEWER_ID),
    Column("name", "BasicData.NickName", TEXT_AS_IT_STANDS),
    # not the form's EnterReviewTel: anybody can type anybody's number there, and a phone joins people
    Column("phone", "BasicData.Telephone", TEXT_AS_IT_STANDS),
    Column("external_id", "BasicData.ExternalId", TEXT_AS_IT_STANDS),
    Column("country", "BasicData.Country", TEXT_AS_IT_STANDS),
    Column("province", "BasicData.Province", TEXT_AS_IT_STANDS),
    Column("form_name", "UserEnterForm.EnterReviewName", TEXT_AS_IT_STANDS),
    Column("email", "UserEnterForm.EnterReviewEmail", TEXT_AS_IT_STANDS),
    Column("company", "UserEnterForm.EnterReviewCompany", TEXT_AS_IT_STANDS),
    Column("live_seconds", "WatchData.WatchLiveDuration", DURATION),
    Column("replay_seconds", "WatchData.WatchReplayDuration", DURATION),
    Column("page_seconds", "WatchData.WatchPageDuration", DURATION),
    *(Column(column, f"InteractData.{name}", WHOLE) for column, name in COUNTS.items()),
    Column("paid_amount", "PayData.TotalAmount", AMOUNT),
    Column("pay_count", "PayData.PayCount", WHOLE),
)
_LOG = (
    Column("viewer_id", "UserId", VIEWER_ID),
    Column("name", "UserName", TEXT_AS_IT_STANDS),
    Column("joins", "JoinAt", LISTED),
    Column("leaves", "LeaveAt", LISTED),
    Column("devices", "UserDevice", LISTED),
    Column("os", "Os", TEXT_AS_IT_STANDS),
    Column("client", "ClientType", TEXT_AS_IT_STANDS),
    Column("ip", "IP", TEXT_AS_IT_STANDS),
    Column("location", "Region", TEXT_AS_IT_STANDS),
    # of the row as a whole, to be reconciled with: the first of playing, the second of the page
    Column("row_play_seconds", "VideoViewDuration.Total", DURATION),
    Column("row_live_seconds", "VideoViewDuration.Live", DURATION),
    Column("row_replay_seconds", "VideoViewDuration.Replay", DURATION),
    Column("row_page_seconds", "ViewDuration", DURATION),
    Column("row_comments", "CommentCounts", WHOLE),
    Column("row_likes", "ThumbUpNumber", WHOLE),
    Column("row_sign_ins", "CheckInNumber", WHOLE),
    Column("log_phone", "UserTel", TEXT_AS_IT_STANDS),
    Column("log_external_id", "ExternalUserId", TEXT_AS_IT_STANDS),
)
_TRACK = (
    Column("told_id", "UserId", VIEWER_ID),
    Column("room_id", "ActivityId", TEXT_AS_IT_STANDS),
    Column("joined_at", "JoinTime", MOMENT),
    Column("live", "WatchDurationLive", DURATION),
    Column("replay", "WatchDurationReplay", DURATION),
    Column("comments", "CommentCount", WHOLE),
    Column("sign_ins", "CheckInCount", WHOLE),
    Column("prizes", "LotteryAwards", LISTED),
    Column("paid_amount", "PayAmount", AMOUNT),
)


class _Tracks(TypedDict, total=False):
    UserTracks: list[msgspec.Raw] | None


class _Result(TypedDict, total=False):
    Users: list[msgspec.Raw] | None
    Data: list[msgspec.Raw] | None
    UserTrackData: _Tracks | None


class Envelope(TypedDict, total=False):
    """A reply, its rows undecoded."""

    ResponseMetadata: dict[str, Any]
    Result: _Result


def _listing(call: Call, known: Fields, columns: tuple[Column, ...]) -> Listing:
    def lists(body: Body) -> tuple[list[Any]]:
        return (rows_of(call, body),)

    return Listing(Envelope, lists, (Shape(known, columns),), absent=partial(absent_of, call))


VIEWER_ROWS = _listing(VIEWERS, fields.USER, _VIEWER)
LOG_ROWS = _listing(LOG, fields.LOG_ROW, _LOG)
TRACK_ROWS = _listing(TRACK, fields.TRACK, _TRACK)
