"""The three lists of Quanshi's event report, with everything odd about the real ones kept.

`lives` are stays on the web, `interactions` stays in the app (no counts, no viewerId), `viewerDetails` one
row for each `distinctId` over both: durations are sums, sets are comma-joined, "-" is null. The filter
`liveType` does nothing, as in the vendor's sample. https://developer.quanshi.com/cn/api/100
"""

from __future__ import annotations

from collections.abc import Iterable

from reporter.sandbox.calls import Body, digest, local
from reporter.sandbox.cast import Role
from reporter.sandbox.visits import Visit

#: the line that the telephone conference is dialled from: the same for everybody, nobody's own number
DIAL_IN = "19009999999"
_HOST_ID, _BILLING = 88_589_655, "95469279"
_ROLES: dict[Role, tuple[int, str]] = {"host": (4, "主持人"), "speaker": (5, "主讲人"), "attendee": (6, "观众")}
#: device in the raw rows, in the summary, client in the raw rows, in the summary
_WEB = (("IOS", "iOS"), ("PC", "Windows"), ("Android", "Android"))
_CITIES = (("陕西", "西安"), ("北京", "北京"), ("广东", "深圳"), ("浙江", "杭州"), ("四川", "成都"))


def report(visits: Iterable[Visit], seed: int) -> Body:
    """Return the report of an event's visits, which are in order; empty lists come as null."""
    stays = list(visits)
    lives = [_live(stay, seed) for stay in stays if not stay.viewer.app]
    interactions = [_interaction(stay) for stay in stays if stay.viewer.app]
    by_viewer: dict[str, list[Visit]] = {}
    for stay in stays:
        by_viewer.setdefault(stay.viewer.viewer_id, []).append(stay)
    details = [_details(own) for own in by_viewer.values()]
    return {"lives": lives or None, "viewerDetails": details or None, "interactions": interactions or None}


def _live(stay: Visit, seed: int) -> Body:
    viewer, acts = stay.viewer, stay.acts
    identified = bool(viewer.phone or viewer.email or viewer.external_id)
    session = digest(seed, "session", viewer.number, stay.joined, stay.device) if identified else viewer.viewer_id
    return {
        "viewerId": session,
        "live_type": _live_type(stay),
        "prize_num": acts.lotteries,
        "device_type": _WEB[_device(stay)][0],
        "client_type": "WEB",
        "call_duration": 0,
        "distinctId": viewer.viewer_id,
        "raise_hand_num": acts.hand_raises,
        "clientType": "WEB",
        "praise_num": acts.likes,
        "sign_num": acts.sign_ins,
        "company": None,
        "share_num": acts.shares or None,
        "group": None,
        "auth_type": "0",
        "watch_duration": stay.seconds,
        "goods_sum_hits": acts.goods or None,
        "chat_num": acts.comments,
        "question_num": acts.surveys,
        "quiz_num": acts.questions or None,
        "envelope_num": acts.red_packets,
        "conferenceId": "239790940",
        "iden": _ROLES["attendee"][1],
        "name": _name(stay),
        "vote_num": acts.votes,
        **_raw(stay),
    }


def _interaction(stay: Visit) -> Body:
    """Return a stay in the app: nothing that people did there is counted."""
    number, iden = _ROLES[stay.viewer.role]
    return {
        "viewerId": None,
        "role": number,
        "live_type": 0,
        "prize_num": None,
        "device_type": "PC",
        "client_type": "CLIENT",
        "call_duration": None,
        "distinctId": stay.viewer.viewer_id,
        "raise_hand_num": None,
        "clientType": "CLIENT",
        "praise_num": None,
        "sign_num": None,
        "company": stay.viewer.company or None,
        "share_num": None,
        "group": stay.viewer.company or None,
        "auth_type": None,
        "goods_sum_hits": None,
        "chat_num": None,
        "question_num": None,
        "quiz_num": None,
        "envelope_num": None,
        "conferenceId": "762936320",
        "iden": iden,
        "name": _name(stay),
        "online_duration": stay.seconds,
        "vote_num": None,
        **_raw(stay),
    }


