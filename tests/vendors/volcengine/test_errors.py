"""What a reply that is no data means, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from reporter.errors import (
    BadRequestError,
    ClockError,
    ProtocolError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownItemError,
    VendorError,
)
from reporter.vendors.base import Action, Answer
from reporter.vendors.volcengine import VOLCENGINE

Body = dict[str, Any]


def _answer(status: int, code: str, message: str = "Words.") -> Answer:
    error = {"CodeN": 1, "Code": code, "Message": message}
    return Answer(status, {}, {"ResponseMetadata": {"RequestId": "MADEUP01", "Error": error}})


def _action(error: VendorError) -> Action:
    """Return what the first line of the retry table that fits says, as `fetch` reads it."""
    return next(line.action for line in VOLCENGINE.retries if line.fits(error.status, error.code, error.what))


@pytest.mark.parametrize(
    ("status", "code", "kind", "action"),
    [
        (400, "InvalidTimestamp", ClockError, "resign"),
        (403, "InvalidTimestamp", ClockError, "resign"),
        (400, "InvalidParameter.ActivityNotExist", UnknownItemError, "skip"),
        (400, "InvalidParameter.ActivityHasBeenDeleted", UnknownItemError, "skip"),
        (400, "InvalidParameter.ActivityIdInvalid", UnknownItemError, "skip"),
        (500, "InvalidParameter.ActivityIdInvalid", UnknownItemError, "skip"),
        (400, "InvalidParameter.InvalidUserId", UnknownItemError, "skip"),
        (400, "InvalidParameter.InvalidAccountId", RefusedError, "stop"),
        (500, "InvalidParameter.PageSizeInvalid", BadRequestError, "skip"),
        (409, "OperationDenied.ActivityModuleWithoutPermission", UnknownItemError, "skip"),
        (403, "OperationDenied.FeatureAccess", RefusedError, "stop"),
        (403, "OperationDenied.Other", RefusedError, "stop"),
        (429, "FlowLimitExceeded", ThrottledError, "retry"),
        (429, "AccountFlowLimitExceeded", ThrottledError, "retry"),
        (400, "AccountFlowLimitExceeded", ThrottledError, "retry"),
        (200, "AccountFlowLimitExceeded", ThrottledError, "retry"),
        (429, "RequestLimitExceeded", ThrottledError, "retry"),
        (429, "NeverHeardOf", ProtocolError, "stop"),
        (500, "InternalError", UnavailableError, "retry"),
        (502, "InternalServiceError", UnavailableError, "retry"),
        (502, "FailToConnect", UnavailableError, "retry"),
        (504, "InternalServiceTimeout", UnavailableError, "retry"),
        (503, "ServiceUnavailableTemp", UnavailableError, "retry"),
        (500, "UndefinedError", UnavailableError, "retry"),
        (503, "NeverHeardOf", ProtocolError, "stop"),
        (408, "NeverHeardOf", ProtocolError, "stop"),
        (502, "NeverHeardOf", ProtocolError, "stop"),
        (504, "NeverHeardOf", ProtocolError, "stop"),
        (400, "MissingParameter", BadRequestError, "stop"),
        (401, "MissingAuthenticationToken", RefusedError, "stop"),
        (401, "MissingSignature", RefusedError, "stop"),
        (400, "MissingRequestInfo", BadRequestError, "stop"),
        (404, "ServiceNotFound", BadRequestError, "stop"),
        (404, "InvalidActionOrVersion", BadRequestError, "stop"),
        (405, "MethodNotAllowed", BadRequestError, "stop"),
        (401, "InvalidAccessKey", RefusedError, "stop"),
        (401, "InvalidClientTokenId", RefusedError, "stop"),
        (401, "SignatureDoesNotMatch", RefusedError, "stop"),
        (401, "InvalidSecretToken", RefusedError, "stop"),
        (400, "InvalidAuthorization", RefusedError, "stop"),
        (400, "InvalidCredential", RefusedError, "stop"),
        (403, "LackPolicy", RefusedError, "stop"),
        (403, "LackProjectPolicy", RefusedError, "stop"),
        (403, "AccessDenied", RefusedError, "stop"),
        (403, "ServiceShouldCallSelfApi", RefusedError, "stop"),
        (400, "NeverHeardOf", BadRequestError, "stop"),
        (401, "NeverHeardOf", RefusedError, "stop"),
        (500, "NeverHeardOf", ProtocolError, "stop"),
        (200, "NeverHeardOf", ProtocolError, "stop"),
    ],
)
def test_error_is_classed_by_its_code_before_its_status(
    status: int, code: str, kind: type[VendorError], action: Action
) -> None:
    with pytest.raises(kind) as caught:
        VOLCENGINE.check(_answer(status, code))
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.code, error.request_id) == (status, code, "MADEUP01")
    assert _action(error) == action


@pytest.mark.parametrize(
    ("status", "kind", "action"),
    [
        (400, BadRequestError, "stop"),
        (401, RefusedError, "stop"),
        (403, RefusedError, "stop"),
        (404, BadRequestError, "stop"),
        (429, ThrottledError, "retry"),
        (500, UnavailableError, "retry"),
        (502, UnavailableError, "retry"),
    ],
)
@pytest.mark.parametrize("body", [None, {}, [], {"ResponseMetadata": None}])
def test_error_without_a_code_is_classed_by_its_status(
    status: int, kind: type[VendorError], action: Action, body: Any
) -> None:
    with pytest.raises(kind) as caught:
        VOLCENGINE.check(Answer(status, {}, body))
    assert _action(caught.value) == action


@pytest.mark.parametrize(
    ("status", "number", "code", "kind", "action"),
    [
        (200, 123456, "123456", ProtocolError, "stop"),
        (500, 123456, "123456", ProtocolError, "stop"),
        (429, 100018, "FlowLimitExceeded", ThrottledError, "retry"),
        (500, 100014, "InternalError", UnavailableError, "retry"),
        (401, 100010, "SignatureDoesNotMatch", RefusedError, "stop"),
        (500, 0, "", UnavailableError, "retry"),
    ],
)
def test_error_without_a_code_is_known_by_its_number(
    status: int, number: int, code: str, kind: type[VendorError], action: Action
) -> None:
    metadata = {"RequestId": "MADEUP01", "Error": {"CodeN": number, "Code": "", "Message": "Words."}}
    with pytest.raises(kind) as caught:
        VOLCENGINE.check(Answer(status, {}, {"ResponseMetadata": metadata}))
    assert (caught.value.code, _action(caught.value)) == (code, action)


def test_error_names_the_vendors_words_on_one_short_line() -> None:
    with pytest.raises(RefusedError) as caught:
        VOLCENGINE.check(_answer(401, "SignatureDoesNotMatch", "No\x1b[31m match\n" + "x" * 999))
    assert str(caught.value).startswith("No [31m match xxx")
    assert len(caught.value.what) <= 200
    assert "code SignatureDoesNotMatch, request id MADEUP01" in str(caught.value)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        [],
        {},
        {"ResponseMetadata": []},
        {"ResponseMetadata": {}},
        {"ResponseMetadata": {}, "Result": None},
        {"ResponseMetadata": {}, "Result": []},
        {"ResponseMetadata": {"Action": "GetCustomActMsgAPI"}, "Result": {}},
        {"ResponseMetadata": {"Action": "GetCustomActMsgAPI"}, "Result": {"ActMsg": None}},
        {"ResponseMetadata": {"Action": "ListActivityAPI"}, "Result": {"Activities": []}},
        {"ResponseMetadata": {"Action": "ListAccountUserData"}, "Result": {"Users": [], "PageToken": ""}},
        {"ResponseMetadata": {"Action": "GetAccountUserTrackData"}, "Result": {"UserTrackData": None}},
        {"ResponseMetadata": {"Action": "ListSiteTagAPIV2"}, "Result": {}},
    ],
)
def test_reply_that_lacks_its_data_is_no_empty_answer(reply: Any) -> None:
    with pytest.raises(ProtocolError) as caught:
        VOLCENGINE.check(Answer(200, {}, reply))
    assert _action(caught.value) == "retry"


@pytest.mark.parametrize(
    ("action", "result"),
    [
        ("GetCustomActMsgAPI", {"ActMsg": {"Id": 1}}),
        ("ListAnActivityStartAndEndTimeAPI", {"StartAndEndTime": None}),
        ("ListActivityAPI", {"Activities": None, "TotalItemCount": 0}),
        ("ListAccountUserData", {"Users": None, "PageToken": "finish", "TotalCount": 0}),
        ("ListUserBehaviorDataAPIV2", {"Data": None, "TotalItemCount": 0}),
        ("GetAccountUserTrackData", {"UserTrackData": {"UserTracks": None}}),
        ("", {}),
    ],
)
def test_reply_with_its_data_passes(body: Callable[..., Body], action: str, result: Any) -> None:
    VOLCENGINE.check(Answer(200, {}, body(action, result)))


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        (1697446406, datetime(2023, 10, 16, 8, 53, 26, tzinfo=UTC)),
        (None, None),
        ("soon", None),
    ],
)
def test_server_time_is_the_replys_own(body: Callable[..., Body], told: Any, moment: datetime | None) -> None:
    assert VOLCENGINE.server_time is not None
    assert VOLCENGINE.server_time(Answer(400, {}, body("X", None, SystemTime=told))) == moment
