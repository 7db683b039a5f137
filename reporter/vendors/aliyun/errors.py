"""What an Aliyun reply means that is no data, and what to do about it.

Codes: the page of DescribeVodMediaPlayData, VOD's common ones, the gateway's. Their spelling varies in case
(ServiceUnAvailable). A throttle comes with 400 or 503, so that its code decides and not its status; Meter.AuthError
says "try again" and is a missing permission all the same.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from reporter.errors import (
    BadRequestError,
    ClockError,
    NotReadyError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownItemError,
)
from reporter.vendors.base import Answer, Body
from reporter.vendors.faults import BY_STATUS, HTTP_ERROR, Fault, classed, faults, has_rows, printable, retries

FAULTS: tuple[Fault, ...] = (
    Fault("Throttling*", ThrottledError, "retry"),
    Fault("Meter.ReadyTsError", NotReadyError, "wait"),
    Fault("SignatureNonceUsed", UnavailableError, "resign"),
    Fault("InvalidTimeStamp.Expired", ClockError, "resign"),
    *faults(
        UnavailableError,
        "retry",
        "ServiceUnavailable*",
        "InternalError",
        "UnknownError",
        "Meter.ServerInternalError",
        "Meter.DataSourceQueryError",
    ),
    *faults(
        RefusedError,
        "stop",
        "Meter.AuthError",
        "Forbidden*",
        "NoPermission*",
        "OperationDenied*",
        "InvalidAccessKeyId*",
        "InvalidSecurityToken*",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
    ),
    *faults(UnknownItemError, "skip", "InvalidVideo.NotFound", "InvalidMedia*.NotFound"),
    *faults(BadRequestError, "skip", "Meter.ParamError", "InvalidParameter*"),
    Fault("MissingParameter*", BadRequestError, "stop"),
    *BY_STATUS,
)
RETRIES = retries(FAULTS)

_XML_ERROR = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<Error[\s>]")
_XML_FIELD = re.compile(rb"<(Code|Message|RequestId)>([^<]*)</\1>")
_COUNTS = ("TotalCount", "PageNo", "PageSize")


def check(answer: Answer) -> None:
    """Raise the classed error of a reply that is no data; return for one that is."""
    told = _of_xml(answer.raw) if answer.body is None else answer.body
    request_id = printable(_field(told, "RequestId"))
    code = printable(_field(told, "Code"))
    if answer.status >= HTTP_ERROR or code:
        raise classed(FAULTS, answer, code=code, said=_field(told, "Message"), request_id=request_id)
    if missing := _missing(answer.body):
        raise ProtocolError(missing, status=answer.status, request_id=request_id)


def _of_xml(raw: bytes) -> dict[str, str]:
    """Return the fields of an error that came as XML (root Error), which the gateway writes at times.

    Read by pattern: a parser would follow a stranger's entities.
    """
    if not _XML_ERROR.match(raw):
        return {}
    return {name.decode(): unescape(text.decode(errors="replace")) for name, text in _XML_FIELD.findall(raw)}


def _field(body: Body, name: str) -> Any:  # noqa: ANN401 - JSON is any JSON
    """Return a field of the envelope, whose first letter is small in some replies."""
    if not isinstance(body, dict):
        return None
    return body.get(name, body.get(name[0].lower() + name[1:]))


def _missing(body: Body) -> str:
    """Say what a reply lacks to be an answer, "" where it lacks nothing."""
    if not isinstance(body, dict):
        return "the reply is no JSON object"
    if not has_rows(body, "QoeInfoList", "TotalCount"):
        return "the reply has no QoeInfoList"
    lacking = [name for name in _COUNTS if body.get(name) is None]
    return f"the reply has no {lacking[0]}" if lacking else ""