def _raw(stay: Visit) -> dict[str, Body]:
    """Return what both raw lists say alike: hostId is text here and a number in the summary."""
    viewer = stay.viewer
    return {
        "online_time": stay.joined,
        "offline_time": stay.left,
        "online_date": _date(stay.joined),
        "offline_date": _date(stay.left),
        "extId": viewer.external_id or None,
        "email": viewer.email,
        "mobile": viewer.phone or None,
        "whitelist_type": 0,
        "ip": _ip(stay),
        "hostId": str(_HOST_ID),
        "billingCode": _BILLING,
        "location": "本地局域网" if _at_home(stay) else "中国-" + "-".join(_city(stay)),
    }


def _details(own: list[Visit]) -> Body:
    """Return the summary of one distinctId; its name is the first that it had."""
    viewer = own[0].viewer
    live, replay = ([stay for stay in own if _live_type(stay) == kind] for kind in (0, 1))
    kinds = [word for word, stays in (("直播", live), ("回放", replay)) if stays]
    duration = sum(stay.seconds for stay in own)
    return {
        "auth_type": "否",
        "billingCode": _BILLING,
        "client_type": "客户端" if viewer.app else "Web",
        "company": viewer.company or "-",
        "conferenceId": "239790940",
        "countryCode": "+86",
        "device_type": "Windows" if viewer.app else _joined(_WEB[_device(stay)][1] for stay in own),
        "dialedIn": "外呼入会",
        "dialoutSource": "电话会议外呼",
        "duration": duration,
        "email": viewer.email or "-",
        "extId": viewer.external_id or "-",
        "group": viewer.company or "-",
        "hostId": _HOST_ID,
        "iden": _ROLES[viewer.role][1],
        "ip": _joined(_ip(stay) for stay in own),
        "liveTimes": len(live),
        "liveWatchDuration": _clock(sum(stay.seconds for stay in live)),
        "live_type": "+".join(kinds),
        "location": _joined("-" if _at_home(stay) else "".join(_city(stay)) for stay in own),
        "mobile": viewer.phone or "-",
        "name": _name(own[0]),
        "offline_date": _date(max(stay.left for stay in own)),
        "offline_time": max(stay.left for stay in own),
        "online_date": _date(own[0].joined),
        "online_time": own[0].joined,
        "phoneNumber": DIAL_IN,
        "replayTimes": len(replay),
        "replayWatchDuration": _clock(sum(stay.seconds for stay in replay)),
        "times": len(own),
        "type": "互动端" if viewer.app else "直播端",
        "watchDuration": _clock(duration),
        "whitelist_tag": "-",
        "whitelist_type": None,
        **_deeds(own),
    }


def _deeds(own: list[Visit]) -> dict[str, Body]:
    acts = [stay.acts for stay in own]
    return {
        "call_duration": 0,
        "chat_num": sum(act.comments for act in acts),
        "praise_num": sum(act.likes for act in acts),
        "raise_hand_num": sum(act.hand_raises for act in acts),
        "quiz_num": sum(act.questions for act in acts),
        "goods_sum_hits": sum(act.goods for act in acts),
        "survey": _flag(act.surveys for act in acts),
        "vote": _flag(act.votes for act in acts),
        "sign": _flag(act.sign_ins for act in acts),
        "envelope": _flag(act.red_packets for act in acts),
    }


def _live_type(stay: Visit) -> int:
    return 1 if stay.mode == "replay" else 0


def _name(stay: Visit) -> str:
    """Return the name, or for who gave none 网友NNNN with another number each time."""
    return stay.viewer.name or f"网友{1000 + (stay.viewer.number * 9 + stay.joined // 60) % 9000}"


def _device(stay: Visit) -> int:
    return (stay.viewer.number + stay.device) % len(_WEB)


def _at_home(stay: Visit) -> bool:
    """Say whether the vendor saw a private address."""
    return (stay.viewer.number + stay.joined) % 5 == 0


def _ip(stay: Visit) -> str:
    number = stay.viewer.number
    return f"192.168.40.{number % 250 + 1}" if _at_home(stay) else f"203.0.113.{number % 250 + 1}"


def _city(stay: Visit) -> tuple[str, str]:
    return _CITIES[stay.viewer.number % len(_CITIES)]


def _joined(values: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(values))


def _flag(counts: Iterable[int]) -> str:
    return "Y" if any(counts) else "N"


def _date(moment: int) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M:%S}"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
