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
        transport=httpx.MockTransport(lambda request: _response(says(request))),
    )


def _response(said: Any) -> httpx.Response:
    return httpx.Response(200, content=said) if isinstance(said, bytes) else httpx.Response(200, json=said)


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
        ("手机１３８００１３８０００无效", "手机***无效"),
        ("138.0013.8000 and +852 6123 4567!", "*** and ***!"),
        ("o'neil@example.com!", "***!"),
        ("bad s3cret%2fkey", "bad ***"),
    ],
)
def test_words_lose_secrets_and_people_and_nothing_else(said: str, kept: str) -> None:
    secrets = Secrets()
    secrets.learn({"key": "s3cret/key", "short": "the"})
    assert str(secrets.strike_error(RefusedError(said)).what).startswith(kept)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Weird 13800001111", "Weird ***"),
        ("ops@example.com", "***"),
        ("3f13800001111a-13800001111b", "3f13800001111a-13800001111b"),
        ("20261127093000123456789012345678", "20261127093000123456789012345678"),
        ("\x1b[31m id\n", "[31m id"),
        ("x" * 3000, "x" * 200),
    ],
)
def test_codes_and_request_ids_name_nobody_and_stay_on_their_line(said: str, kept: str) -> None:
    told = Secrets().strike_error(RefusedError("no", code=said, request_id=said))
    assert (told.code, told.request_id) == (kept, kept)


@pytest.mark.parametrize(
    "body",
    [
        rb'{"result":4109,"msg":"not correct: tok\/en+canary"}',
        rb'{"result":4109,"msg":"not correct: \u0074ok/en+\u0063anary"}',
        rb'{"result":4109,"msg":"no","tok/en+canary":1}',
        b"<html>denied: tok%2fen%2bcanary</html>",
        rb'cut off: {"msg":"\u0074ok\/en+canary',
    ],
)
def test_secret_of_a_refused_reply_is_struck_however_it_is_spelled(bench: Bench, body: bytes) -> None:
    keys = {"auth_key": "AUTHcanary", "token": "tok/en+canary", "token_time": "1"}
    _pulled(bench, "talkcloud", keys, lambda _: body)
    kept = bench.store.rejections()[0].body
    assert b"***" in kept
    assert b"canary" not in kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (rb'{"title":"granted\u002d0123456789 is it","n":1}', b'{"title":"*** is it","n":1}'),
        (rb'{"title": "granted"}', rb'{"title": "granted"}'),
        (rb'{"at": "1794758400"}', rb'{"at": "1794758400"}'),
    ],
)
def test_secret_that_a_reply_repeats_is_not_stored_and_others_stay_as_they_came(said: bytes, kept: bytes) -> None:
    secrets = Secrets()
    secrets.learn({"token": _GRANTED, "token_time": "1794758400"})
    assert secrets.strike_reply(said, json.loads(said)) == kept
