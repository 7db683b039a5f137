"""What every room's tests may rely on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

#: other names that a program goes by
_ALSO = {"soffice": ("libreoffice",), "chromium": ("chromium-browser", "google-chrome")}


@pytest.fixture(scope="session")
def need_program() -> Callable[[str], Path]:
    """Return a function that finds a program; where it is missing the test is skipped, and fails when CI=true."""

    def find(name: str) -> Path:
        for known in (name, *_ALSO.get(name, ())):
            if path := shutil.which(known):
                return Path(path)
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed, and CI must run every test; see .ci/run")
        pytest.skip(f"{name} is not installed")

    return find
