"""What a Quanshi reply means that is no data, and what to do about it.

The vendor's table of codes is not public: only 200 is documented. What stands here is our policy, read from
the codes that HTTP uses and, where these do not say, from the vendor's words: 401, 403 and words about a token
ask for one new token, words about a user or a signature are credentials, 404 and words about a missing event
are an unknown event, 429 is a throttle, 500, 502, 503 and 504 a failure of theirs; all else stops the account, and so
does a code that HTTP does not use under a status that would pass by itself.
An error comes in the body with HTTP 200, and `msg` is English words also where all is well.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from reporter.errors import (
    BadRequestError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownItemError,
)
from reporter.vendors.base import Answer, Body
from reporter.vendors.faults import (
    BY_STATUS,
    HTTP_ERROR,
    PASSING,
    UNKNOWN_CODES,
    Fault,
    classed,
    faults,
    printable,
    retries,
)
from reporter.vendors.parse import instant_of_milliseconds
from reporter.vendors.quanshi.calls import LISTS

_TOKEN_ADVICE = "check app_key, app_secret and user_email, or renew the configured token; set this machine's clock"  # noqa: S105 - advice
#: words that name what a code does not
_NO_EVENT = r"(event|meeting|会议|活动|直播).*(not exist|not found|invalid|不存在|未找到)|no such (event|meeting)"
_TOKEN = r"token|令牌"  # noqa: S105 - a pattern
_CREDENTIALS = r"user|用户|checksum|app_?(key|id)|signature|nonce|curtime|鉴权|签名|无权|没有权限"

FAULTS: tuple[Fault, ...] = (
    *(replace(fault, advice=_TOKEN_ADVICE) for fault in faults(RefusedError, "regrant", "401", "403")),
    Fault("429", ThrottledError, "retry"),
    *faults(UnavailableError, "retry", "500", "502", "503", "504"),
    *PASSING,
    *(fault for fault in UNKNOWN_CODES if fault.status),
    Fault("?*", UnknownItemError, "skip", said=_NO_EVENT),
    Fault("?*", RefusedError, "regrant", said=_TOKEN, advice=_TOKEN_ADVICE),
    Fault("?*", RefusedError, "stop", said=_CREDENTIALS, advice=_TOKEN_ADVICE),
    Fault("404", UnknownItemError, "skip"),
    Fault("400", BadRequestError, "skip"),
    *(Fault("", RefusedError, "regrant", status, advice=_TOKEN_ADVICE) for status in (401, 403)),
    *BY_STATUS,
)
RETRIES = retries(FAULTS)


def check(answer: Answer) -> None:
    """Raise the classed error of a reply that is no data; return for one that is."""
    body = answer.body if isinstance(answer.body, dict) else {}
    code, request_id = _code(body), printable(body.get("requestId"))
    is_code = code not in {"", "200"}
    if answer.status >= HTTP_ERROR or is_code:
        told = code if is_code else ""
        raise classed(FAULTS, answer, code=told, said=body.get("msg"), request_id=request_id)
    if missing := _missing(answer.body):
        raise ProtocolError(missing, status=answer.status, request_id=request_id)
    if "userId" in body["data"] and body["data"]["userId"] in (None, "", 0):
        raise RefusedError("no user has this user_email", code="200", request_id=request_id, advice=_TOKEN_ADVICE)


def server_time(answer: Answer) -> datetime | None:
    """Return the vendor's clock as `timeStamp` (milliseconds) tells it, None where it does not."""
    stamp = answer.body.get("timeStamp") if isinstance(answer.body, dict) else None
    try:
        return instant_of_milliseconds(stamp)
    except (ValueError, OverflowError):
        return None


def _code(body: dict[str, Any]) -> str:
    code = body.get("code")
    return "" if code is None else str(code)


def _missing(body: Body) -> str:
    """Say what a reply lacks to be an answer, "" where it lacks nothing."""
    if not isinstance(body, dict) or "code" not in body:
        return "the reply is no JSON object with a code"
    data = body.get("data")
    if not isinstance(data, dict):
        return "the reply has no data"
    if "report" not in data and (data.get("token") or "userId" in data):
        return ""
    report = data.get("report")
    if not isinstance(report, dict):
        return "the reply's data has no report, token or userId"
    wrong = [name for name in LISTS if not isinstance(report.get(name), list | None)]
    if not _says_nobody(report):
        wrong += [name for name in LISTS if name not in report]
    return f"the reply's report has no list where {wrong[0]} should be" if wrong else ""


def _says_nobody(report: dict[str, Any]) -> bool:
    """Say whether a report says that nobody came: it has no viewers, nor anything else; lists may be missing then."""
    return report.get("viewerDetails") == [] and not any(report.values())
