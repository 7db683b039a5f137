"""Faults that only a real connection has, against a server on loopback that answers with raw bytes."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reporter.errors import UsageError

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

pytestmark = pytest.mark.timed

#: an answer is bytes to send, with a pause in seconds before each
Answer = list[tuple[float, bytes]]
Serve = Callable[[Answer], str]

_GZIP = b"Content-Encoding: gzip"
FINE = b'{"code":"","requestId":"r","rows":[1],"total":1,"pages":1}'


class _Server:
    """Answers every connection with the same bytes; `heads` are the requests that came."""

    def __init__(self) -> None:
        self.answer: Answer = []
        self.heads: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        with socket.create_connection(self._listener.getsockname()):
            pass
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            connection, _ = self._listener.accept()
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(2)
        try:
            head = connection.recv(65536)
            if not head:
                return
            self.heads.append(head)
            for pause, data in self.answer:
                if self._stopped.wait(pause):
                    return
                connection.sendall(data)
        except OSError:
            return


@pytest.fixture
def server() -> Iterator[_Server]:
    running = _Server()
    yield running
    running.close()


def _whole(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = (b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), b"Connection: close", *headers)
    return b"\r\n".join((*lines, b"", body))


def _one_try(bench: Bench, url: str, *, seconds: float = 5.0) -> tuple[str, str, int]:
    """Return how one try at `url` ends: the verdict, the words of its issue, the requests sent."""
    bench.account(base_url=url)
    bench.limits = replace(bench.limits, tries=1, seconds=seconds)
    (pulled,) = bench.fetch(bench.pull("a"), over_sockets=True)
    return pulled.verdict, "".join(issue.message.en for issue in pulled.issues), pulled.requests


def test_reply_comes_over_a_real_connection(bench: Bench, server: _Server) -> None:
    server.answer = [(0, _whole(gzip.compress(FINE), b"Content-Encoding: gzip"))]
    assert _one_try(bench, server.url) == ("complete", "", 1)
    head = server.heads[0].decode()
    assert head.startswith("GET /rows?room=a&page=1&after= HTTP/1.1\r\n")
    assert "Accept-Encoding: gzip\r\n" in head
    assert "X-Nonce: 1\r\n" in head


def test_port_that_nobody_listens_on_is_named(bench: Bench) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    verdict, words, requests = _one_try(bench, f"http://127.0.0.1:{port}")
    assert (verdict, requests) == ("failed", 0)
    assert f"nobody listens at 127.0.0.1:{port}: is the address right?" in words


@pytest.mark.parametrize(
    "answer",
    [
        [(0.1, b"H")] * 40,
        [(0, b"HTTP/1.1 200 OK\r\n"), *[(0.1, b"X-Drip: 1\r\n")] * 40],
        [(0, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"), *[(0.1, b"1")] * 40],
        [(4, b"")],
    ],
    ids=["status", "headers", "body", "silence"],
)
def test_reply_that_drips_ends_at_the_deadline(bench: Bench, server: _Server, answer: Answer) -> None:
    server.answer = answer
    began = time.monotonic()
    verdict, words, _ = _one_try(bench, server.url, seconds=0.3)
    assert time.monotonic() - began < 1.5
    assert verdict == "failed"
    assert "within 0.3 s" in words or "fell silent" in words


def _most_resident(*, anew: bool = False) -> int:
    """Return the most memory that this process has held (`anew`: from now on) in kB, 0 where the system does not tell.

    https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())[0])


_PIECE = b" " * 65536
_OPEN = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([(0, _whole(gzip.compress(bytes(100_000_000)), b"Content-Encoding: gzip"))], "a bomb"),
        ([(0, _OPEN + b"Transfer-Encoding: chunked\r\n\r\n"), *[(0, b"f" * 65536)] * 32_768], "what is no HTTP"),
        ([(0, _OPEN + b"Transfer-Encoding: chunked\r\n\r\n1;"), *[(0, b"x" * 65536)] * 32_768], "what is no HTTP"),
        ([(0, _OPEN), *[(0, b"X-More: yes\r\n" * 5000)] * 32_768], "what is no HTTP"),
        ([(0, _OPEN + b"Content-Length: 2147483648\r\n\r\n"), *[(0, _PIECE)] * 32_768], "64 MiB on the wire"),
        ([(0, _OPEN + b"\r\n"), *[(0, _PIECE)] * 32_768], "64 MiB on the wire"),
        ([(0, _whole(b"[" * 100_000 + b"]" * 100_000))], "nested more than 64 deep"),
        ([(0, _whole(b'{"a":' * 100 + b"1" + b"}" * 100))], "nested more than 64 deep"),
        ([(0, _whole(b"[" * 10_000_000))], "nested more than 64 deep"),
    ],
    ids=["gzip", "chunk size", "chunk extension", "headers", "length", "endless", "nesting", "some nesting", "deeper"],
)
def test_bomb_is_refused_at_little_cost(bench: Bench, server: _Server, answer: Answer, words: str) -> None:
    server.answer = answer
    before, began = _most_resident(anew=True), time.process_time()
    verdict, told, requests = _one_try(bench, server.url, seconds=30)
    assert (verdict, requests) == ("failed", 1)
    assert words in told
    assert time.process_time() - began < 2
    assert _most_resident() - before < 100_000


