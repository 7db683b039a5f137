"""`reporter sandbox serve`: the four vendors on a loopback port."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import click

from reporter.cli import options, screen


@click.group("sandbox")
def command() -> None:
    """A fake of the four vendors that checks signatures, pages, limits rates, and knows the truth."""


@command.command("serve")
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free port."
)
@click.option("--seed", metavar="N", type=int, default=7, show_default=True, help="Another seed makes other people.")
@click.option(
    "--scale",
    metavar="N",
    type=click.FloatRange(0.1, 1000),
    default=1.0,
    show_default=True,
    help="Times as many viewers.",
)
@click.option(
    "--faults",
    "faults_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What goes wrong on purpose: a list of {fault, vendor, call, nth, times}; see docs/reliability.md.",
)
@options.logged
def serve(port: int, seed: int, scale: float, faults_file: Path | None) -> int:
    """Serve the sandbox on 127.0.0.1 until Ctrl-C.

    Prints the environment that configs/demo.yaml needs, so that `reporter run configs/demo.yaml` in
    another terminal talks to it.
    """
    from reporter.errors import UsageError  # noqa: PLC0415 - after the words of the command are read
    from reporter.sandbox import Sandbox  # noqa: PLC0415 - likewise
    from reporter.sandbox import faults_file as reading  # noqa: PLC0415 - likewise
    from reporter.sandbox.serve import Server  # noqa: PLC0415 - likewise
    from reporter.vendors import VENDORS  # noqa: PLC0415 - likewise

    calls = {name: list(vendor.endpoints) for name, vendor in VENDORS.items()}
    plan = reading.load(faults_file, calls) if faults_file else None
    sandbox = Sandbox(seed=seed, scale=scale, now=lambda: options.clock(None), faults=plan)
    try:
        server = Server(sandbox, port=port)
    except OSError as fault:
        raise UsageError(
            f"port {port} of 127.0.0.1 cannot be had: {(fault.strerror or '').lower()}; try --port 0"
        ) from fault
    with server:
        for name, value in {"REPORTER_DEMO_URL": server.url, **sandbox.credentials()}.items():
            click.echo(f'$env:{name}="{value}"' if os.name == "nt" else f"export {name}={value}")
        screen.say(f"the four vendors answer at {server.url}; Ctrl-C ends them")
        stop = threading.Event()
        # in short waits: on Windows Ctrl-C does not reach a wait without an end
        while not stop.wait(1):
            pass
    return 0
