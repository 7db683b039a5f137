from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from reporter.vendors import VENDORS


def test_vendors_are_listed_with_calls_limits_and_what_they_give(command: Callable[..., Any]) -> None:
    told = {one["vendor"]: one for one in json.loads(command("vendors", "--json").stdout)["vendors"]}
    assert list(told) == list(VENDORS)
    calls = {call["call"]: call for one in told.values() for call in one["calls"]}
    assert calls["GetAccountUserTrackData"]["per_minute"] == 60
    assert calls["GetCustomActMsgAPI"]["per_minute"] == 120
    assert (calls["DescribeVodMediaPlayData"]["days"], calls["vod/watch"]["days"]) == (30, None)
    assert "paid_amount" in told["volcengine"]["metrics"]
    assert "people" not in told["aliyun"]["metrics"]
    assert "user_email" in told["quanshi"]["account"]


def test_vendors_are_told_to_a_reader_in_their_language(command: Callable[..., Any]) -> None:
    ended = command("vendors", "--language", "zh")
    assert ended.code == 0
    assert "aliyun: 阿里云点播\n" in ended.stdout
    assert ["ListUserBehaviorDataAPIV2", "120/min", "90", "days"] in [
        line.split() for line in ended.stdout.splitlines()
    ]
