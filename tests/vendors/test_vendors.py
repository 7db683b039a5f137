"""What holds for every vendor of the list."""

from __future__ import annotations

import pytest

from reporter.tables import SCHEMAS
from reporter.vendors import VENDORS
from reporter.vendors.base import Vendor

ALL = list(VENDORS.values())


def _name(vendor: Vendor) -> str:
    return vendor.name


def test_vendors_are_listed_in_the_order_of_reports() -> None:
    assert list(VENDORS) == ["volcengine", "quanshi", "talkcloud", "aliyun"]


def test_calls_are_those_of_the_design() -> None:
    assert [name for vendor in ALL for name in vendor.endpoints] == [
        "GetCustomActMsgAPI",
        "ListAnActivityStartAndEndTimeAPI",
        "ListActivityAPI",
        "ListAccountUserData",
        "ListUserBehaviorDataAPIV2",
        "GetAccountUserTrackData",
        "user/search/email",
        "token/create",
        "event/report/details",
        "vod/watch",
        "DescribeVodMediaPlayData",
    ]


@pytest.mark.parametrize("vendor", ALL, ids=_name)
def test_vendor_and_calls_go_by_their_own_names(vendor: Vendor) -> None:
    assert VENDORS[vendor.name] is vendor
    assert [endpoint.name for endpoint in vendor.endpoints.values()] == list(vendor.endpoints)
    assert vendor.account.model_fields["vendor"].annotation is not str
    assert vendor.default_url.startswith("https://")


@pytest.mark.parametrize("vendor", ALL, ids=_name)
def test_key_that_names_an_account_is_one_that_it_must_have(vendor: Vendor) -> None:
    assert vendor.account.key_id
    assert all(vendor.account.model_fields[name].is_required() for name in vendor.account.key_id)
    assert all(name in vendor.account.model_fields for name in vendor.account.callable_keys)


@pytest.mark.parametrize("vendor", ALL, ids=_name)
def test_unknown_fault_stops_the_account(vendor: Vendor) -> None:
    last = vendor.retries[-1]
    assert (last.action, last.code, last.status) == ("stop", "*", 0)
    for status in (200, 400, 408, 429, 500, 502, 503, 504, 599):
        assert next(line.action for line in vendor.retries if line.fits(status, "NewThisYear", "words")) == "stop"


@pytest.mark.parametrize("vendor", ALL, ids=_name)
def test_gateways_page_without_a_code_is_asked_past(vendor: Vendor) -> None:
    for status in (408, 429, 500, 502, 503, 504):
        assert next(line.action for line in vendor.retries if line.fits(status, "", "words")) == "retry"


@pytest.mark.parametrize("vendor", ALL, ids=_name)
def test_capabilities_are_columns(vendor: Vendor) -> None:
    for capability in vendor.capabilities:
        table, _, column = capability.partition(".")
        assert column in SCHEMAS[table], capability
