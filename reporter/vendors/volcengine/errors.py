"""What a reply that is no data means, and what to do about it: one table for both.

Sources: the common codes (docs/6369/68677), those of livesaas (docs/3019/1112501) and of the two calls'
own pages. The vendor's code decides before the status: a throttle may come with 200, and
`InvalidParameter.*` with 500 is still our own fault. An error stands in the body whatever the status says.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reporter.errors import (
    BadRequestError,
    ClockError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownItemError,
)
from reporter.vendors.base import Answer, Body, Retry
from reporter.vendors.faults import HTTP_ERROR, UNKNOWN, Fault, classed, faults, printable, retries
from reporter.vendors.parse import instant
from reporter.vendors.volcengine.calls import CALLS

_BUY = "the account has not bought what this call needs: buy it, or ask for less with `detail`"
_RENEW = "the session token is wrong or has expired: renew it"


#: the first line that fits counts
FAULTS: tuple[Fault, ...] = (
    Fault("InvalidTimestamp", ClockError, "resign"),
    *faults(
        UnknownItemError,
        "skip",
        "InvalidParameter.ActivityNotExist",
        "InvalidParameter.ActivityHasBeenDeleted",
        "InvalidParameter.ActivityIdInvalid",
        "InvalidParameter.InvalidUserId",
        "OperationDenied.ActivityModuleWithoutPermission",
    ),
    Fault("InvalidParameter.InvalidAccountId", RefusedError, "stop"),
    Fault("InvalidParameter*", BadRequestError, "skip"),
    Fault("OperationDenied.FeatureAccess", RefusedError, "stop", advice=_BUY),
    Fault("InvalidSecretToken", RefusedError, "stop", advice=_RENEW),
    *faults(ThrottledError, "retry", "*FlowLimitExceeded", "RequestLimitExceeded"),
    *faults(
        UnavailableError,
        "retry",
        "InternalError",
        "InternalServiceError",
        "InternalServiceTimeout",
        "FailToConnect",
        "UndefinedError",
        "ServiceUnavailableTemp",
    ),
    *faults(
        RefusedError,
        "stop",
        "OperationDenied*",
        "MissingAuthenticationToken",
        "MissingSignature",
        "InvalidAccessKey",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "InvalidAuthorization",
        "InvalidCredential",
        "AccessDenied",
        "ServiceShouldCallSelfApi",
        "Lack*",
    ),
    *faults(BadRequestError, "stop", "Missing*", "ServiceNotFound", "InvalidActionOrVersion", "MethodNotAllowed"),
    Fault("", ThrottledError, "retry", 429),
    *(Fault("*", RefusedError, "stop", status) for status in (401, 403)),
    *(Fault("?*", BadRequestError, "stop", status, advice=UNKNOWN) for status in (400, 404, 405, 409)),
    *(Fault("", BadRequestError, "stop", status) for status in (400, 404, 405, 409)),
    Fault("", ProtocolError, "retry", 200),
    Fault("", UnavailableError, "retry"),
    # also with 429 and 5xx: what a code asks for that no page names is not ours to guess
    Fault("*", ProtocolError, "stop", advice=UNKNOWN),
)

RETRIES: tuple[Retry, ...] = retries(FAULTS)


#: the gateway's codes by their CodeN (docs/6369/68677), for an error that has no Code beside it
CODES_BY_NUMBER = {
    "100001": "UndefinedError",
    "100002": "MissingParameter",
    "100003": "MissingAuthenticationToken",
    "100004": "MissingRequestInfo",
    "100005": "MissingSignature",
    "100006": "InvalidTimestamp",
    "100007": "ServiceNotFound",
    "100008": "InvalidActionOrVersion",
    "100009": "InvalidAccessKey",
    "100010": "SignatureDoesNotMatch",
    "100011": "ServiceShouldCallSelfApi",
    "100012": "LackPolicy",
    "100013": "AccessDenied",
    "100014": "InternalError",
    "100015": "FailToConnect",
    "100016": "InternalServiceTimeout",
    "100018": "FlowLimitExceeded",
    "100019": "ServiceUnavailableTemp",
    "100024": "InvalidAuthorization",
    "100027": "AccountFlowLimitExceeded",
}


def check(answer: Answer) -> None:
    """Raise the classed error of a reply that is no data; return for one that is."""
    metadata = _object(_object(answer.body).get("ResponseMetadata"))
    error = metadata.get("Error")
    request_id = str(metadata.get("RequestId") or "")
    if error or answer.status >= HTTP_ERROR:
        told = _object(error)
        number = told.get("CodeN")
        code = str(told.get("Code") or CODES_BY_NUMBER.get(str(number)) or number or "")
        raise classed(FAULTS, answer, code=code, said=told.get("Message"), request_id=request_id)
    if missing := _missing(answer.body):
        raise ProtocolError(missing, status=answer.status, request_id=request_id)


def server_time(answer: Answer) -> datetime | None:
    """Return the vendor's clock as the reply tells it, None where it does not."""
    metadata = _object(_object(answer.body).get("ResponseMetadata"))
    try:
        return instant(metadata.get("SystemTime"))
    except ValueError:
        return None


def _missing(body: Body) -> str:
    """Say what a reply lacks to be an answer, "" where it lacks nothing."""
    metadata = _object(body).get("ResponseMetadata")
    if not isinstance(metadata, dict):
        return "the reply is no JSON object with ResponseMetadata"
    result = body.get("Result")
    if not isinstance(result, dict):
        return "the reply has no Result"
    action = metadata.get("Action")
    if not action:
        return ""
    call = CALLS.get(str(action))
    if call is None:
        return f"the reply answers {printable(action)}, which was never asked"
    is_whole = not call.needs or result.get(call.needs) not in (None, "")
    return "" if is_whole else f"the reply's Result has no {call.needs}"


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
