"""The rooms, events, videos and media of the made-up vendors.

Those of `ROOMS` recur every week and have the ids that configs/demo.yaml names, for every seed. `found`
are each week's own rooms on Volcengine: two that the demo's `match` finds, and two that only look like it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: the world has no days before this Monday
FIRST_WEEK = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One live session of a week, in China's wall clock; weekday 0 is Monday."""

    weekday: int
    hour: int
    minute: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Room:
    """A room, event, video or media. `seats` is about how many viewers come in a week at scale 1.

    `week` is the one week of a room that does not recur; `grows` says whether scale multiplies its
    viewers; `seconds` is a video's length; `rests` are weekdays on which nobody plays a media.
    """

    vendor: str
    room_id: str
    title: str
    seats: int
    slots: tuple[Slot, ...] = ()
    seconds: int = 0
    week: date | None = None
    tags: tuple[tuple[str, str], ...] = ()
    locked: bool = False
    replayed: bool = True
    grows: bool = True
    rests: frozenset[int] = frozenset()


_TUESDAY, _WEDNESDAY, _SUNDAY = Slot(1, 19, 30, 90), Slot(2, 20, 0, 60), Slot(6, 23, 20, 80)

ROOMS: tuple[Room, ...] = (
    Room("volcengine", "172183460671", "产品公开日", 110, (_TUESDAY, Slot(3, 19, 30, 60)), tags=(("行业", "零售"),)),
    # two new people a week: each costs a track call, and that call is limited to one a second
    Room("volcengine", "172183460688", "公开课答疑室", 2, (_WEDNESDAY,), tags=(("行业", "教育"),), grows=False),
    # live until after midnight, from one week into the next
    Room("volcengine", "1770637083012", "周日夜读", 70, (_SUNDAY,), tags=(("行业", "文化"),)),
    Room("quanshi", "609768", "第12课（互动场）", 80, (_WEDNESDAY,)),
    Room("quanshi", "609812", "产品公开日（分会场）", 60, (_TUESDAY,)),
    Room("talkcloud", "8602268011035296205", "第12课 录播", 40, seconds=3000),
    Room("talkcloud", "3701925924894146889", "999999", 30, seconds=1000),
    Room("talkcloud", "5120394857612093847", "999999", 30, seconds=1600),
    # its title is another video's id: the vendor's search by id finds both
    Room("talkcloud", "6013377700112233445", "8602268011035296205", 3, seconds=600),
    Room("aliyun", "9ae2af636ca6c10412f44891fc000001", "第12课 精编", 60, seconds=1246),
    Room("aliyun", "9ae2af636ca6c10412f44891fc000002", "新人训练营 导学", 25, seconds=900, rests=frozenset({2})),
    Room("aliyun", "9ae2af636ca6c10412f44891fc000003", "别家的视频", 10, seconds=300),
)

_TOPICS = ("短视频选题", "私域运营入门", "课程设计", "直播话术", "数据复盘", "家校沟通")


def found(week: date) -> tuple[Room, ...]:
    """Return the rooms of one week: 公开课 and 行业=教育 twice (once locked), and two near misses."""
    turn = (week - FIRST_WEEK).days // 7
    number = f"第{turn}期"
    base = 1_790_000_000_000 + turn * 10
    return (
        _found(week, base, f"公开课 {number}：{_TOPICS[turn % 6]}", 70, Slot(0, 20, 0, 60)),
        _found(week, base + 1, f"公开课 {number}：{_TOPICS[(turn + 1) % 6]}", 60, Slot(4, 19, 0, 75), locked=True),
        _found(week, base + 2, f"内部公开课复盘 {number}", 6, Slot(5, 10, 0, 30)),
        _found(week, base + 3, f"公开课 {number} 金融专场", 6, Slot(5, 15, 0, 30), tag="金融"),
    )


def _found(
    week: date, room_id: int, title: str, seats: int, slot: Slot, *, locked: bool = False, tag: str = "教育"
) -> Room:
    tags = (("行业", tag),)
    return Room(
        "volcengine", str(room_id), title, seats, (slot,), week=week, tags=tags, locked=locked, replayed=not locked
    )
