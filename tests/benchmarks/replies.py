"""Replies to finished tables, beside decoders that do less: `python tests/benchmarks/replies.py [ROWS [EVENTS]]`.

Made-up reports of Quanshi events (1,000,000 rows, about 800 MB, in 20 events, unless said otherwise) go
through the whole of `normalise`, and their phones through `people`: drift and types are checked, every value
parsed, viewers found, visits cut to the period. On the same bytes stand `orjson.loads` with
`polars.from_dicts` under a schema, and msgspec's typed decode, which do none of that. Then the demo's report
in a large sandbox, of all four vendors. Every contestant has a process of its own, in turn, three times; the
middle one counts. Prints tables; ends 1 where ours is not 1.5 times as fast as the first, takes three times as
long as the second, or more than 8 GB.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import msgspec
import orjson
import polars as pl

from reporter import fetch, pipeline, plan
from reporter.config import load
from reporter.model import Period, Pull, Pulled, Reply, Room
from reporter.normalise import normalise
from reporter.phones import to_e164
from reporter.resources import find
from reporter.sandbox import Sandbox
from reporter.store import Store
from reporter.vendors import VENDORS
from reporter.vendors.quanshi import fields

_ROWS, _EVENTS, _SCALE, _TURNS = 1_000_000, 20, 30.0, 3
_FASTER, _SLOWER, _MOST_GB = 1.5, 3.0, 8.0
_BEIJING = timezone(timedelta(hours=8))
_START = datetime(2025, 11, 17, tzinfo=_BEIJING)
_PERIOD = Period("2025-W47", _START, _START + timedelta(days=7), "Asia/Shanghai")
_AS_OF = datetime(2025, 11, 25, tzinfo=UTC)
_LISTS = {"lives": fields.LIVE, "interactions": fields.INTERACTION, "viewerDetails": fields.SUMMARY}
Row = dict[str, Any]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _local(at: int) -> str:
    return f"{datetime.fromtimestamp(at, _BEIJING):%Y-%m-%d %H:%M:%S}"


def _phone(viewer: int) -> str:
    """Return a made-up number: most are plain, one in eleven each is spelled in one of three other ways."""
    number = f"190{viewer % 10**8:08d}"
    return {0: f"+86-{number}", 1: f"+86{number}", 2: f"86 {number}"}.get(viewer % 11, number)


def _stay(number: int, viewer: int, at: int, seconds: int) -> Row:
    """Return a row of lives with all that the vendor's page and its example give it."""
    phone = _phone(viewer)
    texts = {
        "viewerId": f"{number * 0x9E3779B97F4A7C15 % 2**128:032x}",
        "distinctId": phone,
        "mobile": phone,
        "email": "" if viewer % 2 else f"viewer{viewer}@example.com",
        "extId": None if viewer % 3 else f"E{viewer:08d}",
        "name": f"网友{viewer}",
        "device_type": ("IOS", "PC", "Android")[number % 3],
        "client_type": "WEB",
        "clientType": "WEB",
        "company": None,
        "location": "中国-陕西-西安",
        "auth_type": "0",
        "ip": f"198.51.100.{number % 250}",
        "group": None,
        "iden": "观众",
        "hostId": "88589655",
        "billingCode": "95469279",
        "conferenceId": "239790940",
        "online_date": _local(at),
        "offline_date": _local(at + seconds),
    }
    counts = dict.fromkeys(("praise_num", "chat_num"), number % 4)
    nothing = dict.fromkeys(("prize_num", "raise_hand_num", "sign_num", "question_num", "envelope_num", "vote_num"), 0)
    untold = dict.fromkeys(("share_num", "goods_sum_hits", "quiz_num"))
    times = {"online_time": at, "offline_time": at + seconds, "watch_duration": seconds}
    return {
        **texts,
        **counts,
        **nothing,
        **untold,
        **times,
        "live_type": number % 2,
        "call_duration": 0,
        "whitelist_type": 0,
    }


def _interaction(number: int, viewer: int, at: int, seconds: int) -> Row:
    row = _stay(number, viewer, at, seconds)
    spent = row.pop("watch_duration")
    return {**row, "viewerId": None, "live_type": 0, "online_duration": spent, "role": 6 if number % 100 else 4}


