"""Everything that a change must pass, in one command: `python -m tests`. CI runs the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

STEPS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest", "--cov", "--cov-report=term"),
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
