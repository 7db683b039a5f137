"""Viewers of a room (ListAccountUserData): who they are, the vendor's sums of them, what they did.

Sums are life-to-date of the room and stamped `as_of`. Durations are taken for seconds: the manual does not
give their unit here, and those of the track call are seconds. `WatchTime` and `LiveCount` are left out:
one is a duration here and a number of views elsewhere, the other counts rooms, not visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reporter.model import Issue, Pull, Reply, Text
from reporter.tables import Row, Tables, frame
from reporter.vendors.parse import count, money, seconds, text
from reporter.vendors.row import Item
from reporter.vendors.volcengine import fields
from reporter.vendors.volcengine.calls import VIEWERS
from reporter.vendors.volcengine.item import part, viewer_id, walk_items

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
ANONYMOUS = Text("观众未登录，没有用户 ID，不与任何人合并", "viewers who did not log in have no id: they join nobody")


def read_viewers(pull: Pull, replies: Sequence[Reply], as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return `viewers`, `viewer_totals` and `activity`, one row of each a viewer.

    A viewer without an id has no row in `viewers`; the sums and counts stay, with a null id and an issue.
    """
    users, problems = walk_items(VIEWERS, replies, pull)
    basics = [(user, part(user.expect(fields.USER), "BasicData", fields.USER_BASIC)) for user in users]
    known = [(user, basic, basic.take(viewer_id, "UserId")) for user, basic in basics]
    for _, basic, one in known:
        if one is None:
            basic.note("anonymous-viewer", ANONYMOUS, level="info")
    tables = {
        "viewers": frame("viewers", [_viewer(user, basic, one) for user, basic, one in known if one]),
        "viewer_totals": frame("viewer_totals", [_totals(pull, user, one, as_of) for user, _, one in known]),
        "activity": frame("activity", [_activity(pull, user, one, as_of) for user, _, one in known]),
    }
    return tables, problems.issues()


def _viewer(user: Item, basic: Item, one: str) -> Row:
    form = part(user, "UserEnterForm", fields.USER_FORM)
    places = (basic.take(text, "Country"), basic.take(text, "Province"))
    return {
        **user.source(room_id=None),
        "viewer_id": one,
        "name": basic.take(text, "NickName") or form.take(text, "EnterReviewName"),
        # not the form's EnterReviewTel: anybody can type anybody's number there, and a phone joins people
        "phone": basic.take(text, "Telephone"),
        "email": form.take(text, "EnterReviewEmail"),
        "external_id": basic.take(text, "ExternalId"),
        "company": form.take(text, "EnterReviewCompany"),
        "location": " ".join(place for place in places if place) or None,
    }


def _totals(pull: Pull, user: Item, one: str | None, as_of: datetime) -> Row:
    watch = part(user, "WatchData", fields.USER_WATCH)
    live, replay = watch.take(seconds, "WatchLiveDuration"), watch.take(seconds, "WatchReplayDuration")
    return {
        **user.source(room_id=pull.room),
        "viewer_id": one,
        "as_of": as_of,
        "watch_seconds": None if live is None or replay is None else live + replay,
        "live_seconds": live,
        "replay_seconds": replay,
        "page_seconds": watch.take(seconds, "WatchPageDuration"),
    }


def _activity(pull: Pull, user: Item, one: str | None, as_of: datetime) -> Row:
    did, paid = part(user, "InteractData", fields.USER_INTERACT), part(user, "PayData", fields.USER_PAY)
    return {
        **user.source(room_id=pull.room),
        "viewer_id": one,
        "as_of": as_of,
        **{column: did.take(count, name) for column, name in COUNTS.items()},
        "paid_amount": paid.take(money, "TotalAmount"),
        "pay_count": paid.take(count, "PayCount"),
    }