def _summary(number: int, viewer: int, at: int, seconds: int) -> Row:
    dashes = dict.fromkeys(("company", "group", "dialedIn", "dialoutSource", "whitelist_tag"), "-")
    flags = dict.fromkeys(("survey", "vote", "sign", "envelope"), "NY"[number % 2])
    counts = dict.fromkeys(("chat_num", "praise_num", "quiz_num", "raise_hand_num", "goods_sum_hits"), number % 4)
    same = _stay(number, viewer, at, seconds)
    kept = ("mobile", "name", "iden", "billingCode", "conferenceId", "online_date", "offline_date", "online_time")
    return {
        **{name: same[name] for name in (*kept, "offline_time", "call_duration")},
        **{name: same[name] or "-" for name in ("email", "extId")},
        **dashes,
        **flags,
        **counts,
        "auth_type": "否",
        "client_type": "Web",
        "countryCode": "+86",
        "device_type": "Windows,iOS",
        "duration": seconds,
        "hostId": 88589655,
        "ip": "192.0.2.44,198.51.100.234",
        "times": 2,
        "liveTimes": 1,
        "replayTimes": 1,
        "watchDuration": _clock(seconds * 30),
        "liveWatchDuration": _clock(seconds),
        "replayWatchDuration": _clock(seconds * 29),
        "live_type": "直播+回放",
        "location": "-,陕西西安",
        "phoneNumber": "19000102156",
        "type": "直播端",
        "whitelist_type": None,
    }


