"""Measure the pace at the server: `python tests/fetch/pacing.py RATE PROCESSES CALLS` prints what it saw, as JSON.

Processes pull side by side through one store and one account from a server that does nothing but note when each
request arrived. Figures are shares of the interval and of the rate that the limit allows.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import multiprocessing
import os
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from multiprocessing.queues import Queue
from pathlib import Path
from types import ModuleType

from reporter.store import Store

_BODY = b'{"code":"","requestId":"r","rows":[1],"total":1,"pages":1}'
_REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
_LATENCY = 0.03


def measure(rate: float, processes: int, calls: int) -> dict[str, float]:
    """Return what the server saw of `calls` requests at `rate` a second, spread over `processes`."""
    context = multiprocessing.get_context("spawn")
    said: Queue[float] = context.Queue()
    share = calls // processes
    server = context.Process(target=_serve, args=(said, share * processes))
    server.start()
    url = f"http://127.0.0.1:{int(said.get())}"
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'reporter.db'}"
        Store.open(address).close()
        pullers = [
            context.Process(target=_pull, args=(url, address, rate, [f"{number}-{n}" for n in range(share)]))
            for number in range(processes)
        ]
        for puller in pullers:
            puller.start()
        arrivals = [said.get() for _ in range(share * processes)]
        for puller in pullers:
            puller.join()
    server.terminate()
    server.join()
    return _figures(arrivals, rate)


def _figures(arrivals: list[float], rate: float) -> dict[str, float]:
    gaps = sorted(later - sooner for sooner, later in pairwise(arrivals))
    most = max(1, int(rate))
    spans = [later - sooner for sooner, later in zip(arrivals, arrivals[most:], strict=False)]
    return {
        "calls": len(arrivals),
        "least_gap": round(gaps[0] * rate, 4),
        "gaps_too_short": sum(gap * rate < 0.95 for gap in gaps),
        "rate_used": round(len(gaps) / (arrivals[-1] - arrivals[0]) / rate, 4),
        "tightest_window": round(min(spans) * rate / most, 4),
    }


def _pull(url: str, address: str, rate: float, rooms: list[str]) -> None:
    toys = _toys()
    with Store.open(address) as store:
        bench = toys.Bench(store)
        bench.account(base_url=url)
        access = bench.access["main"]
        rows = replace(access.vendor.endpoints["rows"], rate=rate)
        vendor = replace(access.vendor, endpoints={**access.vendor.endpoints, "rows": rows})
        bench.access["main"] = replace(access, vendor=vendor)
        bench.fetch(*(bench.pull(room) for room in rooms), over_sockets=True)


def _serve(said: Queue[float], calls: int) -> None:
    arrivals: list[float] = []
    all_came = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                arrivals.append(time.monotonic())
                if len(arrivals) == calls:
                    all_came.set()
                await asyncio.sleep(_LATENCY)
                writer.write(_REPLY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        said.put(server.sockets[0].getsockname()[1])
        await all_came.wait()
        for arrival in arrivals:
            said.put(arrival)
        await server.serve_forever()

    _come_first()
    asyncio.run(serve())


def _come_first() -> None:
    """Let no other process delay the one that measures, where the system and our rights allow it."""
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def _toys() -> ModuleType:
    """Return this folder's conftest, whose vendor and bench the pullers use."""
    spec = importlib.util.spec_from_file_location("toys", Path(__file__).with_name("conftest.py"))
    if spec is None or spec.loader is None:
        raise ImportError("conftest.py is not beside this file")
    toys = importlib.util.module_from_spec(spec)
    sys.modules["toys"] = toys
    spec.loader.exec_module(toys)
    return toys


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))) + "\n")
