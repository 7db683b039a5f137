"""What Volcengine says of rooms: GetCustomActMsgAPI, ListActivityAPI, ListAnActivityStartAndEndTimeAPI.

https://www.volcengine.com/docs/3019/132536, /100055, /100073.
"""

from __future__ import annotations

from dataclasses import dataclass

from reporter.sandbox.calls import Asked, Body
from reporter.sandbox.rooms import Room
from reporter.sandbox.volcengine_params import Params, invalid, no_room
from reporter.sandbox.world import World

_LIVE, _PREVIEW, _REPLAY, _ENDED = 1, 2, 3, 4
_OWNER = "admin@bytedance.com"  # what the vendor writes for the main account


@dataclass(frozen=True, slots=True)
class Rooms:
    """The actions on rooms."""

    world: World

    def message(self, asked: Asked, params: Params) -> Body:
        """GetCustomActMsgAPI: only the blocks that are asked for."""
        room = self._room(asked, params)
        blocks = {
            "NeedActMsg": ("ActMsg", self._facts),
            "NeedActBasicMsg": ("ActBasicMsg", self._looks),
            "NeedActStreamMsg": ("ActStreamMsg", self._streams),
            "NeedRealTimeOnlineNumber": ("RealTimeOnlineNumber", self._online),
        }
        return {
            name: make(room, asked.fresh)
            for need, (name, make) in blocks.items()
            if params.whole(need, 0, least=-(2**31)) == 1
        }

    def spans(self, asked: Asked, params: Params) -> Body:
        """ListAnActivityStartAndEndTimeAPI: every live span that has begun; 0 ends one that goes on."""
        room = self._room(asked, params)
        return {
            "StartAndEndTime": [
                {"OrderNumber": place, "StartTime": span.start, "EndTime": span.end if span.end <= asked.moment else 0}
                for place, span in enumerate(self.world.begun(room, asked.moment), 1)
            ]
        }

    def listed(self, asked: Asked, params: Params) -> Body:
        """ListActivityAPI: the latest first. `Name` is fuzzy, `LiveTime` bounds the start from below only."""
        page, size = params.page("PageNo", "PageItemCount", default=10)
        name, since = params.text("Name").casefold(), params.whole("LiveTime", 0)
        status, lock = params.whole("Status", 0, most=_ENDED), params.whole("IsLockPreview", 0, least=-1, most=1)
        tags = _tags(params)
        rows = [
            self._row(room, asked.moment)
            for room in self.world.rooms("volcengine", asked.moment)
            if name in room.title.casefold() and lock in (-1, int(room.locked)) and (not tags or tags & set(room.tags))
        ]
        rows = [row for row in rows if row["LiveTime"] >= since and status in (0, row["Status"])]
        rows.sort(key=lambda row: (-row["LiveTime"], row["Id"]))
        chosen = rows[(page - 1) * size : page * size]
        return {"PageNo": page, "PageItemCount": size, "TotalItemCount": len(rows), "Activities": chosen}

    def _room(self, asked: Asked, params: Params) -> Room:
        room = self.world.room("volcengine", params.room_id(), asked.moment)
        if room is None:
            raise no_room()
        return room

    def _status(self, room: Room, moment: int) -> int:
        begun = self.world.begun(room, moment)
        if not begun:
            return _PREVIEW
        if moment < begun[-1].end:
            return _LIVE
        return _REPLAY if room.replayed else _ENDED

    def _facts(self, room: Room, moment: int) -> Body:
        return {
            "Id": int(room.room_id),
            "Name": room.title,
            "LiveTime": self.world.planned(room, moment),
            "CoverImage": "https://image1.example.com/cover.png",
            "Status": self._status(room, moment),
            "ViewUrl": _view_url(room),
            "IsLockPreview": int(room.locked),
            "OwnerSubAccount": _OWNER,
            "LiveReviewStatus": 2,
            "VerticalCoverImage": "https://image2.example.com/cover.png",
        }

    def _looks(self, room: Room, moment: int) -> Body:
        image = "//image.example.com/tos-live18n.png"  # set in the console, so without a scheme
        return {
            "ActivityId": int(room.room_id),
            "Name": room.title,
            "LiveTime": self.world.planned(room, moment),
            "IsCoverImageEnable": 1,
            "CoverImageUrl": image,
            "IsPcBackImageEnable": 1,
            "PcBackImageUrl": image,
            "IsMobileBackImageEnable": 1,
            "MobileBackImageUrl": image,
            "IsPreviewVideoEnable": 0,
            "PreviewVideoVid": "",
            "IsPeopleCountEnable": 0,
            "IsHeaderImageEnable": 0,
            "HeaderImageUrl": "",
            "IsWatermarkImageEnable": 1,
            "WatermarkImageUrl": image,
            "IsThumbUpEnable": 1,
            "ThumbUpUrl": image,
            "IsShareIconEnable": 1,
            "ShareIconUrl": image,
            "IsCommentTranslateEnable": None,
            "Announcement": f"{room.title}，欢迎观看",
            "BackgroundColor": "77778888",
            "FontColor": "55557777",
            "InteractionColor": "45784444",
            "ColorThemeIndex": "light",
            "IsCountDownEnable": 1,
            "IsAutoStartEnable": 1,
            "IsPCHeaderImageEnable": 1,
            "PCHeaderImageUrl": image,
            "IsPageLimitEnable": 0,
            "PageLimitType": "",
            "IsLanguageEnable": 1,
            "PlayerTopType": [""],
            "IsReplayAutoOnlineEnable": int(room.replayed),
            "SiteTags": _site_tags(room),
            "TextSiteTags": [{"Name": "文本标签", "Value": "示例", "Index": 0}],
        }

    def _streams(self, room: Room, moment: int) -> Body:
        """Made-up stream keys: what a report must never ask for."""
        push = "rtmp://push.example.com/live"
        code = f"livesaas?key=not-real-{room.room_id}"
        way = {"PushPath": push, "PushUrl": f"{push}/{code}", "StreamingCode": code}
        pull = {"PullStreamUrl": f"{push}/{code}", "PullStreamStatus": "1", "PullStreamCheckStatus": "1"}
        line = {
            "LineId": 123,
            "LineName": "线路1",
            "MainPushInfo": [way],
            "BackPushInfo": [way],
            "ForwardInfo": [pull],
            "BackupForwardInfo": [pull],
            "ExpireTime": moment + 86_400,
        }
        return {"LineDetails": [line]}

    def _online(self, room: Room, moment: int) -> Body:
        """Say who is there now; the virtual popularity is made up by whoever runs the room."""
        there = {visit.viewer.viewer_id for visit in self.world.seen(room, moment) if visit.left > moment}
        return {"RealPopularity": len(there), "FakePopularity": 2000 + 3 * len(there)}

    def _row(self, room: Room, moment: int) -> dict[str, Body]:
        begun = self.world.begun(room, moment)
        planned = self.world.planned(room, moment)
        extra = {"DbIndex": 0, "Id": 11, "Show": 1}
        return {
            "Id": int(room.room_id),
            "Name": room.title,
            "LiveTime": planned,
            "StreamStartTime": begun[-1].start if begun else 0,
            "CreateTime": planned - 7 * 86_400,
            "Status": self._status(room, moment),
            "LiveMode": 1,
            "LiveLayout": 1,
            "LiveReviewStatus": 2,
            "IsLockPreview": int(room.locked),
            "OnlineStatus": 1,
            "HostAccountId": 2_100_000_001,
            "HostAccountName": "主播",
            "SubAccountName": _OWNER,
            "CoverImage": "//image.example.com/cover.png",
            "VerticalCoverImage": "https://image2.example.com/cover.png",
            "ViewUrl": _view_url(room),
            "SiteTags": [{**tag, **extra} for tag in _site_tags(room)],
            "TextSiteTags": [],
        }


def _view_url(room: Room) -> str:
    return f"https://live.example.com/{room.room_id}"


def _site_tags(room: Room) -> list[dict[str, Body]]:
    return [{"Name": name, "Value": value, "Index": place} for place, (name, value) in enumerate(room.tags)]


def _tags(params: Params) -> set[tuple[str, str]]:
    """Return the tags of `SiteTagNews`, of which a room needs any one."""
    given = params.values.get("SiteTagNews") or []
    try:
        return {(tag["Name"], value) for tag in given for value in tag["Value"]}
    except (TypeError, KeyError):
        raise invalid("SiteTagNews") from None
