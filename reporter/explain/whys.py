"""Why a row of a reply does not go into a figure: each reason once, in the order in which a row meets them."""

from __future__ import annotations

from collections.abc import Mapping

from reporter import labels
from reporter.metrics import REGISTRY, Measure
from reporter.model import Text

COUNTED = Text("计入", "counted")
#: a reason of a metric's own: the metric's code follows, and `Only.otherwise` says it
OTHERWISE = "otherwise:"

#: code -> what is said, `{}` being the detail; of a reply's row of which several rows were made, the last one stands
WHYS: Mapping[str, Text] = {
    "refused": Text(
        "回复不是所问的内容，其行全部未采用", "the reply is about something else; none of its rows is used"
    ),
    "unread": Text("未读成任何一行：{}", "nothing was made of it: {}"),
    "summary": Text(
        "平台自己的累计汇总，只用于核对",
        "the platform's own sums over the room's whole life, kept to be held against ours",
    ),
    "other-event": Text("属于另一场", "of another event"),
    "other-person": Text("属于另一人", "of another person"),
    "other-room": Text("属于本报告之外的直播间或视频", "of a room that is not this report's"),
    "told-by-log": Text(
        "该直播间未按轨迹拉取：同一次观看已由观看日志给出",
        "of a room that is not pulled as tracks: its visit log or list has the same already",
    ),
    "outside-period": Text("不在本期开始", "starts outside the period"),
    "track-before-period": Text(
        "轨迹的首次进入早于本期；其中可能有本期观看的回放",
        "a track whose first coming lies before the period; a replay of this period may be among it",
    ),
    "excluded": Text("按配置剔除：{}", "excluded by the config: {}"),
    "nobody": Text("没有观众标识，不属于任何人", "names no viewer and belongs to no person"),
    "mode-unknown": Text("无法判断是直播还是回放", "cannot be told live from replay"),
    "other-mode": Text("观看方式为{}，此数不计", "watched as {}, which this figure does not count"),
    "no-length": Text("时长未知（没有离开时间），无从相加", "its length is not known: there is nothing to add"),
    "no-interval": Text("没有同时给出进入与离开时间", "has not both a time of joining and one of leaving"),
    "no-time": Text("进入与离开为同一时刻，不占时间", "was left at the moment of joining and takes no time"),
    "no-watching": Text("此人没有大于 0 的观看时长", "of a person without any watching time"),
    "no-value": Text("平台没有给出此项", "the platform does not say it"),
    "not-scored": Text("此人在该场的各项都不可得", "of a person of whom no term can be given at that event"),
    "no-term": Text("不进入参与度的任何一项", "fills no term of the engagement"),
    "old-counts": Text(
        "累计数，而该直播间首次直播不在本期：不重复计",
        "a count over the room's whole life, and the room was first live in another period: not counted again",
    ),
    "not-at-event": Text("此人本期在该场没有计入的观看", "of a person without a visit that counts at that event"),
    "said-already": Text("同一观众的另一行已给出此项", "another row of the same viewer says it already"),
    "no-past": Text(
        "无法判断新老：此前没有已存的一期，或中间缺一期",
        "nobody can say who is new: no period before is stored, or one is missing",
    ),
    "not-placed": Text("此人不计入该场", "of a person who does not count at this event"),
}
_ORDER = [*WHYS, OTHERWISE]


def rank(code: str) -> int:
    """Return how far a row came that was left out for this reason."""
    return _ORDER.index(OTHERWISE if code.startswith(OTHERWISE) else code)


def text(code: str, detail: Text) -> Text:
    """Return a reason as a sentence in both languages."""
    if code.startswith(OTHERWISE):
        metric = next(one for one in REGISTRY if one.code == code.removeprefix(OTHERWISE))
        if isinstance(metric.how, Measure) and metric.how.only is not None:
            return metric.how.only.otherwise
    said = WHYS[code]
    if code == "other-mode":
        detail = Text(labels.mode(detail.zh, "zh"), labels.mode(detail.en, "en"))
    return Text(said.zh.format(detail.zh), said.en.format(detail.en))