@pytest.mark.parametrize(
    ("caps", "body", "words"),
    [
        ({"wire": "1KiB"}, b" " * 2000, "larger than 1 KiB on the wire"),
        ({"unpacked": "2KiB"}, b" " * 3000, "unpacks to more than 2 KiB"),
        ({"ratio": "2"}, b" " * 20_000_000, "more than 2 times its size"),
        ({"nesting": "1"}, FINE, "nested more than 1 deep"),
        ({"seconds": "0.2"}, b"", "within 0.2 s"),
    ],
    ids=["wire", "unpacked", "ratio", "nesting", "seconds"],
)
def test_account_sets_bounds_of_its_own(
    bench: Bench, server: _Server, caps: dict[str, str], body: bytes, words: str
) -> None:
    packed = _whole(body if "wire" in caps else gzip.compress(body), *([] if "wire" in caps else [_GZIP]))
    server.answer = [(2, b"")] if "seconds" in caps else [(0, packed)]
    bench.account(base_url=server.url, limits=caps)
    bench.limits = replace(bench.limits, tries=1)
    (pulled,) = bench.fetch(bench.pull("a"), over_sockets=True)
    assert pulled.verdict == "failed"
    assert words in pulled.issues[0].message.en


def test_handshake_that_never_ends_ends_at_the_deadline(bench: Bench, server: _Server) -> None:
    server.answer = [(0.1, b"\x16")] * 40
    began = time.monotonic()
    verdict, words, requests = _one_try(bench, server.url.replace("http://", "https://"), seconds=0.3)
    assert (verdict, requests) == ("failed", 0)
    assert "in time" in words or "within 0.3 s" in words
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_whole(b"", b"Location: /elsewhere", status=b"301 Moved"), "redirects to /elsewhere"),
        (_whole(b"", b"Location: http://xn--/", status=b"301 Moved"), "redirects to what is no address"),
        (_whole(b"<html>please log in</html>"), "a web page came instead of JSON"),
        (_whole(FINE)[:-10], "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{", "broke off"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + FINE[:-10], "is no JSON, or breaks off"),
        (b"", "broke off"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "what is no HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, "what is no HTTP"),
        (_whole(b"oops", status=b"503 Busy"), "the vendor failed"),
    ],
    ids=[
        "redirect",
        "to no name",
        "page",
        "cut",
        "cut chunk",
        "cut unseen",
        "nothing",
        "other service",
        "long head",
        "busy",
    ],
)
def test_what_is_no_reply_is_told_in_plain_words(bench: Bench, server: _Server, answer: bytes, words: str) -> None:
    server.answer = [(0, answer)]
    verdict, told, requests = _one_try(bench, server.url)
    assert (verdict, requests) == ("failed", 1)
    assert words in told


def test_name_that_is_unknown_is_told(bench: Bench) -> None:
    verdict, words, requests = _one_try(bench, "https://vendor.invalid")
    assert (verdict, requests) == ("failed", 0)
    assert "vendor.invalid" in words


def test_tls_is_never_spoken_to_what_is_none(bench: Bench, server: _Server) -> None:
    server.answer = [(0, b"no TLS here\r\n")]
    verdict, _, requests = _one_try(bench, server.url.replace("http://", "https://"))
    assert (verdict, requests) == ("failed", 0)
    assert not any(b"X-Nonce" in head for head in server.heads)


def test_slots_keep_the_rate_on_real_connections(bench: Bench, server: _Server) -> None:
    server.answer = [(0, _whole(FINE))]
    bench.account(base_url=server.url)
    began = time.monotonic()
    pulled = bench.fetch(bench.pull("a"), bench.pull("b"), over_sockets=True)
    assert [one.verdict for one in pulled] == ["complete", "complete"]
    assert time.monotonic() - began >= 0.5


def test_proxy_that_is_no_address_is_a_usage_error(bench: Bench) -> None:
    bench.account(base_url="http://127.0.0.1:9", proxy="no proxy at all")
    with pytest.raises(UsageError, match="account main: its proxy"):
        bench.fetch(bench.pull("a"), over_sockets=True)
