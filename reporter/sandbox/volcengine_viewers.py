"""What Volcengine says of viewers: ListAccountUserData, GetAccountUserTrackData, ListUserBehaviorDataAPIV2.

https://www.volcengine.com/docs/3019/1169973, /1169974, /167660. Sums are life-to-date of what the vendor
remembers, and always the sums of the visits that have ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from reporter.sandbox.calls import Asked, Body, RefusalError
from reporter.sandbox.people import Viewer
from reporter.sandbox.visits import Visit
from reporter.sandbox.volcengine_cursors import Scrolls, Tokens
from reporter.sandbox.volcengine_params import Params, invalid, no_room
from reporter.sandbox.volcengine_rows import behavior_row, interactions, pay_data, track_row, user_row, watch_data
from reporter.sandbox.world import World

_KEPT_SECONDS = 90 * 86_400
_MODES = {1: "live", 2: "preview", 3: "replay"}
#: a viewer and the visits that count, in order
Row = tuple[Viewer, list[Visit]]
_SORTS: dict[str, Callable[[Row], int]] = {
    "": lambda row: int(row[0].viewer_id),
    "CommentCount": lambda row: interactions(row[1])["CommentCount"],
    "WatchTime": lambda row: watch_data(row[1])["WatchTime"],
    "LiveCount": lambda row: watch_data(row[1])["LiveCount"],
}


@dataclass(slots=True)
class Viewers:
    """The actions on viewers, with the cursors that they have given out."""

    world: World
    _tokens: Tokens[Row] = field(default_factory=Tokens)
    _scrolls: Scrolls[Row] = field(default_factory=Scrolls)

    def listed(self, asked: Asked, params: Params) -> Body:
        """ListAccountUserData: by PageToken without end, by PageNumber up to 10,000 rows."""
        size = params.whole("PageSize", 20, least=1, most=1000)
        if params.text("PlayStatus", "All") != "All":
            raise invalid("PlayStatus")
        if params.text("PageToken"):
            chosen, total, token = self._tokens.take(asked, params, size, lambda: self._viewers(asked, params))
            page = 1
        else:
            page, size = params.page("PageNumber", "PageSize", default=20, most=1000)
            rows = self._viewers(asked, params)
            chosen, total, token = rows[(page - 1) * size : page * size], len(rows), ""
        users = [user_row(viewer, visits) for viewer, visits in chosen]
        return {"PageToken": token, "PageSize": size, "PageNumber": page, "TotalCount": total, "Users": users}

    def track(self, asked: Asked, params: Params) -> Body:
        """GetAccountUserTrackData: one viewer over all rooms; with ActivityId the filtered part beside it."""
        viewer = self._viewer(params)
        rooms = self.world.rooms("volcengine", asked.moment)
        by_room = {
            room: [visit for visit in self._ended(asked, room.room_id) if visit.viewer.viewer_id == viewer.viewer_id]
            for room in rooms
        }
        visited = {room: visits for room, visits in by_room.items() if visits}
        tracks = [track_row(room, visits) for room, visits in visited.items()]
        filtered = None
        if "ActivityId" in params.values:
            chosen = params.room_id()
            own = [visit for visits in visited.values() for visit in visits if visit.room == chosen]
            filtered = _track([row for row in tracks if str(row["ActivityId"]) == chosen], own)
        page, size = params.page("PageNo", "PageItemCount", default=1000)
        every = [visit for visits in visited.values() for visit in visits]
        return {
            "UserTrackData": _track(tracks, every) | {"UserTracks": tracks[(page - 1) * size : page * size]},
            "FilterUserTrack": filtered,
            "TotalCount": len(tracks),
            "ScrollId": "",
        }

    def behavior(self, asked: Asked, params: Params) -> Body:
        """ListUserBehaviorDataAPIV2: by page up to 10,000 rows, or by ScrollId in strict order."""
        if params.text("ScrollId"):
            size = params.whole("PageItemCount", 10, least=1, most=500)
            if params.whole("IsMerge", 0) or params.whole("IsMergeUserId", 0):
                raise invalid("IsMerge")
            chosen, total, scroll = self._scrolls.take(asked, params, size)
        else:
            page, size = params.page("PageNo", "PageItemCount", default=10, most=500)
            rows = self._log(asked, params)
            chosen, total, scroll = rows[(page - 1) * size : page * size], len(rows), ""
            if page == 1:
                scroll = self._scrolls.start(asked, params, rows, size)
        data = [behavior_row(viewer, visits, asked.fresh) for viewer, visits in chosen]
        return {"Data": data, "TotalItemCount": total, "ScrollId": scroll}

    def _ended(self, asked: Asked, room_id: str) -> list[Visit]:
        room = self.world.room("volcengine", room_id, asked.moment)
        if room is None:
            raise no_room()
        return [visit for visit in self.world.seen(room, asked.fresh) if visit.left <= asked.fresh]

    def _viewers(self, asked: Asked, params: Params) -> list[Row]:
        """Return the viewers of a room or of the account, sorted as asked, by id if not."""
        every = [room.room_id for room in self.world.rooms("volcengine", asked.moment)]
        rooms = [params.room_id()] if "ActivityId" in params.values else every
        word = params.text("KeyWord")
        field_name, mode = params.text("SortField"), params.text("SortMode", "desc")
        if field_name not in _SORTS or mode not in ("asc", "desc"):
            raise invalid("SortField")
        rows = _by_viewer(visit for room_id in rooms for visit in self._ended(asked, room_id))
        rows = [row for row in rows if word in row[0].name or word == row[0].phone]
        rows.sort(key=_SORTS[""])
        rows.sort(key=_SORTS[field_name], reverse=bool(field_name) and mode == "desc")
        return rows

    def _viewer(self, params: Params) -> Viewer:
        """Return who is asked for: UserId wins over ExternalId."""
        wanted, outside = params.whole("UserId", 0), params.text("ExternalId")
        owner = self.world.owner("volcengine", str(wanted))
        if owner:
            return owner.at("volcengine")[0]
        for person in self.world.people:
            for viewer in person.at("volcengine"):
                if not wanted and outside and viewer.external_id == outside:
                    return viewer
        message = "The specified parameter UserId is invalid."
        raise RefusalError(400, "InvalidParameter.InvalidUserId", message)

    def _log(self, asked: Asked, params: Params) -> list[Row]:
        """Return the visit log: a row a viewer and device, with the visits that the filters let through."""
        room = self.world.room("volcengine", params.room_id(), asked.moment)
        if room is None:
            raise no_room()
        start = max(params.whole("StartTime", 0), asked.moment - _KEPT_SECONDS)
        end, wanted = params.whole("EndTime", 0), params.whole("UserId", 0)
        status, name = params.whole("PlayStatus", 0), params.text("Name")
        visits = [
            visit
            for visit in self.world.seen(room, asked.fresh)
            if visit.joined >= start
            and (not end or visit.left <= end)
            and (not wanted or visit.viewer.viewer_id == str(wanted))
            and _MODES.get(status, visit.mode) == visit.mode
            and name in visit.viewer.name
        ]
        return _by_viewer(visits, apart=not params.whole("IsMergeUserId", 0))


def _by_viewer(visits: Iterable[Visit], *, apart: bool = False) -> list[Row]:
    """Return visits by viewer (and device, where they stay apart), in order of the first one."""
    rows: dict[tuple[str, int], Row] = {}
    for visit in visits:
        key = (visit.viewer.viewer_id, visit.device if apart else 0)
        rows.setdefault(key, (visit.viewer, []))[1].append(visit)
    return list(rows.values())


def _track(tracks: list[dict[str, Body]], visits: list[Visit]) -> dict[str, Body]:
    return {
        "UserTracks": tracks,
        "PayData": pay_data(visits),
        "InteractData": interactions(visits),
        "UserTrackSum": {"WatchCount": len(tracks), "WatchDuration": watch_data(visits)["WatchPageDuration"]},
    }
