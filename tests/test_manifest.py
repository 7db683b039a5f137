from __future__ import annotations

import json
from datetime import UTC, datetime

from reporter import manifest
from reporter.model import Finding, Period, RunManifest, Text

START = datetime(2026, 11, 16, tzinfo=UTC)


def test_run_json_lists_how_each_reconcile_rule_ended() -> None:
    finding = Finding(
        "claimed-rows", Text("行数", "Rows"), "talk 1", "20", "19", "unexplained", Text("少", "one missing")
    )
    record = RunManifest(
        run_id="r",
        client="acme",
        version="0",
        config_sha256="c",
        as_of=START,
        period=Period("2026-W47", START, START, "UTC"),
        status="complete",
        files=(),
        pulls=(),
        tables={},
        issues=(),
        checks=(finding,),
    )
    assert json.loads(manifest.to_json(record))["checks"] == [
        {
            "check": "claimed-rows",
            "where": "talk 1",
            "expected": "20",
            "found": "19",
            "verdict": "unexplained",
            "why": "one missing",
        }
    ]
