"""Quanshi's three calls: find the admin by e-mail, create a token, fetch an event's whole report.

https://developer.quanshi.com/cn/api/440 (flow), /cn/api/100 (report). All POST; errors come as a `code`
inside a 200, a wrong key or checksum as 403, a bad token as 401. Those codes are the sandbox's: the vendor's table is
not public. The report's rows are made in `quanshi_report`.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from reporter.sandbox import quanshi_report, signatures
from reporter.sandbox.calls import Answered, Asked, Body, RefusalError
from reporter.sandbox.limits import Limit, Limiter
from reporter.sandbox.world import World

#: not documented; reporter's default is what the sandbox holds each call to
LIMIT = Limit(2, 1)
TOKEN_SECONDS = 86_400
PREFIX = "/eventopenapi/"
USER_EMAIL = "ops@example.com"
_SEARCH, _CREATE, _DETAILS = "user/search/email", "token/create", "event/report/details"
_ADMIN = 63_111_959


@dataclass(slots=True)
class Quanshi:
    """One customer of Quanshi with one admin, whose address is `USER_EMAIL`."""

    world: World
    limiter: Limiter
    keys: signatures.Keys
    _tokens: dict[str, int] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answered:
        """Answer one request; every error but a wrong HTTP method is a 200 with its own code."""
        headers = asked.request.headers
        call = asked.path.rpartition(PREFIX)[2]
        key, room = headers.get("appkey") or headers.get("appid", ""), ""
        try:
            self._admit(asked, call)
            given = _body(asked)
            room = str(given.get("eventId", ""))
            message, data = self._act(asked, call, given)
        except RefusalError as refusal:
            body = _envelope(asked, int(refusal.code), refusal.message, None)
            return Answered(call, body, refusal.status, refusal.code, key, room)
        return Answered(call, _envelope(asked, 200, message, data), key=key, room=room)

    def forget_tokens(self) -> None:
        """Take no token any more that was made so far."""
        self._tokens.clear()

    def _admit(self, asked: Asked, call: str) -> None:
        if asked.request.method != "POST":
            raise RefusalError(405, "405", "Method not allowed!")
        if call not in (_SEARCH, _CREATE, _DETAILS):
            raise RefusalError(404, "404", "Api not found!")
        key = signatures.check_quanshi(asked.request, self.keys, asked.now)
        if self.limiter.take(LIMIT, "quanshi", key, call):
            raise RefusalError(200, "429", "Request too frequently!")

    def _act(self, asked: Asked, call: str, given: dict[str, Body]) -> tuple[str, Body]:
        if call == _SEARCH:
            return "Successfully to get the user by email!", _search(given)
        if call == _CREATE:
            return "Successfully to create token!", self._create(asked, given)
        self._check_token(asked, given)
        return "Successfully to get the event report details!", self._details(asked, given)

    def _create(self, asked: Asked, given: dict[str, Body]) -> Body:
        if given.get("userId") != _ADMIN:
            raise RefusalError(200, "404", "User does not exist!")
        token = hashlib.blake2b(f"token {asked.serial}".encode(), digest_size=16).hexdigest()
        self._tokens[token] = asked.moment + TOKEN_SECONDS
        return {
            "createTime": asked.moment * 1000,
            "expire": TOKEN_SECONDS,
            "customerCode": "020880",
            "productId": None,
            "userId": _ADMIN,
            "token": token,
        }

    def _check_token(self, asked: Asked, given: dict[str, Body]) -> None:
        """Look for the token in the body, then in the header `token`."""
        token = given.get("token") or asked.request.headers.get("token", "")
        if not isinstance(token, str) or self._tokens.get(token, 0) <= asked.moment:
            raise RefusalError(200, "401", "The token is invalid or expired!")

    def _details(self, asked: Asked, given: dict[str, Body]) -> Body:
        event_id = given.get("eventId")
        if not isinstance(event_id, int):
            raise RefusalError(200, "400", "The eventId is invalid!")
        start, end = _instant(given, "startTime"), _instant(given, "endTime")
        event = self.world.room("quanshi", str(event_id), asked.moment)
        if event is None:
            raise RefusalError(200, "404", "The event does not exist!")
        window = (start or 0, end or asked.moment)
        rows = [
            visit
            for visit in self.world.seen(event, asked.fresh)
            if visit.left <= asked.fresh and window[0] <= visit.joined <= window[1]
        ]
        report = quanshi_report.report(rows, self.world.seed)
        return {"eventId": event_id, "report": report, "startTime": start, "endTime": end}


def _search(given: dict[str, Body]) -> Body:
    if not hmac.compare_digest(str(given.get("email", "")), USER_EMAIL):
        raise RefusalError(200, "404", "User does not exist!")
    return {
        "userId": _ADMIN,
        "loginName": USER_EMAIL,
        "email": USER_EMAIL,
        "countryCode": "86",
        "mobile": "19000990001",
        "customerCode": "020880",
        "displayName": "运营",
        "firstName": "",
        "middleName": "",
        "lastName": "运营",
        "userStatus": 1,
    }


def _body(asked: Asked) -> dict[str, Body]:
    try:
        return asked.json()
    except ValueError:
        raise RefusalError(200, "400", "The body is no JSON object!") from None


def _instant(given: dict[str, Body], name: str) -> int | None:
    value = given.get(name)
    if value is not None and (not isinstance(value, int) or not 0 <= value < 2**33):
        raise RefusalError(200, "400", f"The {name} is invalid!")
    return value


def _envelope(asked: Asked, code: int, message: str, data: Body) -> Body:
    milliseconds = int(asked.now.timestamp() * 1000)
    when = f"{asked.now:%Y%m%d_%H%M%S}"
    return {
        "timeStamp": milliseconds,
        "code": code,
        "msg": message,
        "data": data,
        "requestId": f"172.10.85.69_{when}_{int(asked.serial[:8], 16):010d}",
    }