def _report(event: int, rows: int) -> bytes:
    """Return the reply of an event: six rows in ten of lives, one of interactions, three of viewerDetails."""
    shares = (("lives", _stay, rows * 6 // 10), ("interactions", _interaction, rows // 10))
    viewers = rows - sum(share for _, _, share in shares)
    first, begun = event * viewers // 2, int(_START.timestamp()) + event % 5 * 86_400
    lists = {
        name: [make(n, first + n * 7 % viewers, begun + n % 40_000, 1 + n % 7_200) for n in range(share)]
        for name, make, share in (*shares, ("viewerDetails", _summary, viewers))
    }
    data = {"eventId": 609_768 + event, "report": lists, "startTime": None, "endTime": None}
    return orjson.dumps({"timeStamp": 1, "code": 200, "msg": "Successfully", "data": data, "requestId": "MADEUP"})


def _replies(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.json"))]


def _ours(replies: Sequence[bytes], rows: int) -> int:
    """Return how many rows the tables have, phones and all; `rows` are what each reply has, as `fetch` counts them."""
    account = VENDORS["quanshi"].account.model_validate(
        {"vendor": "quanshi", "app_key": "env:K", "app_secret": "env:S", "user_email": "ops@example.com"}
    )
    ids = [str(609_768 + event) for event in range(len(replies))]
    pulled = [
        Pulled(
            Pull("quanshi", "qs", "event/report/details", account, _PERIOD, room),
            (Reply(f"r{room}", 1, body, _AS_OF),),
            "complete",
            rows=rows,
        )
        for room, body in zip(ids, replies, strict=True)
    ]
    tables, _ = normalise(pulled, [Room("quanshi", "qs", room, _PERIOD) for room in ids], _PERIOD, _AS_OF)
    assert to_e164(tables["viewers"]["phone"]).null_count() == 0
    return sum(frame.height for frame in tables.values())


def _from_dicts(replies: Sequence[bytes], _rows: int) -> int:
    types = {"t": pl.String(), "w": pl.Int64(), "tw": pl.String()}
    schemas = {name: {field: types[kind] for field, kind in known.items()} for name, known in _LISTS.items()}
    frames = []
    for body in replies:
        report = orjson.loads(body)["data"]["report"]
        frames += [pl.from_dicts(report[name], schema=schema, strict=False) for name, schema in schemas.items()]
    return sum(frame.height for frame in frames)


def _typed(replies: Sequence[bytes], _rows: int) -> int:
    types = {"t": str | None, "w": int | None, "tw": str | int | None}
    lists: list[tuple[str, Any, Any]] = [
        (name, list[msgspec.defstruct(name, [(field, types[kind], None) for field, kind in known.items()])], [])  # type: ignore[misc] # a type made here
        for name, known in _LISTS.items()
    ]
    report = msgspec.defstruct("Report", lists)
    data = msgspec.defstruct("Data", [("report", report)])
    decoder = msgspec.json.Decoder(msgspec.defstruct("Body", [("data", data)]))
    decoded = [decoder.decode(body).data.report for body in replies]  # type: ignore[attr-defined] # made here
    return sum(len(getattr(one, name)) for one in decoded for name in _LISTS)


CONTESTANTS: Mapping[str, Callable[[Sequence[bytes], int], int]] = {
    "replies to finished tables": _ours,
    "orjson.loads + polars.from_dicts": _from_dicts,
    "msgspec, typed": _typed,
}


def _peak_gb() -> float:
    """Return the most memory that this process has held, 0 where the system does not tell."""
    status = Path("/proc/self/status")
    told = status.read_text(encoding="ascii") if status.exists() else ""
    return next((int(line.split()[1]) / 2**20 for line in told.splitlines() if line.startswith("VmHWM")), 0.0)


def _measure(name: str, folder: str, rows: str) -> None:
    """Print seconds, seconds of all processors, and peak memory of one contestant."""
    replies = _replies(Path(folder))
    began, worked = time.perf_counter(), time.process_time()
    assert CONTESTANTS[name](replies, int(rows))
    print(json.dumps([time.perf_counter() - began, time.process_time() - worked, _peak_gb()]))


def _in_turn(folder: Path, rows: int) -> dict[str, tuple[float, float, float]]:
    """Return the middle times and the most memory of each contestant; `rows` are what each reply has."""
    told: dict[str, list[list[float]]] = {name: [] for name in CONTESTANTS}
    for _ in range(_TURNS):
        for name, runs in told.items():
            words = [sys.executable, __file__, "--measure", name, str(folder), str(rows)]
            runs.append(json.loads(subprocess.run(words, check=True, capture_output=True).stdout))
    return {
        name: (median(run[0] for run in runs), median(run[1] for run in runs), max(run[2] for run in runs))
        for name, runs in told.items()
    }


def _sandbox(folder: Path) -> None:
    """Print how long the demo's report of a large sandbox takes from its replies."""
    now, slept = datetime.now(UTC), timedelta(0)
    sandbox = Sandbox(scale=_SCALE, now=now, limits=False)
    job = pipeline.prepare(
        load(find("configs/demo.yaml")),
        env={**sandbox.credentials(), "REPORTER_DEMO_URL": "http://127.0.0.1:1"},
        now=now,
    )

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += timedelta(seconds=seconds)

    with Store.open(f"sqlite:///{folder / 'store.db'}") as store:
        run = store.begin_run(
            client="demo", period=job.period, config_sha256="c" * 64, as_of=job.as_of, sources=(), now=now
        )
        pulled = fetch.fetch(
            plan.first_pulls(job.config, job.access, job.period),
            job.access,
            store=store,
            run_id=run.run_id,
            period=job.period,
            clock=fetch.Clock(now=lambda: datetime.now(UTC) + slept, sleep=sleep),
            transport=httpx.MockTransport(sandbox.answer),
        )
    times = []
    for _ in range(_TURNS):
        began = time.perf_counter()
        tables, _ = normalise(pulled, job.rooms, job.period, job.as_of)
        times.append(time.perf_counter() - began)
    bodies = [reply.body for one in pulled for reply in one.replies]
    rows = sum(one.rows for one in pulled)
    print(f"\nsandbox, scale {_SCALE:g}: {len(bodies):,} replies, {rows:,} rows, {sum(map(len, bodies)) / 1e6:.0f} MB")
    print(f"replies to finished tables {median(times):.2f} s, {sum(one.height for one in tables.values()):,} rows")


def main(words: Sequence[str]) -> int:
    """Make the replies, measure, print."""
    rows, events = (int(word) for word in (*words, *(str(_ROWS), str(_EVENTS))[len(words) :]))
    with tempfile.TemporaryDirectory() as name:
        folder, size = Path(name), 0
        for event in range(events):
            size += (folder / f"{event:04d}.json").write_bytes(_report(event, rows // events))
        print(f"{rows:,} rows in {events} replies, {size / 1e6:.0f} MB\n")
        told = _in_turn(folder, rows // events)
        _sandbox(folder)
    (ours, _, most), (dicts, _, _), (typed, _, _) = told.values()
    print("\n| | seconds | of processors | rows a second | GB at most |\n|---|---:|---:|---:|---:|")
    for contestant, (seconds, worked, peak) in told.items():
        print(f"| {contestant} | {seconds:.2f} | {worked:.2f} | {rows / seconds:,.0f} | {peak:.2f} |")
    print(f"\n{dicts / ours:.2f} times as fast as from_dicts, {ours / typed:.2f} times as long as msgspec")
    return 0 if dicts >= _FASTER * ours and ours <= _SLOWER * typed and most <= _MOST_GB else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        _measure(*sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:]))
