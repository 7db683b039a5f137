from __future__ import annotations

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reporter.errors import OutputError
from reporter.files import PRIVATE, cannot_write, clear_parts, make_folder, sha256, write_whole, writing


def test_write_whole_makes_the_folders_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b.txt", b"new")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"new"


def test_long_file_that_goes_to_the_disk_as_it_grows_is_what_was_written_and_patched(tmp_path: Path) -> None:
    portion = bytes(range(256)) * 3000
    with writing(tmp_path / "b.bin") as file:
        for _ in range(8):
            file.write(portion)
        end = file.tell()
        file.seek(4)
        file.write(b"patched")
        file.seek(end)
        file.write(portion * 4)
    assert (tmp_path / "b.bin").read_bytes() == portion[:4] + b"patched" + (portion * 12)[11:]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o000, 0o644)])
def test_public_file_keeps_to_the_umask(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "a.txt", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == mode


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_write_whole_sets_the_mode(tmp_path: Path) -> None:
    write_whole(tmp_path / "b.txt", b"new", mode=PRIVATE)
    assert stat.S_IMODE((tmp_path / "b.txt").stat().st_mode) == 0o600


def test_write_whole_replaces_an_old_file(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"old")
    write_whole(tmp_path / "b.txt", b"new")
    assert (tmp_path / "b.txt").read_bytes() == b"new"


def test_write_whole_names_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"a file, no folder")
    with pytest.raises(
        OutputError, match=r"taken/b\.txt cannot be written: .*; what stood there before still stands; name another"
    ):
        write_whole(tmp_path / "taken" / "b.txt", b"new")


def test_write_whole_keeps_the_old_one_when_the_rename_fails(tmp_path: Path) -> None:
    def write() -> None:
        with writing(tmp_path / "b.txt") as file:
            file.write(b"new")
            (tmp_path / "b.txt").mkdir()
            (tmp_path / "b.txt" / "inside").write_bytes(b"old")

    with pytest.raises(OutputError, match=r"b\.txt cannot be written"):
        write()
    assert [path.name for path in tmp_path.iterdir()] == ["b.txt"]
    assert (tmp_path / "b.txt" / "inside").read_bytes() == b"old"


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("is_linked", [False, True])
@pytest.mark.parametrize(
    ("make", "word"), [(Path.mkdir, "folder"), (os.mkfifo, "pipe"), (_device, "device"), (_socket, "socket")]
)
def test_what_is_no_regular_file_is_refused_and_stays(
    tmp_path: Path, make: Callable[[Path], None], word: str, *, is_linked: bool
) -> None:
    make(tmp_path / "there")
    before = (tmp_path / "there").stat()
    (tmp_path / "link").symlink_to("there")
    named = tmp_path / ("link" if is_linked else "there")
    with pytest.raises(OutputError, match=rf"{named.name} is a {word}, .*; name a file"):
        write_whole(named, b"new")
    assert os.path.samestat(before, (tmp_path / "there").stat())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "there"]
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("stands", [True, False])
def test_link_stays_and_what_it_leads_to_is_written(tmp_path: Path, *, stands: bool) -> None:
    there = tmp_path / "far" / "there.txt"
    if stands:
        write_whole(there, b"old")
    (tmp_path / "first").symlink_to(there)
    (tmp_path / "link").symlink_to("first")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "first").is_symlink()
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["there.txt"]
    assert there.read_bytes() == b"new"


def test_link_that_leads_in_a_circle_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputError, match="a cannot be written: too many levels of symbolic links"):
        write_whole(tmp_path / "a", b"new")


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_path_that_no_system_takes_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    for write in (lambda path: write_whole(path, b"new"), make_folder):
        with pytest.raises(OutputError, match=r"is no path: .*; take that character out of it"):
            write(tmp_path / name)
        with pytest.raises(OutputError, match="is no path"):
            write(tmp_path / name / "b.txt")
    assert list(tmp_path.iterdir()) == []


def test_error_says_what_to_do_about_its_cause() -> None:
    full, denied = (cannot_write(Path("out/a"), OSError(number, "no")) for number in (errno.ENOSPC, errno.EACCES))
    assert str(full).endswith("make room there and run again: what was pulled is kept")
    assert str(denied).endswith("check who may write there, or name another folder")


def test_clear_parts_takes_what_a_killed_write_left_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("a.xlsx", ".notes.part", "data/.visits.parquet.x1_y2z3a.part", ".a.xlsx.abcdefgh.part"):
        (tmp_path / name).write_bytes(b"x")
    clear_parts(tmp_path)
    assert {path.name for path in tmp_path.rglob("*")} == {"a.xlsx", ".notes.part", "data"}
    clear_parts(tmp_path / "nowhere")


def test_write_takes_what_killed_writers_of_its_file_left_and_no_other(tmp_path: Path) -> None:
    others = {".b.txt.part", ".c.txt.12345678.part", ".b.txt.1234567.part", "b.txt.12345678.part"}
    for name in (*others, ".b.txt.12345678.part", ".b.txt.x1_y2z3a.part"):
        (tmp_path / name).write_bytes(b"x")
    write_whole(tmp_path / "b.txt", b"new")
    assert {path.name for path in tmp_path.iterdir()} == others | {"b.txt"}


def test_what_another_writes_of_the_same_file_at_the_same_time_stays(tmp_path: Path) -> None:
    with writing(tmp_path / "b.txt") as first:
        first.write(b"first")
        with writing(tmp_path / "b.txt") as second:
            second.write(b"second")
            write_whole(tmp_path / "b.txt", b"third")
        assert (tmp_path / "b.txt").read_bytes() == b"second"
    assert (tmp_path / "b.txt").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["b.txt"]


KILLED = """
import os, pathlib, signal, sys
from reporter.files import writing
with writing(pathlib.Path(sys.argv[1])) as file:
    file.write(b"begun")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_what_a_killed_process_began_is_gone_with_the_next_write(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "b.txt")], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    (begun,) = tmp_path.iterdir()
    assert begun.read_bytes() == b"begun"
    write_whole(tmp_path / "b.txt", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["b.txt"]


def test_sha256_is_lower_case_hex() -> None:
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
