"""The page on paper: printed to PDF by a Chromium that is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from reporter.errors import OutputError, UsageError

#: what Chromium and its kin are called where they stand on PATH, as on Linux
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
#: where their installers put them elsewhere: below an Applications folder of macOS, and below what Windows names so
_APPLICATIONS = tuple(f"{name}.app/Contents/MacOS/{name}" for name in ("Google Chrome", "Chromium", "Microsoft Edge"))
_PROGRAMS = tuple(
    f"{name}/Application/{program}"
    for name, program in (("Google/Chrome", "chrome.exe"), ("Chromium", "chrome.exe"), ("Microsoft/Edge", "msedge.exe"))
)
_PROGRAM_FOLDERS = ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
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


def chromium(system: str = sys.platform, env: Mapping[str, str] = os.environ) -> Path:
    """Return the Chromium, Chrome or Edge of this machine; raises `UsageError` where there is none."""
    for name in _NAMES:
        if found := shutil.which(name, path=env.get("PATH", "")):
            return Path(found)
    for place in places(system, env):
        if place.is_file():
            return place
    raise UsageError(
        "printing the page needs Chromium, and none is installed; install Chromium, Google Chrome or Microsoft Edge, "
        "or leave out --pdf (and pdf in mail.attach)"
    )


def places(system: str, env: Mapping[str, str]) -> list[Path]:
    """Return where Chromium may stand beyond PATH on a system (`sys.platform`), the machine's before the user's."""
    if system == "darwin":
        folders = (Path("/Applications"), Path(env.get("HOME", "/"), "Applications"))
        return [folder / name for folder in folders for name in _APPLICATIONS]
    if system == "win32":
        return [Path(env[folder], name) for folder in _PROGRAM_FOLDERS if env.get(folder) for name in _PROGRAMS]
    return []


def pdf(page: bytes, as_of: datetime) -> bytes:
    """Return a page as PDF, dated `as_of`, so that the same page gives the same bytes with the same Chromium.

    Raises `UsageError` where no Chromium is installed, `OutputError` where it does not print.
    """
    program = chromium()
    with tempfile.TemporaryDirectory(prefix="reporter-print-", ignore_cleanup_errors=True) as folder:
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
