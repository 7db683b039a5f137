"""Everything that a change must pass, in one command: `python -m tests`. CI runs the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: a file's tests share what they built, so it stays with one worker; files in the order of tests/conftest.py
_BESIDE = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
STEPS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    # what is timed has the machine to itself
    ("pytest", *_BESIDE, "-m", "not soak and not timed", "--cov", "--cov-report="),
    ("pytest", "-m", "timed and not soak", "--cov", "--cov-append", "--cov-report=term"),
)


def main() -> int:
    """Run each step in turn, all of them even after a failure; return 1 if any failed."""
    failed = []
    for tool, *arguments in STEPS:
        print("+", tool, *arguments, flush=True)  # noqa: T201 - this is a command, and says what it does
        if subprocess.run([sys.executable, "-m", tool, *arguments], cwd=ROOT, check=False).returncode:
            failed.append(tool)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
