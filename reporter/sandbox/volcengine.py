"""Volcengine 企业直播: the gateway (signature, action, limits, error envelope) in front of six actions.

https://www.volcengine.com/docs/3019/100083 (signing), /docs/3019/1112501 and /docs/6369/68677 (errors).
What the actions say is made in `volcengine_rooms` and `volcengine_viewers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reporter.sandbox import signatures
from reporter.sandbox.calls import Answered, Asked, Body, RefusalError
from reporter.sandbox.limits import Limit, Limiter
from reporter.sandbox.volcengine_params import Params
from reporter.sandbox.volcengine_rooms import Rooms
from reporter.sandbox.volcengine_viewers import Viewers
from reporter.sandbox.world import World

_OLD, _NEW = "2020-06-01", "2023-08-01"
_PER_MINUTE, _PER_SECOND = Limit(120, 60), Limit(1, 1)
#: the gateway's codes by name; those of livesaas itself have no number that is known
_NUMBERS = {
    "MissingParameter": 100002,
    "MissingAuthenticationToken": 100003,
    "MissingRequestInfo": 100004,
    "InvalidTimestamp": 100006,
    "InvalidActionOrVersion": 100008,
    "InvalidAccessKey": 100009,
    "SignatureDoesNotMatch": 100010,
    "FlowLimitExceeded": 100018,
    "InvalidAuthorization": 100024,
}


@dataclass(frozen=True, slots=True)
class _Action:
    version: str
    methods: tuple[str, ...]
    limit: Limit
    result: Callable[[Asked, Params], Body]


@dataclass(slots=True)
class Volcengine:
    """One account of 企业直播."""

    world: World
    limiter: Limiter
    keys: signatures.Keys
    _actions: Mapping[str, _Action] = field(init=False)

    def __post_init__(self) -> None:
        """Lay out the actions."""
        rooms, viewers = Rooms(self.world), Viewers(self.world)
        get, post = ("GET",), ("POST",)
        self._actions = {
            "GetCustomActMsgAPI": _Action(_OLD, get, _PER_MINUTE, rooms.message),
            "ListAnActivityStartAndEndTimeAPI": _Action(_OLD, get, _PER_MINUTE, rooms.spans),
            "ListActivityAPI": _Action(_OLD, post, _PER_MINUTE, rooms.listed),
            "ListUserBehaviorDataAPIV2": _Action(_OLD, get + post, _PER_MINUTE, viewers.behavior),
            "ListAccountUserData": _Action(_NEW, post, _PER_SECOND, viewers.listed),
            "GetAccountUserTrackData": _Action(_NEW, post, _PER_SECOND, viewers.track),
        }

    def answer(self, asked: Asked) -> Answered:
        """Answer one request; an error has `ResponseMetadata.Error` and no `Result`."""
        call = asked.query.get("Action", "")
        metadata: dict[str, Body] = {
            "RequestId": f"{asked.now:%Y%m%d%H%M%S}{asked.serial[:19].upper()}",
            "Action": call,
            "Version": asked.query.get("Version", ""),
            "Service": "livesaas",
            "Region": "cn-north-1",
        }
        headers = {"X-Tt-Logid": metadata["RequestId"]}
        key, room = _claimed_key(asked), ""
        try:
            action, params = self._admit(asked)
            room = params.named("UserId") or params.named("ActivityId")
            result = action.result(asked, params)
        except RefusalError as refusal:
            error = {"CodeN": _NUMBERS.get(refusal.code, 0), "Code": refusal.code, "Message": refusal.message}
            body = {"ResponseMetadata": {**metadata, "Error": error}}
            return Answered(call, body, refusal.status, refusal.code, key, room, headers)
        body = {"ResponseMetadata": {**metadata, "SystemTime": asked.moment}, "Result": result}
        return Answered(call, body, key=key, room=room, headers=headers)

    def _admit(self, asked: Asked) -> tuple[_Action, Params]:
        request, query = asked.request, asked.query
        action = self._actions.get(query.get("Action", ""))
        if action is None or query.get("Version") != action.version:
            raise RefusalError(404, "InvalidActionOrVersion", "Could not find operation for this version.")
        if request.method not in action.methods:
            raise RefusalError(405, "MethodNotAllowed", "The request method is not allowed for this action.")
        key = signatures.check_volcengine(request, self.keys, asked.now)
        if self.limiter.take(action.limit, "volcengine", key, query["Action"]):
            raise RefusalError(429, "FlowLimitExceeded", "Request was rejected because the request speed exceeds.")
        return action, Params.of(asked)


def _claimed_key(asked: Asked) -> str:
    authorization = str(asked.request.headers.get("authorization", ""))
    return authorization.partition("Credential=")[2].partition("/")[0]
