"""Rows that checks are tried with, and how their findings end."""

from __future__ import annotations

from datetime import UTC, datetime

from reporter import checks, tables
from reporter.model import Period, Pull, Pulled, Verdict
from reporter.tables import Row, Tables

START = datetime(2026, 11, 16, tzinfo=UTC)
PERIOD = Period("2026-W47", START, START, "UTC")
Ending = tuple[str, str, str]


def tables_of(**rows: list[Row]) -> Tables:
    return tables.empty() | {name: tables.frame(name, some) for name, some in rows.items()}


def room_row(vendor: str, room_id: str = "1", event: str | None = "E") -> Row:
    return {"vendor": vendor, "account": "a", "room_id": room_id, "event": event}


def row_of(vendor: str, viewer: str | None, **more: object) -> Row:
    return {"vendor": vendor, "account": "a", "room_id": "1", "viewer_id": viewer, **more}


def endings_of(made: Tables, code: str, pulled: tuple[Pulled, ...] = ()) -> list[Ending]:
    return [(one.expected, one.found, one.verdict) for one in checks.check(made, pulled) if one.check == code]


def pull_of(rows: int, claimed: int | None, verdict: Verdict = "complete", *, page: str = "") -> Pulled:
    pull = Pull("talkcloud", "a", "vod/watch", None, PERIOD, room="1", params=(("page", page),))
    return Pulled(pull, (), verdict, rows=rows, claimed=claimed)


def joined_rows(watched: float, person: str | None = "p") -> Tables:
    return tables_of(
        rooms=[room_row("quanshi")],
        viewers=[row_of("quanshi", "v", person_id="p") | {"room_id": None}],
        visits=[
            row_of("quanshi", "v", person_id="p", mode="live", watch_seconds=0.1),
            row_of("quanshi", "v", person_id=person, mode="interactive", watch_seconds=0.2),
            row_of("quanshi", "v", person_id="p", mode="preview", watch_seconds=5.0),
            row_of("quanshi", "h", person_id="h", mode="live", watch_seconds=900.0, excluded_by="role: host"),
        ],
        viewer_totals=[
            row_of("quanshi", "v", watch_seconds=0.3, live_seconds=0.3, visits=2),
            row_of("quanshi", "h", watch_seconds=900.0, live_seconds=900.0, visits=1),
        ],
        people=[{"person_id": "p"}],
        attendance=[
            {
                "event": "E",
                "person_id": "p",
                "live_seconds": watched,
                "preview_seconds": 5.0,
                "watch_sum_seconds": watched,
            }
        ],
    )
