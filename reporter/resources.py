"""Where the files that ride along with the code are: templates and the demo's config. A leaf."""

from __future__ import annotations

from pathlib import Path

from reporter.errors import OutputError

_PACKAGE = Path(__file__).resolve().parent


def find(name: str) -> Path:
    """Return the path of `name` (`templates`, `configs/demo.yaml`), the same from checkout and wheel.

    A checkout and an editable install hold it beside the package, a wheel inside it, as `_data`.
    Raises `OutputError` where neither has it.
    """
    for root in (_PACKAGE.parent, _PACKAGE / "_data"):
        # a folder beside an installed package may bear the same name; ours has pyproject.toml beside it
        if root == _PACKAGE.parent and not (root / "pyproject.toml").is_file():
            continue
        if (path := root / name).exists():
            return path
    raise OutputError(f"{name} is missing from this installation of reporter; install it again")
