"""What consoles head their columns with, in either language, and what their cells mean."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reporter import labels
from reporter.errors import UsageError
from reporter.tables import ACTIVITY_COUNTS

#: what says whom a row is about, best first
KEYS = ("viewer_id", "external_id", "phone", "email")
DAY = "day"
SECONDS = ("watch_seconds", "live_seconds", "replay_seconds", "page_seconds")
COUNTS = (*ACTIVITY_COUNTS, "paid_amount", "pay_count")
_TIMES = (*SECONDS, "play_seconds")
MEASURES = (*SECONDS, "visits", *COUNTS, "viewers", "plays", "play_seconds")
#: column -> what consoles call it beside our own labels; written small, without blanks and signs
_NAMES: Mapping[str, str] = {
    "room_id": "直播间id 直播间编号 活动id 房间id 会议id 视频id 媒资id activityid eventid assetid mediaid roomid",
    "viewer_id": "用户id 观众id 用户编号 观众编号 userid viewerid distinctid uid",
    "external_id": "外部id 外部用户id 三方id 第三方id externalid extid externaluserid",
    "phone": "手机 手机号码 电话 联系电话 telephone mobile phonenumber mobilenumber",
    "email": "邮件 电子邮箱 邮箱地址 mail emailaddress",
    "day": "统计日期 播放日期 date playdate",
    "watch_seconds": "总观看时长 观看总时长 累计观看时长 watchtime watchduration totalwatchtime visittime",
    "live_seconds": "直播观看时长 直播时长 观看直播时长 watchliveduration livewatchduration livewatchtime livetime",
    "replay_seconds": "回放观看时长 回放时长 观看回放时长 watchreplayduration replaywatchduration replaywatchtime",
    "page_seconds": "页面停留时长 停留时长 页面时长 watchpageduration pageduration timeonpage",
    "visits": "次数 进入次数 访问次数 visits times visitcount",
    "comments": "评论数 评论次数 聊天 聊天数 聊天次数 发言数 commentcount chatcount chatnum chats",
    "likes": "点赞数 点赞次数 thumbupnumber likecount praisenum",
    "questions": "提问数 提问次数 questioncount quiznum",
    "votes": "投票数 投票次数 votecount",
    "surveys": "问卷数 问卷次数 问卷 参与答题次数 questionnairecount",
    "sign_ins": "签到数 签到次数 checkincount checkins signins",
    "lotteries": "抽奖数 抽奖次数 参与抽奖次数 lotterycount",
    "lottery_wins": "中奖数 中奖次数 lotteryhitcount",
    "red_packets": "红包数 红包次数 抢红包次数 envelopenum",
    "hand_raises": "举手数 举手次数 raisehandnum",
    "shares": "分享数 分享次数 邀请数 邀请人数 invitecount sharecount",
    "goods_clicks": "商品点击数 商品点击次数 goodssumhits",
    "paid_amount": "支付总额 付款金额 成交金额 totalamount payamount",
    "pay_count": "支付次数 订单数 paycount",
    "viewers": "观看人数 播放人数 独立访客 uv dau",
    "plays": "播放次数 播放量 vv playcount playsuccessvv",
    "play_seconds": "总播放时长 播放总时长 playduration",
}
_UNITS: Mapping[str, float] = {
    **dict.fromkeys(("秒", "s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("分", "分钟", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("小时", "时", "h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("毫秒", "ms"), 0.001),
}
_UNIT = re.compile(r"[(（\[/]\s*([^()（）\[\]/]+?)\s*[)）\]]?\s*$")
_SIGNS = re.compile(r"[\s_\-–—.:：#*]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: what it is, its header and place, and how many seconds its unit has."""

    name: str
    header: str
    place: int
    factor: float = 1.0

    @property
    def is_time(self) -> bool:
        """Whether its cells are lengths of time; all others are counts and amounts."""
        return self.name in _TIMES


def columns_of(header: Sequence[str], mapping: Sequence[str] = ()) -> list[Column]:
    """Return the columns that are known, each once, by name or as `mapping` (`HEADER=COLUMN`) says.

    Raises `UsageError` for a header or a column that is not there.
    """
    told = dict(_mapped(one, header) for one in mapping)
    found: dict[str, Column] = {}
    for place, text in enumerate(header):
        _, factor = _unit(text)
        name = told.get(text) or known(text)
        if name is not None and (name not in found or text in told):
            found[name] = Column(name, text, place, factor if name in _TIMES else 1.0)
    return list(found.values())


def known(header: str) -> str | None:
    """Return the column that a header names, with its unit or without; None for one that nobody knows."""
    return _BY_NAME.get(_plain(_unit(header)[0])) or _BY_NAME.get(_plain(header))


def not_taken(header: Sequence[str], columns: Sequence[Column], filled: Collection[int]) -> list[str]:
    """Return the headers of all other columns; one without a header by its number, where it is `filled`."""
    headed = {place: text for place, text in enumerate(header) if text}
    left = {*headed, *filled} - {one.place for one in columns}
    return [headed.get(place, f"[{place + 1}]") for place in sorted(left)]


def _mapped(text: str, header: Sequence[str]) -> tuple[str, str]:
    name, _, column = text.rpartition("=")
    known = ("room_id", *KEYS, DAY, *MEASURES)
    if name not in header:
        near = difflib.get_close_matches(name, [one for one in header if one], 1)
        raise UsageError(
            f"--map {text}: the file has no column {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
        )
    if column not in known:
        near = difflib.get_close_matches(column, known, 1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
        raise UsageError(f"--map {text}: {column!r} is no column to compare with{hint}")
    return name, column


def _unit(header: str) -> tuple[str, float]:
    found = _UNIT.search(header)
    factor = _UNITS.get(found[1].lower()) if found else None
    return (header, 1.0) if found is None or factor is None else (header[: found.start()], factor)


def _plain(text: str) -> str:
    return _SIGNS.sub("", text).lower()


def _names() -> dict[str, str]:
    """Return what each name means: our own column, its labels in both languages, and what consoles say."""
    names: dict[str, str] = {}
    for column in ("room_id", *KEYS, DAY, *MEASURES):
        label = labels.COLUMNS.get(column)
        own = [column, *([label.zh, label.en] if label else [])]
        for name in (*own, *_NAMES.get(column, "").split()):
            names.setdefault(_plain(name), column)
    return names


_BY_NAME = _names()
