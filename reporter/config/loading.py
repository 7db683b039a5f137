"""What one load has read and found wrong so far, and the files that it reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reporter.config.complaints import Complaints, near
from reporter.config.yaml_nodes import KeyPath, Node

#: a config beyond this is no config
MAX_CONFIG_BYTES = 1_000_000
#: a list, logo or template beyond this was not meant
MAX_FILE_BYTES = 64_000_000


@dataclass(slots=True)
class Loading:
    """One load of one config: its complaints, and the bytes of every file that it read, in order.

    `kept` stands in for the disk, by absolute path: a config is then read as a run once read it. `laid_over` stands
    before both: a file that is nowhere but here.
    """

    path: Path
    complaints: Complaints = field(default_factory=Complaints)
    files: dict[Path, bytes] = field(default_factory=dict)
    #: every value of every file with its path, those that a nearer file or another value replaced among them
    seen: list[tuple[KeyPath, Node]] = field(default_factory=list)
    is_whole: bool = True
    kept: Mapping[Path, bytes] | None = None
    laid_over: Mapping[Path, bytes] = field(default_factory=dict)

    def read(self, path: Path, limit: int) -> bytes:
        """Return a file's bytes, and remember them; raises `UnreadableError`."""
        whole = Path(os.path.abspath(path))  # noqa: PTH100 - links stay
        if whole in self.laid_over:
            data = self.laid_over[whole]
        elif self.kept is None:
            data = read_bytes(path, limit)
        else:
            found = self.kept.get(whole)
            if found is None:
                raise UnreadableError("is not among the files that the run kept")
            data = found
        self.files[path] = data
        return data

    def read_named(self, node: Node, path: KeyPath) -> bytes | None:
        """Return the bytes of the file that a node names, None with a complaint where it cannot be read.

        The name is relative to the file of YAML that it stands in.
        """
        if not node.text:
            return None
        file = beside(node)
        try:
            return self.read(file, MAX_FILE_BYTES)
        except UnreadableError as fault:
            self.complaints.add(node.mark, path, f"{file} {fault}")
            return None


class UnreadableError(Exception):
    """A file that cannot be read: the rest of a sentence that begins with its name."""


def beside(node: Node) -> Path:
    """Return the path that a node names, seen from the file of YAML that it stands in."""
    return Path(os.path.normpath(node.mark.source.path.parent / str(node.text)))


def read_bytes(path: Path, limit: int) -> bytes:
    """Return a file's bytes; raises `UnreadableError` for what is absent, a folder, locked away or too large."""
    try:
        if path.is_dir():
            raise UnreadableError("is a folder; name a file")
        size = path.stat().st_size
        if size > limit:
            raise UnreadableError(f"has {size:,} bytes, more than the {limit:,} that are read; make it smaller")
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableError(f"does not exist{_neighbour(path)}") from None
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise UnreadableError(f"cannot be read: {reason.lower()}; make it readable for this user") from None


def _neighbour(path: Path) -> str:
    try:
        names = sorted(one.name for one in path.parent.iterdir())
    except OSError:
        return f"; nor does its folder {path.parent}"
    match = near(path.name, names, 0.8)
    return f"; did you mean {match}?" if match else "; check the name, which is relative to the file that holds it"
