"""The page on paper: printed to PDF by a Chromium that is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from reporter.errors import OutputError, UsageError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_SECONDS = 120.0
#: nothing of the user's own browser, and nothing over the network, takes part
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-pdf-header-footer",
)
#: what Chromium writes into a PDF about the moment of printing: `(D:20261127080000+00'00')`
_MOMENT = re.compile(rb"\(D:\d{14}[+-]\d{2}'\d{2}'\)")


def chromium() -> Path:
    """Return the Chromium of this machine; raises `UsageError` where there is none."""
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise UsageError(
        "printing the page needs Chromium, and none is installed; install chromium, "
        "or leave out --pdf (and pdf in mail.attach)"
    )


def pdf(page: bytes, as_of: datetime) -> bytes:
    """Return a page as PDF, dated `as_of`, so that the same page gives the same bytes with the same Chromium.

    Raises `UsageError` where no Chromium is installed, `OutputError` where it does not print.
    """
    program = chromium()
    with tempfile.TemporaryDirectory(prefix="reporter-print-") as folder:
        source, made = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_bytes(page)
        # Chromium's own sandbox does not start for root
        as_root = ("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()
        places = (f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}", source.as_uri())
        try:
            subprocess.run([program, *_FLAGS, *as_root, *places], check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 - a program of the machine's, words of ours
            data = made.read_bytes()
        except (subprocess.SubprocessError, OSError) as fault:
            raise OutputError(f"{program} did not print the page; run without --pdf, and print it by hand") from fault
    stamp = f"(D:{as_of.astimezone(UTC):%Y%m%d%H%M%S}+00'00')".encode()
    return _MOMENT.sub(stamp, data)
