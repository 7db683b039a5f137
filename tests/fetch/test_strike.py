"""What a vendor says back of our secrets, or of people, is shown and stored nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reporter.errors import RefusedError
from reporter.fetch import fetch
from reporter.fetch.strike import Secrets
from reporter.model import Pulled, Room
from reporter.vendors import VENDORS
from reporter.vendors.base import Access, Keys

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

_WHO = "tel 13800138000, +86 139 0013 9000, ops@example.com"
_GRANTED = "granted-0123456789"


def _pulled(bench: Bench, vendor: str, keys: Keys, says: Callable[[httpx.Request], Any]) -> list[Pulled]:
    """Return how the pulls of one room end, where `says` is the body of each reply."""
    record, period = VENDORS[vendor], bench.pull().period
    told = {"vendor": vendor, **dict.fromkeys(keys, "env:X")}
    if vendor == "quanshi":
        told["user_email"] = "ops@example.com"
    account = record.account.model_validate(told)
    return fetch(
        list(record.start("main", account, [Room(vendor, "main", "5", period)], [], period)),
        {"main": Access("main", record, account, keys, scope="scope")},
        store=bench.store,
        run_id=bench.begin(),
        period=period,
        clock=bench.clock.as_clock(),
        transport=httpx.MockTransport(lambda request: httpx.Response(200, json=says(request))),
    )


def _all_told(bench: Bench, ended: list[Pulled]) -> str:
    """Return every word that a run shows or stores of what failed."""
    shown = [f"{issue.message.zh} {issue.message.en}" for one in ended for issue in one.issues]
    return " ".join([*shown, *(one.body.decode() + one.code for one in bench.store.rejections())])


def test_keys_and_people_in_a_vendors_words_are_struck_out(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    keys = {"auth_key": "AUTHcanary", "token": "TOKENcanary", "token_time": "1"}

    def says(request: httpx.Request) -> Any:
        words = f"wrong: {request.headers['Tk-token']} {request.headers['Tk-authkey']} {_WHO}"
        return {"result": 4107, "msg": words}

    with caplog.at_level("INFO"):
        told = _all_told(bench, _pulled(bench, "talkcloud", keys, says)) + caplog.text
    assert "wrong: *** *** tel ***, ***, ***" in told
    assert not [word for word in ("canary", "138", "9000", "example") if word in told]


def test_token_that_a_function_makes_is_struck_out(bench: Bench) -> None:
    keys: Keys = {"auth_key": "AUTHcanary", "token": lambda key, now: f"made-of-{key}-{now}", "token_time": ""}
    told = _all_told(
        bench, _pulled(bench, "talkcloud", keys, lambda r: {"result": 4109, "msg": f"bad {r.headers['Tk-token']}!"})
    )
    assert "bad ***!" in told
    assert "made-of" not in told


def test_token_that_was_granted_is_struck_out(bench: Bench) -> None:
    def says(request: httpx.Request) -> Any:
        if request.url.path.endswith("email"):
            return {"code": 200, "data": {"userId": 7}}
        if request.url.path.endswith("create"):
            return {"code": 200, "data": {"token": _GRANTED}}
        return {"code": 9001, "msg": f"no good: {json.loads(request.content)['token']}", "requestId": _GRANTED}

    told = _all_told(bench, _pulled(bench, "quanshi", {"app_key": "APPcanary", "app_secret": "SECcanary"}, says))
    assert "no good: ***" in told
    assert _GRANTED not in told


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("bad s3cret/key", "bad ***"),
        ("bad s3cret%2Fkey", "bad ***"),
        ("it was cut at s3cret/", "it was cut at ***"),
        ("the room 172183460671 and 2026-11-27 13:00", "the room 172183460671 and 2026-11-27 13:00"),
        ("邮箱ops@example.com不存在", "邮箱***"),
        ("手机8613800138000无效", "手机***无效"),
    ],
)
def test_words_lose_secrets_and_people_and_nothing_else(said: str, kept: str) -> None:
    secrets = Secrets()
    secrets.learn({"key": "s3cret/key", "short": "the"})
    assert str(secrets.strike_error(RefusedError(said)).what).startswith(kept)
