"""Aliyun VOD's DescribeVodMediaPlayData, signed by V3 or by RPC 1.0.

https://help.aliyun.com/zh/vod/developer-reference/api-vod-2017-03-21-describevodmediaplaydata
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from reporter.sandbox import signatures
from reporter.sandbox.calls import CHINA, Answered, Asked, Body, RefusalError, start_of
from reporter.sandbox.limits import Limit, Limiter
from reporter.sandbox.rooms import Room
from reporter.sandbox.world import Play, World

ACTION = "DescribeVodMediaPlayData"
VERSION = "2017-03-21"
#: the operation's own limit is not documented; reporter's default is what the sandbox holds it to
LIMIT = Limit(5, 1)
_WINDOW = timedelta(days=30)
_MAX_PAGE = 100
_CHOICES = {
    "TerminalType": {"Native", "Web"},
    "Os": {"Android", "iOS", "Windows", "macOS", "Linux"},
    "Region": {
        "cn-beijing",
        "cn-shanghai",
        "cn-shenzhen",
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-5",
        "eu-central-1",
    },
    "OrderType": {"ASC", "DESC"},
    "OrderName": {"PlaySuccessVv", "PlayPerVv", "PlayDuration", "PlayDurationPerUv"},
}


@dataclass(slots=True)
class Aliyun:
    """One account of Aliyun VOD. A day's data is ready `lag` after the day has ended in China."""

    world: World
    limiter: Limiter
    keys: signatures.Keys
    lag: timedelta
    _nonces: set[tuple[str, str]] = field(default_factory=set)

    def answer(self, asked: Asked) -> Answered:
        """Answer one request, or refuse it in the vendor's way."""
        params = signatures.rpc_params(asked.request)
        v3 = "x-acs-action" in asked.request.headers
        call = asked.request.headers.get("x-acs-action") or params.get("Action", "")
        key, room = _claimed_key(asked, params), params.get("MediaId", "")
        try:
            self._admit(asked, params, v3=v3)
            body = self._play_data(asked, params)
        except RefusalError as refusal:
            error = {
                "RequestId": _request_id(asked),
                "HostId": asked.request.headers.get("host", ""),
                "Code": refusal.code,
                "Message": refusal.message,
                "Recommend": f"https://api.aliyun.com/troubleshoot?q={refusal.code}&product=vod",
            }
            return Answered(call, error, refusal.status, refusal.code, key, room, refusal.headers)
        return Answered(call, body, key=key, room=room, headers={"x-acs-request-id": body["RequestId"]})

    def _admit(self, asked: Asked, params: Mapping[str, str], *, v3: bool) -> None:
        headers = asked.request.headers
        named = (headers.get("x-acs-action"), headers.get("x-acs-version"))
        action, version = named if v3 else (params.get("Action"), params.get("Version"))
        if action != ACTION:
            raise RefusalError(404, "InvalidAction.NotFound", "Specified api is not found, please check your url.")
        if version != VERSION:
            raise RefusalError(400, "InvalidVersion", "Specified parameter Version is not valid.")
        check = signatures.check_aliyun_v3 if v3 else signatures.check_aliyun_rpc1
        key = check(asked.request, self.keys, asked.now)
        nonce = (key, headers.get("x-acs-signature-nonce", "") if v3 else params["SignatureNonce"])
        if nonce in self._nonces:
            raise RefusalError(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
        self._nonces.add(nonce)
        if wait := self.limiter.take(LIMIT, "aliyun", key, ACTION):
            message = "Request was denied due to user flow control."
            raise RefusalError(400, "Throttling.User", message, {"x-acs-retry-after": str(int(wait * 1000) + 1)})

    def _play_data(self, asked: Asked, params: Mapping[str, str]) -> Body:
        for name, values in _CHOICES.items():
            if name in params and params[name] not in values:
                raise _bad(name)
        page, size = _whole(params, "PageNo"), _whole(params, "PageSize", most=_MAX_PAGE)
        rows = self._rows(self._day(asked.now, params), params)
        return {
            "RequestId": _request_id(asked),
            "TotalCount": len(rows),
            "PageNo": page,
            "PageSize": size,
            "QoeInfoList": rows[(page - 1) * size : page * size],
        }

    def _day(self, now: datetime, params: Mapping[str, str]) -> date:
        """Return the day asked for, yesterday by default; refuse one out of the window or not ready."""
        today = now.astimezone(CHINA).date()
        text = params.get("PlayDate", (today - timedelta(days=1)).strftime("%Y%m%d"))
        try:
            day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=CHINA).date()
        except ValueError:
            raise _bad("PlayDate") from None
        if day.strftime("%Y%m%d") != text or day > today or today - day > _WINDOW:
            raise _bad("PlayDate")
        if now.timestamp() < start_of(day + timedelta(days=1)) + self.lag.total_seconds():
            raise RefusalError(502, "Meter.ReadyTsError", "Get ReadyTs Failed,Please Try Again.")
        return day

    def _rows(self, day: date, params: Mapping[str, str]) -> list[Body]:
        """Return a row for each media that was played; sorted only where OrderName says so."""
        rows = []
        for room in self.world.rooms("aliyun", start_of(day)):
            plays = [play for play in self.world.plays(room, day) if _fits(play, params)]
            if plays and params.get("MediaId", room.room_id) == room.room_id:
                rows.append(_row(room, plays))
        if name := params.get("OrderName"):
            rows.sort(key=lambda row: float(row[name]), reverse=params.get("OrderType") == "DESC")
        return rows


def _fits(play: Play, params: Mapping[str, str]) -> bool:
    asked = {"Os": play.os, "TerminalType": play.terminal, "Region": play.region}
    return all(params.get(name, value) == value for name, value in asked.items())


def _row(media: Room, plays: list[Play]) -> dict[str, Body]:
    """Return one row with the vendor's own arithmetic: its "PerUv" seconds are per play, as in its sample."""
    seconds, viewers = sum(play.seconds for play in plays), len({play.viewer for play in plays})
    return {
        "VideoTitle": media.title,
        "VideoDuration": float(media.seconds),
        "MediaId": media.room_id,
        "DAU": float(viewers),
        "PlaySuccessVv": float(len(plays)),
        "PlayDurationPerUv": round(seconds / len(plays), 2),
        "PlayDuration": float(seconds),
        "PlayPerVv": round(len(plays) / viewers, 2),
    }


def _whole(params: Mapping[str, str], name: str, most: int = 10**9) -> int:
    text = params.get(name, "")
    if not text:
        raise RefusalError(400, f"Missing{name}", f"{name} is mandatory for this action.")
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise _bad(name)
    return int(text)


def _bad(name: str) -> RefusalError:
    return RefusalError(400, "Meter.ParamError", f"Param Error:{name},Please Check Again.")


def _claimed_key(asked: Asked, params: Mapping[str, str]) -> str:
    authorization = asked.request.headers.get("authorization", "")
    return params.get("AccessKeyId") or authorization.partition("Credential=")[2].partition(",")[0]


def _request_id(asked: Asked) -> str:
    """Return 36 characters in the form of a UUID."""
    digits = asked.serial.upper()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
