"""The rows of Volcengine's three lists of viewers, made from visits.

Field names and types are the SDK's (volcenginesdk-livesaas 5.0.54): ids are JSON numbers, money is text.
"""

from __future__ import annotations

from reporter.sandbox.calls import Body, local
from reporter.sandbox.people import Viewer
from reporter.sandbox.rooms import Room
from reporter.sandbox.visits import Visit

#: seconds for which a page stays open around each visit
_AROUND = 20
_DEVICES = (("Windows", "PC"), ("iOS", "移动端"), ("Android", "移动端"))
_PROVINCES = ("陕西", "北京", "广东", "浙江", "四川")


def user_row(viewer: Viewer, visits: list[Visit]) -> dict[str, Body]:
    """Return a row of ListAccountUserData."""
    province = _PROVINCES[viewer.number % len(_PROVINCES)]
    return {
        "BasicData": {
            "UserId": int(viewer.viewer_id),
            "ExternalId": viewer.external_id,
            "NickName": viewer.name,
            "Telephone": viewer.phone,
            "IP": _ip(viewer, 0),
            "Country": "中国",
            "Province": province,
            "WatchDevice": _DEVICES[viewer.number % len(_DEVICES)][1],
            "WatchType": "phone" if viewer.phone else "custom",
            "AvatarUrl": "//image.example.com/avatar.png",
            "BanStatus": 0,
        },
        "WatchData": watch_data(visits),
        "InteractData": interactions(visits),
        "PayData": pay_data(visits),
        "UserEnterForm": {
            "EnterReviewName": viewer.name if viewer.email else "",
            "EnterReviewTel": "",
            "EnterReviewEmail": viewer.email,
            "EnterReviewCompany": viewer.company,
            "EnterReviewPosition": "",
            "EnterReviewIndustry": "",
            "EnterReviewEducation": "",
            "EnterReviewSex": "",
            "EnterReviewAge": "",
            "EnterReviewBirthday": "",
        },
    }


def track_row(room: Room, visits: list[Visit]) -> dict[str, Body]:
    """Return a row of UserTracks: JoinTime is the first coming ever."""
    sums = watch_data(visits)
    paid = sum(visit.acts.paid for visit in visits)
    return {
        "ActivityId": int(room.room_id),
        "ActivityName": room.title,
        "UserId": int(visits[0].viewer.viewer_id),
        "WatchType": "phone" if visits[0].viewer.phone else "custom",
        "JoinTime": visits[0].joined,
        "WatchDurationLive": sums["WatchLiveDuration"],
        "WatchDurationReplay": sums["WatchReplayDuration"],
        "CommentCount": sum(visit.acts.comments for visit in visits),
        "CheckInCount": sum(visit.acts.sign_ins for visit in visits),
        "PayAmount": _money(paid) if paid else "",
        "LotteryAwards": ["实物抽奖"] if any(visit.acts.wins for visit in visits) else [""],
    }


def behavior_row(viewer: Viewer, visits: list[Visit], now: int) -> dict[str, Body]:
    """Return a row of ListUserBehaviorDataAPIV2: who is still in has a JoinAt without its LeaveAt."""
    ended = [visit for visit in visits if visit.left <= now]
    sums = watch_data(ended)
    os, client = _DEVICES[(viewer.number + visits[0].device) % len(_DEVICES)]
    return {
        "UserId": int(viewer.viewer_id),
        "UserName": viewer.name,
        "UserTel": viewer.phone,
        "ExternalUserId": viewer.external_id,
        "Cookie": int(viewer.viewer_id) % 10**9 * 10 + visits[0].device,
        "AccessTime": f"{local(visits[0].joined):%Y-%m-%d %H:%M:%S}",
        "JoinAt": [visit.joined for visit in visits],
        "LeaveAt": [visit.left for visit in ended],
        "WatchTime": sums["WatchTime"],
        "ViewDuration": sums["WatchPageDuration"],
        "VideoViewDuration": {
            "Live": sums["WatchLiveDuration"],
            "Preview": sums["WatchPreviewDuration"],
            "Replay": sums["WatchReplayDuration"],
            "Total": sums["WatchTime"],
        },
        "CommentCounts": sum(visit.acts.comments for visit in visits),
        "CheckInNumber": sum(visit.acts.sign_ins for visit in visits),
        "ThumbUpNumber": sum(visit.acts.likes for visit in visits),
        "IP": _ip(viewer, visits[0].device),
        "Region": f"中国,{_PROVINCES[viewer.number % len(_PROVINCES)]}",
        "Os": os,
        "ClientType": client,
        "UserDevice": [os],
        **_EMPTY,
    }


#: what the vendor sends and the sandbox has nothing to say about
_EMPTY: dict[str, Body] = {
    "AvatarUrl": "//image.example.com/avatar.png",
    "ChannelName": "",
    "EmployeeNo": "",
    "Extra": "",
    "InviteCode": "",
    "InviterAvatar": "",
    "InviterExternalId": "",
    "InviterId": 0,
    "InviterName": "",
    "LevelName": "",
    "MuteNumber": 0,
    "NoInteractNumber": 0,
    "ShiftScreenNumber": 0,
    "SilenceStatus": 0,
    "UserCredit": 0,
    "ViewerLevelOrder": 0,
}


def watch_data(visits: list[Visit]) -> dict[str, int]:
    """Return the sums of watching in seconds; `LiveCount` counts rooms."""
    by_mode = {"live": 0, "preview": 0, "replay": 0}
    for visit in visits:
        by_mode[visit.mode] += visit.seconds
    total = sum(by_mode.values())
    return {
        "WatchTime": total,
        "LiveCount": len({visit.room for visit in visits}),
        "WatchPageDuration": total + _AROUND * len(visits),
        "WatchLiveDuration": by_mode["live"],
        "WatchPreviewDuration": by_mode["preview"],
        "WatchReplayDuration": by_mode["replay"],
        "RtmLiveData": 0,
    }


def interactions(visits: list[Visit]) -> dict[str, int]:
    """Return `InteractData`."""
    acts = [visit.acts for visit in visits]
    return {
        "ReservationCount": int(any(visit.mode == "preview" for visit in visits)),
        "VoteCount": sum(act.votes for act in acts),
        "CommentCount": sum(act.comments for act in acts),
        "QuestionnaireCount": sum(act.surveys for act in acts),
        "LotteryCount": sum(act.lotteries for act in acts),
        "LotteryHitCount": sum(act.wins for act in acts),
        "InviteCount": sum(act.shares for act in acts),
        "CheckInCount": sum(act.sign_ins for act in acts),
        "CouponPickupCount": 0,
        "ShiftScreenNumber": 0,
        "MuteNumber": 0,
        "NoInteractNumber": 0,
        "ThumbUpNumber": sum(act.likes for act in acts),
    }


def pay_data(visits: list[Visit]) -> dict[str, Body]:
    """Return `PayData`: the amount is text."""
    paid = [visit.acts.paid for visit in visits if visit.acts.paid]
    return {"TotalAmount": _money(sum(paid)), "PayCount": len(paid)}


def _money(cents: int) -> str:
    """Return 2 for 200 cents and 9.90 for 990, as the vendor's sample writes whole amounts."""
    return str(cents // 100) if cents % 100 == 0 else f"{cents / 100:.2f}"


def _ip(viewer: Viewer, device: int) -> str:
    return f"198.51.100.{(viewer.number + device) % 250 + 1}"
