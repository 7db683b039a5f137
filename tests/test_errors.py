from __future__ import annotations

import re

import pytest

from reporter import errors
from reporter.errors import Complaint, ConfigError, ReporterError, ThrottledError, VendorError, Where


def _tree() -> dict[str, int]:
    """Return the classes and exit codes that the module's docstring draws."""
    return {name: int(code) for name, code in re.findall(r"^ +(\w+Error) +(\d+) ", errors.__doc__ or "", re.MULTILINE)}


def _defined() -> dict[str, int]:
    found = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    return {one.__name__: one.exit_code for one in found if issubclass(one, ReporterError)}


def test_docstring_draws_every_error_with_its_exit_code() -> None:
    assert _tree() == _defined()


def test_every_error_of_the_module_stands_under_the_root() -> None:
    found = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert all(issubclass(one, ReporterError) for one in found)


def test_vendor_error_says_where_what_code_request_id_and_what_to_do() -> None:
    where = Where("volcengine", "volc", "ListAccountUserData", "172183460671", 3, 2)
    fault = ThrottledError("too many calls", status=429, code="FlowLimitExceeded", request_id="2026-A1").at(where)
    assert str(fault) == (
        "volcengine:volc ListAccountUserData room 172183460671 page 3 try 2: too many calls "
        "(HTTP 429, code FlowLimitExceeded, request id 2026-A1); "
        "lower the account's `rate`, or run when nothing else uses the account"
    )


@pytest.mark.parametrize(
    "kind", [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, VendorError)]
)
def test_vendor_error_stays_of_its_class_when_its_place_is_filled_in(kind: type[VendorError]) -> None:
    assert type(kind("what").at(Where("aliyun", "vod"))) is kind


def test_config_error_lists_every_complaint_with_the_line_shown() -> None:
    fault = ConfigError(
        [
            Complaint("acme.yaml:2:1", "unknown key `clinet`; did you mean `client`?", "clinet: acme"),
            Complaint("b.csv", "empty"),
        ]
    )
    assert str(fault) == ("acme.yaml:2:1: unknown key `clinet`; did you mean `client`?\n    clinet: acme\nb.csv: empty")
